//! What runs: families with their deployments, revisions, images and tasks at any moment.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::estate::{Estate, Family, Trouble};

/// Deployments are known this far back, in days: further than any finding.
const MEMORY: i64 = 100;
/// Scheduled jobs start at this hour UTC and are done after that many.
const JOBS_START: i64 = 2;
const JOBS_RUN: i64 = 18;

/// A family in one cluster.
#[derive(Debug, Clone)]
pub struct Unit {
    pub account: String,
    pub account_name: String,
    pub region: String,
    pub cluster: String,
    pub family: Family,
    /// The value of the cluster's tag `GuardDutyManaged`.
    pub managed: Option<bool>,
    /// The cluster's EC2 instances with an agent, of those that could have one.
    pub hosts: Option<(u32, u32)>,
    /// Whether its agents have ended.
    pub agents_ended: bool,
    /// Path of the process everything in the container descends from.
    pub ancestor: String,
    first_revision: usize,
    /// Oldest first; each made a revision.
    deployments: Vec<Timestamp>,
    zone: TimeZone,
    /// When the oldest of its tasks can have started.
    begun: Timestamp,
}

/// What the agent of a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    Runs,
    Ended,
    Unpulled,
    None,
}

/// A task of a unit.
#[derive(Debug, Clone)]
pub struct Place {
    /// Among the tasks of the unit.
    pub ordinal: u32,
    pub account: String,
    pub region: String,
    /// ARN.
    pub cluster: String,
    pub cluster_name: String,
    pub family: String,
    /// `None` for scheduled jobs.
    pub service: Option<String>,
    /// ARN.
    pub task: String,
    /// ARN.
    pub definition: String,
    pub container: String,
    pub container_id: String,
    pub image: String,
    pub digest: String,
    pub started: Timestamp,
    pub ancestor: String,
}

impl Place {
    /// `service:<name>` or `family:<name>`, as ECS groups tasks.
    pub fn group(&self) -> String {
        self.service.as_ref().map_or_else(|| format!("family:{}", self.family), |service| format!("service:{service}"))
    }

    /// Who started the task, as ECS writes it.
    pub fn started_by(&self) -> String {
        let number = xxh3_64(self.definition.as_bytes());
        if self.service.is_some() {
            format!("ecs-svc/{number:019}")
        } else {
            format!("events-rule/{:.20}", self.family)
        }
    }
}

impl Unit {
    fn key(&self) -> String {
        format!("{}/{}/{}/{}", self.account, self.region, self.cluster, self.family.name)
    }

    /// `arn:aws:ecs:<region>:<account>:<rest>`
    pub fn arn(&self, rest: &str) -> String {
        format!("arn:aws:ecs:{}:{}:{rest}", self.region, self.account)
    }

    pub fn cluster_arn(&self) -> String {
        self.arn(&format!("cluster/{}", self.cluster))
    }

    pub fn service_arn(&self) -> String {
        self.arn(&format!("service/{}/{}", self.cluster, self.family.name))
    }

    /// The id of the security group its tasks are in.
    pub fn security_group(&self) -> String {
        format!("sg-0{:016x}", xxh3_64(self.key().as_bytes()))
    }

    pub fn definition_arn(&self, revision: usize) -> String {
        self.arn(&format!("task-definition/{}:{revision}", self.family.name))
    }

    /// The revision that ran at a moment.
    pub fn revision(&self, at: Timestamp) -> usize {
        self.first_revision + self.deployments.partition_point(|deployed| *deployed <= at).max(1) - 1
    }

    /// Every revision there was.
    pub fn revisions(&self) -> std::ops::Range<usize> {
        self.first_revision..self.first_revision + self.deployments.len()
    }

    /// When a revision was deployed.
    pub fn deployed(&self, revision: usize) -> Timestamp {
        self.deployments[(revision - self.first_revision).min(self.deployments.len() - 1)]
    }

