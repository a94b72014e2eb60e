//! Collecting: what AWS has is what we have, once, whatever goes wrong on the way.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use server::demo::{Fault, FaultRule, Known};
use server::http::SiteFiles;
use server::sync::SyncMode;

use crate::world::Stage;

/// ARN → (count, in GuardDuty, in Security Hub) as the database has it.
pub async fn held(stage: &Stage) -> BTreeMap<String, (i64, bool, bool)> {
    stage
        .store
        .read(|snapshot| {
            let mut statement =
                snapshot.connection().prepare("SELECT arn, occurrences, in_guardduty, in_securityhub FROM finding")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
        .unwrap()
}

pub fn truth(stage: &Stage) -> BTreeMap<String, (i64, bool, bool)> {
    let known = stage.simulator.world().findings();
    known.into_iter().map(|one| (one.arn, (one.count, one.in_guardduty, one.in_securityhub))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_pull_holds_every_finding_once_and_the_second_writes_nothing() {
    let stage = Stage::new().await;
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(held(&stage).await, truth(&stage));
    assert_eq!(report.totals().rejected, 0);

    let (version, versions) = (stage.store.data_version(), stage.number("SELECT count(*) FROM finding_version").await);
    let before = stage.simulator.requests().len();
    stage.wait(5);
    let again = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!((again.totals().new, again.totals().updated), (0, 0));
    assert_eq!(stage.store.data_version(), version);
    assert_eq!(stage.number("SELECT count(*) FROM finding_version").await, versions);
    // Two Regions of GuardDuty and the home Region of Security Hub: at most three calls each.
    assert!(stage.simulator.requests().len() - before <= 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn repetitions_arrive_incrementally_and_silent_edits_with_the_full_sweep() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let open: Vec<String> = {
        let world = stage.simulator.world();
        let open = |one: &Known| one.in_guardduty && one.in_securityhub && !one.archived && one.workflow == "NEW";
        let open = world.findings().into_iter().filter(open);
        open.map(|one| one.arn).take(3).collect()
    };
    stage.wait(30);
    let now = stage.now();
    let added = {
        let mut world = stage.simulator.world();
        assert!(world.recur(&open[0], now) && world.archive(&open[1]) && world.set_workflow(&open[2], "SUPPRESSED"));
        world.add("Execution:Runtime/ReverseShell", now)
    };
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(report.totals().new, 1, "{report}");
    let held_now = held(&stage).await;
    assert!(held_now.contains_key(&added));
    assert_eq!(held_now, truth(&stage));

    let closed = "SELECT count(*) FROM finding WHERE closed_at IS NOT NULL";
    let before = stage.number(closed).await;
    stage.wait(25 * 60);
    let sweep = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(sweep.totals().updated, 2, "{sweep}");
    assert_eq!(stage.number(closed).await, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_faults_are_retried_and_lose_nothing() {
    let stage = Stage::new().await;
    for fault in [Fault::Throttle, Fault::ServerError, Fault::TruncatedBody] {
        stage.simulator.faults().add(FaultRule { times: Some(3), ..FaultRule::of("GetFindings", fault) });
    }
    let mut report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    if report.failed() {
        // More faults in a row than attempts: the next pull goes on.
        report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    }
    assert!(!report.failed(), "{report}");
    assert_eq!(held(&stage).await, truth(&stage));
}

/// The SDK signs by AWS's clock once an answer has told it the time; what is kept is dated by ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_loses_nothing_and_is_told() {
    for (aws_ahead, told) in [(20, "behind"), (-20, "ahead of")] {
        let stage = Stage::new().await;
        stage.simulator.set_clock_ahead(SignedDuration::from_mins(aws_ahead));
        let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
        assert!(!report.failed(), "{report}");
        assert_eq!(held(&stage).await, truth(&stage));
        let refused = stage.simulator.requests().iter().filter(|one| one.status == 403).count();
        assert!(refused > 0, "the simulator minds the time");

        // In the middle of work it goes wrong the other way, and back.
        for minutes in [-aws_ahead, aws_ahead] {
            stage.simulator.set_clock_ahead(SignedDuration::from_mins(minutes));
            let now = stage.now();
            stage.simulator.world().happen(now);
            let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
            assert!(!report.failed(), "{report}");
            assert_eq!(held(&stage).await, truth(&stage));
        }

        // Answers are dated in whole seconds.
        let off = "SELECT count(*) FROM sync_source WHERE abs(abs(clock_ahead_seconds) - 1200) <= 2";
        assert_eq!(stage.number(off).await, 3);
        let page = stage.served(SiteFiles::default(), &Vec::new()).get("/status").await.text();
        let words = ["19", "20"].map(|minutes| format!("The clock of this server is {minutes} min {told} AWS"));
        assert!(words.iter().any(|words| page.contains(words)), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_differs_by_minutes_is_no_matter() {
    let stage = Stage::new().await;
    stage.simulator.set_clock_ahead(SignedDuration::from_mins(-4));
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert!(stage.simulator.requests().iter().all(|one| one.status == 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_that_goes_on_is_followed_without_loss_or_repetition() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    for _ in 0..4 {
        for _ in 0..40 {
            stage.wait(1);
            let now = stage.now();
            stage.simulator.world().happen(now);
        }
        let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
        assert!(!report.failed(), "{report}");
        assert_eq!(held(&stage).await, truth(&stage));
    }
    // Decisions in Security Hub are silent: the full sweep finds them.
    stage.syncer.run_once(SyncMode::Full).await.unwrap();
    for status in ["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"] {
        let decided = |one: &Known| one.in_securityhub && one.workflow == status;
        let known = stage.simulator.world().findings().into_iter().filter(decided).count();
        let sql = match status {
            "NEW" => "SELECT count(*) FROM finding WHERE workflow = 'NEW'",
            "NOTIFIED" => "SELECT count(*) FROM finding WHERE workflow = 'NOTIFIED'",
            "RESOLVED" => "SELECT count(*) FROM finding WHERE workflow = 'RESOLVED'",
            _ => "SELECT count(*) FROM finding WHERE workflow = 'SUPPRESSED'",
        };
        assert_eq!(stage.number(sql).await, i64::try_from(known).unwrap(), "{status}");
    }
}
