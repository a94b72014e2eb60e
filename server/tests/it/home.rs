//! Security Hub's home Region, found while running: nothing is read twice, and nobody is left unread.

use server::demo::{Fault, FaultRule};
use server::sync::SyncMode;

use crate::sync::{held, truth};
use crate::world::Stage;

/// Pulls, and gives the Regions whose Security Hub was read.
async fn hubs(stage: &Stage) -> Vec<String> {
    let before = stage.simulator.requests().len();
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(held(stage).await, truth(stage));
    let asked = stage.simulator.requests();
    let read = asked[before..].iter().filter(|one| one.service == "securityhub" && one.operation == "GetFindings");
    let mut regions: Vec<String> = read.map(|one| one.region.clone()).collect();
    regions.sort();
    regions.dedup();
    regions
}

/// Regions for which `/status` has a row of Security Hub.
async fn told(stage: &Stage) -> Vec<String> {
    let status = stage.client().json("/api/v1/status").await;
    let hubs = status["sources"].as_array().unwrap().iter().filter(|source| source["source"] == "securityhub");
    let mut regions: Vec<String> = hubs.map(|source| source["region"].as_str().unwrap().to_owned()).collect();
    regions.sort();
    regions
}

const DAY: i64 = 24 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_home_region_is_noticed_when_it_comes_moves_and_goes() {
    let stage = Stage::new().await;
    stage.simulator.world().move_home(None);
    let everywhere = ["ap-northeast-1", "us-east-1"];
    assert_eq!(hubs(&stage).await, everywhere);
    let findings = stage.number("SELECT count(*) FROM finding").await;
    stage.wait(5);
    assert_eq!(hubs(&stage).await, everywhere);
    let asked = || stage.requests("securityhub", "ListFindingAggregators");
    let once = asked();

    // It is asked for once per full sweep, not with every pull.
    stage.simulator.world().move_home(Some("us-east-1"));
    stage.wait(5);
    assert_eq!((hubs(&stage).await, asked()), (everywhere.map(str::to_owned).to_vec(), once));
    stage.wait(DAY);
    assert_eq!(hubs(&stage).await, ["us-east-1"]);
    assert_eq!(asked(), once + 1);
    // The linked Region is neither read nor told of as one that nobody reads any more, and nothing is counted twice.
    stage.wait(5);
    assert_eq!(hubs(&stage).await, ["us-east-1"]);
    assert_eq!((told(&stage).await, asked()), (vec!["us-east-1".to_owned()], once + 1));
    assert_eq!(stage.number("SELECT count(*) FROM finding").await, findings);

    stage.simulator.world().move_home(Some("ap-northeast-1"));
    stage.wait(DAY);
    assert_eq!(hubs(&stage).await, ["ap-northeast-1"]);
    assert_eq!(told(&stage).await, ["ap-northeast-1"]);

    stage.simulator.world().move_home(None);
    stage.wait(DAY);
    assert_eq!(hubs(&stage).await, everywhere);
    assert_eq!(told(&stage).await, everywhere);
    assert_eq!(stage.number("SELECT count(*) FROM finding").await, findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_fails_changes_nothing() {
    let stage = Stage::new().await;
    assert_eq!(hubs(&stage).await, ["us-east-1"]);
    stage.wait(5);
    assert_eq!(hubs(&stage).await, ["us-east-1"]);
    stage.simulator.faults().add(FaultRule::of("ListFindingAggregators", Fault::ServerError));
    stage.simulator.world().move_home(None);
    stage.wait(DAY);
    assert_eq!(hubs_while_failing(&stage).await, ["us-east-1"]);
    stage.simulator.faults().clear();
    stage.wait(DAY);
    assert_eq!(hubs(&stage).await, ["ap-northeast-1", "us-east-1"]);
}

/// The same while the home Region answers for itself alone, so that not everything can be held.
async fn hubs_while_failing(stage: &Stage) -> Vec<String> {
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    told(stage).await
}
