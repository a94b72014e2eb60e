//! Layers: from the simulator's wire to the matrix, whose every number is that of the list behind it.

use std::collections::BTreeMap;

use app::model::coverage::Verdict;
use app::model::layers::{BlindSpot, Evidence};
use app::model::{Layer, Layers, Looked, Unseen};

use server::demo::{Fault, FaultRule};
use server::sync::SyncMode;

use crate::coverage::{looking, looking_in};
use crate::world::Stage;

async fn stage() -> Stage {
    let stage = looking_in(Stage::whole().await);
    stage.syncer.run_once(SyncMode::Full).await.unwrap();
    stage
}

async fn layers(stage: &Stage, query: &str) -> Layers {
    serde_json::from_value(stage.client().json(&format!("/api/v1/layers?{query}")).await).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_estate_is_told_layer_by_layer() {
    let stage = stage().await;
    Box::pin(every_number_is_that_of_the_list_behind_it(&stage)).await;
    Box::pin(a_trend_adds_up_and_is_unknown_where_nobody_looked(&stage)).await;
    Box::pin(what_nobody_looks_at_is_no_zero(&stage)).await;
    Box::pin(a_tag_ties_a_bucket_to_its_workload_and_others_stay_where_they_are(&stage)).await;
}

async fn every_number_is_that_of_the_list_behind_it(stage: &Stage) {
    let client = stage.client();
    let listed = async |query: &str| client.json(&format!("/api/v1/findings?limit=1&{query}")).await["total"].as_i64();
    for by in ["by=family", "by=cluster"] {
        let layers = layers(stage, &format!("{by}&range=90d")).await;
        assert_eq!(layers.rows_total, layers.rows.len());
        let mut linked = 0;
        for row in &layers.rows {
            for cell in &row.cells {
                let Some(query) = &cell.query else { continue };
                assert_eq!(listed(query).await, cell.open, "{} {}", row.key, cell.layer);
                let named = query.replace("workload=", if by == "by=family" { "family=" } else { "cluster=" });
                linked += i64::from(listed(&named).await != cell.open);
            }
        }
        assert!(linked > 5, "{by}: findings that do not name a workload concern it by its resources");
        for spot in &layers.blind_spots {
            assert!(spot.open.is_some_and(|open| open > 0), "{}", spot.spot);
            assert_eq!(listed(&spot.query).await, spot.open, "{}", spot.spot);
        }
        for evidence in layers.responsibilities.iter().flat_map(|item| &item.evidence) {
            if let Evidence::Findings { open, query, .. } | Evidence::Controls { open, query, .. } = evidence {
                assert_eq!(listed(query).await, Some(*open), "{query}");
            }
        }
    }
}

async fn a_trend_adds_up_and_is_unknown_where_nobody_looked(stage: &Stage) {
    let (mut drawn, mut blind) = (0, 0);
    for query in ["by=family&range=30d", "by=cluster&range=1y"] {
        let layers = layers(stage, query).await;
        for cell in layers.rows.iter().flat_map(|row| &row.cells) {
            let Some(new) = cell.new else {
                assert!(cell.trend.is_empty(), "{cell:?}");
                continue;
            };
            assert_eq!(cell.trend.len(), layers.buckets.len());
            assert_eq!(cell.trend.iter().flatten().sum::<i64>(), new, "{cell:?}");
            drawn += usize::from(new > 0);
            // The sweeps reach a hundred days back.
            blind += cell.trend.iter().filter(|value| value.is_none()).count();
            assert_eq!(query.contains("1y"), cell.trend.first() == Some(&None), "{cell:?}");
        }
    }
    assert!(drawn > 30 && blind > 30, "{drawn} {blind}");
    let page = stage.client().send(http::Method::GET, "/layers", &[("accept", "text/html")]).await.text();
    assert!(page.contains("class=\"layer-line\"") && page.contains("of them unknown"));
}

async fn what_nobody_looks_at_is_no_zero(stage: &Stage) {
    let layers = layers(stage, "by=family").await;
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &layers.rows {
        let cell = |layer: &Layer| {
            let cell = row.cell(*layer).unwrap();
            assert!(cell.looked == Looked::Yes || cell.reason.is_some(), "{} {layer}", row.key);
            let blind = matches!(cell.looked, Looked::No | Looked::Unknown);
            assert!(!blind || cell.open != Some(0) || cell.query.is_some(), "{} {layer}", row.key);
            let reason = cell.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
            format!("{layer}: {}{reason}", cell.looked)
        };
        told.entry(Layer::ALL.iter().map(cell).collect::<Vec<_>>().join(", ")).or_default().push(row.key.clone());
    }
    insta::assert_json_snapshot!("looked", told);
    // Nothing is checked in the Region that nobody has finished setting up, and no zero is said of it.
    let idle = layers.rows.iter().filter(|row| row.account == "333344445555" && row.region == "ap-northeast-1");
    let mut seen = 0;
    for row in idle {
        let configuration = row.cell(Layer::Configuration).unwrap();
        assert_eq!((configuration.looked, configuration.reason), (Looked::No, Some(Unseen::NoStandard)), "{}", row.key);
        assert_eq!(configuration.open, None, "{}", row.key);
        assert_eq!(row.cell(Layer::Images).unwrap().reason, Some(Unseen::InspectorOff), "{}", row.key);
        seen += 1;
    }
    assert!(seen > 0);
    let groups = layers.blind_spots.iter().find(|spot| spot.spot == BlindSpot::SecurityGroups).unwrap();
    assert_eq!((groups.looked, groups.places), (5, 6));
}

async fn a_tag_ties_a_bucket_to_its_workload_and_others_stay_where_they_are(stage: &Stage) {
    let client = stage.client();
    // The bucket of this account and Region says whose it is.
    let of = async |query: &str| {
        let buckets = "range=all&kind=posture&resource_type=AwsS3Bucket&limit=1";
        client.json(&format!("/api/v1/findings?{buckets}&{query}")).await["total"].as_i64().unwrap()
    };
    let place = "account=222233334444&region=us-east-1";
    let here = of(place).await;
    assert!(here > 0);
    assert_eq!(of(&format!("{place}&workload=222233334444/us-east-1/invoice-renderer")).await, here);
    assert_eq!(of(&format!("{place}&workload=arn:aws:ecs:us-east-1:222233334444:cluster/payments")).await, here);
    for other in ["222233334444/us-east-1/checkout-api", "222233334444/ap-northeast-1/receipt-mailer"] {
        assert_eq!(of(&format!("{place}&workload={other}")).await, 0, "{other}");
    }
    let layers = layers(stage, "range=90d").await;
    for spot in &layers.blind_spots {
        let (resources, tied) = (spot.resources.unwrap(), spot.tied.unwrap());
        assert!((0..=resources).contains(&tied), "{}: {tied} of {resources}", spot.spot);
    }
    let images = layers.blind_spots.iter().find(|spot| spot.spot == BlindSpot::Images).unwrap();
    assert!(images.tied > Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_answer_nothing_is_known() {
    let stage = Stage::new().await;
    let layers = layers(&stage, "").await;
    assert!(layers.rows.is_empty());
    for spot in &layers.blind_spots {
        assert_eq!((spot.open, spot.looked, spot.places), (None, 0, 0), "{}", spot.spot);
    }
    let team = layers.responsibilities.iter().flat_map(|item| &item.evidence);
    assert!(
        team.filter(|evidence| matches!(evidence, Evidence::Controls { .. } | Evidence::Coverage { .. })).count() == 0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_now_is_unknown_whatever_was_seen_before() {
    let stage = stage().await;
    let api_gateway = |layers: &Layers| {
        let is_it = |row: &&app::model::LayerRow| row.key == "111122223333/us-east-1/api-gateway";
        let row = layers.rows.iter().find(is_it).unwrap();
        let cell = row.cell(Layer::Agent).unwrap();
        (cell.looked, cell.reason, cell.verdict, row.cell(Layer::Configuration).unwrap().looked)
    };
    let seen = api_gateway(&layers(&stage, "").await);
    assert_eq!(seen, (Looked::Yes, None, Some(Verdict::Covered), Looked::Yes));
    let agents = |layers: &Layers| {
        let evidence = layers.responsibilities.iter().flat_map(|item| &item.evidence);
        let told = evidence.filter_map(|one| match one {
            Evidence::Coverage { covered, families, unknown } => Some((*covered, *families, *unknown)),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let before = agents(&layers(&stage, "account=111122223333").await);
    assert!(before.iter().all(|(covered, _, _)| *covered > 0) && !before.is_empty());
    for operation in ["ListTasks", "GetFindings"] {
        stage.simulator.faults().add(FaultRule::of(operation, Fault::Refuse("AccessDeniedException")));
    }
    stage.wait(15);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let refused = api_gateway(&layers(&stage, "").await);
    assert_eq!(refused, (Looked::Unknown, Some(Unseen::Denied), Some(Verdict::Unknown), Looked::Unknown));
    for (covered, families, unknown) in agents(&layers(&stage, "account=111122223333").await) {
        assert_eq!((covered, unknown), (0, families));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_refuses_in_its_own_region_is_unknown_although_another_answers() {
    let stage = looking().await;
    // Without a home Region every Region's own hub is asked.
    stage.simulator.faults().add(FaultRule::of("ListFindingAggregators", Fault::Refuse("AccessDeniedException")));
    stage.simulator.faults().add(FaultRule {
        region: Some("ap-northeast-1"),
        ..FaultRule::of("GetEnabledStandards", Fault::Refuse("AccessDeniedException"))
    });
    stage.syncer.run_once(SyncMode::Full).await.unwrap();
    let configuration = async |region: &str| {
        let layers = layers(&stage, &format!("by=family&account=111122223333&region={region}")).await;
        let cells: Vec<_> = layers.rows.iter().filter_map(|row| row.cell(Layer::Configuration)).cloned().collect();
        assert!(!cells.is_empty());
        cells.iter().map(|cell| (cell.looked, cell.reason)).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(configuration("us-east-1").await, [(Looked::Yes, None)].into());
    // What came from there before was looked at; now its own hub refuses its findings, and the other one answers.
    stage.simulator.faults().add(FaultRule {
        service: Some("securityhub"),
        region: Some("ap-northeast-1"),
        ..FaultRule::of("GetFindings", Fault::Refuse("AccessDeniedException"))
    });
    stage.wait(15);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(configuration("us-east-1").await, [(Looked::Yes, None)].into());
    assert_eq!(configuration("ap-northeast-1").await, [(Looked::Unknown, Some(Unseen::Denied))].into());
}
