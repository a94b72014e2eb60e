//! What AWS no longer has is marked, kept, and unmarked when it returns; what nobody can tell is left alone.

use app::model::Source;
use server::aws::AccountOptions;
use server::demo::Known;
use server::sync::SyncMode;

use crate::world::Stage;

const EXPIRED: &str = "SELECT count(*) FROM finding WHERE expired_in_aws IS NOT NULL";
/// Longer than the time between two sweeps.
const A_DAY: i64 = 25 * 60;

fn some(stage: &Stage, wanted: impl Fn(&Known) -> bool) -> Known {
    stage.simulator.world().findings().into_iter().find(wanted).unwrap()
}

/// A world read through a member's role: a small part of it is enough.
fn small(mut stage: Stage) -> (Stage, String) {
    let (role, external_id) = stage.simulator.roles()[1].clone();
    let account = role.split(':').nth(4).unwrap().to_owned();
    stage.use_accounts(vec![AccountOptions { role_arn: Some(role), external_id, ..AccountOptions::default() }]);
    (stage, account)
}

async fn sweep(stage: &Stage) {
    stage.wait(A_DAY);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_is_gone_when_neither_service_has_it_and_comes_back() {
    let (stage, account) = small(Stage::new().await);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let all = stage.number("SELECT count(*) FROM finding").await;
    let versions = stage.number("SELECT count(*) FROM finding_version").await;
    let both = some(&stage, |one| one.in_guardduty && one.in_securityhub && one.account == account);
    let set = |service, gone| stage.simulator.world().forget(service, &both.arn, gone);

    set(Source::GuardDuty, true);
    let quiet = stage.store.data_version();
    sweep(&stage).await;
    assert_eq!(stage.number(EXPIRED).await, 0, "Security Hub has it");
    assert_eq!(stage.store.data_version(), quiet);

    set(Source::SecurityHub, true);
    sweep(&stage).await;
    assert_eq!(stage.number(EXPIRED).await, 1);
    assert_eq!(stage.store.data_version(), quiet + 1);
    let path = format!("/api/v1/findings/{}", both.arn.replace('/', "%2F"));
    let shown = stage.client().json(&path).await;
    assert_eq!(shown["finding"]["expired_in_aws"], serde_json::json!(stage.now().to_string()));
    let page = stage.client().get(&format!("/findings/{}?lang=en", shown["finding"]["id"].as_str().unwrap())).await;
    assert!(page.text().contains("No longer in AWS"));
    // An attribute, not an end: it stays in every report and in its history.
    assert_eq!(stage.number("SELECT count(*) FROM finding").await, all);
    assert_eq!(stage.number("SELECT count(*) FROM finding_version").await, versions);

    sweep(&stage).await;
    assert_eq!(stage.store.data_version(), quiet + 1, "noticed once");
    set(Source::GuardDuty, false);
    sweep(&stage).await;
    assert_eq!(stage.number(EXPIRED).await, 0);
    assert_eq!(stage.store.data_version(), quiet + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_tell_about_an_account_that_is_no_longer_read() {
    let stage = Stage::new().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let own = stage.simulator.world().findings().into_iter().map(|one| one.account).min().unwrap();
    let left = some(&stage, |one| one.in_guardduty && one.account != own).account;
    let theirs: Vec<Known> = stage.simulator.world().findings().into_iter().filter(|one| one.account == left).collect();
    for one in &theirs {
        stage.simulator.world().forget(Source::GuardDuty, &one.arn, true);
        stage.simulator.world().forget(Source::SecurityHub, &one.arn, true);
    }
    sweep(&stage).await;
    assert_eq!(stage.number(EXPIRED).await, 0, "all {} findings of {left} vanished at once", theirs.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hides_between_two_pages_is_asked_for_by_name() {
    let (stage, account) = small(Stage::whole().await);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let pages = stage.requests("securityhub", "GetFindings");
    let theirs = stage.simulator.world().findings().into_iter().filter(|one| one.account == account);
    let oldest = theirs.filter(|one| !one.in_guardduty).min_by_key(|one| one.updated).unwrap();
    stage.simulator.world().forget(Source::SecurityHub, &oldest.arn, true);
    stage.wait(A_DAY);
    let (report, ()) = tokio::join!(stage.syncer.run_once(SyncMode::Incremental), async {
        // Its page is over; it is there again before the list is.
        stage.asked("securityhub", "GetFindings", pages - 2).await;
        stage.simulator.world().forget(Source::SecurityHub, &oldest.arn, false);
    });
    assert!(!report.unwrap().failed());
    assert_eq!(stage.requests("securityhub", "GetFindings"), 2 * pages + 1);
    assert_eq!(stage.number(EXPIRED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_sweep_says_nothing_and_the_next_one_does() {
    let mut stage = Stage::on_disk().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let gone = some(&stage, |one| !one.in_guardduty);
    stage.simulator.world().forget(Source::SecurityHub, &gone.arn, true);
    stage.wait(A_DAY);
    assert!(!stage.interrupted("securityhub", "GetFindings", 6).await);
    stage.reopen().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(stage.number(EXPIRED).await, 0, "it read in two parts");
    sweep(&stage).await;
    assert_eq!(stage.number(EXPIRED).await, 1);
}
