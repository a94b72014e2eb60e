//! The simulator on the wire, through Amazon's own SDKs: filters, order, pages, refusals.

use aws_config::retry::RetryConfig;
use aws_sdk_guardduty::types::{Condition, FindingCriteria, OrderBy, SortCriteria};
use aws_sdk_securityhub::types::{
    AwsSecurityFindingFilters, DateFilter, SortCriterion, SortOrder, StringFilter, StringFilterComparison,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::world::Stage;

/// The SDKs' configuration for the administrator of the simulated estate, without retries.
pub async fn config(stage: &Stage, region: &'static str) -> aws_config::SdkConfig {
    let (id, secret) = stage.simulator.access_key();
    Box::pin(
        aws_config::defaults(aws_config::BehaviorVersion::latest())
            .credentials_provider(aws_credential_types::Credentials::new(id, secret, None, None, "test"))
            .region(aws_config::Region::new(region))
            .endpoint_url(stage.simulator.endpoint_url())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .load(),
    )
    .await
}

pub async fn hub(stage: &Stage, region: &'static str) -> aws_sdk_securityhub::Client {
    aws_sdk_securityhub::Client::new(&config(stage, region).await)
}

pub fn throttled(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("TooManyRequestsException")
}

async fn guardduty(stage: &Stage) -> (aws_sdk_guardduty::Client, String) {
    let client = aws_sdk_guardduty::Client::new(&config(stage, "us-east-1").await);
    let detectors = client.list_detectors().send().await.unwrap();
    let detector = detectors.detector_ids()[0].clone();
    (client, detector)
}

fn equals(value: &str) -> Condition {
    Condition::builder().equals(value).build()
}

#[tokio::test(flavor = "multi_thread")]
async fn guardduty_filters_sorts_and_pages() {
    let stage = Stage::new().await;
    let (client, detector) = guardduty(&stage).await;
    let criteria = FindingCriteria::builder()
        .criterion("service.archived", equals("false"))
        .criterion(
            "type",
            Condition::builder().equals("Execution:Runtime/ReverseShell").equals("Recon:EC2/Portscan").build(),
        )
        .criterion("severity", Condition::builder().greater_than_or_equal(4).build())
        .build();
    let order = SortCriteria::builder().attribute_name("updatedAt").order_by(OrderBy::Desc).build();
    let mut ids = Vec::new();
    let mut token = None;
    loop {
        let call = client.list_findings().detector_id(&detector).max_results(3).set_next_token(token);
        let page = call.finding_criteria(criteria.clone()).sort_criteria(order.clone()).send().await.unwrap();
        assert!(page.finding_ids().len() <= 3);
        ids.extend(page.finding_ids().to_vec());
        token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    let expected = {
        let known = stage.simulator.world().findings();
        let wanted = |one: &&server::demo::Known| {
            let name = one.threat_type.as_deref().unwrap_or_default();
            ["Execution:Runtime/ReverseShell", "Recon:EC2/Portscan"].contains(&name)
                && !one.archived
                && one.region == "us-east-1"
        };
        let mut known: Vec<_> = known.iter().filter(wanted).cloned().collect();
        known.sort_by_key(|one| std::cmp::Reverse(one.updated));
        known.into_iter().map(|one| one.arn.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids, expected);
    assert!(ids.len() > 3);

    let call = client.get_findings().detector_id(&detector).set_finding_ids(Some(ids[..3].to_vec()));
    let findings = call.send().await.unwrap();
    // What the SDK's own model reads from the documents.
    let shell = findings.findings().iter().find(|one| one.r#type() == Some("Execution:Runtime/ReverseShell"));
    if let Some(details) = shell.and_then(|one| one.resource()).and_then(|resource| resource.ecs_cluster_details()) {
        let task = details.task_details().unwrap();
        assert!(task.definition_arn().unwrap().contains(":task-definition/"));
        assert!(task.containers()[0].image().unwrap().contains("@sha256:"));
        assert!(task.started_at().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guardduty_refuses_what_the_service_refuses() {
    let stage = Stage::new().await;
    let (client, detector) = guardduty(&stage).await;
    let refused = |criterion: &'static str, condition: Condition| {
        let criteria = FindingCriteria::builder().criterion(criterion, condition).build();
        client.list_findings().detector_id(&detector).finding_criteria(criteria).send()
    };
    for (criterion, condition) in [
        ("service.eventLastSeen", equals("x")),
        ("resource.ecsClusterDetails.arn", equals("x")),
        ("nonsense", equals("x")),
    ] {
        let error = refused(criterion, condition).await.unwrap_err();
        assert_eq!(error.code(), Some("BadRequestException"), "{criterion}");
    }
    let error = client.list_findings().detector_id(&detector).max_results(51).send().await.unwrap_err();
    assert_eq!(error.code(), Some("BadRequestException"));
    let error = client.list_findings().detector_id("somebody-elses").send().await.unwrap_err();
    assert_eq!(error.code(), Some("BadRequestException"));
}

#[tokio::test(flavor = "multi_thread")]
async fn security_hub_filters_sorts_and_pages() {
    let stage = Stage::new().await;
    let client = hub(&stage, "us-east-1").await;
    let text = |value: &str, comparison| StringFilter::builder().value(value).comparison(comparison).build();
    let filters = AwsSecurityFindingFilters::builder()
        .product_name(text("GuardDuty", StringFilterComparison::Equals))
        .record_state(text("ACTIVE", StringFilterComparison::Equals))
        .workflow_status(text("NEW", StringFilterComparison::Equals))
        .workflow_status(text("NOTIFIED", StringFilterComparison::Equals))
        // Two spans: either will do.
        .updated_at(DateFilter::builder().start("2026-11-20T00:00:00Z").end("2026-11-21T00:00:00Z").build())
        .updated_at(DateFilter::builder().start("2026-11-22T00:00:00Z").end("2026-11-23T00:00:00Z").build())
        .build();
    let order = SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Descending).build();
    let call = client.get_findings().filters(filters).sort_criteria(order).max_results(100);
    let page = call.send().await.unwrap();
    let times: Vec<&str> = page.findings().iter().map(|one| one.updated_at().unwrap()).collect();
    assert!(times.len() > 5 && times.is_sorted_by(|one, two| one >= two), "{times:?}");
    assert!(times.iter().all(|time| time.starts_with("2026-11-20") || time.starts_with("2026-11-22")), "{times:?}");
    let expected = {
        let known = stage.simulator.world().findings();
        let spans = ["2026-11-20", "2026-11-22"];
        let wanted = |one: &&server::demo::Known| {
            one.in_guardduty
                && one.in_securityhub
                && ["NEW", "NOTIFIED"].contains(&one.workflow)
                && spans.iter().any(|span| one.updated.to_string().starts_with(span))
        };
        known.iter().filter(wanted).count()
    };
    assert_eq!(times.len(), expected);

    let error = client.get_findings().max_results(101).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidInputException"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused() {
    let stage = Stage::new().await;
    let stranger = aws_credential_types::Credentials::new("AKIASTRANGER00000000", "x", None, None, "test");
    let stranger = aws_credential_types::provider::SharedCredentialsProvider::new(stranger);
    let config = config(&stage, "us-east-1").await.into_builder().credentials_provider(stranger).build();
    let error = aws_sdk_guardduty::Client::new(&config).list_detectors().send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnrecognizedClientException"));
    let error = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidClientTokenId"));
}

/// The SDKs' parsers come from the services' own models: they refuse a member of the wrong kind.
#[tokio::test(flavor = "multi_thread")]
async fn the_sdks_read_every_document_of_both_services() {
    let stage = Stage::new().await;
    let (client, detector) = guardduty(&stage).await;
    let ids: Vec<String> = {
        let known = stage.simulator.world().findings();
        let here = known.into_iter().filter(|one| one.in_guardduty && one.region == "us-east-1");
        here.map(|one| one.arn.rsplit('/').next().unwrap().to_owned()).collect()
    };
    for page in ids.chunks(50) {
        let call = client.get_findings().detector_id(&detector).set_finding_ids(Some(page.to_vec()));
        assert_eq!(call.send().await.unwrap().findings().len(), page.len());
    }
    let client = hub(&stage, "us-east-1").await;
    let (mut token, mut read) = (None, 0);
    loop {
        let page = client.get_findings().max_results(100).set_next_token(token).send().await.unwrap();
        read += page.findings().len();
        token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(read, stage.simulator.world().findings().iter().filter(|one| one.in_securityhub).count());
}
