//! Coverage that was lost since yesterday: what counts as lost, and that it is told wherever people look.

use std::collections::BTreeMap;
use std::fmt::Write;

use app::model::coverage::{Coverage, Verdict};
use http::Method;

use crate::world::Stage;

const CLUSTER: &str = "arn:aws:ecs:us-east-1:111122223333:cluster/shop";

/// Verdicts of families by hours before noon, oldest first.
const HISTORY: [(&str, &[(i64, &str)]); 9] = [
    ("reason-changed", &[(72, "covered"), (10, "gap"), (5, "gap")]),
    ("unknown-between", &[(72, "covered"), (8, "unknown"), (2, "gap")]),
    ("won-and-lost", &[(72, "gap"), (20, "covered"), (19, "gap")]),
    ("less", &[(72, "partly"), (1, "gap")]),
    ("in-part", &[(72, "covered"), (3, "partly")]),
    ("long-ago", &[(72, "covered"), (30, "gap"), (4, "gap")]),
    ("back-again", &[(72, "covered"), (6, "gap"), (5, "covered")]),
    ("gone", &[(72, "covered"), (6, "none")]),
    ("not-told", &[(72, "covered"), (6, "unknown")]),
];

fn rows(outcome: &str) -> String {
    let mut sql = format!(
        "DELETE FROM coverage_part; INSERT INTO coverage_part
        SELECT '111122223333', 'us-east-1', unnest(['clusters', 'tasks']), '{outcome}', NULL,
            TIMESTAMP '2026-11-23 12:00:00', TIMESTAMP '2026-11-23 12:00:00', 1, 0, 1;"
    );
    for (family, changes) in HISTORY {
        for (number, (hours, verdict)) in changes.iter().enumerate() {
            let _ = write!(
                sql,
                "INSERT INTO family_verdict VALUES ('111122223333', 'us-east-1', '{CLUSTER}', '{family}', '{verdict}',
                'reason-{number}', 1, 0, TIMESTAMP '2026-11-23 12:00:00' - INTERVAL {hours} HOUR);"
            );
        }
    }
    sql
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_watched_less_than_at_some_time_since_yesterday_is_lost() {
    let mut stage = Stage::on_disk().await;
    stage.put(&rows("ok")).await;
    let client = stage.client();
    let coverage: Coverage = serde_json::from_value(client.json("/api/v1/coverage").await).unwrap();
    let noon = stage.now();
    let told: BTreeMap<&str, _> = coverage
        .lost
        .iter()
        .map(|one| (one.label.as_str(), (one.was, one.is, noon.duration_since(one.at).as_hours())))
        .collect();
    let expected = BTreeMap::from([
        ("reason-changed", (Verdict::Covered, Verdict::Gap, 10)),
        ("unknown-between", (Verdict::Covered, Verdict::Gap, 8)),
        ("won-and-lost", (Verdict::Covered, Verdict::Gap, 19)),
        ("less", (Verdict::Partly, Verdict::Gap, 1)),
        ("in-part", (Verdict::Covered, Verdict::Partly, 3)),
    ]);
    assert_eq!(told, expected);
    assert!(coverage.lost.is_sorted_by_key(|one| std::cmp::Reverse(one.at)), "the newest first");
    let page = client.send(Method::GET, "/coverage", &[("accept", "text/html")]).await.text();
    assert!(page.contains("5 families lost their coverage since yesterday."), "{page}");
    for family in expected.keys() {
        assert!(page.contains(&format!("/families/{family}")), "{family}");
    }
    let narrowed: Coverage = serde_json::from_value(client.json("/api/v1/coverage?family=less").await).unwrap();
    assert_eq!(narrowed.lost.iter().map(|one| one.label.as_str()).collect::<Vec<_>>(), ["less"]);
    // Where nobody can tell now, nothing is said to be lost.
    stage.put("UPDATE coverage_part SET outcome = 'denied'").await;
    let refused: Coverage = serde_json::from_value(stage.client().json("/api/v1/coverage").await).unwrap();
    assert_eq!(refused.lost, []);
}
