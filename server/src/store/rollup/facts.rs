//! What rollups count of a finding, and the rows it is counted in.

use std::borrow::Cow;

use duckdb::Row;
use jiff::Timestamp;

use super::words::{Word, Words};
use super::{Event, NONE, SLICES, Unit, rollup_part, rollup_slice, slice_of};
use crate::ingest::Tracked;
use crate::store::known::Remembered;
use crate::store::values::{members, read_list, read_optional_time, read_time};
use crate::store::{StoreError, leaving};

/// What tells rows of one time and key apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Look {
    pub(super) kind: Word,
    pub(super) sample: bool,
    pub(super) category: Option<Word>,
    pub(super) severity: Word,
    pub(super) is_open: bool,
}

/// What rollups count of a finding.
pub(super) struct Facts {
    /// Of the parts.
    pub(super) slice: i8,
    pub(super) created_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) leaves_at: Option<Timestamp>,
    pub(super) look: Look,
    pub(super) occurrences: i64,
    pub(super) finding_type: Word,
    pub(super) digests: Vec<Word>,
    /// Dimension and key, once for each key.
    pub(super) places: Vec<(&'static str, Word)>,
}

/// A row of a rollup without its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    pub(super) unit: Unit,
    pub(super) part: i8,
    pub(super) key: Word,
    pub(super) starts_at: Timestamp,
    pub(super) look: Look,
}

/// One-valued dimensions and those that are lists, by name.
struct Places<'a> {
    account: Option<&'a str>,
    region: Option<&'a str>,
    finding_type: &'a str,
    workflow: Option<&'a str>,
    in_guardduty: bool,
    in_securityhub: bool,
    clusters: Vec<Cow<'a, str>>,
    families: Vec<Cow<'a, str>>,
    services: Vec<Cow<'a, str>>,
}

impl Places<'_> {
    fn list(&self, words: &mut Words) -> Vec<(&'static str, Word)> {
        let (account, region) = (self.account.unwrap_or(NONE), self.region.unwrap_or(NONE));
        let mut places = vec![
            ("all", words.number("")),
            ("account", words.number(account)),
            ("region", words.number(region)),
            ("type", words.number(self.finding_type)),
            ("workflow", words.number(self.workflow.unwrap_or(NONE))),
        ];
        if self.in_guardduty {
            places.push(("source", words.number("guardduty")));
            places.push(("collector", words.number(&format!("guardduty/{region}"))));
        }
        // What neither service knows does not exist; the recount says the same.
        if self.in_securityhub || !self.in_guardduty {
            places.push(("source", words.number("securityhub")));
        }
        for (dimension, keys) in [("cluster", &self.clusters), ("family", &self.families), ("service", &self.services)]
        {
            if keys.is_empty() {
                places.push((dimension, words.number(NONE)));
            }
            places.extend(keys.iter().map(|key| (dimension, words.number(key))));
        }
        places
    }
}

