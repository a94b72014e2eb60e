//! Whether somebody looks, and why not. A zero is only said where this says yes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use app::model::{Kind, Layer, Looked, Source, SourceState, SourceStatus, Unseen};

use super::super::source_statuses;
use super::{Tasks, unseen};
use crate::query::QueryError;
use crate::query::row::word;
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// Whether somebody looks at a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sight {
    pub looked: Looked,
    pub reason: Option<Unseen>,
    pub error: Option<String>,
}

impl Sight {
    const YES: Self = Self { looked: Looked::Yes, reason: None, error: None };

    const fn unknown(reason: Unseen, error: Option<String>) -> Self {
        Self { looked: Looked::Unknown, reason: Some(reason), error }
    }
}

/// Account and Region.
type Where = (String, String);

/// What is known of everybody who could look.
#[derive(Debug, Default)]
pub(super) struct Sights {
    sources: Vec<SourceStatus>,
    /// Kinds of findings that ever came from there.
    told: BTreeMap<Where, BTreeSet<Kind>>,
    /// Names of standards and of products, where Security Hub told them.
    standards: BTreeMap<Where, BTreeSet<String>>,
    products: BTreeMap<Where, BTreeSet<String>>,
    /// How Security Hub and the detector answered when they were asked: outcome and error.
    parts: BTreeMap<(Where, String), (String, Option<String>)>,
    /// Status of runtime monitoring.
    runtime: BTreeMap<Where, String>,
}

impl Sights {
    pub(super) fn of(snapshot: &Snapshot<'_>, spec: &Spec, interval: Duration) -> Result<Self, QueryError> {
        let mut sights = Self { sources: source_statuses(snapshot, spec.now, interval)?, ..Self::default() };
        snapshot.rows(include_str!("../../sql/layers_told.sql"), [], |row| {
            let kind: Kind = word(row, 2)?;
            sights.told.entry((row.get(0)?, row.get(1)?)).or_default().insert(kind);
            Ok::<_, QueryError>(())
        })?;
        snapshot.rows("SELECT account_id, region, part, outcome, error FROM coverage_part", [], |row| {
            sights.parts.insert(((row.get(0)?, row.get(1)?), row.get(2)?), (row.get(3)?, row.get(4)?));
            Ok::<_, QueryError>(())
        })?;
        snapshot.rows("SELECT account_id, region, what, name FROM hub_enabled", [], |row| {
            let place = (row.get(0)?, row.get(1)?);
            let names =
                if row.get::<_, String>(2)? == "standard" { &mut sights.standards } else { &mut sights.products };
            names.entry(place).or_default().insert(row.get(3)?);
            Ok::<_, QueryError>(())
        })?;
        let runtime = "SELECT account_id, region, status FROM detector_feature WHERE feature = 'RUNTIME_MONITORING'";
        snapshot.rows(runtime, [], |row| {
            sights.runtime.insert((row.get(0)?, row.get(1)?), row.get(2)?);
            Ok::<_, QueryError>(())
        })?;
        Ok(sights)
    }

    /// Every account and Region we know of.
    pub(super) fn places(&self) -> BTreeSet<Where> {
        let told = self.told.keys().cloned();
        told.chain(self.parts.keys().map(|(place, _)| place.clone())).collect()
    }

    pub(super) fn of_cell(&self, layer: Layer, account: &str, region: &str, tasks: Option<&Tasks>) -> Sight {
        let place = (account.to_owned(), region.to_owned());
        match layer {
            Layer::Runtime => self.runtime(&place, tasks),
            Layer::Agent => self.agent(&place, tasks),
            Layer::Configuration => self.configuration(&place),
            Layer::Images => self.images(&place),
        }
    }

    /// How asking went, where it gave nothing.
    fn trouble(&self, place: &Where, part: &str, off: Unseen) -> Option<Sight> {
        let (outcome, error) = self.parts.get(&(place.clone(), part.to_owned()))?;
        match outcome.as_str() {
            "not-enabled" => Some(unseen(off)),
            "denied" => Some(Sight::unknown(Unseen::Denied, error.clone())),
            "failed" => Some(Sight::unknown(Unseen::Failing, error.clone())),
            _ => None,
        }
    }

    /// The state of a service here: its own collector's, else that of one who speaks for other accounts in the Region.
    fn collector(&self, source: Source, place: &Where) -> Option<&SourceStatus> {
        let mut here = self.sources.iter().filter(|one| one.source == source && one.region == place.1);
        here.clone().find(|one| one.account == place.0).or_else(|| here.next())
    }

    fn told(&self, place: &Where, kind: Kind) -> bool {
        self.told.get(place).is_some_and(|told| told.contains(&kind))
    }

