//! Several accounts: each reads what its role may see, and a finding seen twice counts once.

use server::aws::AccountOptions;
use server::demo::{Fault, FaultRule};
use server::sync::SyncMode;

use crate::world::Stage;

fn account(stage: &Stage, number: usize, external_id: Option<&str>) -> AccountOptions {
    let (role, wanted) = stage.simulator.roles()[number].clone();
    AccountOptions {
        name: Some(format!("account {number}")),
        role_arn: Some(role),
        external_id: external_id.map(str::to_owned).or(wanted),
        profile: None,
        ecs_only: false,
    }
}

fn number_of(role: &AccountOptions) -> String {
    role.role_arn.as_deref().unwrap().split(':').nth(4).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reads_only_its_own_findings() {
    let mut stage = Stage::new().await;
    let member = account(&stage, 2, None);
    let id = number_of(&member);
    stage.use_accounts(vec![member]);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert!(report.scopes.iter().all(|scope| scope.scope.account == id), "{report}");
    let own = stage.simulator.world().findings().into_iter().filter(|one| one.account == id).count();
    assert_eq!(stage.number("SELECT count(*) FROM finding").await, i64::try_from(own).unwrap());
    let callers: Vec<_> = stage.simulator.requests().into_iter().filter(|one| one.service != "sts").collect();
    assert!(!callers.is_empty() && callers.iter().all(|one| one.account == id), "{callers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_administrator_and_member_both_see_counts_once() {
    let mut stage = Stage::new().await;
    let member = account(&stage, 1, None);
    stage.use_accounts(vec![AccountOptions::default(), member]);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    let all = i64::try_from(stage.simulator.world().findings().len()).unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM finding").await, all);
    assert_eq!(report.totals().new, u64::try_from(all).unwrap(), "{report}");
    assert!(report.totals().read > report.totals().new, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_assumed_is_told_and_stops_no_other() {
    let mut stage = Stage::new().await;
    let (good, bad) = (account(&stage, 1, None), account(&stage, 2, Some("a guess")));
    stage.use_accounts(vec![bad, good.clone()]);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let errors: Vec<_> = report.scopes.iter().filter_map(|scope| scope.error.clone()).collect();
    assert!(errors.len() == 1 && errors[0].contains("AssumeRole"), "{report}");
    let read: Vec<_> = report.scopes.iter().filter(|scope| scope.error.is_none()).collect();
    assert!(!read.is_empty() && read.iter().all(|scope| scope.scope.account == number_of(&good)), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_one_account_lacks_fails_only_there() {
    let mut stage = Stage::new().await;
    let (one, two) = (account(&stage, 1, None), account(&stage, 2, None));
    let fault = FaultRule::of("ListFindings", Fault::Refuse("AccessDeniedException"));
    stage.simulator.faults().add(FaultRule { account: Some("333344445555"), ..fault });
    stage.use_accounts(vec![one.clone(), two.clone()]);
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let (failed, good): (Vec<_>, Vec<_>) = report.scopes.iter().partition(|scope| scope.error.is_some());
    assert_eq!(failed.len(), 2, "GuardDuty of both Regions: {report}");
    assert!(failed.iter().all(|scope| scope.scope.account == number_of(&two)), "{report}");
    assert!(good.iter().any(|scope| scope.scope.account == number_of(&one)), "{report}");
}
