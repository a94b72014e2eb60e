//! Single things as they come: a source, a finding, what a finding rests on.

use super::world::now;
use crate::model::evidence::{Evidence, Process};
use crate::model::{
    Category, Finding, Kind, Named, PullCounts, SequenceRole, Severity, Source, SourceState, SourceStatus,
};

pub const ID: &str = "0123456789abcdef0123456789abcdef";

pub fn source(source: Source) -> SourceStatus {
    SourceStatus {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        source,
        state: SourceState::Fresh,
        last_attempt_at: Some(now()),
        last_success_at: Some(now()),
        lag_seconds: Some(0),
        cursor: Some(now()),
        findings: 3,
        last_pull: PullCounts::default(),
        requests: 3,
        throttles: 0,
        errors: 0,
        last_error: None,
        failing_since: None,
        clock_ahead_seconds: Some(0),
        took_ms: Some(900),
        pulling: None,
    }
}

pub fn evidence() -> Evidence {
    Evidence {
        processes: vec![Process { name: Some("xmrig".to_owned()), ..Process::default() }],
        command: Some("xmrig -o '<script>alert(1)</script>'".to_owned()),
        ..Evidence::default()
    }
}

pub fn finding(title: &str) -> Finding {
    Finding {
        id: ID.to_owned(),
        arn: "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f".to_owned(),
        source: Source::GuardDuty,
        in_guardduty: true,
        in_securityhub: false,
        kind: Kind::Threat,
        category: Some(Category::CryptoMining),
        category_secondary: None,
        category_rule: "type".to_owned(),
        finding_type: "CryptoCurrency:Runtime/BitcoinTool.B".to_owned(),
        mitre: None,
        product: "GuardDuty".to_owned(),
        severity: Severity::High,
        severity_score: Some(8.0),
        title: title.to_owned(),
        description: title.to_owned(),
        account: Some("111122223333".to_owned()),
        region: Some("us-east-1".to_owned()),
        clusters: vec![Named::from_key("arn:aws:ecs:us-east-1:111122223333:cluster/payments")],
        families: vec![Named::from_key("111122223333/us-east-1/checkout")],
        revisions: Vec::new(),
        services: Vec::new(),
        task_arns: Vec::new(),
        launch_types: vec!["FARGATE".to_owned()],
        containers: Vec::new(),
        images: Vec::new(),
        image_digests: Vec::new(),
        resource_type: Some("ECSCluster".to_owned()),
        resource_id: None,
        count: Some(1),
        occurrences: 1,
        first_seen: Some(now()),
        last_seen: Some(now()),
        created_at: now(),
        updated_at: now(),
        first_observed_at: now(),
        archived: false,
        record_state: None,
        workflow: None,
        compliance: None,
        control: None,
        vulnerability_ids: Vec::new(),
        sample: false,
        sequence: SequenceRole::None,
        attack_sequence: None,
        closed_at: None,
        expired_in_aws: None,
        url: None,
    }
}
