//! Costs as tables. An empty cell is unknown.

use app::model::{CostAlternatives, CostProjection, CostReport};

use super::table::{Kind, Table};

fn known(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

/// `by,key,label,monthly_usd`: the month by each of its splits; `(none)` is not attributed.
pub fn cost(report: &CostReport) -> Table {
    let columns = vec![("by", Kind::Text), ("key", Kind::Text), ("label", Kind::Text), ("monthly_usd", Kind::Double)];
    let row = |part: &app::model::CostPart| {
        vec![part.by.to_string(), part.key.clone(), part.label.clone(), known(part.monthly_usd.as_ref())]
    };
    Table { columns, rows: report.parts.iter().map(row).collect() }
}

/// One record per account, Region and feature.
pub fn projection(projection: &CostProjection) -> Table {
    let columns = vec![
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("feature", Kind::Text),
        ("days_left", Kind::Integer),
        ("days_used", Kind::Integer),
        ("ends_on", Kind::Text),
        ("usage_usd", Kind::Double),
        ("daily_usd", Kind::Double),
        ("monthly_usd", Kind::Double),
        ("low_usd", Kind::Double),
        ("high_usd", Kind::Double),
        ("console_usd", Kind::Double),
        ("basis", Kind::Text),
        ("assumptions", Kind::Text),
        ("observed_at", Kind::Time),
    ];
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let row = |row: &app::model::CostRow| {
        vec![
            row.account.clone(),
            row.region.clone(),
            row.feature.clone(),
            number(row.days_left),
            number(row.days_used),
            row.ends_on.map(|day| day.to_string()).unwrap_or_default(),
            known(row.usage_usd.as_ref()),
            known(row.daily_usd.as_ref()),
            known(row.monthly_usd.as_ref()),
            known(row.low_usd.as_ref()),
            known(row.high_usd.as_ref()),
            known(row.console_usd.as_ref()),
            row.basis.to_string(),
            row.assumptions.iter().map(|assumption| assumption.as_str()).collect::<Vec<_>>().join(" "),
            row.observed_at.map(|at| at.to_string()).unwrap_or_default(),
        ]
    };
    Table { columns, rows: projection.rows.iter().map(row).collect() }
}

/// Runtime Monitoring first, then one record per quote.
pub fn alternatives(alternatives: &CostAlternatives) -> Table {
    let columns = vec![
        ("name", Kind::Text),
        ("per", Kind::Text),
        ("price_usd", Kind::Double),
        ("flat_usd", Kind::Double),
        ("minimum_usd", Kind::Double),
        ("vcpus", Kind::Double),
        ("tasks", Kind::Double),
        ("monthly_usd", Kind::Double),
        ("break_even_vcpus", Kind::Text),
    ];
    let (vcpus, tasks) = (known(alternatives.vcpus.as_ref()), known(alternatives.tasks.as_ref()));
    let own = vec![
        "GuardDuty Runtime Monitoring".to_owned(),
        "vcpu".to_owned(),
        String::new(),
        String::new(),
        String::new(),
        vcpus.clone(),
        tasks.clone(),
        known(alternatives.guardduty_usd.as_ref()),
        String::new(),
    ];
    let row = |row: &app::model::CostAlternative| {
        vec![
            row.quote.name.clone(),
            row.quote.per.to_string(),
            row.quote.price.as_str().to_owned(),
            row.quote.flat.as_str().to_owned(),
            row.quote.minimum.as_str().to_owned(),
            vcpus.clone(),
            tasks.clone(),
            known(row.monthly_usd.as_ref()),
            row.break_even_vcpus.join(" "),
        ]
    };
    Table { columns, rows: std::iter::once(own).chain(alternatives.rows.iter().map(row)).collect() }
}
