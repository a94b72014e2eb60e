//! Security Hub: findings, the home Region, and what is looked at.
//!
//! <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html>

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, cut, page_size};
use super::{Call, search, unknown};
use crate::demo::documents;
use crate::demo::record::Record;

const INVALID: &str = "InvalidInputException";
const LARGEST_PAGE: usize = 100;
const USUAL_PAGE: usize = 10;
/// Most attributes filtered by, and most values of one
/// (<https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html>).
const MOST_ATTRIBUTES: usize = 10;
const MOST_VALUES: usize = 20;

/// Attributes with dates.
const DATES: [&str; 4] = ["CreatedAt", "FirstObservedAt", "LastObservedAt", "UpdatedAt"];
/// Attributes with texts, and where documents have them.
const TEXTS: [(&str, &str); 18] = [
    ("AwsAccountId", "AwsAccountId"),
    ("CompanyName", "CompanyName"),
    ("ComplianceSecurityControlId", "Compliance.SecurityControlId"),
    ("ComplianceStatus", "Compliance.Status"),
    ("GeneratorId", "GeneratorId"),
    ("Id", "Id"),
    ("ProductArn", "ProductArn"),
    ("ProductName", "ProductName"),
    ("RecordState", "RecordState"),
    ("Region", "Region"),
    ("ResourceContainerImageName", "Resources.Details.Container.ImageName"),
    ("ResourceId", "Resources.Id"),
    ("ResourceType", "Resources.Type"),
    ("SeverityLabel", "Severity.Label"),
    ("Title", "Title"),
    ("Type", "Types"),
    ("VulnerabilitiesFixAvailable", "Vulnerabilities.FixAvailable"),
    ("WorkflowStatus", "Workflow.Status"),
];

pub fn answer(call: &Call<'_>) -> Answer {
    match call.operation {
        "GetFindings" => get(call),
        "ListFindingAggregators" => {
            let world = call.shared.world();
            let account = world.administrator();
            let arn = |home| format!("arn:aws:securityhub:{home}:{account}:finding-aggregator/demo");
            let aggregators: Vec<Value> =
                world.home_region().into_iter().map(|home| json!({"FindingAggregatorArn": arn(home)})).collect();
            Ok(json!({"FindingAggregators": aggregators}))
        }
        "GetFindingAggregator" => {
            let world = call.shared.world();
            let missing = || Refusal::bad(INVALID, "there is no finding aggregator");
            let home = world.home_region().ok_or_else(missing)?;
            let linked: Vec<String> = world.regions().into_iter().filter(|region| region != home).collect();
            Ok(json!({"FindingAggregationRegion": home, "RegionLinkingMode": "ALL_REGIONS", "Regions": linked}))
        }
        "GetEnabledStandards" => {
            let standards: Vec<Value> =
                enabled(call).then(|| STANDARDS.map(|name| standard(call, name))).into_iter().flatten().collect();
            Ok(json!({"StandardsSubscriptions": standards}))
        }
        "ListEnabledProductsForImport" => {
            let products = if enabled(call) { &["guardduty", "inspector"][..] } else { &["guardduty"][..] };
            let arn = |product: &&str| {
                format!(
                    "arn:aws:securityhub:{}:{}:product-subscription/aws/{product}",
                    call.caller.region, call.caller.account
                )
            };
            Ok(json!({"ProductSubscriptions": products.iter().map(arn).collect::<Vec<_>>()}))
        }
        _ => Err(unknown(call)),
    }
}

/// Standards of every account that checks any.
const STANDARDS: [&str; 2] =
    ["standards/aws-foundational-security-best-practices/v/1.0.0", "standards/aws-resource-tagging-standard/v/1.0.0"];

fn enabled(call: &Call<'_>) -> bool {
    !call.shared.world().is_hub_idle(&call.caller.account, &call.caller.region)
}

