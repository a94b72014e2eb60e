//! A view as tables: CSV for programs, with the columns of the same report's export, and Markdown for people.

use app::components::shared_parts::named;
use app::components::{chart_words, headline_words, layer_rows, shared_words};
use app::format::Reader;
use app::model::coverage::{TaskCounts, Verdict};
use app::model::{
    Breakdown, Dimension, Field, KpiKind, Layer, Place, Shared, SharedContent, SharedCost, SharedCoverage,
    SharedFinding, SharedLayers, SharedOverview, Trend,
};

use crate::export::csv::{self, Form};
use crate::export::table::{self, Kind, Table};
use crate::export::{cost_tables, fleet_table, markdown};

/// Columns of a heat map that Markdown holds; more cannot be read.
const MOST_COLUMNS: usize = 12;

/// The view as CSV, disarmed and with the mark that spreadsheets want.
pub fn csv(shared: &Shared) -> Vec<u8> {
    let table = match &shared.content {
        SharedContent::Overview(overview) => in_short(overview),
        SharedContent::Trend(trend) => table::trend(trend),
        SharedContent::Breakdown(rows) => table::breakdown(&rows.breakdown),
        SharedContent::Heatmap(heatmap) => table::heatmap(heatmap),
        SharedContent::Findings(findings) => listed(&findings.rows),
        SharedContent::Cost(cost) => cost_tables::projection(&cost.projection),
        SharedContent::Coverage(coverage) => fleet_table::shared(coverage),
        SharedContent::Layers(layers) => table::layers(&layers.rows),
    };
    csv::whole(&table, Form { byte_order_mark: true, guard: true })
}

fn known(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// `section,key,label,findings,previous`: one record per key figure and row. An empty value is unknown.
fn in_short(overview: &SharedOverview) -> Table {
    let columns = vec![
        ("section", Kind::Text),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("findings", Kind::Integer),
        ("previous", Kind::Integer),
    ];
    let record = |section: &str, key: &str, label: &str, value: Option<i64>, previous: Option<i64>| {
        vec![section.to_owned(), key.to_owned(), label.to_owned(), known(value), known(previous)]
    };
    let word = |kind| match kind {
        KpiKind::New => "new",
        KpiKind::NewHigh => "new-high",
        KpiKind::Active => "active",
        KpiKind::Occurrences => "occurrences",
        KpiKind::FamiliesAffected => "families-affected",
    };
    let figures = overview.kpis.iter().map(|kpi| {
        let word = word(kpi.kind);
        record("figure", word, word, kpi.value, kpi.previous)
    });
    let categories =
        overview.categories.rows.iter().map(|row| record("category", &row.key, &row.label, Some(row.findings), None));
    let place = |section: &'static str| {
        move |place: &Place| {
            let row = &place.row;
            record(section, &row.key, &row.label, Some(row.findings), place.previous)
        }
    };
    let rows = figures
        .chain(categories)
        .chain(overview.clusters.iter().map(place("cluster")))
        .chain(overview.families.iter().map(place("family")));
    Table { columns, rows: rows.collect() }
}

/// One record per finding.
fn listed(findings: &[SharedFinding]) -> Table {
    let columns = vec![
        ("severity", Kind::Text),
        ("category", Kind::Text),
        ("type", Kind::Text),
        ("title", Kind::Text),
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("cluster", Kind::Text),
        ("family", Kind::Text),
        ("occurrences", Kind::Integer),
        ("created_at", Kind::Time),
        ("active", Kind::Truth),
    ];
    let names =
        |list: &[app::model::Named]| list.iter().map(|named| named.label.as_str()).collect::<Vec<_>>().join(" ");
    let row = |finding: &SharedFinding| {
        vec![
            finding.severity.to_string(),
            finding.category.map(|category| category.to_string()).unwrap_or_default(),
            finding.finding_type.clone(),
            finding.title.clone(),
            finding.account.clone().unwrap_or_default(),
            finding.region.clone().unwrap_or_default(),
            names(&finding.clusters),
            names(&finding.families),
            finding.occurrences.to_string(),
            finding.created_at.to_string(),
            finding.is_active.to_string(),
        ]
    };
    Table { columns, rows: findings.iter().map(row).collect() }
}

