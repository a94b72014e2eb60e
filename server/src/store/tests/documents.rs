//! Small documents in the shape of each service.

use app::model::Source;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::Batch;
use crate::ingest::{Observation, normalize};

/// The moment the tests count from.
pub(crate) fn start() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// Minutes after [`start`].
pub(crate) fn at(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}

pub(crate) fn arn(number: usize) -> String {
    format!("arn:aws:guardduty:us-east-1:111122223333:detector/d1a2/finding/f{number:04}")
}

/// GuardDuty says: finding `number` was seen `count` times until `minute`, read a minute later.
pub(crate) fn guardduty(number: usize, minute: i64, count: i64) -> Observation {
    guardduty_document(number, minute, count, false)
}

pub(crate) fn archived(number: usize, minute: i64, count: i64) -> Observation {
    guardduty_document(number, minute, count, true)
}

fn guardduty_document(number: usize, minute: i64, count: i64, archived: bool) -> Observation {
    let document = json!({
        "schemaVersion": "2.0",
        "accountId": "111122223333",
        "region": "us-east-1",
        "partition": "aws",
        "id": format!("f{number:04}"),
        "arn": arn(number),
        "type": "CryptoCurrency:Runtime/BitcoinTool.B",
        "resource": {"resourceType": "ECSCluster", "ecsClusterDetails": {
            "name": "payments",
            "arn": "arn:aws:ecs:us-east-1:111122223333:cluster/payments",
            "taskDetails": {
                "arn": "arn:aws:ecs:us-east-1:111122223333:task/payments/0123456789abcdef",
                "definitionArn": "arn:aws:ecs:us-east-1:111122223333:task-definition/checkout:7",
                "launchType": "FARGATE",
                "containers": [{"name": "app", "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:1.2"}],
            }
        }},
        "service": {
            "serviceName": "guardduty",
            "detectorId": "d1a2",
            "archived": archived,
            "count": count,
            "eventFirstSeen": at(-60),
            "eventLastSeen": at(minute),
        },
        "severity": 8,
        "createdAt": at(-59),
        "updatedAt": at(minute),
        "title": "A task queries a domain of a mining pool",
        "description": "A task of checkout queries a domain name that belongs to a mining pool.",
    });
    normalize::source(Source::GuardDuty, &document, at(minute + 1)).unwrap()
}

/// Security Hub says the same finding has this workflow status.
pub(crate) fn security_hub(number: usize, minute: i64, workflow: &str) -> Observation {
    let document = json!({
        "SchemaVersion": "2018-10-08",
        "Id": arn(number),
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty",
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "GeneratorId": "arn:aws:guardduty:us-east-1:111122223333:detector/d1a2",
        "AwsAccountId": "111122223333",
        "Region": "us-east-1",
        "Types": ["TTPs/Command and Control/CryptoCurrency:Runtime-BitcoinTool.B"],
        "FirstObservedAt": at(-60),
        "LastObservedAt": at(minute),
        "CreatedAt": at(-59),
        "UpdatedAt": at(minute),
        "Severity": {"Label": "HIGH", "Normalized": 70, "Product": 8},
        "Title": "A task queries a domain of a mining pool",
        "Description": "A task of checkout queries a domain name that belongs to a mining pool.",
        "Resources": [{"Type": "AwsEcsCluster", "Id": "arn:aws:ecs:us-east-1:111122223333:cluster/payments"}],
        "Workflow": {"Status": workflow},
        "RecordState": "ACTIVE",
    });
    normalize::source(Source::SecurityHub, &document, at(minute + 2)).unwrap()
}

pub(crate) fn batch(observations: Vec<Observation>) -> Batch {
    Batch { observations, rejected: Vec::new(), at: start(), pull: None }
}
