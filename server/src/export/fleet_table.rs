//! What is watched, as tables.

use app::model::SharedCoverage;
use app::model::coverage::{Coverage, FamilyCoverages, Reason, ServiceCoverages, TaskCounts, TaskTime, Verdict};
use jiff::Timestamp;

use super::table::{Head, Kind, Table};

/// Columns that every row of tasks has.
const TASKS: [Head; 8] = [
    ("tasks", Kind::Integer),
    ("tasks_covered", Kind::Integer),
    ("tasks_gap", Kind::Integer),
    ("tasks_excluded", Kind::Integer),
    ("tasks_unsupported", Kind::Integer),
    ("tasks_unknown", Kind::Integer),
    ("vcpus", Kind::Double),
    ("vcpus_covered", Kind::Double),
];
const REASONS: [Head; 3] = [("reasons", Kind::Text), ("aws_says", Kind::Text), ("fix", Kind::Text)];
/// Whatever has findings over time of tasks; the last is findings per thousand covered task-hours.
const RATE: [Head; 2] = [("unknown_task_hours", Kind::Double), ("findings_per_1000_covered_task_hours", Kind::Double)];
const EXPOSURE: Head = ("exposure", Kind::Text);

fn tasks(counts: &TaskCounts) -> Vec<String> {
    let TaskCounts { running, covered, gap, excluded, unsupported, unknown, cpu_units, covered_cpu_units } = *counts;
    let whole = [running, covered, gap, excluded, unsupported, unknown].map(|number| number.to_string());
    let vcpus = [cpu_units, covered_cpu_units].map(|units| TaskCounts::vcpus(units).to_string());
    whole.into_iter().chain(vcpus).collect()
}

/// The same of what has a verdict or not: without one nothing runs, with one and without tasks nobody could tell.
fn told(counts: &TaskCounts, verdict: Option<Verdict>) -> Vec<String> {
    let cells = tasks(counts);
    if counts.running == 0 && verdict.is_some() { vec![String::new(); cells.len()] } else { cells }
}

/// Words of several reasons, each once.
fn reasons(reasons: &[Reason]) -> Vec<String> {
    let join = |texts: Vec<&str>, separator| {
        let mut kept: Vec<&str> = Vec::new();
        texts.into_iter().filter(|text| !text.is_empty()).for_each(|text| {
            if !kept.contains(&text) {
                kept.push(text);
            }
        });
        kept.join(separator)
    };
    vec![
        join(reasons.iter().map(|reason| reason.kind.as_str()).collect(), "; "),
        join(reasons.iter().filter_map(|reason| reason.aws.as_deref()).collect(), " | "),
        join(reasons.iter().map(|reason| reason.fix.as_str()).collect(), " | "),
    ]
}

fn since(time: Option<Timestamp>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}

/// One record per cluster. An empty verdict: nothing runs. Tasks nobody could ask for and time nobody saw are unknown, not 0.
pub fn clusters(coverage: &Coverage) -> Table {
    let mut columns: Vec<Head> = vec![
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("aws_status", Kind::Text),
        ("aws_issue", Kind::Text),
        ("aws_since", Kind::Time),
        ("management", Kind::Text),
        ("verdict", Kind::Text),
        ("open_findings", Kind::Integer),
    ];
    columns.extend(TASKS);
    columns.extend(REASONS);
    columns.push(EXPOSURE);
    columns.extend([("findings", Kind::Integer), ("task_hours", Kind::Double), ("covered_task_hours", Kind::Double)]);
    columns.extend(RATE);
    let row = |row: &app::model::coverage::ClusterCoverage| {
        let mut cells = vec![
            row.key.clone(),
            row.label.clone(),
            row.account.clone(),
            row.region.clone(),
            row.aws.to_string(),
            row.issue.clone().unwrap_or_default(),
            since(row.aws_since),
            row.management.clone().unwrap_or_default(),
            row.verdict.map(Verdict::as_str).unwrap_or_default().to_owned(),
            row.open_findings.to_string(),
        ];
        cells.extend(told(&row.tasks, row.verdict));
        cells.extend(reasons(&row.reasons));
        cells.push(row.exposure.to_string());
        cells.push(row.findings.to_string());
        cells.extend(hours(&row.time));
        cells.extend(rate(row.findings, &row.time));
        cells
    };
    Table { columns, rows: coverage.rows.iter().map(row).collect() }
}

/// One record per family. Tasks of a family nobody could ask for and time nobody saw are unknown, not 0.
pub fn families(families: &FamilyCoverages) -> Table {
    let mut columns: Vec<Head> = vec![
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("clusters", Kind::Text),
        ("services", Kind::Text),
        ("launch_types", Kind::Text),
        ("platform_versions", Kind::Text),
        ("verdict", Kind::Text),
        ("since", Kind::Time),
        ("open_findings", Kind::Integer),
        ("open_severe", Kind::Integer),
        ("findings", Kind::Integer),
        ("task_hours", Kind::Double),
        ("covered_task_hours", Kind::Double),
    ];
    columns.extend(TASKS);
    columns.extend(REASONS);
    columns.push(EXPOSURE);
    columns.extend(RATE);
    let row = |row: &app::model::coverage::FamilyCoverage| {
        let labels: Vec<&str> = row.clusters.iter().map(|cluster| cluster.label.as_str()).collect();
        let mut cells = vec![
            row.key.clone(),
            row.label.clone(),
            row.account.clone(),
            row.region.clone(),
            labels.join("; "),
            row.services.join("; "),
            row.launch_types.join("; "),
            row.platform_versions.join("; "),
            row.verdict.to_string(),
            since(row.since),
            row.open_findings.to_string(),
            row.open_severe.to_string(),
            row.findings.to_string(),
        ];
        cells.extend(hours(&row.time));
        cells.extend(told(&row.tasks, Some(row.verdict)));
        cells.extend(reasons(&row.reasons));
        cells.push(row.exposure.to_string());
        cells.extend(rate(row.findings, &row.time));
        cells
    };
    Table { columns, rows: families.rows.iter().map(row).collect() }
}

