//! Costs: what AWS says is kept as it was said, and what it refuses is told.

use app::model::{CostAsked, CostOutcome, CostQuestion};
use server::aws::AccountOptions;
use server::demo::{Fault, FaultRule};
use server::sync::CostWhen;

use crate::world::Stage;

fn outcome(asked: &[CostAsked], account: &str, question: CostQuestion) -> Vec<CostOutcome> {
    let of = |asked: &&CostAsked| asked.account == account && asked.question == question;
    asked.iter().filter(of).map(|asked| asked.outcome).collect()
}

const ADMINISTRATOR: &str = "111122223333";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_is_told_of_every_member() {
    let stage = Stage::new().await;
    let asked = stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    // Seven questions in each of two Regions, all answered.
    assert_eq!(asked.len(), 14);
    assert!(asked.iter().all(|asked| asked.outcome == CostOutcome::Answered), "{asked:?}");
    let features = "SELECT count(DISTINCT account_id || region) FROM cost_usage WHERE statistic = 'SUM_BY_FEATURES'";
    // Three accounts in two Regions, one of which is too young to have data.
    assert_eq!(stage.number(features).await, 5);
    assert_eq!(stage.number("SELECT count(*) FROM cost_trial WHERE feature IS NULL").await, 6);
    let young = "SELECT max(days_left) FROM cost_trial WHERE account_id = '333344445555' AND region = 'ap-northeast-1'";
    assert_eq!(stage.number(young).await, 30);
    // The trial that ended names no days for the feature.
    let ended = "SELECT count(*) FROM cost_trial WHERE account_id = '111122223333' AND region = 'us-east-1'
        AND feature = 'FARGATE_RUNTIME_MONITORING'";
    assert_eq!(stage.number(ended).await, 0);
    // Amounts stay what AWS said, to the last digit.
    let digits = "SELECT count(*) FROM cost_usage WHERE length(split_part(amount, '.', 2)) <> 12";
    assert_eq!(stage.number(digits).await, 0);
    assert!(stage.number("SELECT count(*) FROM cost_metric").await > 24 * 30);

    // Before its time nobody asks again; when somebody wants to know, hours replace themselves.
    stage.wait(60);
    assert!(stage.syncer.run_cost(CostWhen::Due).await.unwrap().is_empty());
    let before = stage.number("SELECT count(*) FROM cost_metric").await;
    stage.syncer.run_cost(CostWhen::Now).await.unwrap();
    let added = stage.number("SELECT count(*) FROM cost_metric").await - before;
    assert!((1..10).contains(&added), "an hour for each account and Region with usage, not {added}");
    let twice = "SELECT count(*) FROM (FROM cost_metric SELECT count(*) AS n
        GROUP BY account_id, region, data_source, metric, starts_at HAVING n > 1)";
    assert_eq!(stage.number(twice).await, 0);
    stage.wait(24 * 60);
    assert_eq!(stage.syncer.run_cost(CostWhen::Due).await.unwrap().len(), 14);
    assert_eq!(stage.number("SELECT count(DISTINCT observed_at) FROM cost_usage").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_itself_and_a_refusal_is_no_zero() {
    let mut stage = Stage::new().await;
    let accounts = stage.simulator.roles().into_iter().map(|(role_arn, external_id)| AccountOptions {
        role_arn: Some(role_arn),
        external_id,
        ..AccountOptions::default()
    });
    stage.use_accounts(accounts.collect());
    let asked = stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    let (commerce, analytics) = ("222233334444", "333344445555");
    assert_eq!(outcome(&asked, commerce, CostQuestion::TopAccounts), [CostOutcome::Skipped; 2]);
    assert_eq!(outcome(&asked, commerce, CostQuestion::Metrics), [CostOutcome::Answered; 2]);
    // Its role may not read metrics: that is told with the action, and the rest is known.
    assert_eq!(outcome(&asked, analytics, CostQuestion::Metrics), [CostOutcome::Denied; 2]);
    let denied = asked.iter().find(|asked| asked.outcome == CostOutcome::Denied).unwrap();
    assert!(denied.note.as_deref().is_some_and(|note| note.contains("cloudwatch:GetMetricData")), "{denied:?}");
    // Young: an empty answer, in one of two Regions.
    let young = outcome(&asked, analytics, CostQuestion::Features);
    assert_eq!(young, [CostOutcome::Answered, CostOutcome::Empty]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_that_fails_costs_only_itself() {
    let stage = Stage::new().await;
    for (operation, fault) in
        [("GetRemainingFreeTrialDays", Fault::Refuse("AccessDeniedException")), ("GetMetricData", Fault::RepeatToken)]
    {
        stage.simulator.faults().add(FaultRule::of(operation, fault));
    }
    let asked = stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    assert_eq!(outcome(&asked, ADMINISTRATOR, CostQuestion::Features), [CostOutcome::Answered; 2]);
    assert_eq!(outcome(&asked, ADMINISTRATOR, CostQuestion::Trial), [CostOutcome::Denied; 2]);
    assert_eq!(outcome(&asked, ADMINISTRATOR, CostQuestion::Metrics), [CostOutcome::Failed; 2]);
    assert_eq!(stage.number("SELECT count(*) FROM cost_trial").await, 0);

    stage.simulator.faults().clear();
    stage.simulator.faults().add(FaultRule::of("GetUsageStatistics", Fault::RepeatToken));
    stage.simulator.faults().add(FaultRule::of("ListMembers", Fault::Refuse("AccessDeniedException")));
    let asked = stage.syncer.run_cost(CostWhen::Now).await.unwrap();
    assert_eq!(outcome(&asked, ADMINISTRATOR, CostQuestion::Members), [CostOutcome::Denied; 2]);
    assert_eq!(outcome(&asked, ADMINISTRATOR, CostQuestion::Features), [CostOutcome::Failed; 2]);
    let note = asked.iter().find(|asked| asked.outcome == CostOutcome::Failed).unwrap().note.clone().unwrap();
    assert!(note.contains("page token"), "{note}");
}
