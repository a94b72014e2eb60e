//! Parameters: the filter's grammar, and what single operations take besides.

use app::model::coverage::Verdict;
use app::model::filter::MOST_ROWS;
use app::model::{
    Category, CostChart, Dimension, Field, FoundValues, Grain, HeatColumns, Kind, Metric, SampleChoice, SequenceRole,
    Severity, Sort, Source, Span, StatusChoice,
};
use app::page::Theme;
use app::text::Language;
use serde_json::{Value, json};

use crate::export::csv::Column;
use crate::http::routes::filters::LONGEST_SEARCH;

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": schema})
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    json!({"type": "string", "enum": words.collect::<Vec<_>>()})
}

/// Several values, repeated or separated by commas.
fn many(name: &str, description: &str, words: &[&str]) -> Value {
    let description = match words {
        [] => description.to_owned(),
        words => format!("{description} One of: {}.", words.join(", ")),
    };
    let schema = json!({"type": "array", "items": {"type": "string"}});
    json!({"name": name, "in": "query", "description": description, "schema": schema, "style": "form", "explode": true})
}

fn field(field: Field) -> Value {
    let words: Vec<&str> = match field {
        Field::Category => Category::ALL.iter().map(|word| word.as_str()).collect(),
        Field::Severity => Severity::ALL.iter().map(|word| word.as_str()).collect(),
        Field::Source => Source::ALL.iter().map(|word| word.as_str()).collect(),
        _ => Vec::new(),
    };
    let description = match field {
        Field::Cluster => "By ARN or name.",
        Field::Family => "By `account/region/family` or family.",
        Field::Revision => "By `account/region/family:revision` or `family:revision`.",
        Field::Service => "By ARN, `account/region/cluster/service` or name.",
        _ => "By value; `!value` excludes, `(none)` means that there is none.",
    };
    many(field.as_str(), description, &words)
}

/// The whole grammar.
pub fn filter() -> Value {
    with(&[])
}

/// The whole grammar, and `others` before it.
pub fn with(others: &[Value]) -> Value {
    let text = || json!({"type": "string"});
    let mut all = others.to_vec();
    all.push(query(
        "range",
        "A span that ends now; 30d unless given.",
        one_of(Span::ALL.iter().map(|word| word.as_str())),
    ));
    all.push(query("from", "RFC 3339 or a date, inclusive. Wins over `range`.", text()));
    all.push(query("to", "RFC 3339 or a date, exclusive.", text()));
    all.push(query("tz", "IANA time zone of days, weeks and months.", text()));
    all.push(query("grain", "Width of a bucket.", one_of(Grain::ALL.iter().map(|word| word.as_str()))));
    all.extend(Field::ALL.iter().copied().map(field));
    let kinds: Vec<&str> = Kind::ALL.iter().map(|word| word.as_str()).collect();
    all.push(many("kind", "Threats unless given.", &kinds));
    let statuses = StatusChoice::ALL.iter().map(|word| word.as_str());
    all.push(query("status", "State of work; all unless given.", one_of(statuses)));
    let samples = SampleChoice::ALL.iter().map(|word| word.as_str());
    all.push(query("sample", "Sample findings; excluded unless given.", one_of(samples)));
    let roles = SequenceRole::ALL.iter().map(|word| word.as_str());
    all.push(query("sequence", "Role in an attack sequence.", one_of(roles)));
    let searched = "Text, in whatever case, in type, control, resource, title, description, ARN, id, family, cluster, image \
        or digest. Identifiers (16 hexadecimal digits or more, UUIDs) are found whole or by their first eight digits or more.";
    all.push(query("q", searched, text()));
    all.push(query("sort", "Order of the list.", one_of(Sort::ALL.iter().map(|word| word.as_str()))));
    all.push(query("dir", "Direction of the order.", one_of(["asc", "desc"].into_iter())));
    all.extend(page_parameters());
    Value::Array(all)
}

