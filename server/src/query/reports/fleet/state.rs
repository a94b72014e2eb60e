//! What the last looks saw, read as a whole: a fleet is thousands of tasks, not millions.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use app::model::coverage::{CoveragePart, Exposure, GapReason, Verdict};
use jiff::{SignedDuration, Timestamp};

use crate::fleet::issue::{Issue, issues};
use crate::fleet::verdict::Management;
use crate::fleet::{ClusterVerdict, Feature};
use crate::query::QueryError;
use crate::query::row::{optional_word, word};
use crate::store::{Snapshot, read_cluster_verdict, read_feature, read_optional_time, read_time};

/// After a look that failed, what the one before saw stands for so long. A refusal ends it at once.
const STANDING: SignedDuration = SignedDuration::from_hours(1);

/// Account and Region.
pub(super) type Scope = (String, String);

/// What is known of an account in a Region.
#[derive(Default)]
pub(super) struct Place {
    pub parts: Vec<CoveragePart>,
    pub requests: i64,
    pub took_ms: i64,
    pub features: Vec<Feature>,
}

/// AWS's verdict about a cluster, and since when we see it so.
pub(super) struct Judgement {
    pub verdict: ClusterVerdict,
    pub issues: Vec<Issue>,
    pub since: Timestamp,
}

pub(super) struct KnownCluster {
    pub scope: Scope,
    pub arn: String,
    pub name: String,
    pub error: Option<String>,
}

pub(super) struct KnownService {
    pub scope: Scope,
    pub cluster_arn: String,
    pub name: String,
    pub arn: Option<String>,
    pub family: Option<String>,
    pub exposure: Exposure,
}

pub(super) struct KnownTask {
    pub scope: Scope,
    pub cluster_arn: String,
    pub arn: String,
    pub family: String,
    pub revision: String,
    pub service: Option<String>,
    pub launch_type: String,
    pub platform_version: Option<String>,
    pub cpu_units: Option<i64>,
    pub agent_reason: Option<String>,
    pub verdict: Verdict,
    pub reason: Option<GapReason>,
}

/// Everything that is known, at a moment: what a look saw may not stand any more.
pub(super) struct Fleet {
    now: Timestamp,
    looks: Arc<Looks>,
}

/// What the last looks saw. The same until the next one, so it is read once for all questions in between.
#[derive(Default)]
pub(super) struct Looks {
    pub places: BTreeMap<Scope, Place>,
    /// By account, Region and name.
    pub judgements: BTreeMap<(String, String, String), Judgement>,
    clusters: Vec<KnownCluster>,
    services: Vec<KnownService>,
    tasks: Vec<KnownTask>,
    /// Since when a family in a cluster is as it is, of those that ran when somebody last could tell: by cluster and family.
    pub since: BTreeMap<(String, String), Timestamp>,
}

impl Looks {
    fn read(snapshot: &Snapshot<'_>) -> Result<Self, QueryError> {
        let mut looks = Self::default();
        looks.read_places(snapshot)?;
        looks.read_judgements(snapshot)?;
        looks.read_clusters(snapshot)?;
        looks.read_services(snapshot)?;
        looks.read_tasks(snapshot)?;
        looks.read_since(snapshot)?;
        Ok(looks)
    }

    fn read_places(&mut self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        let parts = snapshot.rows(include_str!("../../sql/fleet_parts.sql"), [], |row| {
            let part = CoveragePart {
                part: row.get(2)?,
                outcome: row.get(3)?,
                error: row.get(4)?,
                last_attempt_at: read_time(row, 5)?,
                last_success_at: read_optional_time(row, 6)?,
            };
            Ok::<_, QueryError>(((row.get(0)?, row.get(1)?), part, row.get::<_, i64>(7)?, row.get::<_, i64>(8)?))
        })?;
        for (scope, part, requests, took_ms) in parts {
            let place = self.places.entry(scope).or_default();
            place.parts.push(part);
            (place.requests, place.took_ms) = (requests, took_ms);
        }
        let features = snapshot.rows(include_str!("../../sql/fleet_features.sql"), [], |row| {
            Ok::<_, QueryError>(((row.get(3)?, row.get(4)?), read_feature(row)?))
        })?;
        for (scope, feature) in features {
            self.places.entry(scope).or_default().features.push(feature);
        }
        Ok(())
    }

