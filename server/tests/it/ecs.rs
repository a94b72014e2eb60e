//! ECS as the simulator answers it, through Amazon's own SDK.

use std::collections::BTreeSet;

use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::wire::config;
use crate::world::Stage;

async fn client(stage: &Stage) -> aws_sdk_ecs::Client {
    aws_sdk_ecs::Client::new(&config(stage, "us-east-1").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_services_and_tasks_of_the_own_account_are_listed_page_by_page() {
    let stage = Stage::new().await;
    let ecs = client(&stage).await;
    let clusters = ecs.list_clusters().send().await.unwrap();
    let mut arns: Vec<_> = clusters.cluster_arns().to_vec();
    arns.sort();
    assert_eq!(arns.len(), 3, "{arns:?}");
    assert!(arns.iter().all(|arn| arn.contains(":111122223333:cluster/")), "{arns:?}");
    let described = ecs.describe_clusters().set_clusters(Some(arns.clone())).clusters("nowhere").send().await.unwrap();
    assert_eq!((described.clusters().len(), described.failures().len()), (3, 1));
    let production = arns.iter().find(|arn| arn.ends_with("/platform-prod")).unwrap();

    let mut services = Vec::new();
    let mut token = None;
    loop {
        let page = ecs.list_services().cluster(production).max_results(2).set_next_token(token).send().await.unwrap();
        services.extend(page.service_arns().to_vec());
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(services.len(), 5, "{services:?}");
    let page = ecs.describe_services().cluster(production).set_services(Some(services)).send().await.unwrap();
    assert!(page.services().iter().all(|service| service.running_count() == service.desired_count()));

    let tasks = ecs.list_tasks().cluster("platform-prod").send().await.unwrap().task_arns().to_vec();
    let running: i32 = page.services().iter().map(aws_sdk_ecs::types::Service::running_count).sum();
    assert_eq!(tasks.len(), usize::try_from(running).unwrap());
    let page = ecs.describe_tasks().cluster("platform-prod").set_tasks(Some(tasks)).send().await.unwrap();
    for task in page.tasks() {
        assert!(task.containers().iter().any(|one| one.name().unwrap().starts_with("aws-guardduty-agent-")));
        assert!(task.group().unwrap().starts_with("service:") && task.started_at().is_some());
        assert!(task.launch_type().is_some() && task.platform_version().is_some() && task.cpu().is_some());
    }
    let definitions: BTreeSet<_> = page.tasks().iter().filter_map(|task| task.task_definition_arn()).collect();
    assert_eq!(definitions.len(), 5);
    for arn in definitions {
        let definition = ecs.describe_task_definition().task_definition(arn).send().await.unwrap();
        let definition = definition.task_definition().unwrap();
        assert_eq!(definition.task_definition_arn(), Some(arn));
        assert!(definition.container_definitions()[0].image().unwrap().contains("@sha256:"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_runs_is_the_task_a_finding_names() {
    let stage = Stage::new().await;
    let ecs = client(&stage).await;
    let running = ecs.list_tasks().cluster("platform-prod").send().await.unwrap().task_arns().to_vec();
    let tasks = BTreeSet::from_iter(running);
    let add = |_| stage.simulator.world().add("Execution:Runtime/ReverseShell", stage.now());
    let added: BTreeSet<String> = (0..60).map(add).collect();
    stage.syncer.run_once(server::sync::SyncMode::Incremental).await.unwrap();
    let named = stage
        .store
        .read(|snapshot| {
            let mut statement = snapshot.connection().prepare("SELECT arn, task_arns::VARCHAR FROM finding")?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
        .unwrap();
    let here = "ecs:us-east-1:111122223333:task/platform-prod/";
    let new = named.iter().filter(|(arn, tasks)| added.contains(arn) && tasks.contains(here)).collect::<Vec<_>>();
    assert!(!new.is_empty());
    assert!(new.iter().all(|(_, text)| tasks.iter().any(|task| text.contains(task.as_str()))), "{new:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_beyond_the_limits_and_unknown_clusters_are_refused() {
    let stage = Stage::new().await;
    let ecs = client(&stage).await;
    let many = |number: usize| Some((0..number).map(|index| format!("x{index}")).collect::<Vec<_>>());
    let error = ecs.describe_tasks().cluster("platform-prod").set_tasks(many(101)).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterException"));
    let error = ecs.describe_services().cluster("platform-prod").set_services(many(11)).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterException"));
    let error = ecs.list_tasks().cluster("elsewhere").send().await.unwrap_err();
    assert_eq!(error.code(), Some("ClusterNotFoundException"));
    let error = ecs.describe_task_definition().task_definition("nothing:1").send().await.unwrap_err();
    assert_eq!(error.code(), Some("ClientException"));
}