    fn runtime(&self, place: &Where, tasks: Option<&Tasks>) -> Sight {
        if let Some(status) = self.runtime.get(place).filter(|status| *status != "ENABLED") {
            let error = Some(format!("RUNTIME_MONITORING {status}"));
            return Sight { error, ..unseen(Unseen::RuntimeMonitoringOff) };
        }
        match self.collector(Source::GuardDuty, place).map(|one| (one.state, one.last_error.clone())) {
            Some((SourceState::NotEnabled, _)) => return unseen(Unseen::GuardDutyOff),
            Some((SourceState::Denied, error)) => return Sight::unknown(Unseen::Denied, error),
            Some((SourceState::Failing, error)) => return Sight::unknown(Unseen::Failing, error),
            None | Some((SourceState::Never, _)) if !self.told(place, Kind::Threat) => {
                return Sight::unknown(Unseen::NeverTold, None);
            }
            _ => {}
        }
        match self.agent(place, tasks) {
            // Nothing runs that an agent could look at.
            Sight { reason: Some(Unseen::NothingRuns), .. } => Sight::YES,
            sight => sight,
        }
    }

    fn agent(&self, place: &Where, tasks: Option<&Tasks>) -> Sight {
        // Tasks that were seen before the refusal may long have changed.
        if let Some(trouble) = self.trouble(place, "tasks", Unseen::NeverTold) {
            return trouble;
        }
        let Some(tasks) = tasks else {
            let asked =
                self.parts.get(&(place.clone(), "tasks".to_owned())).is_some_and(|(outcome, _)| outcome == "ok");
            return if asked { unseen(Unseen::NothingRuns) } else { Sight::unknown(Unseen::NeverTold, None) };
        };
        let reason = match () {
            () if tasks.covered == tasks.all => return Sight::YES,
            () if tasks.gaps > 0 => Unseen::NoAgent,
            () if tasks.excluded > 0 => Unseen::Excluded,
            () if tasks.unsupported > 0 => Unseen::Unsupported,
            () => return Sight::unknown(Unseen::NeverTold, None),
        };
        let looked = if tasks.covered > 0 { Looked::Partly } else { Looked::No };
        Sight { looked, reason: Some(reason), error: None }
    }

    fn configuration(&self, place: &Where) -> Sight {
        let asked = self.parts.get(&(place.clone(), "hub".to_owned())).is_some_and(|(outcome, _)| outcome == "ok");
        if asked {
            let any = self.standards.get(place).is_some_and(|names| !names.is_empty());
            return if any { self.hub(place) } else { unseen(Unseen::NoStandard) };
        }
        // What came from there once was looked at, whoever set it up.
        if self.told(place, Kind::Posture) {
            return self.hub(place);
        }
        self.trouble(place, "hub", Unseen::HubOff).unwrap_or(Sight::unknown(Unseen::NeverTold, None))
    }

    fn images(&self, place: &Where) -> Sight {
        let asked = self.parts.get(&(place.clone(), "hub".to_owned())).is_some_and(|(outcome, _)| outcome == "ok");
        if asked {
            let any = self.products.get(place).is_some_and(|names| names.contains("aws/inspector"));
            return if any { self.hub(place) } else { unseen(Unseen::InspectorOff) };
        }
        if self.told(place, Kind::Vulnerability) {
            return self.hub(place);
        }
        self.trouble(place, "hub", Unseen::HubOff).unwrap_or(Sight::unknown(Unseen::NeverTold, None))
    }

    /// Whether we read what Security Hub has of a place: from its own Region, else, where nobody asks there, from a home
    /// Region. A Region of its own that refuses is not made good by another that answers.
    fn hub(&self, place: &Where) -> Sight {
        let hubs = || self.sources.iter().filter(|one| one.source == Source::SecurityHub);
        let reads = |one: &SourceStatus| matches!(one.state, SourceState::Fresh | SourceState::Stale);
        let own = self.collector(Source::SecurityHub, place);
        if own.map_or_else(|| hubs().any(reads), reads) {
            return Sight::YES;
        }
        match own.or_else(|| hubs().next()).map(|one| (one.state, one.last_error.clone())) {
            Some((SourceState::NotEnabled, _)) => unseen(Unseen::HubOff),
            Some((SourceState::Denied, error)) => Sight::unknown(Unseen::Denied, error),
            Some((SourceState::Failing, error)) => Sight::unknown(Unseen::Failing, error),
            // From files: nobody looks any more, but what they tell was looked at.
            _ if self.told(place, Kind::Posture) || self.told(place, Kind::Vulnerability) => Sight::YES,
            _ => Sight::unknown(Unseen::NeverTold, None),
        }
    }
}
