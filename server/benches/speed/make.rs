//! Databases, batches and documents to measure with.

use std::fs;
use std::sync::Arc;

use app::model::{Category, Source};
use duckdb::Connection;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::ingest::{Classifier, Observation, normalize};
use server::store::{Batch, Store};

use super::{Path, PathBuf, open, options};

/// How often to look whether the store is done.
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(100);

const GENERATE: &str = include_str!("generate.sql");

/// The present of every measurement: not at the beginning of an hour, as no present is.
pub fn until() -> Timestamp {
    "2026-11-23T12:34:56Z".parse().unwrap()
}

fn closed(store: Store) {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(store.close())).unwrap();
}

/// Closed once the store has read the texts of all findings, which it does beside other work.
fn closed_when_whole(store: Store) {
    let knows_texts = || store.read(|snapshot| Ok(snapshot.knows_texts()));
    tokio::task::block_in_place(|| {
        while !tokio::runtime::Handle::current().block_on(knows_texts()).unwrap() {
            std::thread::sleep(BETWEEN_LOOKS);
        }
    });
    closed(store);
}

/// The folder of a database with that many findings, made unless it is there.
pub fn database(directory: &Path, size: u64) -> PathBuf {
    let version = xxhash_rust::xxh3::xxh3_64(GENERATE.as_bytes()) & 0xffff;
    let path = directory.join(format!("{size}-{version:04x}"));
    let opened = || Store::open(options(&path), Arc::new(Classifier::embedded()));
    if path.join("made").exists()
        // Made with another schema: it is only a bench's.
        && let Ok(store) = opened()
    {
        closed_when_whole(store);
        return path;
    }
    let _ = fs::remove_dir_all(&path);
    // The real schema, then rows in bulk; rollups and texts are made of them by the store itself.
    closed(open(&path));
    let connection = Connection::open(path.join("yagura.duckdb")).unwrap();
    let categories: Vec<String> = Category::ALL.iter().map(|category| format!("'{}'", category.as_str())).collect();
    connection
        .execute_batch(&format!(
            "SET memory_limit = '4GB'; SET VARIABLE findings = {size}; SET VARIABLE until = '{}';
             SET VARIABLE categories = [{}]; DELETE FROM setting WHERE name IN ('rollup', 'texts'); {GENERATE} CHECKPOINT;",
            until().strftime("%Y-%m-%d %H:%M:%S"),
            categories.join(", ")
        ))
        .unwrap();
    drop(connection);
    closed_when_whole(open(&path));
    fs::write(path.join("made"), "").unwrap();
    path
}

/// A GuardDuty finding as the API tells it.
fn document(number: usize, count: i64) -> Value {
    let updated = until() - SignedDuration::from_secs(i64::try_from(number % 864_000).unwrap())
        + SignedDuration::from_secs(count);
    json!({
        "schemaVersion": "2.0",
        "accountId": "111122223333",
        "region": "us-east-1",
        "partition": "aws",
        "id": format!("b{number:031x}"),
        "arn": format!("arn:aws:guardduty:us-east-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/b{number:031x}"),
        "type": "CryptoCurrency:Runtime/BitcoinTool.B",
        "resource": {"resourceType": "ECSCluster", "ecsClusterDetails": {
            "name": "payments",
            "arn": "arn:aws:ecs:us-east-1:111122223333:cluster/payments",
            "status": "ACTIVE",
            "activeServicesCount": 4,
            "registeredContainerInstancesCount": 0,
            "runningTasksCount": 12,
            "taskDetails": {
                "arn": format!("arn:aws:ecs:us-east-1:111122223333:task/payments/{:032x}", number / 40),
                "definitionArn": format!("arn:aws:ecs:us-east-1:111122223333:task-definition/checkout-{}:7", number % 40),
                "version": "3",
                "startedAt": "2026-11-01T00:00:00Z",
                "startedBy": "ecs-svc/1234567890123456789",
                "group": "service:checkout",
                "launchType": "FARGATE",
                "containers": [{"name": "app", "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/checkout:1.2"}],
            }
        }},
        "service": {
            "serviceName": "guardduty",
            "detectorId": "12abc34d567e8fa901bc2d34e56789f0",
            "featureName": "RuntimeMonitoring",
            "action": {"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": "pool.example.com", "protocol": "UDP", "blocked": false}},
            "runtimeDetails": {"process": {
                "name": "xmrig", "executablePath": "/tmp/.x/xmrig", "executableSha256": format!("{number:064x}"),
                "namespacePid": 12, "pwd": "/tmp/.x", "pid": 8123, "startTime": "2026-11-20T10:00:00Z", "uuid": format!("{number:032x}"),
                "parentUuid": "0123456789abcdef", "user": "root", "userId": 0, "euid": 0,
                "lineage": [{"startTime": "2026-11-20T09:59:00Z", "namespacePid": 1, "userId": 0, "name": "sh", "pid": 8000, "uuid": "0123456789abcdef", "executablePath": "/bin/sh", "euid": 0, "parentUuid": "0"}]
            }},
            "archived": false,
            "count": count,
            "eventFirstSeen": updated - SignedDuration::from_hours(2),
            "eventLastSeen": updated,
        },
        "severity": 8,
        "createdAt": until() - SignedDuration::from_hours(i64::try_from(number % 240).unwrap() + 2),
        "updatedAt": updated,
        "title": "A task queries a domain of a mining pool",
        "description": "A task of checkout queries a domain name that belongs to a mining pool.",
    })
}

/// Findings after another number of repetitions.
pub fn batch(findings: usize, count: i64) -> Batch {
    let observed = until() + SignedDuration::from_mins(count);
    let observation = |number| normalize::source(Source::GuardDuty, &document(number, count), observed).unwrap();
    batch_of((0..findings).map(observation).collect())
}

pub fn batch_of(observations: Vec<Observation>) -> Batch {
    Batch { observations, rejected: Vec::new(), at: until(), pull: None }
}

/// NDJSON.
pub fn lines(findings: usize) -> String {
    let mut lines = String::new();
    for number in 0..findings {
        lines.push_str(&document(number, 1).to_string());
        lines.push('\n');
    }
    lines
}