/// The view as Markdown tables with their moment, in the reader's language.
pub fn markdown(shared: &Shared, reader: &Reader, titled: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if titled {
        paragraph(&mut out, &format!("**{}**", markdown::escape(&shared_words::heading(reader, shared))));
    }
    let scope = markdown::escape(&shared_words::scope(reader, shared));
    paragraph(&mut out, &format!("{scope} · {}", markdown::escape(&shared_words::stamp(reader))));
    match &shared.content {
        SharedContent::Overview(overview) => self::overview(&mut out, reader, overview),
        SharedContent::Trend(trend) => self::trend(&mut out, reader, trend),
        SharedContent::Breakdown(rows) if rows.breakdown.rows.is_empty() => {
            nothing(&mut out, reader, rows.breakdown.watched);
        }
        SharedContent::Breakdown(rows) => breakdown(&mut out, reader, &rows.breakdown),
        SharedContent::Heatmap(heatmap) => self::heatmap(&mut out, reader, heatmap),
        SharedContent::Cost(cost) => self::cost(&mut out, reader, cost),
        SharedContent::Coverage(coverage) => self::coverage(&mut out, reader, coverage),
        SharedContent::Layers(layers) => self::layers(&mut out, reader, layers),
        SharedContent::Findings(findings) if findings.rows.is_empty() => nothing(&mut out, reader, findings.watched),
        SharedContent::Findings(findings) => self::findings(&mut out, reader, &findings.rows),
    }
    out
}

fn paragraph(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(b"\n\n");
}

fn nothing(out: &mut Vec<u8>, reader: &Reader, watched: bool) {
    let text = reader.text;
    paragraph(out, &markdown::escape(if watched { text.empty_window } else { text.unwatched_window }));
}

fn rows(out: &mut Vec<u8>, names: &[&str], records: impl IntoIterator<Item = Vec<String>>) {
    let names: Vec<String> = names.iter().map(|name| markdown::escape(name)).collect();
    markdown::head(out, &names.iter().map(String::as_str).collect::<Vec<_>>());
    for record in records {
        markdown::row(out, record.iter().map(String::as_str));
    }
    out.push(b'\n');
}

fn overview(out: &mut Vec<u8>, reader: &Reader, overview: &SharedOverview) {
    let text = reader.text;
    let headline = &overview.headline;
    let health = headline_words::health(reader, headline.sources_failing, headline.sources_total);
    let synced = headline_words::synced(reader, headline.synced_at);
    paragraph(out, &format!("{} {}", markdown::escape(&health), markdown::escape(&synced)));
    let figures = overview.kpis.iter().map(|kpi| {
        vec![text.kpi(kpi.kind).to_owned(), reader.number_or_unknown(kpi.value), reader.number_or_unknown(kpi.previous)]
    });
    rows(out, &["", text.column_findings, text.shares.column_previous], figures);
    breakdown(out, reader, &overview.categories);
    for (by, places) in [(Dimension::Cluster, &overview.clusters), (Dimension::Family, &overview.families)] {
        let of = Breakdown {
            by,
            rows: places.iter().map(|place| place.row.clone()).collect(),
            ..overview.categories.clone()
        };
        if !of.rows.is_empty() {
            named_rows(out, reader, &of);
        }
    }
}

fn breakdown(out: &mut Vec<u8>, reader: &Reader, breakdown: &Breakdown) {
    if breakdown.rows.is_empty() {
        return nothing(out, reader, breakdown.watched);
    }
    named_rows(out, reader, breakdown);
}

fn named_rows(out: &mut Vec<u8>, reader: &Reader, breakdown: &Breakdown) {
    let text = reader.text;
    let (breakdown, _) = named(reader, breakdown);
    let names = [text.field(breakdown.by.into()), text.column_findings, text.kpi(KpiKind::Occurrences)];
    let records = breakdown
        .rows
        .iter()
        .map(|row| vec![row.label.clone(), reader.number(row.findings), reader.number(row.occurrences)]);
    rows(out, &names, records);
}

fn trend(out: &mut Vec<u8>, reader: &Reader, trend: &Trend) {
    let (trend, _) = chart_words::trend(reader, trend);
    let drawn = &trend.series[..trend.drawn_alone()];
    let labels = drawn.iter().map(|series| series.label.as_str());
    let names: Vec<&str> = [reader.text.column_from, reader.text.column_total].into_iter().chain(labels).collect();
    let records = trend.buckets.iter().enumerate().map(|(index, bucket)| {
        let at = |values: &[Option<i64>]| reader.number_or_unknown(values.get(index).copied().flatten());
        let name = bucket.get(..16).unwrap_or(bucket).replace('T', " ").trim_end_matches(" 00:00").to_owned();
        [name, at(&trend.totals)].into_iter().chain(drawn.iter().map(|series| at(&series.values))).collect()
    });
    rows(out, &names, records);
}

