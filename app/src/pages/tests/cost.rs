//! The page about costs, and what the status page tells of those who ask.

use super::world::now;
use super::{World, ask, english, words};
use crate::model::cost::FARGATE;
use crate::model::layers::Words;
use crate::model::{
    Collector, CollectorStatus, CostAlternatives, CostAsked, CostAssumption, CostBasis, CostGapReason, CostOutcome,
    CostPart, CostProjection, CostQuestion, CostReport, CostRow, CostSplit, CostTotal, CostView, CostWhatIf,
    CostWorkload, Product, ProductSaid, ProductTrait, SourceState,
};
use crate::text::Language;

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

/// Its trial ends in three days.
fn ending() -> CostRow {
    CostRow {
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        feature: FARGATE.to_owned(),
        days_left: Some(3),
        days_used: 27,
        ends_on: "2026-11-26".parse().ok(),
        usage_usd: Some("1080.00".to_owned()),
        daily_usd: Some("40.0000".to_owned()),
        monthly_usd: Some("1217.50".to_owned()),
        low_usd: Some("1174.02".to_owned()),
        high_usd: Some("1217.50".to_owned()),
        console_usd: Some("1200.00".to_owned()),
        basis: CostBasis::PlainAverage,
        assumptions: vec![CostAssumption::ListPrice, CostAssumption::FewDays],
        observed_at: Some(now()),
    }
}

/// Its trial could not be asked for.
fn unasked() -> CostRow {
    CostRow {
        feature: "FLOW_LOGS".to_owned(),
        days_left: None,
        days_used: 30,
        ends_on: None,
        usage_usd: Some("9.00".to_owned()),
        daily_usd: None,
        monthly_usd: None,
        low_usd: None,
        high_usd: None,
        console_usd: None,
        basis: CostBasis::TrialUnknown,
        assumptions: vec![CostAssumption::TrialUnknown],
        ..ending()
    }
}

fn workload(family: &str, gap_usd: Option<&str>, gap_reason: Option<CostGapReason>) -> CostWorkload {
    CostWorkload {
        key: format!("{ACCOUNT}/{REGION}/{family}"),
        family: family.to_owned(),
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        cluster: format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{family}-cluster"),
        cluster_name: format!("{family}-cluster"),
        watched_vcpus: "0.00".to_owned(),
        unwatched_vcpus: "2.00".to_owned(),
        tasks: "1.0".to_owned(),
        monthly_usd: Some("0.00".to_owned()),
        gap_usd: gap_usd.map(str::to_owned),
        gap_reason,
    }
}

fn product() -> Product {
    let said = ProductSaid {
        about: ProductTrait::Blocks,
        text: Words { en: "Only on Tuesdays.".to_owned(), ja: "火曜日だけです。".to_owned() },
        source: "https://example.com/page".to_owned(),
        read: "2026-11".to_owned(),
    };
    Product { name: "Example Shield".to_owned(), said: vec![said] }
}

/// One feature whose trial ends in three days and one nobody could ask about, or nothing at all.
pub fn report(known: bool, view: &CostView) -> CostReport {
    let all = |by| CostPart {
        by,
        key: FARGATE.to_owned(),
        label: FARGATE.to_owned(),
        monthly_usd: Some("1217.50".to_owned()),
    };
    let total = CostTotal {
        usage_usd: Some("1089.00".to_owned()),
        monthly_usd: Some("1217.50".to_owned()),
        low_usd: Some("1174.02".to_owned()),
        high_usd: Some("1217.50".to_owned()),
        unranged_rows: 0,
        billed_usd: Some("0.00".to_owned()),
        trial_usd: Some("1217.50".to_owned()),
        unknown_rows: 1,
    };
    let asked = CostAsked {
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        question: CostQuestion::Metrics,
        outcome: CostOutcome::Denied,
        note: Some("cloudwatch:GetMetricData was refused".to_owned()),
        asked_at: now(),
    };
    let what_if = CostWhatIf {
        before_usd: Some("60.00".to_owned()),
        after_usd: Some("45.00".to_owned()),
        difference_usd: Some("-15.00".to_owned()),
        before_vcpus: "40.00".to_owned(),
        after_vcpus: "30.00".to_owned(),
        unpriced: vec!["ap-northeast-1".to_owned()],
        unsupported: vec!["reporting-win".to_owned()],
        unmatched: vec!["gone".to_owned()],
    };
    let workloads = vec![
        workload("ledger", Some("3.00"), None),
        workload("reporting-win", None, Some(CostGapReason::Unsupported)),
        workload("far", None, Some(CostGapReason::NoPrice)),
        workload("strange", None, Some(CostGapReason::CoverageUnknown)),
    ];
    CostReport {
        parts: if known { vec![all(CostSplit::Feature)] } else { Vec::new() },
        workloads: if known { workloads } else { Vec::new() },
        not_attributed_usd: None,
        observed_hours: 0,
        days: Vec::new(),
        alternatives: CostAlternatives {
            region: REGION.to_owned(),
            vcpus: None,
            tasks: None,
            guardduty_usd: None,
            priced_to_vcpus: None,
            rows: Vec::new(),
            curve: Vec::new(),
            as_of: now(),
            data_version: 1,
        },
        what_if: view.asks_what_if().then_some(what_if),
        asked: if known { vec![asked] } else { Vec::new() },
        prices: Vec::new(),
        products: vec![product()],
        display: None,
        projection: CostProjection {
            rows: if known { vec![ending(), unasked()] } else { Vec::new() },
            total: if known { total } else { CostTotal::default() },
            readings: Vec::new(),
            as_of: now(),
            data_version: 1,
        },
        as_of: now(),
        data_version: 1,
    }
}