    /// When there were deployments, oldest first.
    pub fn deployments(&self) -> &[Timestamp] {
        &self.deployments
    }

    /// A new revision runs from now on.
    pub fn deploy(&mut self, now: Timestamp) {
        self.deployments.push(now);
    }

    /// Image and digest of a revision.
    pub fn image(&self, revision: usize) -> (String, String) {
        let name = &self.family.name;
        let digest = |part: &str| xxh3_128(format!("{name}:{revision}:{part}").as_bytes());
        let digest = format!("sha256:{:032x}{:032x}", digest("head"), digest("tail"));
        let (account, region, team) = (&self.account, &self.region, &self.account_name);
        (format!("{account}.dkr.ecr.{region}.amazonaws.com/{team}/{name}:{revision}@{digest}"), digest)
    }

    /// The task with this ordinal that ran at a moment.
    pub fn place(&self, at: Timestamp, ordinal: u32) -> Place {
        let day = if self.family.schedule { job_start(at) } else { Timestamp::MIN };
        let revision = self.revision(if self.family.schedule { day } else { at });
        let begun = if self.family.schedule { day } else { self.deployed(revision) };
        let run = if self.family.schedule { day.to_string() } else { String::new() };
        let id = xxh3_128(format!("{}:{revision}:{ordinal}:{run}", self.key()).as_bytes());
        let (image, digest) = self.image(revision);
        Place {
            ordinal,
            account: self.account.clone(),
            region: self.region.clone(),
            cluster: self.cluster_arn(),
            cluster_name: self.cluster.clone(),
            family: self.family.name.clone(),
            service: (!self.family.schedule).then(|| self.family.name.clone()),
            task: self.arn(&format!("task/{}/{id:032x}", self.cluster)),
            definition: self.definition_arn(revision),
            container: self.family.name.clone(),
            container_id: format!("{id:032x}-{:010}", revision * 7919 + ordinal as usize),
            image,
            digest,
            started: begun + SignedDuration::from_secs(45 + 40 * i64::from(ordinal)),
            ancestor: self.ancestor.clone(),
        }
    }

    /// The tasks that run at a moment.
    pub fn running(&self, now: Timestamp) -> Vec<Place> {
        let done = SignedDuration::from_hours(JOBS_RUN);
        if self.family.schedule && now.duration_since(job_start(now)) > done {
            return Vec::new();
        }
        (0..self.family.tasks).map(|ordinal| self.place(now, ordinal)).filter(|place| place.started <= now).collect()
    }

    /// When agents began to be added to tasks: before anything the world remembers.
    pub fn agents_since(&self) -> Timestamp {
        self.begun + SignedDuration::from_hours(24)
    }

    /// What the agent of a task does.
    pub fn agent(&self, place: &Place) -> Agent {
        let is_newer = place.started >= self.agents_since();
        match self.family.trouble {
            _ if self.family.launch.is_some() => Agent::None,
            None if self.family.agent => Agent::Runs,
            Some(Trouble::Silent) => Agent::Runs,
            Some(Trouble::Before | Trouble::WhileExcluded) if is_newer => Agent::Runs,
            Some(Trouble::SomeBefore) if is_newer || place.ordinal.is_multiple_of(2) => Agent::Runs,
            Some(Trouble::ExitsSoon) if !self.agents_ended => Agent::Runs,
            Some(Trouble::Exited | Trouble::ExitsSoon) => Agent::Ended,
            Some(Trouble::Unpulled) => Agent::Unpulled,
            _ => Agent::None,
        }
    }

    /// Whether AWS says something about it: the trouble of tasks that run.
    pub fn trouble(&self, now: Timestamp) -> Option<Trouble> {
        let trouble = self.family.trouble.filter(|_| self.family.launch.is_none())?;
        let running = self.running(now);
        let watched = running.iter().all(|place| self.agent(place) == Agent::Runs);
        (!running.is_empty() && (!watched || trouble == Trouble::Silent)).then_some(trouble)
    }

