//! Which resources belong to what runs, and what Security Hub is told to look at.

use std::collections::BTreeSet;

use duckdb::{Connection, params};

use crate::fleet::{Look, Part};
use crate::store::StoreError;

/// Cluster, family, kind of resource, resource.
type Link = (String, String, String, String);

/// Replaces what this look saw anew. Gives whether anything is different.
pub(super) fn keep(transaction: &Connection, look: &Look) -> Result<bool, StoreError> {
    let mut changed = false;
    if let Part::Seen(tasks) = &look.tasks {
        let images = tasks.iter().flat_map(|task| {
            let link =
                |digest: &String| (task.cluster_arn.clone(), task.family.clone(), "image".to_owned(), digest.clone());
            task.image_digests.iter().map(link)
        });
        changed |= replace(transaction, look, &["image"], &images.collect())?;
    }
    if let Part::Seen(services) = &look.services {
        let links = services.iter().filter_map(|service| Some((service, service.family.as_ref()?))).flat_map(
            |(service, family)| {
                let groups = service
                    .security_groups
                    .iter()
                    .map(|group| ("security-group", group_arn(&service.cluster_arn, group)));
                let resources = std::iter::once(("service", service.arn.clone())).chain(groups);
                resources.map(|(kind, id)| (service.cluster_arn.clone(), family.clone(), kind.to_owned(), id))
            },
        );
        changed |= replace(transaction, look, &["service", "security-group"], &links.collect())?;
    }
    Ok(changed | keep_hub(transaction, look)?)
}

/// The ARN of a group in the account and Region of a cluster.
fn group_arn(cluster_arn: &str, group: &str) -> String {
    let mut parts = cluster_arn.split(':').skip(1);
    let mut part = || parts.next().unwrap_or_default();
    let (partition, _, region, account) = (part(), part(), part(), part());
    format!("arn:{partition}:ec2:{region}:{account}:security-group/{group}")
}

fn replace(transaction: &Connection, look: &Look, kinds: &[&str], links: &BTreeSet<Link>) -> Result<bool, StoreError> {
    let kinds = kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
    let here = format!("account_id = ? AND region = ? AND resource_type IN ({kinds})");
    let mut known = transaction.prepare(&format!(
        "SELECT cluster_arn, family, resource_type, resource_id FROM workload_resource WHERE {here}"
    ))?;
    let known = known.query_map(params![look.account, look.region], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    if known.collect::<Result<BTreeSet<Link>, _>>()? == *links {
        return Ok(false);
    }
    transaction.execute(&format!("DELETE FROM workload_resource WHERE {here}"), params![look.account, look.region])?;
    let mut rows = transaction.appender("workload_resource")?;
    for (cluster, family, kind, id) in links {
        rows.append_row(params![look.account, look.region, cluster, family, kind, id])?;
    }
    rows.flush()?;
    Ok(true)
}

fn keep_hub(transaction: &Connection, look: &Look) -> Result<bool, StoreError> {
    let seen = match &look.hub {
        Part::Seen(enabled) => {
            enabled.iter().map(|one| (one.what.to_owned(), one.name.clone(), one.status.clone())).collect()
        }
        Part::NotEnabled => BTreeSet::new(),
        Part::Failed(_) | Part::Off => return Ok(false),
    };
    let here = "account_id = ? AND region = ?";
    let mut known = transaction.prepare(&format!("SELECT what, name, status FROM hub_enabled WHERE {here}"))?;
    let known =
        known.query_map(params![look.account, look.region], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if known.collect::<Result<BTreeSet<(String, String, Option<String>)>, _>>()? == seen {
        return Ok(false);
    }
    transaction.execute(&format!("DELETE FROM hub_enabled WHERE {here}"), params![look.account, look.region])?;
    let mut rows = transaction.appender("hub_enabled")?;
    for (what, name, status) in seen {
        rows.append_row(params![look.account, look.region, what, name, status])?;
    }
    rows.flush()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    #[test]
    fn groups_live_where_their_cluster_does() {
        let arn = super::group_arn("arn:aws-cn:ecs:cn-north-1:111122223333:cluster/c", "sg-1");
        assert_eq!(arn, "arn:aws-cn:ec2:cn-north-1:111122223333:security-group/sg-1");
    }
}
