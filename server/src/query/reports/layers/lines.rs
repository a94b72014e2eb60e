//! When new findings came, bucket by bucket, and in which buckets nobody looked.

use std::collections::BTreeMap;

use app::model::{Kind, Source};
use jiff::Timestamp;

use super::super::coverage;
use super::super::trend::{Frame, values};
use crate::query::QueryError;
use crate::query::over_time::Buckets;
use crate::query::spec::Spec;
use crate::store::{Snapshot, read_time};

/// Account, Region and service of a collector.
type Collector = (String, String, String);

/// Which buckets each collector looked at.
pub(super) struct Lines {
    looked: BTreeMap<Collector, Vec<bool>>,
    nobody: Vec<bool>,
    /// Whether the window before was looked at as a whole.
    pub compares: bool,
}

impl Lines {
    pub(super) fn of(snapshot: &Snapshot<'_>, spec: &Spec, frame: &Frame) -> Result<Self, QueryError> {
        let sql = "SELECT account, region, source, covered_from, covered_to FROM sync_covered ORDER BY covered_from";
        let mut spans = BTreeMap::<Collector, Vec<(Timestamp, Timestamp)>>::new();
        snapshot.rows(sql, [], |row| {
            let collector = (row.get(0)?, row.get(1)?, row.get(2)?);
            spans.entry(collector).or_default().push((read_time(row, 3)?, read_time(row, 4)?));
            Ok::<_, QueryError>(())
        })?;
        let looked = spans.into_iter().map(|(collector, spans)| (collector, frame.looked_at(spec, &spans))).collect();
        let watched = coverage::covered(snapshot, &spec.filter)?;
        Ok(Self {
            looked,
            nobody: vec![false; frame.buckets.len()],
            compares: coverage::watched_before(&watched, spec).is_some(),
        })
    }

    /// New findings of a place by bucket. Threats come from either service, everything else from Security Hub.
    pub(super) fn of_cell(&self, kind: Kind, account: &str, region: &str, counts: &Buckets) -> Vec<Option<i64>> {
        let services: &[Source] = match kind {
            Kind::Threat => &[Source::GuardDuty, Source::SecurityHub],
            Kind::Posture | Kind::Vulnerability => &[Source::SecurityHub],
        };
        let mut looked = self.nobody.clone();
        for source in services {
            for (all, one) in looked.iter_mut().zip(self.by(*source, account, region)) {
                *all |= one;
            }
        }
        values(&looked, Some(counts))
    }

    /// As who looks at a place is found elsewhere: its own collector, else one that speaks for other accounts in the
    /// Region; Security Hub's findings may also come from a home Region.
    fn by(&self, source: Source, account: &str, region: &str) -> &[bool] {
        let mut of_service = self.looked.iter().filter(|((_, _, name), _)| name == source.as_str());
        let mut here = of_service.clone().filter(|((_, of, _), _)| of == region);
        let own = here.clone().find(|((of, _, _), _)| of == account).or_else(|| here.next());
        let found = own.or_else(|| if source == Source::SecurityHub { of_service.next() } else { None });
        found.map_or(&self.nobody, |(_, looked)| looked)
    }
}
