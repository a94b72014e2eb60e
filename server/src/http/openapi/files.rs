//! Reports as files and pictures.

use serde_json::{Value, json};

use super::{parameters, responses};
use crate::export::{Format, Report};
use crate::http::answer::DATA_VERSION;
use crate::http::routes::export::path;

/// What a report takes besides the filter.
fn own(report: Report) -> Vec<Value> {
    match report {
        Report::Findings | Report::Groups | Report::Movers | Report::News | Report::Coverage => Vec::new(),
        Report::Families | Report::Services => vec![parameters::verdict()],
        Report::Trend => vec![parameters::by(false), parameters::metric()],
        Report::Breakdown => vec![parameters::by(true)],
        Report::Heatmap => parameters::heatmap(),
        Report::Cost | Report::CostProjection | Report::CostAlternatives => parameters::cost(),
        Report::Layers => vec![parameters::layers_by()],
    }
}

const fn summary(report: Report) -> &'static str {
    match report {
        Report::Findings => "Every finding of a filter",
        Report::Trend => "The trend as records `bucket,key,label,value,covered_percent`; an empty value is unknown",
        Report::Breakdown => "The breakdown as records `key,label,findings,occurrences`",
        Report::Groups => {
            "Types and places as records `type,by,key,label,findings,occurrences,severity,newest_at`, 20 places of a type"
        }
        Report::Heatmap => {
            "The heat map as records `row,row_label,column,column_label,findings`; an empty value is unknown"
        }
        Report::Movers => "The movers as records `by,key,label,findings,previous,change`",
        Report::Cost => "The month as records `by,key,label,monthly_usd`; an empty amount is unknown",
        Report::CostProjection => "Estimates as records by account, Region and feature; an empty cell is unknown",
        Report::CostAlternatives => "Runtime Monitoring and quotes as records; an empty cell is unknown",
        Report::Layers => {
            "Workloads and layers as records `key,label,account,region,layer,looked,reason,open,worst,new,previous,verdict,trend`; \
            an empty number is unknown"
        }
        Report::News => "New things as records `kind,key,label,type,first_at,revision,findings`",
        Report::Coverage => "Clusters with AWS's verdict and ours; an empty verdict means that nothing runs",
        Report::Services => "Services with our verdict and why; an empty verdict means that nothing of one runs",
        Report::Families => "Task families with our verdict and why; empty counts of tasks are unknown",
    }
}

const fn schema(report: Report) -> &'static str {
    match report {
        Report::Findings => "FindingFile",
        Report::Trend => "Trend",
        Report::Breakdown => "Breakdown",
        Report::Groups => "Groups",
        Report::Heatmap => "Heatmap",
        Report::Movers => "Movers",
        Report::News => "News",
        Report::Cost => "CostReport",
        Report::CostProjection => "CostProjection",
        Report::CostAlternatives => "CostAlternatives",
        Report::Coverage => "Coverage",
        Report::Families => "FamilyCoverages",
        Report::Services => "ServiceCoverages",
        Report::Layers => "Layers",
    }
}

/// Every report in every form it comes in.
pub fn exports() -> Vec<(String, Value)> {
    let forms = |report: &Report| report.formats().iter().map(|format| (*report, *format)).collect::<Vec<_>>();
    Report::ALL.iter().flat_map(forms).map(|(report, format)| (path(report, format), export(report, format))).collect()
}

fn export(report: Report, format: Format) -> Value {
    let mut taken = own(report);
    taken.extend(parameters::file(report.file_parameters(format)));
    let (media, schema, form) = match format {
        Format::Csv => ("text/csv", json!({"type": "string"}), "RFC 4180 with CRLF and a header row."),
        Format::Json => {
            let whole = json!({"$ref": format!("#/components/schemas/{}", schema(report))});
            match report {
                Report::Findings => {
                    let records = json!({"$ref": "#/components/schemas/FindingRecords"});
                    let form = "The report; with `columns`, records of these columns, named as in the CSV.";
                    ("application/json", json!({"anyOf": [whole, records]}), form)
                }
                _ => ("application/json", whole, "The report."),
            }
        }
        Format::Markdown => ("text/markdown", json!({"type": "string"}), "A table of GitHub-flavoured Markdown."),
        Format::Parquet => ("application/vnd.apache.parquet", json!({}), "Apache Parquet with typed columns."),
    };
    let is_cost = matches!(report, Report::Cost | Report::CostProjection | Report::CostAlternatives);
    let taken = if is_cost { Value::from(taken) } else { parameters::with(&taken) };
    json!({"get": {
        "summary": summary(report),
        "parameters": taken,
        "responses": responses(&json!({
            "description": format!("{form} A failure breaks the transfer."),
            "headers": {
                DATA_VERSION: {"schema": {"type": "integer"}},
                "x-yagura-row-count": {"schema": {"type": "integer"}},
            },
            "content": {media: {"schema": schema}},
        })),
    }})
}

/// Every report in one archive.
pub fn pack() -> (String, Value) {
    let taken = parameters::with(&[parameters::language()]);
    let operation = json!({"get": {
        "summary": "A report pack: a page to print, every report as CSV, a README and SHA-256 sums",
        "parameters": taken,
        "responses": responses(&json!({
            "description": "A zip archive, written while it is sent. A failure breaks the transfer.",
            "content": {"application/zip": {}},
        })),
    }});
    ("/api/v1/export/pack.zip".to_owned(), operation)
}

/// Reports as pictures.
pub fn charts() -> Vec<(String, Value)> {
    let filtered = |report| parameters::with(&[own(report), parameters::picture()].concat());
    let costs = [parameters::cost_chart(), parameters::cost(), parameters::picture()].concat();
    let pictures = [
        ("trend", filtered(Report::Trend)),
        ("heatmap", filtered(Report::Heatmap)),
        ("coverage", filtered(Report::Coverage)),
        ("cost", Value::from(costs)),
    ];
    let forms = [("svg", "image/svg+xml"), ("png", "image/png")];
    let picture = |report: &str, taken: &Value, (form, media): (&str, &str)| {
        let operation = json!({"get": {
            "summary": format!("The {report} as a picture that stands alone"),
            "parameters": taken,
            "responses": responses(&json!({
                "description": "A drawing with its heading, its legend and the moment it speaks of.",
                "headers": {DATA_VERSION: {"schema": {"type": "integer"}}},
                "content": {media: {}},
            })),
        }});
        (format!("/api/v1/charts/{report}.{form}"), operation)
    };
    pictures.iter().flat_map(|(report, taken)| forms.map(|form| picture(report, taken, form))).collect()
}
