//! Services of ECS: verdicts by their own tasks, what reaches them from outside, and the order of what to do.

use std::collections::{BTreeMap, BTreeSet};

use app::model::coverage::{Exposure, FamilyCoverages, GapReason, ServiceCoverage, ServiceCoverages, Verdict};
use http::Method;
use server::demo::{Fault, FaultRule};

use crate::coverage::{looked_at, looking};
use crate::world::Stage;

/// Looked at twice, without any finding; in between the agents of one service ended.
async fn looked() -> Stage {
    let stage = looking().await;
    stage.syncer.look_around().await.unwrap();
    stage.wait(15);
    stage.simulator.world().end_agents();
    stage.syncer.look_around().await.unwrap();
    stage
}

async fn services(stage: &Stage, query: &str) -> ServiceCoverages {
    serde_json::from_value(stage.client().json(&format!("/api/v1/coverage/services?{query}")).await).unwrap()
}

async fn families(stage: &Stage, query: &str) -> FamilyCoverages {
    serde_json::from_value(stage.client().json(&format!("/api/v1/coverage/families?{query}")).await).unwrap()
}

fn named<'a>(services: &'a ServiceCoverages, cluster: &str, label: &str) -> &'a ServiceCoverage {
    services.rows.iter().find(|row| row.cluster.label == cluster && row.label == label).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_has_a_verdict_with_reason_and_fix() {
    let stage = looked().await;
    let all = services(&stage, "").await;
    let mut counted = BTreeMap::<Option<Verdict>, i64>::new();
    for row in &all.rows {
        *counted.entry(row.verdict).or_default() += 1;
        assert_eq!(
            row.reasons.is_empty(),
            row.verdict.is_none_or(|verdict| verdict == Verdict::Covered),
            "{}",
            row.key
        );
        if row.verdict == Some(Verdict::Covered) {
            assert!(row.tasks.running > 0 && row.tasks.covered == row.tasks.running, "{}", row.key);
        }
    }
    for verdict in Verdict::ALL {
        assert_eq!(all.verdicts.of(*verdict), counted.get(&Some(*verdict)).copied().unwrap_or(0), "{verdict}");
    }
    assert_eq!(all.idle, counted.get(&None).copied().unwrap_or(0));
    // As the simulated estate is: half of its tasks are older than agents, AWS names its role, its agent just ended.
    let told = |cluster, label| {
        let row = named(&all, cluster, label);
        (row.verdict, row.reasons.first().map(|reason| reason.kind))
    };
    assert_eq!(told("backoffice", "loyalty-api"), (Some(Verdict::Partly), Some(GapReason::StartedBefore)));
    assert_eq!(told("payments", "ledger"), (Some(Verdict::Gap), Some(GapReason::RoleMissing)));
    assert_eq!(told("backoffice", "coupon-mailer"), (Some(Verdict::Gap), Some(GapReason::AgentExited)));
    assert_eq!(told("sandbox", "playground"), (Some(Verdict::Excluded), Some(GapReason::ExcludedByTag)));
    assert_eq!(told("acquired-shop", "reporting-win"), (Some(Verdict::Unsupported), Some(GapReason::PlatformFamily)));
    assert_eq!(told("build-hosts", "image-builder"), (Some(Verdict::Unknown), Some(GapReason::OnHost)));
    let loyalty = named(&all, "backoffice", "loyalty-api");
    assert!(loyalty.key.ends_with(":service/backoffice/loyalty-api"), "{}", loyalty.key);
    assert_eq!(loyalty.families.iter().map(|family| family.label.as_str()).collect::<Vec<_>>(), ["loyalty-api"]);
    let fix = loyalty.reasons[0].commands.join("\n");
    assert!(fix.contains("--service loyalty-api --force-new-deployment"), "{fix}");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_verdicts_choose_services_and_the_list_has_as_many_findings() {
    let stage = looked_at().await;
    let gaps = services(&stage, "verdict=gap,partly&cluster=payments").await;
    assert!(!gaps.rows.is_empty());
    for row in &gaps.rows {
        assert!(matches!(row.verdict, Some(Verdict::Gap | Verdict::Partly)) && row.cluster.label == "payments");
    }
    let one = services(&stage, "family=checkout-api&region=us-east-1").await;
    assert_eq!(one.rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["checkout-api"]);
    let all = services(&stage, "kind=threat,posture").await;
    let client = stage.client();
    let mut with_findings = 0;
    for row in all.rows.iter().filter(|row| row.open_findings > 0).take(12) {
        let name = format!("{}/{}/{}/{}", row.account, row.region, row.cluster.label, row.label);
        let list = format!("service={}&service={name}&status=active&range=all&kind=threat,posture&limit=1", row.key);
        let total = &client.json(&format!("/api/v1/findings?{list}")).await["total"];
        assert_eq!(*total, row.open_findings, "{list}");
        with_findings += 1;
    }
    assert_eq!(with_findings, 12);
    let refused = client.get("/api/v1/coverage/services?verdict=fine").await;
    assert_eq!((refused.status.as_u16(), refused.json()["parameter"].as_str()), (400, Some("verdict")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_a_service_is_told_and_orders_gaps_that_are_else_alike() {
    let stage = looked().await;
    let all = services(&stage, "").await;
    for (cluster, label, exposure) in [
        ("backoffice", "thumbnailer", Exposure::PublicIp),
        ("backoffice", "geo-lookup", Exposure::LoadBalancer),
        ("backoffice", "stock-ticker", Exposure::Neither),
        // In the network of a host ECS tells of no addresses.
        ("build-hosts", "artifact-cache", Exposure::Unknown),
    ] {
        assert_eq!(named(&all, cluster, label).exposure, exposure, "{label}");
    }
    let rank = |row: &ServiceCoverage| (-row.open_severe, -row.open_findings, row.exposure.rank());
    let gaps: Vec<_> = all.rows.iter().filter(|row| row.verdict == Some(Verdict::Gap)).collect();
    assert!(gaps.is_sorted_by_key(|row| rank(row)));
    let of_them: BTreeSet<_> =
        gaps.iter().filter(|row| row.open_findings == 0).map(|row| row.exposure.rank()).collect();
    assert!(of_them.len() > 1, "the estate has gaps without findings that differ in exposure");

    let families = families(&stage, "verdict=gap").await;
    assert!(families.rows.is_sorted_by_key(|row| row.exposure.rank()), "nothing was found, and exposure comes next");
    let exposure = |label: &str| families.rows.iter().find(|row| row.label == label).unwrap().exposure;
    assert_eq!(exposure("thumbnailer"), Exposure::PublicIp);
    // A job that no service runs: nobody told its network.
    assert_eq!(exposure("backup-runner"), Exposure::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_and_families_whose_tasks_were_refused_are_unknown_and_do_not_vanish() {
    let stage = looked().await;
    let place = "account=111122223333&region=us-east-1";
    let before = (services(&stage, place).await, families(&stage, place).await);
    stage.simulator.faults().add(FaultRule::of("ListTasks", Fault::Refuse("AccessDeniedException")));
    stage.wait(15);
    stage.syncer.look_around().await.unwrap();
    let after = (services(&stage, place).await, families(&stage, place).await);
    let keys = |services: &ServiceCoverages| services.rows.iter().map(|row| row.key.clone()).collect::<BTreeSet<_>>();
    assert_eq!(keys(&before.0), keys(&after.0));
    for row in &after.0.rows {
        assert_eq!((row.verdict, row.reasons[0].kind), (Some(Verdict::Unknown), GapReason::NotTold), "{}", row.key);
        assert!(row.reasons[0].aws.as_ref().is_some_and(|words| words.contains("ecs:ListTasks")), "{row:?}");
    }
    let labels =
        |families: &FamilyCoverages| families.rows.iter().map(|row| row.label.clone()).collect::<BTreeSet<_>>();
    assert!(labels(&before.1).is_subset(&labels(&after.1)), "{:?}", labels(&after.1));
    assert!(after.1.rows.iter().all(|row| row.verdict == Verdict::Unknown && row.tasks.running == 0));
    // In the file their tasks are empty, not 0.
    let csv = stage.client().get(&format!("/api/v1/export/services.csv?bom=0&{place}")).await.text();
    let record = csv.lines().nth(1).unwrap();
    assert!(record.contains(",unknown,") && record.contains(",,,,,,,,not-told,"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_are_refused_leave_those_that_tasks_name() {
    let stage = looked().await;
    let place = "account=222233334444&region=us-east-1";
    let before = services(&stage, place).await;
    stage.simulator.faults().add(FaultRule::of("ListServices", Fault::Refuse("AccessDeniedException")));
    stage.wait(15);
    stage.syncer.look_around().await.unwrap();
    let after = services(&stage, place).await;
    assert_eq!(before.verdicts, after.verdicts);
    assert!(after.rows.iter().all(|row| row.exposure == Exposure::Unknown && !row.key.starts_with("arn:")));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_pages_have_the_services_of_the_api() {
    let stage = looked().await;
    let client = stage.client();
    let all = services(&stage, "").await;
    let csv = client.get("/api/v1/export/services.csv?bom=0").await.text();
    assert_eq!(csv.lines().count(), all.rows.len() + 1);
    assert!(csv.lines().next().unwrap().ends_with(",fix,exposure"), "{csv}");
    let page = async |path: &str| client.send(Method::GET, path, &[("accept", "text/html")]).await.text();
    let listed = page("/coverage?verdict=all").await.matches("data-service=").count();
    assert_eq!(listed, all.rows.len());
    let cluster = page("/clusters/backoffice").await;
    assert_eq!(cluster.matches("data-service=").count(), 8);
    let family = page("/families/thumbnailer").await;
    assert_eq!(family.matches("data-service=").count(), 1);
    assert!(family.contains("data-exposure=\"public-ip\""));
}