/// Coverage that is answered, and costs of which one question is refused and one is not asked.
pub fn collectors(known: bool) -> Vec<CollectorStatus> {
    let one = |collector, part: &str, state, note: Option<&str>| CollectorStatus {
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        collector,
        part: part.to_owned(),
        state,
        last_attempt_at: now(),
        last_success_at: (state == SourceState::Fresh).then(now),
        lag_seconds: (state == SourceState::Fresh).then_some(0),
        note: note.map(str::to_owned),
        next_at: Some(now()),
        took_ms: Some(1234),
        requests: Some(17),
        throttles: Some(0),
    };
    if !known {
        return Vec::new();
    }
    vec![
        one(Collector::Coverage, "detector", SourceState::Fresh, None),
        one(Collector::Cost, "usage-by-feature", SourceState::Fresh, None),
        one(
            Collector::Cost,
            "trial-days",
            SourceState::Denied,
            Some("guardduty:GetRemainingFreeTrialDays was refused"),
        ),
        one(Collector::Cost, "cloudwatch", SourceState::NotAsked, Some("aws.cloudwatch is false")),
    ]
}

#[test]
fn the_page_begins_with_a_sentence_and_never_says_zero_for_unknown() {
    let page = english(&World::busy(), "/cost", "without=DNS_LOGS");
    assert_eq!(page.status, 200);
    let text = words(&page.html);
    assert!(
        text.starts_with("Amazon GuardDuty comes to about $1,217.50 a month, between $1,174.02 and $1,217.50."),
        "{text}"
    );
    for said in [
        "$0.00 of it is billed today; $1,217.50 is still free",
        "1 feature has no data yet and is in no sum.",
        "A free trial ends within a week: Runtime Monitoring, ECS on Fargate in 111122223333, us-east-1, on 26 Nov.",
        "3 days left",
        "40.00 vCPUs would become $45.00 for 30.00: \u{2212}$15.00.",
        "No price is known in ap-northeast-1",
        "GuardDuty has no agent for reporting-win: nothing is added",
        "Nothing runs of gone: it changes nothing.",
        "denied cloudwatch:GetMetricData was refused",
        "30, assumed",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let blind = words(&english(&World::blind(), "/cost", "").html);
    assert!(blind.starts_with("What Amazon GuardDuty costs is unknown: AWS has not been asked yet."), "{blind}");
    assert!(blind.contains("Unknown: nobody has watched what runs yet.") && !blind.contains("$0"), "{blind}");
    let japanese = ask(&World::busy(), "/cost", "", Language::Japanese);
    assert!(words(&japanese.html).contains("月額およそ $1,217.50"), "{}", words(&japanese.html));
    assert_eq!(english(&World::busy(), "/cost", "severity=high").status, 400);
}

#[test]
fn a_sum_says_how_wide_its_range_is_at_least() {
    use crate::components::cost::sentence;
    let reader = crate::format::Reader::new(Language::English, "UTC", now());
    let said = |low: Option<&str>, high: Option<&str>, unranged_rows| {
        let (low_usd, high_usd) = (low.map(str::to_owned), high.map(str::to_owned));
        let total = CostTotal {
            monthly_usd: Some("15.00".to_owned()),
            low_usd,
            high_usd,
            unranged_rows,
            ..CostTotal::default()
        };
        sentence::words(&reader, &total, true)
    };
    assert!(said(Some("13.00"), Some("18.00"), 0).ends_with("a month, between $13.00 and $18.00."));
    assert!(said(Some("13.00"), Some("18.00"), 1).ends_with("Its range is $13.00 to $18.00, or wider."));
    assert!(said(Some("13.00"), None, 1).ends_with("a month, $13.00 or more."));
    assert!(said(None, None, 2).ends_with("about $15.00 a month."));
}

#[test]
fn a_gap_nobody_can_close_has_no_price_and_cannot_be_chosen() {
    let html = english(&World::busy(), "/cost", "").html;
    let text = words(&html);
    for said in ["$3.00", "cannot be watched: no agent for it", "price unknown", "unknown: nobody could tell"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn what_no_page_says_of_a_product_is_told_as_that() {
    let html = english(&World::busy(), "/cost", "").html;
    let text = words(&html);
    assert!(
        text.contains("Example Shield no source found Only on Tuesdays. source, 2026-11 no source found"),
        "{text}"
    );
    assert!(html.contains("href=\"https://example.com/page\""), "{html}");
    let japanese = words(&ask(&World::busy(), "/cost", "", Language::Japanese).html);
    assert!(japanese.contains("火曜日だけです。") && japanese.contains("出典が見つかりません"), "{japanese}");
}

#[test]
fn a_trial_that_ends_soon_is_told_on_the_overview() {
    let text = words(&english(&World::busy(), "/", "").html);
    assert!(text.starts_with("A free trial ends within a week") && text.contains("See all trials"), "{text}");
    assert!(!words(&english(&World::blind(), "/", "").html).contains("trial"));
}

#[test]
fn the_status_page_tells_of_every_round_of_questions_and_names_what_was_refused() {
    let text = words(&english(&World::busy(), "/status", "").html);
    for said in [
        "What runs, and where agents are 111122223333 us-east-1 Up to date",
        "Days left of trials: Denied guardduty:GetRemainingFreeTrialDays was refused",
        "1.2 s 17 0",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // What is left out on purpose is no trouble.
    assert!(!text.contains("aws.cloudwatch is false"), "{text}");
    assert!(!words(&english(&World::blind(), "/status", "").html).contains("What else AWS is asked"));
}