    fn read_judgements(&mut self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        let rows = snapshot.rows(include_str!("../../sql/fleet_verdicts.sql"), [], |row| {
            Ok::<_, QueryError>((row.get::<_, String>(9)?, read_cluster_verdict(row)?, read_time(row, 10)?))
        })?;
        for (region, verdict, since) in rows {
            let key = (verdict.account.clone(), region, verdict.cluster.clone());
            let issues = if verdict.status == "UNHEALTHY" { issues(&verdict) } else { Vec::new() };
            self.judgements.insert(key, Judgement { verdict, issues, since });
        }
        Ok(())
    }

    fn read_clusters(&mut self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        let sql = "SELECT account_id, region, cluster_arn, cluster, tasks_error FROM ecs_cluster ORDER BY cluster_arn";
        self.clusters = snapshot.rows(sql, [], |row| {
            let scope = (row.get(0)?, row.get(1)?);
            Ok::<_, QueryError>(KnownCluster { scope, arn: row.get(2)?, name: row.get(3)?, error: row.get(4)? })
        })?;
        Ok(())
    }

    fn read_services(&mut self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        self.services = snapshot.rows(include_str!("../../sql/fleet_services.sql"), [], |row| {
            Ok::<_, QueryError>(KnownService {
                scope: (row.get(0)?, row.get(1)?),
                cluster_arn: row.get(2)?,
                name: row.get(3)?,
                arn: row.get(4)?,
                family: row.get(5)?,
                exposure: exposure(row.get(6)?, row.get(7)?),
            })
        })?;
        Ok(())
    }

    fn read_tasks(&mut self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        self.tasks = snapshot.rows(include_str!("../../sql/fleet_tasks.sql"), [], |row| {
            Ok::<_, QueryError>(KnownTask {
                scope: (row.get(0)?, row.get(1)?),
                cluster_arn: row.get(2)?,
                arn: row.get(3)?,
                family: row.get(4)?,
                revision: row.get(5)?,
                service: row.get(6)?,
                launch_type: row.get(7)?,
                platform_version: row.get(8)?,
                cpu_units: row.get(9)?,
                agent_reason: row.get(10)?,
                verdict: word(row, 11)?,
                reason: optional_word(row, 12)?,
            })
        })?;
        Ok(())
    }

    fn read_since(&mut self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        let rows = snapshot.rows(include_str!("../../sql/fleet_since.sql"), [], |row| {
            Ok::<_, QueryError>(((row.get(0)?, row.get(1)?), read_time(row, 2)?))
        })?;
        self.since = rows.into_iter().collect();
        Ok(())
    }
}

impl Deref for Fleet {
    type Target = Looks;

    fn deref(&self) -> &Looks {
        &self.looks
    }
}

impl Fleet {
    pub fn read(snapshot: &Snapshot<'_>, now: Timestamp) -> Result<Self, QueryError> {
        Ok(Self { now, looks: snapshot.of_the_fleet("looks", || Looks::read(snapshot))? })
    }

    pub fn clusters(&self) -> impl Iterator<Item = &KnownCluster> {
        self.looks.clusters.iter().filter(|cluster| self.is_seen(&cluster.scope))
    }

    pub fn services(&self) -> impl Iterator<Item = &KnownService> {
        self.looks.services.iter().filter(|service| self.stands(&service.scope, "services"))
    }

    pub fn tasks(&self) -> impl Iterator<Item = &KnownTask> {
        self.looks.tasks.iter().filter(|task| self.is_seen(&task.scope))
    }

    fn part(&self, scope: &Scope, part: &str) -> Option<&CoveragePart> {
        self.places.get(scope)?.parts.iter().find(|known| known.part == part)
    }

    /// Whether what a look saw of ECS here stands. A cluster whose own tasks were refused says so itself.
    pub fn is_seen(&self, scope: &Scope) -> bool {
        self.stands(scope, "clusters")
    }

    /// Whether every task of it was seen.
    pub fn is_seen_whole(&self, scope: &Scope) -> bool {
        let is_dark = |cluster: &KnownCluster| cluster.scope == *scope && cluster.error.is_some();
        self.is_seen(scope) && !self.clusters().any(is_dark)
    }

