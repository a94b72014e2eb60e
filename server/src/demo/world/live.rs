//! Time goes on: findings arrive and recur, people decide, code is deployed, now and then an incident.

use jiff::Timestamp;

use super::World;
use crate::demo::activity::{Habit, What, When};
use crate::demo::record::{Body, Record};

/// A finding of an incident that goes on.
#[derive(Debug, Clone)]
pub struct Coming {
    what: What,
    unit: usize,
    /// Concluded after this one.
    end: Option<(String, Vec<String>)>,
    /// Findings of the incident so far.
    so_far: Vec<String>,
}

/// Agents end at this happening,
const ENDING: u64 = 12;
/// and a family is deployed anew at every such one: a visitor of some minutes sees coverage lost and won.
const RENEWING: u64 = 20;

impl World {
    /// One thing that happens. Every fourth is a new finding; an incident brings several in a row.
    pub fn happen(&mut self, now: Timestamp) {
        self.happenings += 1;
        match self.happenings {
            ENDING => self.end_agents(),
            happening if happening % RENEWING == 0 => drop(self.renew(now)),
            _ => {}
        }
        if let Some(next) = self.coming.pop_front() {
            self.go_on(next, now);
            return;
        }
        if self.happenings % 60 == 20 {
            self.begin_incident(now);
        } else if self.happenings % 4 == 1 {
            self.new_threat(now);
        } else {
            match self.chance(100) {
                0..62 => self.again(now),
                62..72 => self.archive_one(now),
                72..88 => self.decide(),
                88..94 => self.evaluate(now),
                _ => self.deploy_one(now),
            }
        }
    }

    fn new_threat(&mut self, now: Timestamp) {
        let habits: Vec<Habit> =
            self.activity.habit.iter().filter(|habit| habit.when != When::Deploy).cloned().collect();
        let Some(what) = self.weighted(&habits) else { return };
        let families = habits.iter().find(|habit| habit.what.name == what.name && habit.what.tool == what.tool);
        let families = families.map(|habit| habit.families.clone()).unwrap_or_default();
        let unit = self.any_unit(&what.name, &families);
        self.arrive(&what, unit, now);
    }

    /// A finding that is new now: nobody has decided about it.
    fn arrive(&mut self, what: &What, unit: usize, now: Timestamp) -> String {
        let index = self.threat(what, unit, now, now);
        self.records[index].show();
        self.records[index].arn.clone()
    }

    fn begin_incident(&mut self, now: Timestamp) {
        let live: Vec<usize> =
            (0..self.activity.incident.len()).filter(|at| self.activity.incident[*at].live).collect();
        let Some(at) = self.one_of(&live) else { return };
        let incident = self.activity.incident[at].clone();
        let unit = self.any_unit("*:Runtime/*", &[]);
        let last = incident.steps.len().saturating_sub(1);
        for (index, step) in incident.steps.iter().enumerate() {
            let end = incident.sequence.as_ref().filter(|_| index == last);
            let end = end.map(|name| (name.clone(), incident.indicators.clone()));
            self.coming.push_back(Coming { what: step.what.clone(), unit, end, so_far: Vec::new() });
        }
        if let Some(first) = self.coming.pop_front() {
            self.go_on(first, now);
        }
    }

    fn go_on(&mut self, step: Coming, now: Timestamp) {
        let arn = self.arrive(&step.what, step.unit, now);
        let mut so_far = step.so_far;
        so_far.push(arn);
        if let Some(next) = self.coming.front_mut() {
            next.so_far = so_far;
        } else if let Some((name, indicators)) = step.end {
            let members: Vec<usize> = so_far.iter().filter_map(|arn| self.position(arn)).collect();
            self.conclude(&name, &indicators, &members, now, now);
        }
    }

    /// One of the open threats that `fits`, the younger the likelier.
    fn open_threat(&mut self, fits: impl Fn(&Record) -> bool) -> Option<usize> {
        let open = |record: &Record| record.threat().is_some() && !record.archived && fits(record);
        let open: Vec<usize> = (0..self.records.len()).filter(|at| open(&self.records[*at])).collect();
        // The list is in the order of creation: the larger of two draws prefers the end.
        let at = self.pick(open.len()).max(self.pick(open.len()));
        open.get(at).copied()
    }

    fn again(&mut self, now: Timestamp) {
        let sequence = |record: &Record| record.threat().is_some_and(|threat| threat.sequence.is_some());
        if let Some(index) = self.open_threat(|record| !sequence(record)) {
            self.recur_at(index, now);
        }
    }

    pub(super) fn recur_at(&mut self, index: usize, now: Timestamp) {
        let more = i64::try_from(self.chance(5)).unwrap_or(0) + 1;
        let record = &mut self.records[index];
        record.count += more;
        record.updated = now;
        record.hub_count = record.count;
        record.hub_updated = now;
    }

    fn archive_one(&mut self, now: Timestamp) {
        if let Some(index) = self.open_threat(|_| true) {
            let record = &mut self.records[index];
            (record.archived, record.updated) = (true, now);
        }
    }

    /// Decisions in Security Hub do not move `UpdatedAt`.
    fn decide(&mut self) {
        let undecided = |record: &Record| record.in_hub && ["NEW", "NOTIFIED"].contains(&record.workflow);
        let Some(index) = self.open_threat(undecided) else { return };
        self.records[index].workflow = match (self.records[index].workflow, self.chance(10)) {
            ("NEW", 0..5) => "NOTIFIED",
            (_, 9) => "SUPPRESSED",
            _ => "RESOLVED",
        };
    }

    /// Security Hub evaluates a control again, and the resource was repaired or broken since.
    fn evaluate(&mut self, now: Timestamp) {
        let control = |record: &Record| matches!(record.body, Body::Control { .. });
        let controls: Vec<usize> = (0..self.records.len()).filter(|at| control(&self.records[*at])).collect();
        let Some(index) = self.one_of(&controls) else { return };
        let record = &mut self.records[index];
        if let Body::Control { failed, .. } = &mut record.body {
            *failed = !*failed;
            record.workflow = if *failed { "NEW" } else { "RESOLVED" };
            (record.updated, record.hub_updated) = (now, now);
        }
    }

    fn deploy_one(&mut self, now: Timestamp) {
        let unit = self.any_unit("*:Runtime/*", &[]);
        self.units[unit].deploy(now);
        let drift: Vec<Habit> =
            self.activity.habit.iter().filter(|habit| habit.when == When::Deploy).cloned().collect();
        if let Some(what) = self.weighted(&drift) {
            self.arrive(&what, unit, now);
        }
    }
}