fn standard(call: &Call<'_>, name: &str) -> Value {
    let (region, account) = (&call.caller.region, &call.caller.account);
    let subscription = name.trim_start_matches("standards/");
    json!({"StandardsArn": format!("arn:aws:securityhub:{region}::{name}"), "StandardsInput": {},
        "StandardsSubscriptionArn": format!("arn:aws:securityhub:{region}:{account}:subscription/{subscription}"),
        "StandardsStatus": "READY"})
}

fn get(call: &Call<'_>) -> Answer {
    let size = page_size(call.body.get("MaxResults"), USUAL_PAGE, LARGEST_PAGE, INVALID)?;
    let filters = filters(&call.body, call.shared.clock.now())?;
    let world = call.shared.world();
    // The home Region answers for every Region.
    let region = (world.home_region() != Some(call.caller.region.as_str())).then_some(call.caller.region.as_str());
    let mut found: Vec<&Record> = world
        .hub(call.sees(&world), region)
        .filter(|record| filters.iter().all(|filter| filter.holds(record)))
        .collect();
    sort(&mut found, call.body.get("SortCriteria"))?;
    let (found, next) = cut(found, size, call.body.get("NextToken"), INVALID)?;
    Ok(json!({"Findings": found.into_iter().map(documents::asff).collect::<Vec<_>>(), "NextToken": next}))
}

/// What one attribute must be.
enum Filter<'a> {
    /// One of these spans: begin included, end excluded.
    Within {
        attribute: &'static str,
        spans: Vec<(Timestamp, Timestamp)>,
    },
    /// One of the alternatives, and none of the exclusions.
    Text {
        path: &'static str,
        rules: Vec<(&'a str, &'a str)>,
    },
    Sample(bool),
}

fn filters<'a>(body: &'a Value, now: Timestamp) -> Result<Vec<Filter<'a>>, Refusal> {
    let Some(wanted) = body.get("Filters").and_then(Value::as_object) else { return Ok(Vec::new()) };
    if wanted.len() > MOST_ATTRIBUTES {
        return Err(Refusal::bad(INVALID, "at most 10 filter attributes"));
    }
    let mut filters = Vec::new();
    for (attribute, values) in wanted {
        let invalid =
            |reason: &str| Refusal::bad(INVALID, format!("Invalid parameter 'Filters.{attribute}': {reason}"));
        let values = values.as_array().ok_or_else(|| invalid("a list is needed"))?;
        if values.len() > MOST_VALUES {
            return Err(invalid("at most 20 values"));
        }
        if let Some(attribute) = DATES.into_iter().find(|name| name == attribute) {
            let spans = values.iter().map(|value| span(value, now)).collect::<Option<Vec<_>>>();
            let spans = spans.ok_or_else(|| invalid("Start and End in ISO 8601, or a DateRange in days"))?;
            filters.push(Filter::Within { attribute, spans });
        } else if let Some((_, path)) = TEXTS.iter().find(|(name, _)| name == attribute) {
            let rule = |value: &'a Value| {
                let comparison = value.get("Comparison").and_then(Value::as_str)?;
                let wanted = value.get("Value").and_then(Value::as_str)?;
                COMPARISONS.contains(&comparison).then_some((comparison, wanted))
            };
            let rules = values.iter().map(rule).collect::<Option<Vec<_>>>();
            let rules = rules.ok_or_else(|| invalid("a Value and a known Comparison are needed"))?;
            filters.push(Filter::Text { path, rules });
        } else if attribute == "Sample" {
            let sample = values.first().and_then(|value| value.get("Value")).and_then(Value::as_bool);
            filters.push(Filter::Sample(sample.ok_or_else(|| invalid("a boolean Value is needed"))?));
        } else {
            return Err(invalid("it is not a filter"));
        }
    }
    Ok(filters)
}

const COMPARISONS: [&str; 6] = ["EQUALS", "PREFIX", "CONTAINS", "NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS"];

