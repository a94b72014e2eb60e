//! Sweeps that are interrupted: they go on where they stopped, lose nothing and count nothing twice.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::demo::{Fault, FaultRule};
use server::sync::SyncMode;

use crate::sync::{held, truth};
use crate::world::Stage;

const UNFINISHED: &str = "SELECT count(*) FROM sync_source WHERE sweep_cursor IS NOT NULL AND last_full_at IS NULL";
const SWEPT: &str = "SELECT count(*) FROM sync_source WHERE last_full_at = TIMESTAMP '2026-11-23 12:00:00'
    AND sweep_started_at IS NULL AND sweep_from IS NULL AND sweep_cursor IS NULL";

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_backfill_goes_on_where_it_stopped() {
    let whole = Stage::whole().await;
    whole.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let pages = whole.requests("securityhub", "GetFindings");
    assert!(pages > 20, "{pages}");

    let mut stage = Stage::whole_on_disk().await;
    assert!(!stage.interrupted("securityhub", "GetFindings", pages - 4).await);
    stage.reopen().await;
    assert!(stage.number(UNFINISHED).await > 0);
    assert_eq!(stage.number("SELECT count(*) FROM sync_covered WHERE source = 'securityhub'").await, 0);
    let before = stage.requests("securityhub", "GetFindings");

    stage.wait(10);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    let more = stage.requests("securityhub", "GetFindings") - before;
    assert!(more < pages / 2, "{more} of {pages} pages were read again");
    assert_eq!(held(&stage).await, truth(&stage));
    // The sweep counts from its beginning; what it covers reaches from there to the present.
    assert_eq!(stage.number(SWEPT).await, 3);
    let covered = "SELECT count(*) FROM sync_covered WHERE source = 'securityhub'
        AND covered_from = TIMESTAMP '2026-08-25 12:00:00' AND covered_to = TIMESTAMP '2026-11-23 12:10:00'";
    assert_eq!(stage.number(covered).await, 1);

    // The next pull is an ordinary one again.
    let before = stage.simulator.requests().len();
    stage.wait(5);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(stage.simulator.requests().len() - before <= 3 * 3 + 4, "with what a new process asks once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_arrives_with_the_rest_of_an_interrupted_sweep() {
    let mut stage = Stage::on_disk().await;
    stage.interrupted("guardduty", "ListFindings", 8).await;
    stage.reopen().await;
    stage.wait(30);
    let now = stage.now();
    let added = stage.simulator.world().add("Execution:Runtime/ReverseShell", now);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert!(held(&stage).await.contains_key(&added));
    assert_eq!(held(&stage).await, truth(&stage));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_everything_gets_more_than_the_rest_of_a_sweep() {
    let mut stage = Stage::whole_on_disk().await;
    stage.interrupted("securityhub", "GetFindings", 12).await;
    stage.reopen().await;
    assert!(stage.number(UNFINISHED).await > 0);
    // Decided silently about what the sweep has passed already.
    for arn in held(&stage).await.keys() {
        stage.simulator.world().set_workflow(arn, "SUPPRESSED");
    }
    stage.wait(10);
    let report = stage.syncer.run_once(SyncMode::Full).await.unwrap();
    assert!(!report.failed(), "{report}");
    let suppressed = |one: &server::demo::Known| one.in_securityhub && one.workflow == "SUPPRESSED";
    let decided = stage.simulator.world().findings().into_iter().filter(suppressed).count();
    let known = stage.number("SELECT count(*) FROM finding WHERE workflow = 'SUPPRESSED'").await;
    assert_eq!(known, i64::try_from(decided).unwrap());
}

/// Something that goes wrong a few times.
fn mishap(random: &mut ChaCha8Rng) -> FaultRule {
    const FAULTS: [Fault; 4] = [Fault::Throttle, Fault::ServerError, Fault::TruncatedBody, Fault::Disconnect];
    const OPERATIONS: [&str; 2] = ["ListFindings", "GetFindings"];
    let fault = FAULTS[random.random_range(0..FAULTS.len())];
    let operation = OPERATIONS[random.random_range(0..OPERATIONS.len())];
    FaultRule { times: Some(random.random_range(1..12)), ..FaultRule::of(operation, fault) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_through_faults_and_crashes_ends_with_the_truth() {
    for seed in 1..=2 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut stage = Stage::on_disk().await;
        let mut rounds = 0;
        loop {
            rounds += 1;
            assert!(rounds < 60, "seed {seed}: no end");
            if rounds < 8 {
                stage.simulator.faults().add(mishap(&mut random));
                stage.simulator.faults().add(mishap(&mut random));
            }
            let most = random.random_range(5..60);
            let done = stage.interrupted("guardduty", "GetFindings", most).await;
            if done && rounds >= 8 {
                break;
            }
            stage.wait(1);
            stage.reopen().await;
        }
        assert_eq!(held(&stage).await, truth(&stage), "seed {seed}");
        let twice = "SELECT count(*) - count(DISTINCT finding_key) FROM finding";
        assert_eq!(stage.number(twice).await, 0, "seed {seed}");
        let miscounted = "SELECT count(*) FROM (SELECT finding_key, sum(count_delta) AS booked FROM finding_version
            GROUP BY finding_key) AS counted JOIN finding USING (finding_key) WHERE booked <> occurrences";
        assert_eq!(stage.number(miscounted).await, 0, "seed {seed}");
        assert_eq!(stage.number("SELECT count(*) FROM finding WHERE expired_in_aws IS NOT NULL").await, 0);
    }
}
