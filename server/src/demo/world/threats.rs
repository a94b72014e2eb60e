//! Invents one threat: where, what was seen, what became of it.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;

use super::World;
use crate::demo::activity::What;
use crate::demo::fleet::{Place, Unit};
use crate::demo::record::{Body, Facts, Record, Sequence, Threat, detector};
use crate::demo::wording::{Wording, render};

/// Longest that a finding keeps recurring, in seconds.
const LONGEST: i64 = 12 * 86_400;
/// The same for one that repeats day and night.
const LONGEST_NOISE: i64 = 45 * 86_400;
/// Repetitions from which a finding is noise.
const NOISE: i64 = 50;

impl World {
    /// A unit where a type can be seen, among some families or all.
    pub(super) fn any_unit(&mut self, name: &str, families: &[String]) -> usize {
        let needs_agent = name.contains(":Runtime/");
        let fits = |unit: &Unit| {
            (families.is_empty() || families.contains(&unit.family.name)) && (unit.family.agent || !needs_agent)
        };
        let fitting: Vec<usize> = (0..self.units.len()).filter(|at| fits(&self.units[*at])).collect();
        self.one_of(&fitting).unwrap_or(0)
    }

    /// Adds a threat that began at `at`; gives its position in the list.
    pub(super) fn threat(&mut self, what: &What, unit: usize, at: Timestamp, now: Timestamp) -> usize {
        let name = what.name.as_str();
        let on_ecs = [":Runtime/", ":ECS/", ":Container/"].iter().any(|part| name.contains(part));
        let tasks = u64::from(self.units[unit].family.tasks);
        let ordinal = u32::try_from(self.chance(tasks)).unwrap_or(0);
        let place = self.units[unit].place(at, ordinal);
        let sequence = name.starts_with("AttackSequence:");
        let wording = self.words.of(name).clone();
        let facts = self.facts(what, &wording, &place);
        let title = words(&wording.title, &facts, &place);
        let description = words(&wording.description, &facts, &place);
        let severity = what.severity.unwrap_or_else(|| self.usual_severity(name));
        let threat = Threat {
            name: name.to_owned(),
            severity,
            description,
            facts,
            member_of: None,
            sequence: sequence.then(|| Sequence {
                indicators: vec!["MALICIOUS_IP".to_owned(), "ATTACK_TACTIC".to_owned()],
                places: if on_ecs { vec![place.clone()] } else { Vec::new() },
                signals: Vec::new(),
            }),
            place: (on_ecs && !sequence).then_some(place),
        };
        let record = self.fate(what, threat, title, (at, now), unit);
        self.records.push(record);
        self.records.len() - 1
    }

    fn usual_severity(&mut self, name: &str) -> f64 {
        let usual = self.types.iter().find(|known| known.name == name).and_then(|known| known.severity);
        usual.unwrap_or_else(|| match self.chance(10) {
            0..6 => 2.0,
            6..9 => 5.0,
            _ => 8.0,
        })
    }

    fn facts(&mut self, what: &What, wording: &Wording, place: &Place) -> Facts {
        let (ips, users) = (self.words.ips.clone(), self.words.users.clone());
        let number = self.chance(6);
        let mut facts = Facts {
            process: None,
            domain: self.one_of(&wording.domains),
            ip: self.one_of(&ips).unwrap_or_default(),
            port: self.one_of(&wording.ports).unwrap_or(443),
            user: self.one_of(&users).unwrap_or_default(),
            bucket: format!("{}-{}", ["exports", "uploads", "reports"][self.pick(3)], place.account),
            instance: format!("i-0{number:x}5d2c81f4e7a960b"),
            function: ["thumbnailer", "webhook-relay", "nightly-cleanup"][self.pick(3)].to_owned(),
            database: ["orders-prod", "ledger-prod", "reporting"][self.pick(3)].to_owned(),
            kubernetes: ["tools", "legacy-apps"][self.pick(2)].to_owned(),
            file: self.one_of(&wording.files).unwrap_or_default(),
            tool: what.tool.clone(),
        };
        facts.process = self.process(what, wording, place).map(|(path, command)| {
            let command = words(&command, &facts, place);
            (path, command)
        });
        facts
    }

