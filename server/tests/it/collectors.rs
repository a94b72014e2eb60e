//! Collectors at the same time: none waits for another, each counts its own, sessions are renewed on the way.

use std::sync::Arc;
use std::time::Duration;

use server::aws::AccountOptions;
use server::demo::{Fault, FaultRule};
use server::sync::{ScopeReport, SyncMode};
use tokio_util::sync::CancellationToken;

use crate::sync::{held, truth};
use crate::world::Stage;

fn slow(pause: Duration) -> FaultRule {
    let rule = FaultRule::of("ListFindings", Fault::Delay(pause));
    FaultRule { region: Some("ap-northeast-1"), ..rule }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_collector_delays_no_other() {
    let mut stage = Stage::new().await;
    stage.use_options(|options| options.interval = Duration::from_millis(100));
    stage.simulator.faults().add(slow(Duration::from_mins(1)));
    let stop = CancellationToken::new();
    let running = Arc::clone(&stage.syncer).start(stop.clone());
    let others = "SELECT count(*) FROM sync_source WHERE last_success_at IS NOT NULL";
    let again = "SELECT count(*) FROM sync_source WHERE last_success_at > TIMESTAMP '2026-11-23 12:00:00'";
    for (sql, minutes) in [(others, 0), (again, 5)] {
        stage.wait(minutes);
        for _ in 0..600 {
            if stage.number(sql).await == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(stage.number(sql).await, 2, "both others, while the slow one is at its first page");
    }
    let slow = "SELECT count(*) FROM sync_source WHERE region = 'ap-northeast-1' AND source = 'guardduty'";
    assert_eq!(stage.number(slow).await, 0);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_collector_counts_its_own_requests_and_the_report_keeps_the_order() {
    let mut stage = Stage::new().await;
    let roles = stage.simulator.roles();
    let accounts = roles.iter().map(|(role, external_id)| AccountOptions {
        role_arn: Some(role.clone()),
        external_id: external_id.clone(),
        ..AccountOptions::default()
    });
    stage.use_accounts(accounts.collect());
    let throttle = FaultRule::of("ListFindings", Fault::Throttle);
    stage.simulator.faults().add(FaultRule { region: Some("us-east-1"), times: Some(2), ..throttle });
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");

    let asked = stage.simulator.requests();
    let paged = ["ListDetectors", "ListFindings", "GetFindings"];
    for ScopeReport { scope, sums, .. } in &report.scopes {
        let own = asked.iter().filter(|one| {
            let service = if one.service == "guardduty" { "guardduty" } else { "securityhub" };
            one.account == scope.account && one.region == scope.region && service == scope.source.as_str()
        });
        let own = own.filter(|one| paged.contains(&one.operation.as_str())).count();
        assert_eq!(sums.requests, own as u64, "{scope:?}");
    }
    assert_eq!(report.scopes.iter().map(|scope| scope.sums.throttles).sum::<u64>(), 2);
    let order: Vec<&str> = report.scopes.iter().map(|scope| scope.scope.account.as_str()).collect();
    let planned: Vec<&str> = roles.iter().map(|(role, _)| role.split(':').nth(4).unwrap()).collect();
    let mut seen = order.clone();
    seen.dedup();
    assert_eq!(seen, planned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_on_the_way_is_opened_anew() {
    let mut stage = Stage::new().await;
    let (role, external_id) = stage.simulator.roles()[0].clone();
    let account = AccountOptions { role_arn: Some(role), external_id, ..AccountOptions::default() };
    stage.use_accounts(vec![account]);
    let (report, ()) = tokio::join!(stage.syncer.run_once(SyncMode::Incremental), async {
        stage.asked("guardduty", "GetFindings", 10).await;
        stage.simulator.revoke_sessions();
    });
    let report = report.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(held(&stage).await, truth(&stage));
    let opened = stage.requests("sts", "AssumeRole");
    assert!((2..=4).contains(&opened), "{opened} sessions");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_found_out_is_told_and_forgotten_once_it_is() {
    let stage = Stage::new().await;
    let fault = FaultRule::of("ListFindingAggregators", Fault::ServerError);
    stage.simulator.faults().add(fault);
    stage.simulator.faults().add(FaultRule::of("GetFindings", Fault::ServerError));
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let told: Vec<String> = report.scopes.iter().map(ScopeReport::name).collect();
    assert_eq!(told.iter().filter(|name| name.ends_with("/securityhub")).count(), 1, "{report}");
    assert!(report.scopes.iter().all(|scope| scope.error.is_some()), "{report}");

    stage.simulator.faults().clear();
    stage.simulator.faults().add(FaultRule::of("GetCallerIdentity", Fault::Refuse("InvalidClientTokenId")));
    let mut stage = stage;
    stage.use_options(|_| {});
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(report.to_string().contains("credentials were not accepted by sts"), "{report}");
    assert_eq!(stage.number("SELECT count(*) FROM sync_source WHERE account = 'unknown'").await, 1);

    stage.simulator.faults().clear();
    let report = stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert!(!report.failed(), "{report}");
    assert_eq!(stage.number("SELECT count(*) FROM sync_source").await, 3);
}
