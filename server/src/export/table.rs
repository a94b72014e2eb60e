//! Finished reports as tables: the one form that CSV, Markdown and Parquet are written from.

use app::model::{Breakdown, Groups, Heatmap, LayerRow, Movers, News, Trend};

/// What the texts of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Double,
    Truth,
    /// RFC 3339.
    Time,
}

/// A column by name.
pub type Head = (&'static str, Kind);

/// Records with a cell for each column. An empty cell is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Head>,
    pub rows: Vec<Vec<String>>,
}

fn known(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// `bucket,key,label,value,covered_percent`: one record per bucket and series. An empty value is unknown: nobody looked.
pub fn trend(trend: &Trend) -> Table {
    let columns = vec![
        ("bucket", Kind::Time),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("value", Kind::Integer),
        ("covered_percent", Kind::Integer),
    ];
    let rows = trend.buckets.iter().enumerate().flat_map(|(index, bucket)| {
        trend.series.iter().map(move |series| {
            let value = known(series.values.get(index).copied().flatten());
            let covered = known(trend.covered_percent.get(index).copied().flatten());
            vec![bucket.clone(), series.key.clone(), series.label.clone(), value, covered]
        })
    });
    Table { columns, rows: rows.collect() }
}

/// `key,label,findings,occurrences`: one record per row.
pub fn breakdown(breakdown: &Breakdown) -> Table {
    let columns =
        vec![("key", Kind::Text), ("label", Kind::Text), ("findings", Kind::Integer), ("occurrences", Kind::Integer)];
    let row = |row: &app::model::BreakdownRow| {
        vec![row.key.clone(), row.label.clone(), row.findings.to_string(), row.occurrences.to_string()]
    };
    Table { columns, rows: breakdown.rows.iter().map(row).collect() }
}

/// `type,by,key,label,findings,occurrences,severity,newest_at`: one record per type and place.
pub fn groups(groups: &Groups) -> Table {
    let columns = vec![
        ("type", Kind::Text),
        ("by", Kind::Text),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("findings", Kind::Integer),
        ("occurrences", Kind::Integer),
        ("severity", Kind::Text),
        ("newest_at", Kind::Time),
    ];
    let rows = groups.rows.iter().flat_map(|row| {
        row.places.iter().map(|place| {
            vec![
                row.finding_type.clone(),
                place.by.to_string(),
                place.key.clone(),
                place.label.clone(),
                place.findings.to_string(),
                place.occurrences.to_string(),
                place.severity.to_string(),
                place.newest_at.to_string(),
            ]
        })
    });
    Table { columns, rows: rows.collect() }
}

/// `row,row_label,column,column_label,findings`: one record per cell. An empty value is unknown: nobody looked.
pub fn heatmap(heatmap: &Heatmap) -> Table {
    let columns = vec![
        ("row", Kind::Text),
        ("row_label", Kind::Text),
        ("column", Kind::Text),
        ("column_label", Kind::Text),
        ("findings", Kind::Integer),
    ];
    let rows = heatmap.rows.iter().flat_map(|row| {
        heatmap.columns.iter().zip(&row.cells).map(|(column, value)| {
            let texts = [&row.key, &row.label, &column.key, &column.label].map(String::clone);
            texts.into_iter().chain([known(*value)]).collect()
        })
    });
    Table { columns, rows: rows.collect() }
}

/// `by,key,label,findings,previous,change`: one record per mover; none where the window before is unknown.
pub fn movers(movers: &Movers) -> Table {
    let columns = vec![
        ("by", Kind::Text),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("findings", Kind::Integer),
        ("previous", Kind::Integer),
        ("change", Kind::Integer),
    ];
    let row = |mover: &app::model::Mover| {
        let numbers = [mover.findings, mover.previous, mover.change()].map(|number| number.to_string());
        [mover.by.to_string(), mover.key.clone(), mover.label.clone()].into_iter().chain(numbers).collect()
    };
    Table { columns, rows: movers.rows.iter().flatten().map(row).collect() }
}

/// `kind,key,label,type,first_at,revision,findings`: one record per new thing; none where there is no history.
pub fn news(news: &News) -> Table {
    let columns = vec![
        ("kind", Kind::Text),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("type", Kind::Text),
        ("first_at", Kind::Time),
        ("revision", Kind::Text),
        ("findings", Kind::Integer),
    ];
    let row = |thing: &app::model::NewThing| {
        vec![
            thing.kind.as_str().to_owned(),
            thing.key.clone(),
            thing.label.clone(),
            thing.finding_type.clone().unwrap_or_default(),
            thing.first_at.to_string(),
            thing.revision.clone().unwrap_or_default(),
            thing.findings.to_string(),
        ]
    };
    Table { columns, rows: news.rows.iter().flatten().map(row).collect() }
}

/// `key,label,account,region,layer,looked,reason,open,worst,new,previous,verdict,trend`: one record per workload and layer.
/// An empty number is unknown. A trend is the numbers of its buckets with semicolons between them.
pub fn layers(rows: &[LayerRow]) -> Table {
    let columns = vec![
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("layer", Kind::Text),
        ("looked", Kind::Text),
        ("reason", Kind::Text),
        ("open", Kind::Integer),
        ("worst", Kind::Text),
        ("new", Kind::Integer),
        ("previous", Kind::Integer),
        ("verdict", Kind::Text),
        ("trend", Kind::Text),
    ];
    let rows = rows.iter().flat_map(|row| {
        row.cells.iter().map(move |cell| {
            let place = [&row.key, &row.label, &row.account, &row.region].map(String::clone);
            let told = [
                cell.layer.to_string(),
                cell.looked.to_string(),
                cell.reason.map(|reason| reason.to_string()).unwrap_or_default(),
                known(cell.open),
                cell.worst.map(|worst| worst.to_string()).unwrap_or_default(),
                known(cell.new),
                known(cell.previous),
                cell.verdict.map(|verdict| verdict.to_string()).unwrap_or_default(),
                cell.trend.iter().map(|value| known(*value)).collect::<Vec<_>>().join(";"),
            ];
            place.into_iter().chain(told).collect()
        })
    });
    Table { columns, rows: rows.collect() }
}
