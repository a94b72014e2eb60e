//! Ninety days that never happened: habits, deployments, incidents, and every type once.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use rand::Rng;

use super::World;
use crate::demo::activity::{Habit, Incident, What, When};
use crate::demo::fleet::{Unit, working_time};
use crate::demo::record::{Body, Sequence, Signal};

/// As long as the services remember.
const DAYS: i64 = 90;
/// A deployment of the estate is noisy with this chance in a hundred.
const NOISY: u64 = 45;

impl World {
    /// Invents the past.
    pub(super) fn remember(&mut self, now: Timestamp) {
        for day in (0..DAYS).rev() {
            self.day(now, day);
        }
        self.deployments(now);
        self.every_type(now);
        for incident in self.activity.incident.clone() {
            for days in &incident.days_ago {
                let begun = now - SignedDuration::from_hours(24 * days + 3);
                self.incident(&incident, begun, now);
            }
        }
        let oldest = now - SignedDuration::from_hours(24 * DAYS);
        self.records.retain(|record| record.created <= now && record.updated >= oldest);
        self.records.sort_by(|one, two| one.created.cmp(&two.created).then_with(|| one.arn.cmp(&two.arn)));
    }

    /// Keeps one of so many findings, and of every type the first; attack sequences stay whole.
    pub(in crate::demo) fn thin(&mut self, one_of: usize) {
        let (mut types, mut index) = (HashSet::new(), 0);
        self.records.retain(|record| {
            let (name, in_sequence) = match &record.body {
                Body::Threat(threat) => (&threat.name, threat.member_of.is_some() || threat.sequence.is_some()),
                Body::Control { id, .. } | Body::Package { id, .. } => (id, false),
            };
            index += 1;
            types.insert(name.clone()) || in_sequence || index % one_of.max(1) == 0
        });
    }

    /// An ordinary day, the last 24 hours being day 0. Some days are livelier than others, all habits alike.
    fn day(&mut self, now: Timestamp, day: i64) {
        let mood = 0.55 + self.random.random::<f64>() * 0.9;
        for habit in self.activity.habit.clone() {
            if habit.when == When::Deploy {
                continue;
            }
            let expected = habit.per_week / 7.0 * mood;
            let mut left = expected;
            while left > 0.0 {
                if self.random.random::<f64>() < left {
                    self.habit(&habit, now, day);
                }
                left -= 1.0;
            }
        }
    }

    fn habit(&mut self, habit: &Habit, now: Timestamp, day: i64) {
        let unit = self.any_unit(&habit.what.name, &habit.families);
        let begin = now - SignedDuration::from_hours(24 * (day + 1));
        let anywhen = begin + SignedDuration::from_secs(self.random.random_range(0..86_400));
        let zone = self.units[unit].zone().clone();
        let at = match habit.when {
            When::Work => {
                // Some work at the weekend, most on the working day before.
                let weekend = anywhen.to_zoned(zone.clone()).weekday().to_monday_zero_offset() >= 5;
                if weekend && self.chance(5) > 0 {
                    return;
                }
                if weekend { anywhen } else { working_time(anywhen, &zone, &mut self.random) }
            }
            When::Night => {
                let local = anywhen.to_zoned(zone);
                let later = i64::from(local.hour()) - self.random.random_range(0..5);
                anywhen - SignedDuration::from_hours(later.max(0))
            }
            When::Always | When::Deploy => anywhen,
        };
        if at <= now {
            self.threat(&habit.what, unit, at, now);
        }
    }

    fn deployments(&mut self, now: Timestamp) {
        for unit in 0..self.units.len() {
            let oldest = now - SignedDuration::from_hours(24 * DAYS);
            let deployments: Vec<Timestamp> =
                self.units[unit].deployments().iter().copied().filter(|at| *at > oldest).collect();
            for deployed in deployments {
                if self.chance(100) < NOISY {
                    self.after_deployment(unit, deployed, now);
                }
            }
        }
    }

