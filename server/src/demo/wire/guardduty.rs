//! GuardDuty: detectors and findings.
//!
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html>

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, cut, page_size};
use super::{Call, coverage, search, unknown, usage};
use crate::demo::documents;
use crate::demo::record::{Record, detector};

pub(super) const BAD: &str = "BadRequestException";
const LARGEST_PAGE: usize = 50;
/// Most conditions of a request, and most values of a condition.
const MOST: usize = 50;

/// What findings can be searched by
/// (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html#API_ListFindings_RequestSyntax>).
const CRITERIA: [&str; 33] = [
    "accountId",
    "id",
    "region",
    "severity",
    "confidence",
    "type",
    "updatedAt",
    "associatedAttackSequenceArn",
    "resource.resourceType",
    "resource.accessKeyDetails.accessKeyId",
    "resource.accessKeyDetails.principalId",
    "resource.accessKeyDetails.userName",
    "resource.accessKeyDetails.userType",
    "resource.containerDetails.image",
    "resource.ecsClusterDetails.name",
    "resource.ecsClusterDetails.taskDetails.containers.image",
    "resource.ecsClusterDetails.taskDetails.definitionArn",
    "resource.eksClusterDetails.name",
    "resource.instanceDetails.instanceId",
    "resource.instanceDetails.imageId",
    "resource.lambdaDetails.functionName",
    "resource.rdsDbInstanceDetails.dbInstanceIdentifier",
    "resource.s3BucketDetails.name",
    "service.action.actionType",
    "service.action.awsApiCallAction.api",
    "service.action.awsApiCallAction.serviceName",
    "service.action.dnsRequestAction.domain",
    "service.action.networkConnectionAction.blocked",
    "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
    "service.archived",
    "service.resourceRole",
    "service.runtimeDetails.process.executableSha256",
    "service.runtimeDetails.process.name",
];
/// What findings can be sorted by.
const ORDERS: [&str; 8] =
    ["accountId", "createdAt", "id", "service.count", "service.eventLastSeen", "severity", "type", "updatedAt"];

pub fn answer(call: &Call<'_>) -> Answer {
    match call.operation {
        "ListDetectors" => {
            Ok(json!({"detectorIds": [detector(&call.caller.account, &call.caller.region)], "nextToken": ""}))
        }
        "ListFindings" => list(call),
        "GetFindings" => get(call),
        "ListMembers" => check_detector(call).map(|()| usage::members(call)),
        "GetUsageStatistics" => check_detector(call).and_then(|()| usage::statistics(call)),
        "GetRemainingFreeTrialDays" => check_detector(call).and_then(|()| usage::trial_days(call)),
        "GetDetector" | "ListCoverage" | "GetCoverageStatistics" => {
            check_detector(call)?;
            coverage::answer(call)
        }
        _ => Err(unknown(call)),
    }
}

fn check_detector(call: &Call<'_>) -> Result<(), Refusal> {
    let own = detector(&call.caller.account, &call.caller.region);
    if call.path.split('/').nth(2) == Some(own.as_str()) {
        return Ok(());
    }
    Err(Refusal::bad(BAD, "The request is rejected because the input detectorId is not owned by the current account."))
}

fn list(call: &Call<'_>) -> Answer {
    check_detector(call)?;
    let size = page_size(call.body.get("maxResults"), LARGEST_PAGE, LARGEST_PAGE, BAD)?;
    let conditions = conditions(&call.body)?;
    let world = call.shared.world();
    let mut found = Vec::new();
    for record in world.guardduty(call.sees(&world), &call.caller.region) {
        if conditions.iter().all(|condition| condition.holds(record)) {
            found.push(record);
        }
    }
    sort(&mut found, call.body.get("sortCriteria"))?;
    let ids = found.into_iter().map(|record| record.id.clone()).collect();
    let (ids, next) = cut(ids, size, call.body.get("nextToken"), BAD)?;
    Ok(json!({"findingIds": ids, "nextToken": next}))
}

fn get(call: &Call<'_>) -> Answer {
    check_detector(call)?;
    let ids = call.body.get("findingIds").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if ids.len() > LARGEST_PAGE {
        return Err(Refusal::bad(BAD, "at most 50 findingIds"));
    }
    let world = call.shared.world();
    // Unknown ids are left out, as the service does.
    let wanted: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    let mut found: Vec<&Record> = world
        .guardduty(call.sees(&world), &call.caller.region)
        .filter(|record| wanted.contains(&record.id.as_str()))
        .collect();
    found.sort_by_key(|record| wanted.iter().position(|id| *id == record.id));
    if let Some(criteria) = call.body.get("sortCriteria") {
        sort(&mut found, Some(criteria))?;
    }
    let documents: Vec<Value> = found.into_iter().filter_map(document).collect();
    Ok(json!({"findings": documents}))
}

fn document(record: &Record) -> Option<Value> {
    record.threat().map(|threat| documents::guardduty(record, threat))
}

