//! What is made of counts: groups, heat maps, movers, news.

use super::world::{World, now, window};
use crate::model::groups::PlaceKind;
use crate::model::{
    BreakdownRow, Counts, Dimension, Finding, Grain, GroupPlace, GroupRow, Groups, HeatColumn, HeatColumns, HeatRow,
    Heatmap, Mover, Movers, NewThing, News, NewsKind,
};

impl World {
    pub fn made_groups(&self) -> Groups {
        let place = |finding: &Finding| GroupPlace {
            by: PlaceKind::Family,
            key: finding.families[0].key.clone(),
            label: finding.families[0].label.clone(),
            findings: self.count(),
            occurrences: self.count(),
            severity: finding.severity,
            newest_at: now(),
        };
        let row = |finding: &Finding| GroupRow {
            finding_type: finding.finding_type.clone(),
            category: finding.category,
            findings: self.count(),
            occurrences: self.count(),
            severity: finding.severity,
            newest_at: now(),
            places: vec![place(finding)],
            places_total: 2,
        };
        let rows: Vec<_> = self.findings.first().map(row).into_iter().collect();
        let (rows_total, count) = (self.count().min(1), self.count());
        let total = Counts { findings: count, occurrences: count };
        Groups { rows, rows_total, total, watched: self.watched, as_of: now(), data_version: 1 }
    }

    pub fn made_heatmap(&self, rows_by: Dimension, cols_by: HeatColumns) -> Heatmap {
        let columns: Vec<HeatColumn> = match cols_by {
            HeatColumns::Of(dimension) => self
                .rows(dimension)
                .rows
                .into_iter()
                .map(|row| HeatColumn { key: row.key, label: row.label, findings: Some(row.findings) })
                .collect(),
            HeatColumns::Time => ["2026-11-16T00:00:00+00:00", "2026-11-23T00:00:00+00:00"]
                .map(|week| HeatColumn { key: week.to_owned(), label: week.to_owned(), findings: None })
                .to_vec(),
        };
        let rows = self.rows(rows_by).rows.into_iter().map(|row| HeatRow {
            key: row.key,
            label: row.label,
            findings: row.findings,
            cells: columns.iter().map(|column| column.findings).collect(),
        });
        let rows: Vec<_> = rows.collect();
        Heatmap {
            rows_by,
            cols_by,
            grain: (cols_by == HeatColumns::Time).then_some(Grain::Week),
            time_zone: "UTC".to_owned(),
            columns_total: columns.len(),
            rows_total: rows.len(),
            columns,
            rows,
            total: self.count(),
            watched: self.watched,
            as_of: now(),
            data_version: 1,
        }
    }

    pub fn made_movers(&self) -> Movers {
        let mover = |row: BreakdownRow| Mover {
            by: Dimension::Family,
            key: row.key,
            label: row.label,
            findings: row.findings,
            previous: 15,
        };
        let rows = self.rows(Dimension::Family).rows.into_iter().map(mover).collect();
        Movers { window: window(), rows: (!self.sources.is_empty()).then_some(rows), as_of: now(), data_version: 1 }
    }

    pub fn made_news(&self) -> News {
        let thing = |row: BreakdownRow| NewThing {
            kind: NewsKind::TypeInFamily,
            key: row.key,
            label: row.label,
            finding_type: Some("CryptoCurrency:Runtime/BitcoinTool.B".to_owned()),
            first_at: now(),
            revision: Some("checkout:42".to_owned()),
            findings: row.findings,
        };
        let rows = self.rows(Dimension::Family).rows.into_iter().map(thing).collect();
        let known = !self.sources.is_empty();
        News {
            window: window(),
            watched_since: known.then(now),
            rows: known.then_some(rows),
            as_of: now(),
            data_version: 1,
        }
    }
}