    /// Path and command line of a process that can run in the place's image.
    fn process(&mut self, what: &What, wording: &Wording, place: &Place) -> Option<(String, String)> {
        let tool = what.tool.as_ref().and_then(|tool| self.words.tool.iter().find(|known| known.name == *tool));
        let all = tool.map_or(&wording.processes, |tool| &tool.processes);
        let stacks = &self.estate.stack;
        let foreign = |path: &String| *path != place.ancestor && stacks.values().any(|stack| stack == path);
        let own: Vec<_> = all.iter().filter(|(path, _)| !foreign(path)).cloned().collect();
        let own = if own.is_empty() { all.clone() } else { own };
        let (path, command) = self.one_of(&own)?;
        if self.chance(30) > 0 {
            return Some((path, command));
        }
        let hostile = self.words.hostile.clone();
        self.one_of(&hostile).map(|command| (path, command))
    }

    /// How often it was seen again, and what people did about it.
    fn fate(
        &mut self,
        what: &What,
        threat: Threat,
        title: String,
        (at, now): (Timestamp, Timestamp),
        unit: usize,
    ) -> Record {
        let age = now.duration_since(at).as_secs().max(0);
        let days = age / 86_400;
        let most = self.random.random_range(what.count.0..=what.count.1.max(what.count.0));
        // What is new has not been seen often yet.
        let count = if age < 3_600 { most.min(1) } else { most };
        let longest = if count >= NOISE { LONGEST_NOISE } else { LONGEST };
        let later = if count > 1 { self.random.random_range(60..age.min(longest).max(61)) } else { 0 };
        let updated = (at + SignedDuration::from_secs(later)).min(now.max(at));
        let suppressed = self.chance(100) < 3;
        let archived = suppressed || (days >= 3 && self.chance(100) < 8) || (days >= 30 && self.chance(100) < 25);
        let workflow = match self.chance(100) {
            _ if what.workflow.as_deref() == Some("SUPPRESSED") => "SUPPRESSED",
            0..35 if days >= 2 => "RESOLVED",
            35..60 if days >= 14 => "RESOLVED",
            60..75 => "NOTIFIED",
            75..79 if days >= 1 => "SUPPRESSED",
            _ => "NEW",
        };
        let sample = self.chance(1000) < 5;
        let id: u128 = self.random.random();
        let id = format!("{id:032x}");
        let (account, region) = (self.units[unit].account.clone(), self.units[unit].region.clone());
        let detector = detector(&account, &region);
        Record {
            arn: format!("arn:aws:guardduty:{region}:{account}:detector/{detector}/finding/{id}"),
            id,
            account,
            region,
            title: if sample { format!("[SAMPLE] {title}") } else { title },
            created: at,
            updated,
            count,
            archived,
            sample,
            in_hub: !suppressed,
            workflow,
            hub_updated: updated,
            hub_count: count,
            hub_archived: false,
            body: Body::Threat(Box::new(threat)),
        }
    }
}

fn words(template: &str, facts: &Facts, place: &Place) -> String {
    let path = facts.process.as_ref().map_or("", |(path, _)| path.as_str());
    let port = facts.port.to_string();
    let values = [
        ("family", place.family.as_str()),
        ("cluster", &place.cluster_name),
        ("container", &place.container),
        ("account", &place.account),
        ("region", &place.region),
        ("process", facts.process_name()),
        ("path", path),
        ("domain", facts.domain.as_deref().unwrap_or(&facts.ip)),
        ("ip", &facts.ip),
        ("port", &port),
        ("user", &facts.user),
        ("bucket", &facts.bucket),
        ("instance", &facts.instance),
        ("function", &facts.function),
        ("database", &facts.database),
        ("kubernetes", &facts.kubernetes),
        ("file", &facts.file),
    ];
    render(template, &values)
}