fn page_parameters() -> [Value; 2] {
    let limit = json!({"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50});
    let cursor = query("cursor", "`next_cursor` of the page before.", json!({"type": "string"}));
    [query("limit", "Rows of a page.", limit), cursor]
}

/// A page of a list without a filter.
pub fn page() -> Value {
    Value::from(page_parameters().to_vec())
}

/// Required for a breakdown, by category for a trend unless given.
pub fn by(required: bool) -> Value {
    let mut by = query("by", "What to split by.", one_of(Dimension::ALL.iter().map(|word| word.as_str())));
    by["required"] = required.into();
    by
}

/// A field, and the text that its values are searched for.
pub fn values() -> Vec<Value> {
    let fields = one_of(FoundValues::fields().map(Field::as_str));
    let text = json!({"type": "string", "maxLength": LONGEST_SEARCH});
    vec![
        json!({"name": "field", "in": "path", "required": true, "schema": fields}),
        query("search", "Part of a value's key or label, in whatever case; every value unless given.", text),
    ]
}

/// Which workloads are rows.
pub fn layers_by() -> Value {
    query("by", "Rows; task families unless given.", one_of(["cluster", "family"].into_iter()))
}

/// What a trend counts.
pub fn metric() -> Value {
    query("metric", "What to count; new unless given.", one_of(Metric::ALL.iter().map(|word| word.as_str())))
}

/// Verdicts about families.
pub fn verdict() -> Value {
    let words: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect();
    many("verdict", "Families of these verdicts; all unless given.", &words)
}

/// What programs send with every write.
pub fn own_header() -> Value {
    json!({"name": "X-Yagura-Request", "in": "header", "schema": {"type": "string"}, "description": "Any value."})
}

/// The finding of a path.
pub fn id() -> Value {
    json!([{
        "name": "id", "in": "path", "required": true, "schema": {"type": "string"},
        "description": "Id, ARN (percent-encoded) or GuardDuty finding id.",
    }])
}

/// Rows and columns of a heat map.
pub fn heatmap() -> Vec<Value> {
    let rows = one_of(Dimension::ALL.iter().map(|word| word.as_str()));
    let columns: Vec<&str> = HeatColumns::all().map(HeatColumns::as_str).collect();
    vec![
        query("rows", "What the rows are; category unless given.", rows),
        query(
            "cols",
            "What the columns are; cluster unless given. Time is in weeks without `grain`.",
            one_of(columns.into_iter()),
        ),
    ]
}

/// What costs are asked for, which is not the whole grammar.
pub fn cost() -> Vec<Value> {
    vec![
        field(Field::Account),
        field(Field::Region),
        query("tz", "IANA time zone of the page.", json!({"type": "string"})),
        many("feature", "Features, as GetUsageStatistics names them.", &[]),
        many("drop", "What if these families (`account/region/family`) or clusters (ARN) stopped?", &[]),
        many("cover", "What if these were watched as a whole?", &[]),
        many("scale", "What if these ran so many times as much? `account/region/family:2`", &[]),
        many("add", "What if these ran, too? `region:tasks:vcpus:hours`", &[]),
        many("without", "What if these features were off?", &[]),
        many("quote", "Quotes to compare with: `name:vcpu|task|host|month:price:flat:minimum`", &[]),
    ]
}

/// Which picture of costs.
pub fn cost_chart() -> Vec<Value> {
    let words = one_of(CostChart::ALL.iter().map(|word| word.as_str()));
    vec![query(
        "chart",
        "Usage by day and what is ahead unless given, else the month by one of its splits, or quotes.",
        words,
    )]
}

/// How a picture looks.
pub fn picture() -> Vec<Value> {
    vec![
        language(),
        query(
            "theme",
            "Colours; without, an SVG follows the viewer's scheme and a PNG is light.",
            one_of(Theme::ALL.iter().map(|theme| theme.as_str())),
        ),
    ]
}

/// Of the words in a picture or a file.
pub fn language() -> Value {
    query("lang", "Language of the words; en unless given.", one_of(Language::ALL.iter().map(|one| one.tag())))
}

/// How a file is written.
pub fn file(names: &[&str]) -> Vec<Value> {
    let switch = || json!({"type": "string", "enum": ["0", "1"], "default": "1"});
    let columns = || format!("Columns and their order, separated by commas. There are {}.", Column::names());
    let parameter = |name: &&str| match *name {
        "bom" => query(name, "Begin with a byte order mark.", switch()),
        "guard" => query(name, "Disarm cells that spreadsheets would calculate.", switch()),
        _ => query(name, &columns(), json!({"type": "string"})),
    };
    names.iter().map(parameter).collect()
}
