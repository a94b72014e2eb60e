//! Everything that AWS and what lies between may do to us, and where it is tried:
//!
//! | what | where |
//! |---|---|
//! | 429 storms, 5xx, resets before and in bodies, truncated and HTML bodies: passing | `sync::passing_faults…`, `restarts` |
//! | the same for longer than retries last, and for an hour | here |
//! | throttling by AWS's own quotas | `quotas` |
//! | repeated tokens, refused and expired credentials: lasting | here |
//! | empty tokens, pages without rows, lists without an end | here, `aws::paging` |
//! | findings that move between pages, also hours behind the present | here |
//! | a home Region of Security Hub that moves | `home` |
//! | a permission that one account lacks, a role that cannot be assumed | `accounts` |
//! | sessions that end on the way | `collectors` |
//! | slow Regions | `collectors` |
//! | wrong clocks | `sync::a_wrong_clock…` |
//! | findings that AWS forgets | `expiry` |
//! | crashes | `restarts` (dropped pulls), `crashes` (kills) |
//! | damaged logs and files, no room | `store::tests::damage`, `full_disk` |

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use server::demo::{Fault, FaultRule, Known};
use server::sync::SyncMode;

use crate::sync::{held, truth};
use crate::world::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn what_lasts_longer_than_retries_is_told_and_repaired() {
    told_and_repaired(&[
        (Fault::Throttle, "was throttled and stayed so"),
        (Fault::ServerError, "failed (InternalServerErrorException)"),
        (Fault::Disconnect, "could not be reached"),
        (Fault::TruncatedBody, "could not be reached"),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_retries_cannot_help_is_told_and_repaired() {
    told_and_repaired(&[
        (Fault::HtmlBody, "not JSON"),
        (Fault::RepeatToken, "repeated a page token"),
        (Fault::Refuse("AccessDeniedException"), "was refused"),
        (Fault::Refuse("ExpiredTokenException"), "credentials were not accepted"),
    ])
    .await;
}

/// Each fault spoils a pull of news of more than a page, in one Region; the next pull brings what is missing.
async fn told_and_repaired(faults: &[(Fault, &str)]) {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    for &(fault, told) in faults {
        stage.wait(5);
        let now = stage.now();
        for one in oldest_first(&stage).iter().filter(|one| one.region == "ap-northeast-1").take(60) {
            stage.simulator.world().recur(&one.arn, now);
        }
        let rule = FaultRule::of("ListFindings", fault);
        stage.simulator.faults().add(FaultRule { region: Some("ap-northeast-1"), ..rule });
        let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
        let failed: Vec<_> = report.scopes.iter().filter_map(|scope| scope.error.clone()).collect();
        assert!(failed.len() == 1 && failed[0].contains(told), "{fault:?}: {report}");
        assert_eq!(stage.number("SELECT count(*) FROM sync_source WHERE last_error IS NOT NULL").await, 1);
        stage.simulator.faults().clear();
        let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
        assert!(!report.failed(), "{report}");
        assert_eq!(held(&stage).await, truth(&stage), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_without_rows_are_no_end() {
    let stage = Stage::new().await;
    for operation in ["ListFindings", "GetFindings"] {
        stage.simulator.faults().add(FaultRule::of(operation, Fault::EmptyPage));
    }
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(held(&stage).await, truth(&stage));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_an_end_is_given_up_and_told() {
    let mut stage = Stage::new().await;
    stage.use_options(|options| options.most_pages = 40);
    let endless = FaultRule::of("ListFindings", Fault::EndlessPages);
    stage.simulator.faults().add(FaultRule { region: Some("us-east-1"), ..endless });
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let failed: Vec<_> = report.scopes.iter().filter_map(|scope| scope.error.clone()).collect();
    assert!(failed.len() == 1 && failed[0].contains("more than 40 pages"), "{report}");
    stage.simulator.faults().clear();
    stage.use_options(|options| options.most_pages = server::sync::SyncOptions::MOST_PAGES);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(held(&stage).await, truth(&stage));
}

/// GuardDuty's findings, the oldest update first.
fn oldest_first(stage: &Stage) -> Vec<Known> {
    let mut known = stage.simulator.world().findings();
    known.retain(|one| one.in_guardduty);
    known.sort_by_key(|one| one.updated);
    known
}

/// Pulls while findings that were read already are updated: each makes those behind it move up, over the edge of a page.
async fn pull_while_moving(stage: &Stage, moving: &[Known]) {
    let (report, ()) = tokio::join!(stage.syncer.run_once(SyncMode::Incremental), async {
        for one in moving {
            stage.asked("guardduty", "ListFindings", 1).await;
            let now = stage.now();
            stage.simulator.world().recur(&one.arn, now);
        }
    });
    let report = report.unwrap();
    assert!(!report.failed(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_moves_between_pages_is_read_once_more_and_counted_once() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    // Several pages of news, and while they are read the first of them come again.
    stage.wait(10);
    let news: Vec<Known> = oldest_first(&stage).into_iter().take(260).collect();
    let now = stage.now();
    for one in &news {
        stage.simulator.world().recur(&one.arn, now);
    }
    stage.wait(1);
    pull_while_moving(&stage, &news[..5]).await;
    stage.wait(5);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    // Whatever hid behind a page's edge lies within the overlap.
    assert_eq!(held(&stage).await, truth(&stage));
}

/// When GuardDuty last updated each finding, in microseconds, as the documents say that were read. What Security Hub told
/// of the same findings does not count.
async fn read_of_guardduty(stage: &Stage) -> BTreeMap<String, i64> {
    let sql = "SELECT arn, epoch_us(s.updated_at) FROM finding_side s JOIN finding USING (finding_key)
        WHERE s.source = 'guardduty'";
    let read = stage.store.read(move |snapshot| {
        let mut statement = snapshot.connection().prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catch_up_over_findings_that_move_leaves_none_of_them_behind() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    // Nobody pulled for five hours of news: several pages, each of which is older than the next pull's overlap.
    let news: Vec<Known> = oldest_first(&stage).into_iter().filter(|one| one.region == "us-east-1").take(300).collect();
    for one in &news {
        stage.wait(1);
        let now = stage.now();
        stage.simulator.world().recur(&one.arn, now);
    }
    stage.wait(1);
    let asked = || {
        let asked = stage.simulator.requests();
        asked.iter().filter(|one| one.operation == "ListFindings" && one.region == "us-east-1").count()
    };
    let before = asked();
    // What was read first comes again while the rest is read, and everything behind it moves up by as many rows.
    let (report, ()) = tokio::join!(stage.syncer.run_once(SyncMode::Incremental), async {
        for (page, one) in news[..4].iter().enumerate() {
            while asked() < before + page + 2 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let now = stage.now();
            stage.simulator.world().recur(&one.arn, now);
        }
    });
    assert!(!report.unwrap().failed() && asked() >= before + 6, "six pages and more");
    stage.wait(5);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    let known = oldest_first(&stage).into_iter().map(|one| (one.arn, one.updated.as_microsecond()));
    assert_eq!(read_of_guardduty(&stage).await, known.collect());
    assert_eq!(held(&stage).await, truth(&stage));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_over_findings_that_move_calls_none_of_them_gone() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    stage.wait(25 * 60);
    let moving = oldest_first(&stage);
    pull_while_moving(&stage, &moving[..8]).await;
    assert_eq!(stage.number("SELECT count(*) FROM finding WHERE expired_in_aws IS NOT NULL").await, 0);
    stage.wait(5);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(held(&stage).await, truth(&stage));
}

/// Values of new findings by hour, the last three hours of the window.
async fn hours(stage: &Stage) -> Vec<Option<i64>> {
    let trend = stage.client().json("/api/v1/trend?range=24h&grain=hour&by=severity").await;
    let totals: Vec<Option<i64>> = trend["totals"].as_array().unwrap().iter().map(Value::as_i64).collect();
    totals[totals.len() - 3..].to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_an_hour_is_unknown_while_it_lasts_and_nothing_afterwards() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(hours(&stage).await[..2].iter().all(Option::is_some));
    let before = stage.now();

    let outage = |operation, fault| stage.simulator.faults().add(FaultRule::of(operation, fault));
    outage("ListFindings", Fault::ServerError);
    outage("GetFindings", Fault::Disconnect);
    let mut first_failure: Option<Timestamp> = None;
    for round in 0..14 {
        stage.wait(5);
        let now = stage.now();
        stage.simulator.world().happen(now);
        if round % 4 == 0 {
            stage.simulator.world().add("Execution:Runtime/ReverseShell", now);
        }
        let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
        assert!(report.scopes.iter().all(|scope| scope.error.is_some()), "{report}");
        first_failure.get_or_insert(now);
    }

    // 13:00 to 13:10 is under way, 12:00 to 13:00 was not looked at, 11:00 to 12:00 was.
    let during = hours(&stage).await;
    assert!(during[0].is_some() && during[1].is_none() && during[2].is_none(), "{during:?}");
    let status = stage.client().json("/api/v1/status").await;
    for source in status["sources"].as_array().unwrap() {
        assert_eq!(source["state"], "failing", "{source}");
        assert_eq!(source["failing_since"], first_failure.unwrap().to_string());
        assert_eq!(source["last_success_at"], before.to_string());
    }
    let page = stage.client().get("/status").await.text();
    assert!(page.contains("could not be reached"), "{page}");

    stage.simulator.faults().clear();
    stage.wait(5);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(held(&stage).await, truth(&stage));
    assert!(hours(&stage).await[..2].iter().all(Option::is_some), "AWS told afterwards");
    let status = stage.client().json("/api/v1/status").await;
    assert!(
        status["sources"]
            .as_array()
            .unwrap()
            .iter()
            .all(|source| source["state"] == "fresh" && source["failing_since"].is_null())
    );
    let covered = "SELECT count(*) FROM sync_covered";
    assert_eq!(stage.number(covered).await, 3, "no gap is left");
    assert_eq!(stage.now().duration_since(before), SignedDuration::from_mins(75));
}