/// One record per service. An empty verdict: nothing of it runs. Tasks nobody could ask for are unknown, not 0.
pub fn services(services: &ServiceCoverages) -> Table {
    let mut columns: Vec<Head> = vec![
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("cluster", Kind::Text),
        ("families", Kind::Text),
        ("launch_types", Kind::Text),
        ("verdict", Kind::Text),
        ("open_findings", Kind::Integer),
        ("open_severe", Kind::Integer),
        ("findings", Kind::Integer),
    ];
    columns.extend(TASKS);
    columns.extend(REASONS);
    columns.push(EXPOSURE);
    let row = |row: &app::model::coverage::ServiceCoverage| {
        let families: Vec<&str> = row.families.iter().map(|family| family.label.as_str()).collect();
        let mut cells = vec![
            row.key.clone(),
            row.label.clone(),
            row.account.clone(),
            row.region.clone(),
            row.cluster.label.clone(),
            families.join("; "),
            row.launch_types.join("; "),
            row.verdict.map(Verdict::as_str).unwrap_or_default().to_owned(),
            row.open_findings.to_string(),
            row.open_severe.to_string(),
            row.findings.to_string(),
        ];
        cells.extend(told(&row.tasks, row.verdict));
        cells.extend(reasons(&row.reasons));
        cells.push(row.exposure.to_string());
        cells
    };
    Table { columns, rows: services.rows.iter().map(row).collect() }
}

/// Clusters, families and services of a share, told apart by `section`: tasks of one are those of another, so only records
/// of one section may be added up.
pub fn shared(shared: &SharedCoverage) -> Table {
    let mut columns: Vec<Head> = vec![
        ("section", Kind::Text),
        ("key", Kind::Text),
        ("label", Kind::Text),
        ("account", Kind::Text),
        ("region", Kind::Text),
        ("clusters", Kind::Text),
        ("aws_status", Kind::Text),
        ("verdict", Kind::Text),
        ("exposure", Kind::Text),
        ("open_findings", Kind::Integer),
        ("findings", Kind::Integer),
    ];
    columns.extend(TASKS);
    let verdict = |verdict: Option<Verdict>| verdict.map(Verdict::as_str).unwrap_or_default();
    let record = |texts: [&str; 9], open: i64, new: i64, tasks: Vec<String>| {
        let counts = [open, new].map(|count| count.to_string());
        texts.map(str::to_owned).into_iter().chain(counts).chain(tasks).collect::<Vec<_>>()
    };
    let clusters = shared.coverage.rows.iter().map(|row| {
        let (aws, ours) = (row.aws.as_str(), verdict(row.verdict));
        let texts =
            ["cluster", &row.key, &row.label, &row.account, &row.region, &row.label, aws, ours, row.exposure.as_str()];
        record(texts, row.open_findings, row.findings, told(&row.tasks, row.verdict))
    });
    let families = shared.family_rows.iter().map(|row| {
        let labels: Vec<&str> = row.clusters.iter().map(|cluster| cluster.label.as_str()).collect();
        let (within, ours) = (labels.join("; "), row.verdict.as_str());
        let texts =
            ["family", &row.key, &row.label, &row.account, &row.region, &within, "", ours, row.exposure.as_str()];
        record(texts, row.open_findings, row.findings, told(&row.tasks, Some(row.verdict)))
    });
    let services = shared.service_rows.iter().map(|row| {
        let (within, ours) = (row.cluster.label.as_str(), verdict(row.verdict));
        let texts =
            ["service", &row.key, &row.label, &row.account, &row.region, within, "", ours, row.exposure.as_str()];
        record(texts, row.open_findings, row.findings, told(&row.tasks, row.verdict))
    });
    let rows = clusters.chain(families).chain(services).collect();
    Table { columns, rows }
}

/// Time of tasks, and of covered ones. Without any, nobody looked or nothing ran: both are empty.
fn hours(time: &TaskTime) -> Vec<String> {
    [time.task_seconds, time.covered_task_seconds].map(|seconds| in_hours(time, seconds)).to_vec()
}

fn rate(findings: i64, time: &TaskTime) -> Vec<String> {
    let rate = time.rate(findings).map(|rate| rate.to_string()).unwrap_or_default();
    vec![in_hours(time, time.unknown_task_seconds), rate]
}

#[expect(clippy::cast_precision_loss, reason = "seconds of years of tasks are far below 2^52")]
fn in_hours(time: &TaskTime, seconds: i64) -> String {
    if time.task_seconds == 0 { String::new() } else { (seconds as f64 / 3600.0).to_string() }
}