fn span(value: &Value, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    if let Some(range) = value.get("DateRange") {
        let days = range.get("Value").and_then(Value::as_i64)?;
        (range.get("Unit").and_then(Value::as_str) == Some("DAYS")).then_some(())?;
        let begin = now - SignedDuration::from_hours(24 * days);
        return match range.get("Comparison").and_then(Value::as_str).unwrap_or("WITHIN") {
            "WITHIN" => Some((begin, Timestamp::MAX)),
            "OLDER_THAN" => Some((Timestamp::MIN, begin)),
            _ => None,
        };
    }
    let moment = |name: &str| value.get(name).and_then(Value::as_str)?.parse().ok();
    Some((moment("Start")?, moment("End")?))
}

impl Filter<'_> {
    fn holds(&self, record: &Record) -> bool {
        match self {
            Self::Within { attribute, spans } => {
                let created = ["CreatedAt", "FirstObservedAt"].contains(attribute);
                let at = if created { record.created } else { record.hub_updated };
                spans.iter().any(|(begin, end)| at >= *begin && at < *end)
            }
            Self::Text { path, rules } => {
                let values = texts(record, path);
                let negative = |comparison: &str| comparison.contains("NOT");
                let holds = |(comparison, wanted): &(&str, &str)| match *comparison {
                    "EQUALS" | "NOT_EQUALS" => values.iter().any(|value| value == wanted),
                    "PREFIX" | "PREFIX_NOT_EQUALS" => values.iter().any(|value| value.starts_with(wanted)),
                    _ => values.iter().any(|value| value.contains(wanted)),
                };
                let mut alternatives = rules.iter().filter(|(comparison, _)| !negative(comparison)).peekable();
                let mut exclusions = rules.iter().filter(|(comparison, _)| negative(comparison));
                (alternatives.peek().is_none() || alternatives.any(holds)) && !exclusions.any(holds)
            }
            Self::Sample(wanted) => record.sample == *wanted,
        }
    }
}

fn texts(record: &Record, path: &str) -> Vec<String> {
    match path {
        "AwsAccountId" => vec![record.account.clone()],
        "Region" => vec![record.region.clone()],
        "Workflow.Status" => vec![record.workflow.to_owned()],
        "RecordState" => vec![if record.hub_archived { "ARCHIVED" } else { "ACTIVE" }.to_owned()],
        _ => search::values(&documents::asff(record), path).into_iter().map(search::text).collect(),
    }
}

fn sort(found: &mut [&Record], criteria: Option<&Value>) -> Result<(), Refusal> {
    let criteria = criteria.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    found.sort_by(|one, two| one.id.cmp(&two.id));
    // The first criterion counts most, so it sorts last.
    for criterion in criteria.iter().rev() {
        let word = |name: &str| criterion.get(name).and_then(Value::as_str);
        let field = word("Field").unwrap_or_default();
        let descending = match word("SortOrder") {
            Some("desc") => true,
            Some("asc") | None => false,
            Some(other) => return Err(Refusal::bad(INVALID, format!("SortOrder must be asc or desc, not {other}"))),
        };
        match field {
            "UpdatedAt" | "LastObservedAt" => found.sort_by_key(|record| record.hub_updated),
            "CreatedAt" | "FirstObservedAt" => found.sort_by_key(|record| record.created),
            "SeverityLabel" | "SeverityNormalized" => found.sort_by_cached_key(|record| {
                let document = documents::asff(record);
                document.pointer("/Severity/Normalized").and_then(Value::as_i64)
            }),
            _ => {
                let known = TEXTS.iter().find(|(name, _)| *name == field);
                let (_, path) =
                    known.ok_or_else(|| Refusal::bad(INVALID, format!("findings cannot be sorted by {field}")))?;
                found.sort_by_cached_key(|record| texts(record, path));
            }
        }
        if descending {
            found.reverse();
        }
    }
    Ok(())
}
