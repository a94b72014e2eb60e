//! What AWS is asked beside findings: the status, the page and the metrics tell of each question, and what was refused.

use std::time::Duration;

use server::demo::{Fault, FaultRule};
use server::sync::{CostWhen, FleetOptions};

use serde_json::Value;

use crate::world::Stage;

fn collectors<'a>(status: &'a Value, collector: &str, part: &str) -> Vec<&'a Value> {
    let is_it = |one: &&Value| one["collector"] == collector && one["part"] == part;
    status["collectors"].as_array().unwrap().iter().filter(is_it).collect()
}

fn states(status: &Value, collector: &str, part: &str) -> Vec<String> {
    collectors(status, collector, part).iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_is_told_with_how_it_ended() {
    let mut stage = Stage::new().await;
    let fleet = FleetOptions { interval: Duration::from_mins(15), ecs: true };
    stage.use_options(|options| options.fleet = Some(fleet));
    let client = stage.client();
    let empty = client.json("/api/v1/status").await;
    assert_eq!(empty["collectors"], Value::Array(Vec::new()));
    stage.syncer.look_around().await.unwrap();
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    let status = client.json("/api/v1/status").await;
    // One administrator in two Regions: seven questions about coverage and seven about costs in each.
    assert_eq!(status["collectors"].as_array().unwrap().len(), 28);
    for one in status["collectors"].as_array().unwrap() {
        assert_eq!(
            (&one["state"], &one["lag_seconds"], &one["note"]),
            (&"fresh".into(), &0.into(), &Value::Null),
            "{one}"
        );
        assert!(one["requests"].as_i64().is_some_and(|requests| requests > 0) && one["took_ms"].is_i64(), "{one}");
        // Nothing asks by itself here.
        assert_eq!(one["next_at"], Value::Null);
    }

    stage.wait(24 * 60);
    let faults = stage.simulator.faults();
    faults.add(FaultRule::of("ListCoverage", Fault::Refuse("AccessDeniedException")));
    faults.add(FaultRule::of("GetRemainingFreeTrialDays", Fault::Refuse("AccessDeniedException")));
    faults.add(FaultRule::of("GetMetricData", Fault::RepeatToken));
    stage.syncer.look_around().await.unwrap();
    stage.syncer.run_cost(CostWhen::Now).await.unwrap();
    let status = client.json("/api/v1/status").await;
    assert_eq!(states(&status, "coverage", "verdicts"), ["denied", "denied"]);
    assert_eq!(states(&status, "coverage", "tasks"), ["fresh", "fresh"]);
    assert_eq!(states(&status, "cost", "trial-days"), ["denied", "denied"]);
    assert_eq!(states(&status, "cost", "cloudwatch"), ["failing", "failing"]);
    let denied = collectors(&status, "cost", "trial-days")[0];
    // What was known is not forgotten: it is a day old.
    assert_eq!(denied["lag_seconds"], 24 * 3600);
    assert!(
        denied["note"].as_str().is_some_and(|note| note.contains("guardduty:GetRemainingFreeTrialDays")),
        "{denied}"
    );

    let page = client.get("/status").await.text();
    assert!(page.contains("Days left of trials:") && page.contains("CloudWatch metrics:"), "{page}");
    let metrics = client.get("/metrics").await.text();
    let labels =
        |part: &str| format!("account=\"111122223333\",region=\"us-east-1\",collector=\"cost\",part=\"{part}\"");
    for (part, up) in [("trial-days", 0), ("cloudwatch", 0), ("usage-by-feature", 1)] {
        let line = format!("yagura_collector_up{{{}}} {up}\n", labels(part));
        assert!(metrics.contains(&line), "{line} {metrics}");
        let line = format!("yagura_collector_last_success_timestamp_seconds{{{}}} ", labels(part));
        assert!(metrics.contains(&line), "{line}");
    }
    assert!(metrics.contains("yagura_collector_round_seconds{"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_settings_leave_out_is_no_trouble_and_has_no_series() {
    let mut stage = Stage::new().await;
    stage.use_options(|options| options.cloudwatch = false);
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    let client = stage.client();
    let status = client.json("/api/v1/status").await;
    assert_eq!(states(&status, "cost", "cloudwatch"), ["not-asked", "not-asked"]);
    assert_eq!(collectors(&status, "cost", "cloudwatch")[0]["note"], "aws.cloudwatch is false");
    let metrics = client.get("/metrics").await.text();
    assert!(metrics.contains("part=\"usage-by-feature\"") && !metrics.contains("part=\"cloudwatch\""), "{metrics}");
}
