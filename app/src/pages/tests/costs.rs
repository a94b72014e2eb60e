//! What it costs, made up for the test.

use super::world::now;
use crate::model::{
    CostAlternatives, CostAsked, CostAssumption, CostBasis, CostOutcome, CostPart, CostProjection, CostQuestion,
    CostReport, CostRow, CostSplit, CostTotal, CostView, CostWhatIf,
};

/// One feature whose trial ends in three days, or nothing at all.
pub fn costs(known: bool, view: &CostView) -> CostReport {
    let some = |text: &str| Some(text.to_owned());
    let row = CostRow {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        feature: crate::model::cost::FARGATE.to_owned(),
        days_left: Some(3),
        days_used: Some(27),
        ends_on: "2026-11-26".parse().ok(),
        usage_usd: some("1080.00"),
        daily_usd: some("40.0000"),
        monthly_usd: some("1217.50"),
        low_usd: some("1174.02"),
        high_usd: some("1217.50"),
        console_usd: some("1200.00"),
        basis: CostBasis::PlainAverage,
        assumptions: vec![CostAssumption::ListPrice, CostAssumption::FewDays],
        observed_at: Some(now()),
    };
    let part = |by| CostPart { by, key: row.feature.clone(), label: row.feature.clone(), monthly_usd: some("1217.50") };
    let total = CostTotal {
        usage_usd: some("1080.00"),
        monthly_usd: some("1217.50"),
        low_usd: some("1174.02"),
        high_usd: some("1217.50"),
        billed_usd: some("0.00"),
        trial_usd: some("1217.50"),
        unknown_rows: 0,
    };
    let asked = CostAsked {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        question: CostQuestion::Metrics,
        outcome: CostOutcome::Denied,
        note: some("cloudwatch:GetMetricData was refused"),
        asked_at: now(),
    };
    let what_if = CostWhatIf {
        before_usd: some("60.00"),
        after_usd: some("45.00"),
        difference_usd: some("-15.00"),
        before_vcpus: "40.00".to_owned(),
        after_vcpus: "30.00".to_owned(),
        unpriced: vec!["ap-northeast-1".to_owned()],
    };
    CostReport {
        parts: if known { vec![part(CostSplit::Feature)] } else { Vec::new() },
        workloads: Vec::new(),
        not_attributed_usd: None,
        observed_hours: 0,
        days: Vec::new(),
        alternatives: CostAlternatives {
            region: "us-east-1".to_owned(),
            vcpus: None,
            tasks: None,
            guardduty_usd: None,
            rows: Vec::new(),
            curve: Vec::new(),
            as_of: now(),
            data_version: 1,
        },
        what_if: view.asks_what_if().then_some(what_if),
        asked: if known { vec![asked] } else { Vec::new() },
        prices: Vec::new(),
        display: None,
        projection: CostProjection {
            rows: if known { vec![row] } else { Vec::new() },
            total: if known { total } else { CostTotal::default() },
            readings: Vec::new(),
            as_of: now(),
            data_version: 1,
        },
        as_of: now(),
        data_version: 1,
    }
}
