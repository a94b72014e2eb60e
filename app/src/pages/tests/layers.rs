//! The page of layers, with answers made up.

use super::world::{World, now, window};
use super::{ask, english, words};
use crate::model::coverage::Verdict;
use crate::model::layers::{BlindSpot, BlindSpotRow, Evidence, Owner, Responsibility, Words};
use crate::model::{Kind, Layer, LayerCell, LayerRow, Layers, LayersView, Looked, Severity, Unseen};
use crate::text::Language;

fn cell(layer: Layer, looked: Looked) -> LayerCell {
    LayerCell {
        layer,
        looked,
        reason: None,
        error: None,
        open: None,
        worst: None,
        new: None,
        trend: Vec::new(),
        previous: None,
        verdict: None,
        query: None,
    }
}

/// One family: threats are open, its agent runs in part, nothing is misconfigured, and nobody looks at its images.
pub fn layers(view: LayersView, severity: Severity) -> Layers {
    let query = Some("workload=111122223333%2Fus-east-1%2Fcheckout".to_owned());
    let found = |open| LayerCell {
        open: Some(open),
        new: Some(1),
        previous: None,
        trend: vec![None, Some(0), Some(1)],
        query: query.clone(),
        ..cell(Layer::Runtime, Looked::Yes)
    };
    let cells = vec![
        LayerCell { worst: Some(severity), ..found(3) },
        LayerCell {
            verdict: Some(Verdict::Partly),
            reason: Some(Unseen::NoAgent),
            ..cell(Layer::Agent, Looked::Partly)
        },
        LayerCell { layer: Layer::Configuration, ..found(0) },
        LayerCell { reason: Some(Unseen::InspectorOff), ..cell(Layer::Images, Looked::No) },
    ];
    let row = LayerRow {
        key: "111122223333/us-east-1/checkout".to_owned(),
        label: "checkout".to_owned(),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        cells,
    };
    let spot = |spot, open: Option<i64>| BlindSpotRow {
        spot,
        controls: Vec::new(),
        open,
        worst: None,
        resources: open,
        tied: open.map(|_| 0),
        looked: open.map_or(0, |_| 1),
        places: 2,
        query: "kind=posture".to_owned(),
    };
    let words = |text: &str| Words { en: text.to_owned(), ja: format!("{text}の日本語") };
    let item = |owner, evidence| Responsibility {
        id: format!("{owner}-part"),
        owner,
        title: words("Part"),
        text: words("Something"),
        source: "https://docs.aws.amazon.com/".to_owned(),
        evidence,
    };
    let controls = Evidence::Controls {
        controls: vec!["ECS.5".to_owned()],
        passed: 4,
        failed: 2,
        other: 1,
        open: 2,
        query: "control=ECS.5".to_owned(),
    };
    let threats = Evidence::Findings { kind: Kind::Threat, open: 3, worst: Some(severity), query: String::new() };
    Layers {
        by: view.by,
        window: window(),
        rows: vec![row],
        buckets: Vec::new(),
        rows_total: 2,
        blind_spots: vec![spot(BlindSpot::Buckets, Some(5)), spot(BlindSpot::Images, None)],
        responsibilities: vec![
            item(Owner::Aws, Vec::new()),
            item(Owner::Team, vec![controls, Evidence::Coverage { covered: 1, families: 3, unknown: 1 }, threats]),
            item(Owner::Team, vec![Evidence::Nothing]),
        ],
        as_of: now(),
        data_version: 1,
    }
}

#[test]
fn what_nobody_looks_at_is_said_with_its_reason_and_never_a_zero() {
    let page = english(&World::busy(), "/layers", "");
    let text = words(&page.html);
    assert_eq!(page.status, 200);
    assert!(text.contains("1 of 1 task family have open findings") || text.contains("1 of 1 task family"), "{text}");
    assert!(text.contains("Not looked at Inspector’s findings are not taken"), "{text}");
    assert!(text.contains("partly no agent in the tasks"), "{text}");
    assert!(
        text.contains("Vulnerable images Unknown: nobody looks") || text.contains("Unknown: nobody looks in any of 2"),
        "{text}"
    );
    assert!(text.contains("Controls ECS.5: 4 passed, 2 failed, 1 undecided · 2 open"), "{text}");
    assert!(text.contains("No data source here tells of it."), "{text}");
    assert!(text.contains("Shown here: 1 of 2."), "{text}");
    let text = words(&ask(&World::busy(), "/layers", "by=cluster", Language::Japanese).html);
    assert!(text.contains("クラスター 1 件") && text.contains("Partの日本語"), "{text}");
}

#[test]
fn rows_are_clusters_or_families() {
    assert_eq!(english(&World::busy(), "/layers", "by=region").status, 400);
    let page = english(&World::busy(), "/layers", "by=cluster&range=7d");
    assert!(page.html.contains("/api/v1/export/layers.csv?by=cluster&amp;range=7d"), "{}", words(&page.html));
}