impl Facts {
    pub(super) fn of<'a>(tracked: &'a Tracked, words: &mut Words) -> Self {
        let finding = &tracked.finding;
        let keys = |named: &'a [app::model::Named]| members(named.iter().map(|named| named.key.as_str())).collect();
        let places = Places {
            account: finding.account.as_deref(),
            region: finding.region.as_deref(),
            finding_type: &finding.finding_type,
            workflow: finding.workflow.as_deref(),
            in_guardduty: finding.in_guardduty,
            in_securityhub: finding.in_securityhub,
            clusters: keys(&finding.clusters),
            families: keys(&finding.families),
            services: keys(&finding.services),
        };
        Self {
            slice: rollup_slice(finding.kind, finding.sample),
            created_at: finding.created_at,
            closed_at: finding.closed_at,
            leaves_at: leaving::leaves_at(tracked),
            look: Look {
                kind: words.number(finding.kind.as_str()),
                sample: finding.sample,
                category: finding.category.map(|category| words.number(category.as_str())),
                severity: words.number(finding.severity.as_str()),
                is_open: finding.closed_at.is_none(),
            },
            occurrences: finding.occurrences,
            finding_type: words.number(&finding.finding_type),
            digests: members(finding.image_digests.iter().map(String::as_str))
                .map(|digest| words.number(&digest))
                .collect(),
            places: places.list(words),
        }
    }

    /// The same finding in another state.
    pub(super) fn with_state(&self, state: &Remembered, words: &mut Words) -> Self {
        let workflow = words.number(state.workflow.as_deref().unwrap_or(NONE));
        let place = |(dimension, key)| if dimension == "workflow" { (dimension, workflow) } else { (dimension, key) };
        Self {
            closed_at: state.closed_at,
            leaves_at: state.leaves_at,
            look: Look { severity: words.number(&state.severity), is_open: state.closed_at.is_none(), ..self.look },
            occurrences: state.occurrences,
            places: self.places.iter().copied().map(place).collect(),
            digests: Vec::new(),
            ..*self
        }
    }

    /// Reads a row of `rollup_stored.sql`.
    pub(super) fn read(row: &Row<'_>, words: &mut Words) -> Result<Self, StoreError> {
        let text = |column: usize| row.get::<_, Option<String>>(column);
        let (account, region, workflow) = (text(7)?, text(8)?, text(10)?);
        let finding_type: String = row.get(9)?;
        let keys = |column| Ok::<_, StoreError>(read_list(row, column)?.into_iter().map(Cow::Owned).collect());
        let places = Places {
            account: account.as_deref(),
            region: region.as_deref(),
            finding_type: &finding_type,
            workflow: workflow.as_deref(),
            in_guardduty: row.get(11)?,
            in_securityhub: row.get(12)?,
            clusters: keys(13)?,
            families: keys(14)?,
            services: keys(15)?,
        };
        let closed_at = read_optional_time(row, 1)?;
        let (kind, sample): (String, bool) = (row.get(2)?, row.get(3)?);
        Ok(Self {
            slice: slice_of(&kind, sample)?,
            created_at: read_time(row, 0)?,
            closed_at,
            leaves_at: read_optional_time(row, 16)?,
            look: Look {
                kind: words.number(&kind),
                sample,
                category: text(4)?.map(|category| words.number(&category)),
                severity: words.number(&row.get::<_, String>(5)?),
                is_open: closed_at.is_none(),
            },
            occurrences: row.get(6)?,
            finding_type: words.number(&finding_type),
            digests: read_list(row, 17)?.iter().map(|digest| words.number(digest)).collect(),
            places: places.list(words),
        })
    }

    pub(super) fn events(&self) -> impl Iterator<Item = (Event, Timestamp)> {
        let gone = self.closed_at.map(|closed| (Event::Gone, closed.max(self.created_at)));
        let leaves = self.leaves_at.map(|leaves| (Event::Leaves, leaves));
        [Some((Event::Created, self.created_at)), gone, leaves].into_iter().flatten()
    }

    /// `nothing` is the empty text.
    pub(super) fn cells(&self, nothing: Word) -> impl Iterator<Item = Cell> {
        let by_dimension = self.events().flat_map(move |(event, at)| {
            let places = if event == Event::Created { &self.places[..] } else { &[] };
            let once = (event != Event::Created).then_some(("all", nothing));
            places.iter().copied().chain(once).map(move |(dimension, key)| (event.as_str(), at, dimension, key))
        });
        let detailed = by_dimension.flat_map(move |(event, at, dimension, key)| {
            let part = rollup_part(event, dimension).expect("every dimension of a finding is counted");
            let part = part * SLICES + self.slice;
            let units = Unit::ALL.into_iter().filter(move |unit| unit.keeps(dimension));
            units.map(move |unit| Cell { unit, part, key, starts_at: unit.floor(event, at), look: self.look })
        });
        let look = Look { category: None, severity: nothing, is_open: true, ..self.look };
        let plain = self.places.iter().filter_map(move |(dimension, key)| {
            let part = rollup_part("plain", dimension)? * SLICES + self.slice;
            Some(Cell { unit: Unit::Day, part, key: *key, starts_at: Unit::Day.floor("plain", self.created_at), look })
        });
        detailed.chain(plain)
    }
}