fn heatmap(out: &mut Vec<u8>, reader: &Reader, heatmap: &app::model::Heatmap) {
    let (heatmap, _) = chart_words::heatmap(reader, heatmap);
    if heatmap.rows.is_empty() {
        return nothing(out, reader, heatmap.watched);
    }
    let shown = heatmap.columns_in(MOST_COLUMNS);
    let columns = heatmap.columns[shown.clone()].iter().map(|column| column.label.as_str());
    let names: Vec<&str> =
        [reader.text.field(heatmap.rows_by.into()), reader.text.column_total].into_iter().chain(columns).collect();
    let records = heatmap.rows.iter().map(|row| {
        let cells = row.cells[shown.clone()].iter().map(|value| reader.number_or_unknown(*value));
        [row.label.clone(), reader.number(row.findings)].into_iter().chain(cells).collect()
    });
    rows(out, &names, records);
}

fn cost(out: &mut Vec<u8>, reader: &Reader, cost: &SharedCost) {
    let text = &reader.text.cost;
    let field = |field: Field| reader.text.field(field);
    let names = [text.column_share, field(Field::Account), field(Field::Region), text.column_month, text.column_usage];
    let usd = |amount: &Option<String>| {
        amount.as_ref().map_or_else(|| text.no_data.to_owned(), |amount| format!("${}", reader.money(amount)))
    };
    let records = cost.projection.rows.iter().map(|row| {
        let feature = text.feature(&row.feature).to_owned();
        vec![feature, row.account.clone(), row.region.clone(), usd(&row.monthly_usd), usd(&row.usage_usd)]
    });
    rows(out, &names, records);
}

fn coverage(out: &mut Vec<u8>, reader: &Reader, shared: &SharedCoverage) {
    if shared.coverage.looked_at.is_none() {
        return nothing(out, reader, false);
    }
    let text = &reader.text.coverage;
    // Without a verdict nothing runs, which is known; with one and without tasks nobody could tell.
    let counts = |tasks: &TaskCounts, verdict: Option<Verdict>| {
        let known = verdict.is_none() || tasks.unknown < tasks.running;
        let count = |tasks: i64| if known { reader.number(tasks) } else { reader.text.unknown.to_owned() };
        [count(tasks.running), count(tasks.covered)]
    };
    let place = |account: &str, region: &str| format!("{account} · {region}");
    let ours = |verdict: Option<Verdict>| verdict.map_or(text.idle, |verdict| text.verdict(verdict)).to_owned();
    let names = |of| [of, reader.text.column_where, text.column_verdict, text.card_tasks, text.column_covered];
    let clusters = shared.coverage.rows.iter().map(|row| {
        let aws = text.aws_verdict(row.aws).to_owned();
        let cells = [row.label.clone(), place(&row.account, &row.region), aws, ours(row.verdict)];
        cells.into_iter().chain(counts(&row.tasks, row.verdict)).collect()
    });
    let [cluster, where_it_is, _, tasks, covered] = names(reader.text.field_cluster);
    rows(out, &[cluster, where_it_is, text.column_aws, text.column_ours, tasks, covered], clusters);
    let families = shared.family_rows.iter().map(|row| {
        let cells = [row.label.clone(), place(&row.account, &row.region), ours(Some(row.verdict))];
        cells.into_iter().chain(counts(&row.tasks, Some(row.verdict))).collect()
    });
    rows(out, &names(reader.text.field_family), families);
    let services = shared.service_rows.iter().map(|row| {
        let name = format!("{} · {}", row.label, row.cluster.label);
        let cells = [name, place(&row.account, &row.region), ours(row.verdict)];
        cells.into_iter().chain(counts(&row.tasks, row.verdict)).collect()
    });
    rows(out, &names(reader.text.field_service), services);
}

fn layers(out: &mut Vec<u8>, reader: &Reader, layers: &SharedLayers) {
    let text = &reader.text.layers;
    let names: Vec<&str> = std::iter::once(layer_rows::subject(reader.text, layers.by))
        .chain([reader.text.column_where])
        .chain(Layer::ALL.iter().map(|layer| text.layer(*layer)))
        .collect();
    let records = layers.rows.iter().map(|row| {
        let place = format!("{} · {}", row.account, row.region);
        let cells = row.cells.iter().map(|cell| layer_rows::words(reader, cell));
        [row.label.clone(), place].into_iter().chain(cells).collect()
    });
    rows(out, &names, records);
}

fn findings(out: &mut Vec<u8>, reader: &Reader, findings: &[SharedFinding]) {
    let text = reader.text;
    let names = [text.column_severity, text.column_finding, text.column_where, text.column_count, text.column_created];
    let records = findings.iter().map(|finding| {
        vec![
            text.severity(finding.severity).to_owned(),
            finding.title.clone(),
            shared_words::place(finding),
            reader.number(finding.occurrences),
            reader.time(finding.created_at),
        ]
    });
    rows(out, &names, records);
}
