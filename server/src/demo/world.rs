//! The simulated world: every finding there is, what runs, and the means to look at both.

mod history;
mod live;
mod posture;
mod spending;
mod threats;

use std::collections::{BTreeSet, VecDeque};

use app::model::Source;
use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::activity::{Activity, ThreatType, threat_types};
use super::estate::{Account, Estate, Posture, Trouble};
use super::fleet::{self, Unit};
use super::record::{Known, Record};
use super::wording::Wordings;

/// Every finding there is, and everything that runs.
#[derive(Debug)]
pub struct World {
    estate: Estate,
    activity: Activity,
    words: Wordings,
    types: Vec<ThreatType>,
    random: ChaCha8Rng,
    units: Vec<Unit>,
    /// Units in which nothing happens.
    quiet: Vec<Unit>,
    records: Vec<Record>,
    /// Findings of an incident that goes on.
    coming: VecDeque<live::Coming>,
    happenings: u64,
    /// When the world was built: trials are counted from there.
    born: Timestamp,
    /// What a service no longer has, by its ARN.
    forgotten: BTreeSet<(Source, String)>,
}

impl World {
    /// Ninety days of history up to `now`. The same seed and moment give the same world.
    pub(super) fn build(seed: u64, now: Timestamp) -> Result<Self, String> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let estate = Estate::load()?;
        let units = fleet::build(&estate, &mut random, now);
        let quiet = fleet::build_quiet(&estate, now);
        let mut world = Self {
            activity: Activity::load()?,
            words: Wordings::load()?,
            types: threat_types(),
            records: Vec::new(),
            coming: VecDeque::new(),
            happenings: 0,
            born: now,
            forgotten: BTreeSet::new(),
            estate,
            random,
            units,
            quiet,
        };
        if let Some(odd) = world.oddity() {
            return Err(format!("activity.toml: {odd}"));
        }
        world.remember(now);
        world.posture(&Posture::load()?, now);
        Ok(world)
    }

    /// The first name in the activity that means nothing.
    fn oddity(&self) -> Option<String> {
        let type_of = |name: &str| self.types.iter().any(|known| known.name == name);
        let family = |name: &str| self.units.iter().any(|unit| unit.family.name == name);
        let habits = self.activity.habit.iter().map(|habit| &habit.what);
        let steps = self.activity.incident.iter().flat_map(|incident| incident.steps.iter().map(|step| &step.what));
        let families = self.activity.habit.iter().flat_map(|habit| &habit.families);
        let involved = self.activity.incident.iter().flat_map(|incident| &incident.families);
        let unknown = habits.chain(steps).map(|what| &what.name).find(|name| !type_of(name));
        unknown.or_else(|| families.chain(involved).find(|name| !family(name))).cloned()
    }

    pub(super) fn regions(&self) -> Vec<String> {
        self.estate.regions.clone()
    }

    /// Where Security Hub brings all findings together; `None`: nowhere.
    pub(super) fn home_region(&self) -> Option<&str> {
        self.estate.home_region.as_deref()
    }

    /// Somebody makes another Region Security Hub's home, or takes the aggregation away.
    pub fn move_home(&mut self, region: Option<&str>) {
        self.estate.home_region = region.map(str::to_owned);
    }

    /// The delegated administrator's account.
    pub(super) fn administrator(&self) -> &str {
        &self.estate.account[0].id
    }

    /// The account whose role this is.
    pub(super) fn account_of_role(&self, role_arn: &str) -> Option<&Account> {
        let role = |account: &&Account| role_arn == format!("arn:aws:iam::{}:role/{}", account.id, self.estate.role);
        self.estate.account.iter().find(role)
    }

    /// Roles that can be assumed: ARN and external id.
    pub(super) fn roles(&self) -> Vec<(String, Option<String>)> {
        let role = |account: &Account| {
            (format!("arn:aws:iam::{}:role/{}", account.id, self.estate.role), account.external_id.clone())
        };
        self.estate.account.iter().map(role).collect()
    }

    /// What runs in a Region of an account.
    pub(super) fn units<'a>(&'a self, account: &'a str, region: &'a str) -> impl Iterator<Item = &'a Unit> {
        self.everywhere().filter(move |unit| unit.account == account && unit.region == region)
    }

    /// What runs anywhere.
    pub(super) fn everywhere(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().chain(&self.quiet)
    }

    /// Whether a policy keeps everybody from asking ECS here.
    pub(super) fn is_ecs_denied(&self, account: &str, region: &str) -> bool {
        self.estate.account(account).is_some_and(|account| account.ecs_denied.iter().any(|denied| denied == region))
    }

    /// Somebody deploys a family anew that runs without agents because its tasks are too old. False if there is none.
    pub fn renew(&mut self, now: Timestamp) -> bool {
        let is_old = |unit: &&mut Unit| {
            let before = [Trouble::Before, Trouble::SomeBefore, Trouble::WhileExcluded];
            unit.trouble(now).is_some_and(|trouble| before.contains(&trouble))
        };
        self.quiet.iter_mut().find(is_old).map(|unit| unit.deploy(now - jiff::SignedDuration::from_mins(5))).is_some()
    }

    /// The agents of families end that had been running so far.
    pub fn end_agents(&mut self) {
        for unit in self.quiet.iter_mut().filter(|unit| unit.family.trouble == Some(Trouble::ExitsSoon)) {
            unit.agents_ended = true;
        }
    }

    /// A number below `end`.
    pub(super) fn chance(&mut self, end: u64) -> u64 {
        self.random.random_range(0..end.max(1))
    }

    fn pick(&mut self, length: usize) -> usize {
        self.random.random_range(0..length.max(1))
    }

    fn one_of<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        let at = self.pick(values.len());
        values.get(at).cloned()
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
        let unit = self.any_unit(name, &[]);
        let index = self.threat(&super::activity::What::plain(name), unit, now, now);
        self.records[index].show();
        self.records[index].arn.clone()
    }

    /// A service no longer has the finding, or has it again.
    pub fn forget(&mut self, service: Source, arn: &str, gone: bool) {
        let entry = (service, arn.to_owned());
        if gone {
            self.forgotten.insert(entry);
        } else {
            self.forgotten.remove(&entry);
        }
    }

    fn has(&self, service: Source, record: &Record) -> bool {
        self.forgotten.is_empty() || !self.forgotten.contains(&(service, record.arn.clone()))
    }

    /// The truth: everything there ever was.
    pub fn findings(&self) -> Vec<Known> {
        let known = |record: &Record| Known {
            arn: record.arn.clone(),
            account: record.account.clone(),
            region: record.region.clone(),
            threat_type: record.threat().map(|threat| threat.name.clone()),
            family: record.threat().and_then(|threat| threat.place.as_ref()).map(|place| place.family.clone()),
            count: record.count,
            created: record.created,
            updated: record.updated,
            archived: record.archived,
            sample: record.sample,
            in_guardduty: record.threat().is_some(),
            in_securityhub: record.in_hub,
            workflow: record.workflow,
        };
        self.records.iter().map(known).collect()
    }

    /// GuardDuty's findings in a Region, of one account or of all.
    pub(super) fn guardduty<'a>(
        &'a self,
        account: Option<&'a str>,
        region: &'a str,
    ) -> impl Iterator<Item = &'a Record> {
        self.records
            .iter()
            .filter(move |record| record.threat().is_some() && record.region == region)
            .filter(|record| self.has(Source::GuardDuty, record))
            .filter(move |record| account.is_none_or(|account| account == record.account))
    }

    /// Security Hub's findings, of one account or of all, of a Region or of all.
    pub(super) fn hub<'a>(
        &'a self,
        account: Option<&'a str>,
        region: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Record> {
        self.records
            .iter()
            .filter(move |record| record.in_hub && region.is_none_or(|region| region == record.region))
            .filter(|record| self.has(Source::SecurityHub, record))
            .filter(move |record| account.is_none_or(|account| account == record.account))
    }
}

#[cfg(test)]
mod tests;