    /// Why not every task of it was seen.
    pub fn why_not_whole(&self, scope: &Scope) -> (GapReason, Option<String>) {
        let error = self.clusters().filter(|cluster| cluster.scope == *scope).find_map(|one| one.error.clone());
        match error {
            Some(error) => (GapReason::NotTold, Some(error)),
            None => self.why_unseen(scope),
        }
    }

    fn stands(&self, scope: &Scope, part: &str) -> bool {
        self.part(scope, part).is_some_and(|part| match (part.outcome.as_str(), part.last_success_at) {
            ("ok", _) => true,
            ("failed", Some(at)) => self.now.duration_since(at) <= STANDING,
            _ => false,
        })
    }

    /// Why the tasks of a cluster could not be listed, in AWS's words.
    pub fn trouble(&self, cluster_arn: &str) -> Option<&str> {
        self.clusters().find(|cluster| cluster.arn == cluster_arn)?.error.as_deref()
    }

    /// Services that are defined to run a family.
    pub fn services_of(&self, cluster_arn: &str, family: &str) -> impl Iterator<Item = &KnownService> {
        self.services().filter(move |known| known.cluster_arn == cluster_arn && known.family.as_deref() == Some(family))
    }

    /// What reaches a service, as far as it was told.
    pub fn exposure(&self, cluster_arn: &str, service: Option<&str>) -> Exposure {
        let is_it = |known: &&KnownService| known.cluster_arn == cluster_arn && Some(known.name.as_str()) == service;
        self.services().find(is_it).map_or(Exposure::Unknown, |known| known.exposure)
    }

    /// Why nothing is known of what runs here: nobody asked, or AWS's words.
    pub fn why_unseen(&self, scope: &Scope) -> (GapReason, Option<String>) {
        match self.part(scope, "clusters") {
            None => (GapReason::NotAsked, None),
            Some(part) if part.outcome == "off" => (GapReason::NotAsked, None),
            Some(part) => (GapReason::NotTold, part.error.clone()),
        }
    }

    /// What GuardDuty does here, as far as its detector was ever told of.
    pub fn management(&self, scope: &Scope) -> Option<Management> {
        let told = self.part(scope, "detector")?;
        let place = self.places.get(scope)?;
        match told.outcome.as_str() {
            "not-enabled" => Some(Management::of_features(&[])),
            _ if place.features.is_empty() => None,
            _ => Some(Management::of_features(&place.features)),
        }
    }

    /// The oldest of the last good looks at what runs.
    pub fn looked_at(&self) -> Option<Timestamp> {
        let good = |place: &Place| {
            let times = place.parts.iter().filter(|part| part.outcome != "off");
            times.filter_map(|part| part.last_success_at).max()
        };
        self.places.values().filter_map(good).min()
    }

    /// AWS's sentences about a cluster.
    pub fn issues(&self, (account, region): &Scope, cluster_arn: &str) -> &[Issue] {
        let name = cluster_arn.rsplit('/').next().unwrap_or(cluster_arn);
        let key = (account.clone(), region.clone(), name.to_owned());
        self.judgements.get(&key).map(|judgement| judgement.issues.as_slice()).unwrap_or_default()
    }
}

/// A public address reaches furthest. Without one, a load balancer may.
const fn exposure(load_balancers: Option<i64>, public_ip: Option<bool>) -> Exposure {
    match (public_ip, load_balancers) {
        (Some(true), _) => Exposure::PublicIp,
        (_, Some(1..)) => Exposure::LoadBalancer,
        (Some(false), Some(_)) => Exposure::Neither,
        _ => Exposure::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_told_shuts_a_service() {
        for (load_balancers, public_ip, told) in [
            (Some(0), Some(false), Exposure::Neither),
            (Some(2), Some(false), Exposure::LoadBalancer),
            (Some(1), None, Exposure::LoadBalancer),
            (Some(1), Some(true), Exposure::PublicIp),
            (None, Some(true), Exposure::PublicIp),
            (None, Some(false), Exposure::Unknown),
            (Some(0), None, Exposure::Unknown),
            (None, None, Exposure::Unknown),
        ] {
            assert_eq!(exposure(load_balancers, public_ip), told, "{load_balancers:?} {public_ip:?}");
        }
        assert_eq!(Exposure::of_all([Exposure::Neither, Exposure::Unknown]), Exposure::Unknown);
        assert_eq!(Exposure::of_all([]), Exposure::Unknown);
    }
}
