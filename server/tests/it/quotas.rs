//! Quotas: the simulator throttles as AWS does, and Yagura's own pace keeps it from having to.

use server::demo::SimulatorOptions;
use server::sync::SyncMode;

use crate::wire::{hub, throttled};
use crate::world::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_seventh_request_at_once_is_throttled() {
    let stage = Stage::with(|clock| SimulatorOptions { quotas: true, ..SimulatorOptions::sparse(clock) }, 3.0).await;
    let client = hub(&stage, "us-east-1").await;
    let mut refused = 0;
    for _ in 0..8 {
        if let Err(error) = client.get_findings().max_results(1).send().await {
            assert!(throttled(&error), "{error:?}");
            refused += 1;
        }
    }
    assert!((1..=2).contains(&refused), "{refused} of 8 refused with a burst of 6");
    // Another Region has a bucket of its own.
    assert!(hub(&stage, "ap-northeast-1").await.get_findings().max_results(1).send().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_at_our_own_pace_is_hardly_ever_throttled() {
    let stage = Stage::with(|clock| SimulatorOptions { quotas: true, ..SimulatorOptions::new(clock) }, 3.0).await;
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    let asked = stage.simulator.requests();
    let hub = asked.iter().filter(|one| one.service == "securityhub" && one.operation == "GetFindings").count();
    assert!(hub > 20, "enough pages to run into the quota: {hub}");
    let throttles = asked.iter().filter(|one| one.status == 429).count();
    assert!(throttles <= 2, "{throttles} of {hub} throttled");
}
