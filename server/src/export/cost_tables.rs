//! Costs as tables. An empty cell is unknown.

use app::model::{CostAlternatives, CostPart, CostProjection, CostReport, CostSplit};
use rust_decimal::Decimal;

use super::table::{Kind, Table};
use crate::cost::cents;

fn known(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

/// `by,key,label,monthly_usd,low_usd,high_usd,unranged_rows,gap_usd,gap_reason`: everything together first, then the month
/// by each of its splits; `(none)` is not attributed. Ends are of the whole, as far apart at least if rows are unranged;
/// what watching the rest would add is of families.
pub fn cost(report: &CostReport) -> Table {
    let columns = vec![
        ("by", Kind::Text),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("monthly_usd", Kind::Double),
        ("low_usd", Kind::Double),
        ("high_usd", Kind::Double),
        ("unranged_rows", Kind::Integer),
        ("gap_usd", Kind::Double),
        ("gap_reason", Kind::Text),
    ];
    let total = &report.projection.total;
    let none = String::new;
    let whole = vec![
        "total".to_owned(),
        none(),
        none(),
        known(total.monthly_usd.as_ref()),
        known(total.low_usd.as_ref()),
        known(total.high_usd.as_ref()),
        total.unranged_rows.to_string(),
        none(),
        none(),
    ];
    let row = |part: &CostPart| {
        let (gap, reason) = if part.by == CostSplit::Family { gap(report, &part.key) } else { (none(), none()) };
        let monthly = known(part.monthly_usd.as_ref());
        vec![part.by.to_string(), part.key.clone(), part.label.clone(), monthly, none(), none(), none(), gap, reason]
    };
    Table { columns, rows: std::iter::once(whole).chain(report.parts.iter().map(row)).collect() }
}

/// What watching the rest of a family adds in all clusters it runs in. One without an answer leaves the sum without one.
fn gap(report: &CostReport, family: &str) -> (String, String) {
    let here = || report.workloads.iter().filter(|workload| workload.key == family);
    if let Some(reason) = here().find_map(|workload| workload.gap_reason) {
        return (String::new(), reason.to_string());
    }
    let gaps = here().filter_map(|workload| workload.gap_usd.as_ref()?.parse::<Decimal>().ok());
    (gaps.reduce(|one, other| one + other).map(cents).unwrap_or_default(), String::new())
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
            row.days_used.to_string(),
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

/// Runtime Monitoring first, then one record per quote. Where both cost the same is known up to `priced_to_vcpus`, if given.
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
        ("priced_to_vcpus", Kind::Double),
    ];
    let (vcpus, tasks) = (known(alternatives.vcpus.as_ref()), known(alternatives.tasks.as_ref()));
    let priced_to = known(alternatives.priced_to_vcpus.as_ref());
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
        priced_to.clone(),
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
            priced_to.clone(),
        ]
    };
    Table { columns, rows: std::iter::once(own).chain(alternatives.rows.iter().map(row)).collect() }
}