/// One field's condition. Several values are alternatives.
struct Condition<'a> {
    field: &'a str,
    rules: &'a serde_json::Map<String, Value>,
}

fn conditions(body: &Value) -> Result<Vec<Condition<'_>>, Refusal> {
    let Some(criterion) = body.pointer("/findingCriteria/criterion").and_then(Value::as_object) else {
        return Ok(Vec::new());
    };
    if criterion.len() > MOST {
        return Err(Refusal::bad(BAD, "at most 50 criteria"));
    }
    let mut conditions = Vec::new();
    for (field, rules) in criterion {
        if !CRITERIA.contains(&field.as_str()) {
            let message = format!("The request is rejected because the criterion {field} is not supported.");
            return Err(Refusal::bad(BAD, message));
        }
        let rules = rules.as_object().ok_or_else(|| Refusal::bad(BAD, format!("{field} needs a condition")))?;
        for (name, wanted) in rules {
            let fits = match name.as_str() {
                "equals" | "notEquals" | "eq" | "neq" => wanted.as_array().is_some_and(|values| values.len() <= MOST),
                "greaterThan" | "greaterThanOrEqual" | "lessThan" | "lessThanOrEqual" => wanted.is_i64(),
                // The legacy names are 32 bits wide: milliseconds do not fit.
                "gt" | "gte" | "lt" | "lte" => wanted.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
                _ => false,
            };
            if !fits {
                return Err(Refusal::bad(BAD, format!("the condition {name} of {field} is invalid")));
            }
        }
        conditions.push(Condition { field, rules });
    }
    Ok(conditions)
}

impl Condition<'_> {
    fn holds(&self, record: &Record) -> bool {
        let values = value_of(record, self.field);
        let number = |value: &Value| value.as_f64();
        let any = |wanted: &Value, compare: fn(f64, f64) -> bool| {
            let wanted = number(wanted).unwrap_or(f64::NAN);
            values.iter().filter_map(number).any(|value| compare(value, wanted))
        };
        let equal = |wanted: &Value| {
            let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
            values.iter().any(|value| wanted.iter().any(|wanted| self.same(value, wanted)))
        };
        self.rules.iter().all(|(name, wanted)| match name.as_str() {
            "equals" | "eq" => equal(wanted),
            "notEquals" | "neq" => !equal(wanted),
            "greaterThan" | "gt" => any(wanted, |value, wanted| value > wanted),
            "greaterThanOrEqual" | "gte" => any(wanted, |value, wanted| value >= wanted),
            "lessThan" | "lt" => any(wanted, |value, wanted| value < wanted),
            _ => any(wanted, |value, wanted| value <= wanted),
        })
    }

    fn same(&self, value: &Value, wanted: &Value) -> bool {
        // Severities are asked for by their whole number.
        if let (true, Some(score)) = (self.field == "severity", value.as_f64()) {
            return search::text(wanted).parse::<f64>().is_ok_and(|wanted| (0.0..1.0).contains(&(score - wanted)));
        }
        search::text(value) == search::text(wanted)
    }
}

/// The values of a field. The usual ones need no document.
fn value_of(record: &Record, field: &str) -> Vec<Value> {
    match field {
        "updatedAt" => vec![json!(record.updated.as_millisecond())],
        "createdAt" => vec![json!(record.created.as_millisecond())],
        "service.archived" => vec![json!(record.archived)],
        "service.count" => vec![json!(record.count)],
        "accountId" => vec![json!(record.account)],
        "id" => vec![json!(record.id)],
        "severity" => record.threat().map(|threat| json!(threat.severity)).into_iter().collect(),
        "type" => record.threat().map(|threat| json!(threat.name)).into_iter().collect(),
        _ => {
            let document = document(record).unwrap_or_default();
            search::values(&document, field).into_iter().cloned().collect()
        }
    }
}

fn sort(found: &mut [&Record], criteria: Option<&Value>) -> Result<(), Refusal> {
    let word = |name: &str| criteria.and_then(|criteria| criteria.get(name)).and_then(Value::as_str);
    let (field, direction) = (word("attributeName").unwrap_or("updatedAt"), word("orderBy").unwrap_or("DESC"));
    if !ORDERS.contains(&field) {
        return Err(Refusal::bad(BAD, format!("findings cannot be sorted by {field}")));
    }
    if !["ASC", "DESC"].contains(&direction) {
        return Err(Refusal::bad(BAD, format!("orderBy must be ASC or DESC, not {direction}")));
    }
    found.sort_by(|one, two| one.id.cmp(&two.id));
    match field {
        "updatedAt" => found.sort_by_key(|record| record.updated),
        "createdAt" => found.sort_by_key(|record| record.created),
        _ => {
            let key = |record: &Record| value_of(record, field).pop();
            found.sort_by(|one, two| search::order(key(one).as_ref(), key(two).as_ref()));
        }
    }
    if direction == "DESC" {
        found.reverse();
    }
    Ok(())
}
