//! Configuration and packages: seen by Security Hub alone.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;

use super::World;
use crate::demo::estate::{Control, Posture};
use crate::demo::fleet::Unit;
use crate::demo::record::{Body, Record};

impl World {
    /// Evaluates every control and scans every image.
    pub(super) fn posture(&mut self, posture: &Posture, now: Timestamp) {
        let mut clusters = Vec::new();
        for unit in self.units.clone() {
            let new_cluster = !clusters.contains(&unit.cluster_arn());
            if new_cluster {
                clusters.push(unit.cluster_arn());
            }
            for control in &posture.control {
                let resource = match control.resource.as_str() {
                    "AwsEcsService" if !unit.family.schedule => unit.service_arn(),
                    "AwsEcsCluster" if new_cluster => unit.cluster_arn(),
                    "AwsEcsTaskDefinition" => unit.definition_arn(unit.revision(now)),
                    _ => continue,
                };
                self.control(control, &unit.account, &unit.region, resource, now);
            }
            self.scan(&unit, posture, now);
        }
        for account in self.estate.account.clone() {
            for region in self.estate.regions.clone() {
                for control in &posture.account_control {
                    let number = self.chance(u64::MAX);
                    let resource = match control.resource.as_str() {
                        "AwsEc2SecurityGroup" => {
                            let group = self.a_security_group(&account.id, &region, number);
                            format!("arn:aws:ec2:{region}:{}:security-group/{group}", account.id)
                        }
                        "AwsS3Bucket" => format!("arn:aws:s3:::{}-{region}-{}", account.name, account.id),
                        _ => format!("AWS::::Account:{}", account.id),
                    };
                    self.control(control, &account.id, &region, resource, now);
                }
            }
        }
        let estate = &self.estate;
        self.records.retain(|record| {
            let idle = estate.account(&record.account).is_some_and(|account| account.hub_idle.contains(&record.region));
            !idle || !matches!(record.body, Body::Control { .. } | Body::Package { .. })
        });
    }

    /// A group of something that runs here, or one that nothing of ECS is in.
    fn a_security_group(&self, account: &str, region: &str, number: u64) -> String {
        let here: Vec<&Unit> = self.units(account, region).filter(|unit| !unit.family.schedule).collect();
        let index = usize::try_from(number % (2 * here.len() as u64).max(1)).unwrap_or(usize::MAX);
        here.get(index).map_or_else(|| format!("sg-0{number:016x}"), |unit| unit.security_group())
    }

    /// Whether Security Hub looks at anything but threats here.
    pub fn is_hub_idle(&self, account: &str, region: &str) -> bool {
        self.estate.account(account).is_some_and(|account| account.hub_idle.iter().any(|idle| idle == region))
    }

    /// A bucket says whose it is, where some family of the account and Region has one.
    fn tag(&self, control: &Control, account: &str, region: &str) -> Option<(String, String)> {
        let owner = self.units(account, region).find(|unit| unit.family.bucket)?;
        (control.resource == "AwsS3Bucket").then(|| ("Service".to_owned(), owner.family.name.clone()))
    }

    fn control(&mut self, control: &Control, account: &str, region: &str, resource: String, now: Timestamp) {
        let failed = self.chance(100) < control.failing;
        let body = Body::Control {
            id: control.id.clone(),
            severity: control.severity.clone(),
            failed,
            resource_type: control.resource.clone(),
            resource,
            tag: self.tag(control, account, region),
        };
        let index = self.hub_only(account, region, &control.title, body, now);
        // Security Hub resolves what passes.
        self.records[index].workflow = match self.chance(12) {
            _ if !failed => "RESOLVED",
            0 => "SUPPRESSED",
            1 | 2 => "NOTIFIED",
            _ => "NEW",
        };
    }

    /// Weaknesses in the image that runs, and in the one before, whose findings are closed.
    fn scan(&mut self, unit: &Unit, posture: &Posture, now: Timestamp) {
        for weakness in &posture.vulnerability {
            if !weakness.images.contains(&unit.family.stack) || self.chance(10) >= 7 {
                continue;
            }
            let current = unit.revision(now);
            for revision in [current.saturating_sub(1), current] {
                if !unit.revisions().contains(&revision) {
                    continue;
                }
                let (_, digest) = unit.image(revision);
                let body = Body::Package {
                    id: weakness.id.clone(),
                    severity: weakness.severity.clone(),
                    package: weakness.package.clone(),
                    fixed: weakness.fixed.clone(),
                    image: format!("{}/{}", unit.account_name, unit.family.name),
                    digest,
                };
                let title = format!("{} - {}", weakness.id, weakness.package);
                let index = self.hub_only(&unit.account, &unit.region, &title, body, now);
                let record = &mut self.records[index];
                record.created = unit.deployed(revision).max(now - SignedDuration::from_hours(89 * 24));
                if revision == current {
                    record.hub_updated = record.hub_updated.max(record.created);
                } else {
                    record.hub_archived = true;
                    record.hub_updated = unit.deployed(current).max(record.created);
                }
                record.updated = record.hub_updated;
            }
        }
    }

    fn hub_only(&mut self, account: &str, region: &str, title: &str, body: Body, now: Timestamp) -> usize {
        let created = now - SignedDuration::from_secs(self.random.random_range(86_400..86 * 86_400));
        let updated = (now - SignedDuration::from_secs(self.random.random_range(600..86_400))).max(created);
        let id: u128 = self.random.random();
        let id = format!("{id:032x}");
        let arn = match &body {
            Body::Control { id: control, .. } => {
                format!("arn:aws:securityhub:{region}:{account}:security-control/{control}/finding/{id}")
            }
            _ => format!("arn:aws:inspector2:{region}:{account}:finding/{id}"),
        };
        self.records.push(Record {
            id,
            arn,
            account: account.to_owned(),
            region: region.to_owned(),
            title: title.to_owned(),
            created,
            updated,
            count: 1,
            archived: false,
            sample: false,
            in_hub: true,
            workflow: "NEW",
            hub_updated: updated,
            hub_count: 1,
            hub_archived: false,
            body,
        });
        self.records.len() - 1
    }
}