    /// Where the people who work on it live.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

/// The last start of scheduled jobs before a moment.
fn job_start(at: Timestamp) -> Timestamp {
    let start = JOBS_START * 3_600;
    Timestamp::from_second((at.as_second() - start).div_euclid(86_400) * 86_400 + start).unwrap_or(at)
}

/// A moment of a working day: what falls on a Saturday or Sunday happened two or four days before.
pub fn working_time(day: Timestamp, zone: &TimeZone, random: &mut ChaCha8Rng) -> Timestamp {
    let local = day.to_zoned(zone.clone());
    let back = match local.weekday().to_monday_zero_offset() {
        5 => 2,
        6 => 4,
        _ => 0,
    };
    let hour = i64::from(local.hour());
    let minutes = random.random_range(9 * 60 + 15..18 * 60);
    let midnight = local.timestamp()
        - SignedDuration::from_hours(24 * back + hour)
        - SignedDuration::from_mins(i64::from(local.minute()));
    midnight.checked_add(minutes.minutes()).unwrap_or(midnight)
}

/// Every unit of an estate.
pub fn build(estate: &Estate, random: &mut ChaCha8Rng, now: Timestamp) -> Vec<Unit> {
    let mut units = Vec::new();
    for cluster in &estate.cluster {
        let zone = if cluster.region.starts_with("ap-") { "Asia/Tokyo" } else { "America/New_York" };
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        for family in &cluster.families {
            let mut deployments = vec![now - SignedDuration::from_hours(24 * MEMORY)];
            let mut days = MEMORY - random.random_range(2..9);
            while days >= 0 {
                let at = working_time(now - SignedDuration::from_hours(24 * days), &zone, random);
                // A week of frozen releases, three weeks ago.
                if at < now && !(14..21).contains(&days) && deployments.last().is_some_and(|last| *last < at) {
                    deployments.push(at);
                }
                days -= random.random_range(3..15);
            }
            let name = estate.account(&cluster.account).map_or_else(String::new, |account| account.name.clone());
            let ancestor = estate.stack.get(&family.stack).cloned().unwrap_or_else(|| "/app/main".to_owned());
            units.push(Unit {
                managed: cluster.managed,
                hosts: cluster.hosts,
                agents_ended: false,
                begun: now - SignedDuration::from_hours(24 * (MEMORY + 1)),
                account: cluster.account.clone(),
                account_name: name,
                region: cluster.region.clone(),
                cluster: cluster.name.clone(),
                family: family.clone(),
                ancestor,
                first_revision: random.random_range(12..80),
                deployments,
                zone: zone.clone(),
            });
        }
    }
    units
}

/// The units of clusters in which nothing happens: deployed once, before agents were added to tasks where that is their
/// trouble, and deployed anew only when somebody does.
pub fn build_quiet(estate: &Estate, now: Timestamp) -> Vec<Unit> {
    let begun = now - SignedDuration::from_hours(24 * (MEMORY + 1));
    let units = estate.quiet_cluster.iter().flat_map(|cluster| {
        cluster.families.iter().map(move |family| {
            let is_older =
                matches!(family.trouble, Some(Trouble::Before | Trouble::SomeBefore | Trouble::WhileExcluded));
            let days = if is_older { 0 } else { 60 + i64::from(family.tasks) };
            Unit {
                managed: cluster.managed,
                hosts: cluster.hosts,
                agents_ended: false,
                begun,
                account: cluster.account.clone(),
                account_name: estate.account(&cluster.account).map_or_else(String::new, |account| account.name.clone()),
                region: cluster.region.clone(),
                cluster: cluster.name.clone(),
                family: family.clone(),
                ancestor: estate.stack.get(&family.stack).cloned().unwrap_or_else(|| "/app/main".to_owned()),
                first_revision: 3 + family.name.len(),
                deployments: vec![begun + SignedDuration::from_hours(24 * days)],
                zone: TimeZone::UTC,
            }
        })
    });
    units.collect()
}
