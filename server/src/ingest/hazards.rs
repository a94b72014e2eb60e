//! What captured findings of the world have done to importers, one small invented document per trap.
#![expect(clippy::unwrap_used, reason = "a failing test says where")]

mod envelopes;
mod identity;
mod memory;
mod values;

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Observation, import};

fn finding() -> Value {
    json!({"id": "a", "accountId": "111122223333", "region": "us-east-1", "type": "Recon:EC2/Portscan", "severity": 5,
        "createdAt": "2026-11-01T00:00:00Z", "updatedAt": "2026-11-02T00:00:00Z", "service": {"count": 1}, "resource": {}})
}

fn asff() -> Value {
    json!({"Id": "f", "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty", "ProductName": "GuardDuty",
        "AwsAccountId": "111122223333", "Region": "us-east-1", "Types": ["TTPs/Discovery/Recon:EC2-Portscan"],
        "Severity": {"Label": "MEDIUM"}, "Title": "t", "CreatedAt": "2026-11-01T00:00:00Z",
        "UpdatedAt": "2026-11-02T00:00:00Z", "Resources": [{"Type": "AwsEcsCluster", "Id": "c"}]})
}

/// `base` with members replaced, at the top level.
fn with(mut base: Value, members: Value) -> Value {
    let Value::Object(members) = members else { return base };
    for (name, value) in members {
        base[name] = value;
    }
    base
}

fn without(mut base: Value, names: &[&str]) -> Value {
    for name in names {
        base.as_object_mut().unwrap().remove(*name);
    }
    base
}

/// What is read from a file, and why the rest is not.
fn read(input: &[u8]) -> (Vec<Observation>, Vec<String>) {
    let (mut read, mut reasons) = (Vec::new(), Vec::new());
    import::read("file", input, Timestamp::UNIX_EPOCH, &mut |result| {
        match result {
            Ok(observation) => read.push(observation),
            Err(rejected) => reasons.push(format!("{}: {}", rejected.position, rejected.reason)),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    (read, reasons)
}

/// The only finding of a document.
fn one(document: &Value) -> Observation {
    let (mut read, reasons) = read(document.to_string().as_bytes());
    assert_eq!((read.len(), reasons), (1, Vec::new()), "{document}");
    read.remove(0)
}