    /// New code does unheard-of things in its first half hour.
    pub(super) fn after_deployment(&mut self, unit: usize, deployed: Timestamp, now: Timestamp) {
        if !self.units[unit].family.agent {
            return;
        }
        let habits: Vec<Habit> =
            self.activity.habit.iter().filter(|habit| habit.when == When::Deploy).cloned().collect();
        for _ in 0..=self.chance(4) {
            let at = deployed + SignedDuration::from_secs(self.random.random_range(300..2_100));
            if at <= now
                && let Some(what) = self.weighted(&habits)
            {
                self.threat(&what, unit, at, now);
            }
        }
    }

    /// One of some habits, the more frequent the likelier.
    pub(super) fn weighted(&mut self, habits: &[Habit]) -> Option<What> {
        let mut left = self.random.random::<f64>() * habits.iter().map(|habit| habit.per_week).sum::<f64>();
        for habit in habits {
            left -= habit.per_week;
            if left <= 0.0 {
                return Some(habit.what.clone());
            }
        }
        habits.last().map(|habit| habit.what.clone())
    }

    /// Every type in service happened at least once.
    fn every_type(&mut self, now: Timestamp) {
        for at in 0..self.types.len() {
            let what = What::plain(&self.types[at].name.clone());
            let days = i64::try_from(self.chance(84)).unwrap_or(0) + 3;
            let unit = self.any_unit(&what.name, &[]);
            let zone = self.units[unit].zone().clone();
            let when = working_time(now - SignedDuration::from_hours(24 * days), &zone, &mut self.random);
            let index = self.threat(&what, unit, when, now);
            // One that nobody archived or marked as a sample, so that it shows.
            self.records[index].show();
        }
    }

    /// Where an incident of the past happened.
    fn scene(&self, incident: &Incident) -> Vec<usize> {
        let here = |unit: &Unit| unit.cluster == incident.cluster && incident.families.contains(&unit.family.name);
        let mut scene: Vec<usize> = (0..self.units.len()).filter(|at| here(&self.units[*at])).collect();
        // The same family in another Region has nothing to do with it.
        if let Some(region) = scene.first().map(|at| self.units[*at].region.clone()) {
            scene.retain(|at| self.units[*at].region == region);
        }
        scene
    }

    fn incident(&mut self, incident: &Incident, begun: Timestamp, now: Timestamp) {
        let mut members = Vec::new();
        for unit in self.scene(incident) {
            for step in &incident.steps {
                let at = begun + SignedDuration::from_mins(step.minute);
                let index = self.threat(&step.what, unit, at, now);
                self.records[index].show();
                members.push(index);
            }
        }
        if let Some(name) = &incident.sequence {
            let last = incident.steps.iter().map(|step| step.minute).max().unwrap_or(0);
            let at = begun + SignedDuration::from_mins(last + 30);
            self.conclude(name, &incident.indicators, &members, at, now);
        }
    }

    /// GuardDuty's conclusion: an attack sequence of findings that belong together.
    pub(super) fn conclude(
        &mut self,
        name: &str,
        indicators: &[String],
        members: &[usize],
        at: Timestamp,
        now: Timestamp,
    ) {
        let mut sequence = Sequence { indicators: indicators.to_vec(), ..Sequence::default() };
        for index in members {
            let record = &self.records[*index];
            let Some(threat) = record.threat() else { continue };
            sequence.places.extend(threat.place.clone());
            sequence.signals.push(Signal {
                arn: record.arn.clone(),
                name: threat.name.clone(),
                severity: threat.severity,
                count: record.count,
                first: record.created,
                last: record.updated.min(at).max(record.created),
                task: threat.place.as_ref().map(|place| place.task.clone()),
            });
        }
        let Some(first) = sequence.places.first() else { return };
        let here = |unit: &Unit| unit.cluster_arn() == first.cluster && unit.family.name == first.family;
        let unit = self.units.iter().position(here).unwrap_or(0);
        let whole = self.threat(&What::plain(name), unit, at, now);
        self.records[whole].show();
        let arn = self.records[whole].arn.clone();
        if let Body::Threat(threat) = &mut self.records[whole].body {
            threat.sequence = Some(sequence);
        }
        for index in members {
            if let Body::Threat(threat) = &mut self.records[*index].body {
                threat.member_of = Some(arn.clone());
            }
        }
    }
}
