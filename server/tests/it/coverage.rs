//! Looks at what runs, from the simulator's wire to what is kept.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use server::aws::AccountOptions;
use server::demo::{Fault, FaultRule};
use server::sync::{FleetOptions, SyncMode, SyncOptions};

use crate::client::Client;
use crate::shares::{add, shown};
use crate::world::Stage;

/// The administrator, and members of whom only ECS is asked.
pub fn everywhere(stage: &Stage, options: &mut SyncOptions) {
    let members = stage.simulator.roles().into_iter().skip(1).map(|(role_arn, external_id)| AccountOptions {
        role_arn: Some(role_arn),
        external_id,
        ecs_only: true,
        ..AccountOptions::default()
    });
    options.accounts = [AccountOptions::default()].into_iter().chain(members).collect();
    options.fleet = Some(FleetOptions { interval: Duration::from_mins(15), ecs: true });
}

/// A stage whose fleet can be looked at.
pub async fn looking() -> Stage {
    looking_in(Stage::new().await)
}

/// The same in a world of one's choice.
pub fn looking_in(mut stage: Stage) -> Stage {
    let mut wanted = None;
    stage.use_options(|options| wanted = Some(options.clone()));
    let mut wanted = wanted.unwrap();
    everywhere(&stage, &mut wanted);
    stage.use_options(|options| *options = wanted);
    stage
}

async fn verdicts(stage: &Stage) -> BTreeMap<String, String> {
    let sql = "SELECT split_part(cluster_arn, '/', 2) || '/' || family || ' in ' || region,
            string_agg(DISTINCT verdict || coalesce(':' || reason, ''), ' ' ORDER BY verdict || coalesce(':' || reason, ''))
        FROM ecs_task GROUP BY ALL";
    let read = stage.store.read(move |snapshot| {
        let mut statement = snapshot.connection().prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        Ok(rows.collect::<Result<BTreeMap<_, _>, _>>()?)
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trouble_of_the_estate_is_told_by_family() {
    let stage = looking().await;
    let reports = stage.syncer.look_around().await.unwrap();
    let told = verdicts(&stage).await;
    let not_covered: BTreeMap<_, _> = told.iter().filter(|(_, verdicts)| *verdicts != "covered").collect();
    insta::assert_json_snapshot!("verdicts", not_covered);
    assert!(told.iter().any(|(family, verdict)| family.starts_with("platform-prod/") && verdict == "covered"));
    // Only the Region whose policy denies ECS is in trouble, and it says which action is missing.
    let troubled: Vec<_> = reports.iter().filter(|report| !report.errors.is_empty()).collect();
    assert_eq!(troubled.len(), 1, "{reports:?}");
    assert_eq!(troubled[0].name, "333344445555/ap-northeast-1/coverage");
    assert!(troubled[0].errors[0].contains("ecs:ListClusters was refused"), "{:?}", troubled[0].errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_costs_few_calls() {
    let stage = looking().await;
    let first = stage.syncer.look_around().await.unwrap();
    let second = stage.syncer.look_around().await.unwrap();
    let asked = |reports: &[server::sync::LookReport]| -> BTreeMap<String, u64> {
        reports.iter().map(|report| (report.name.clone(), report.requests)).collect()
    };
    // GetDetector, ListCoverage, GetCoverageStatistics, GetEnabledStandards, ListEnabledProductsForImport, ListClusters,
    // DescribeClusters; four for each cluster, whose services and tasks are listed and described.
    let (first, second) = (asked(&first), asked(&second));
    assert_eq!(second["111122223333/us-east-1/coverage"], 7 + 4 * 3);
    assert_eq!(second["111122223333/ap-northeast-1/coverage"], 7 + 4);
    // Members' verdicts come with the administrator's.
    assert_eq!(second["222233334444/us-east-1/coverage"], 5 + 4 * 4);
    // The detector's id is asked for once.
    assert_eq!(first["111122223333/us-east-1/coverage"], second["111122223333/us-east-1/coverage"] + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_between_two_looks_is_counted_and_a_long_pause_is_not() {
    let stage = looking().await;
    stage.syncer.look_around().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM fleet_hour").await, 0, "one look tells nothing of any time");
    stage.wait(15);
    stage.syncer.look_around().await.unwrap();
    // Three accounts in two Regions, one of the six denied.
    assert_eq!(stage.number("SELECT sum(observed_seconds)::BIGINT FROM fleet_hour").await, 5 * 900);
    let running = stage.number("SELECT count(*) FROM ecs_task").await;
    assert_eq!(stage.number("SELECT sum(task_seconds)::BIGINT FROM workload_hour").await, running * 900);
    let covered = stage.number("SELECT count(*) FROM ecs_task WHERE verdict = 'covered'").await;
    assert_eq!(stage.number("SELECT sum(covered_task_seconds)::BIGINT FROM workload_hour").await, covered * 900);
    stage.wait(180);
    stage.syncer.look_around().await.unwrap();
    assert_eq!(stage.number("SELECT sum(observed_seconds)::BIGINT FROM fleet_hour").await, 5 * 900);
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_grow_only_when_something_changes() {
    let stage = looking().await;
    stage.syncer.look_around().await.unwrap();
    let rows = "SELECT (SELECT count(*) FROM family_verdict) + (SELECT count(*) FROM cluster_verdict)
        + (SELECT count(*) FROM coverage_statistics)";
    let (before, version) = (stage.number(rows).await, stage.store.data_version());
    stage.wait(15);
    stage.syncer.look_around().await.unwrap();
    assert_eq!((stage.number(rows).await, stage.store.data_version()), (before, version));
    stage.simulator.world().end_agents();
    assert!(stage.simulator.world().renew(stage.now()));
    stage.wait(15);
    stage.syncer.look_around().await.unwrap();
    let changed = "SELECT count(*) FROM family_verdict WHERE family = 'coupon-mailer' AND reason = 'agent-exited'";
    assert_eq!(stage.number(changed).await, 1);
    let won = "SELECT count(*) FROM family_verdict WHERE family = 'loyalty-api' AND verdict = 'covered'";
    assert_eq!(stage.number(won).await, 1);
    assert!(stage.store.data_version() > version);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_api_that_is_refused_leaves_the_others() {
    let stage = looking().await;
    stage.syncer.look_around().await.unwrap();
    let tasks = stage.number("SELECT count(*) FROM ecs_task").await;
    for (operation, part) in [("ListTasks", "tasks"), ("ListCoverage", "verdicts"), ("GetDetector", "detector")] {
        stage.simulator.faults().add(FaultRule::of(operation, Fault::Refuse("AccessDeniedException")));
        stage.syncer.look_around().await.unwrap();
        stage.simulator.faults().clear();
        let outcomes = stage.store.read(move |snapshot| {
            let sql = "SELECT part, string_agg(DISTINCT outcome) FROM coverage_part
                WHERE account_id = '111122223333' GROUP BY part ORDER BY part";
            let mut statement = snapshot.connection().prepare(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            Ok(rows.collect::<Result<BTreeMap<_, _>, _>>()?)
        });
        for (of, outcome) in outcomes.await.unwrap() {
            assert_eq!(outcome, if of == part { "denied" } else { "ok" }, "{operation}: {of}");
        }
    }
    assert_eq!(stage.number("SELECT count(*) FROM ecs_task").await, tasks);
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_tokens_and_throttling_are_told_and_nothing_is_half_kept() {
    let stage = looking().await;
    stage.syncer.look_around().await.unwrap();
    let verdicts = stage.number("SELECT count(*) FROM cluster_verdict").await;
    for (operation, fault) in [("ListCoverage", Fault::RepeatToken), ("ListCoverage", Fault::Throttle)] {
        stage.simulator.faults().add(FaultRule::of(operation, fault));
        let reports = stage.syncer.look_around().await.unwrap();
        stage.simulator.faults().clear();
        let errors: Vec<_> = reports.iter().flat_map(|report| &report.errors).collect();
        let words = if fault == Fault::RepeatToken { "repeated a page token" } else { "throttled" };
        assert!(errors.iter().any(|error| error.contains(words)), "{errors:?}");
        assert_eq!(stage.number("SELECT count(*) FROM cluster_verdict").await, verdicts, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_waits_for_no_finding_and_no_finding_for_it() {
    let stage = looking().await;
    stage.simulator.faults().add(FaultRule {
        service: Some("ecs"),
        operation: None,
        ..FaultRule::of("", Fault::Delay(Duration::from_hours(1)))
    });
    tokio::select! {
        _ = stage.syncer.look_around() => panic!("the look is held up"),
        () = async {
            stage.asked("guardduty", "GetCoverageStatistics", 2).await;
            let scopes = stage.syncer.pull_findings(SyncMode::Incremental).await.unwrap().scopes;
            assert!(scopes.iter().all(|scope| scope.error.is_none()), "{scopes:?}");
        } => {}
    }
}

/// A stage whose findings were pulled and whose fleet was looked at twice, a quarter of an hour apart.
pub async fn looked_at() -> Stage {
    let stage = looking().await;
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    stage.wait(15);
    stage.simulator.world().end_agents();
    stage.syncer.look_around().await.unwrap();
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_tells_clusters_by_both_verdicts_and_families_by_ours() {
    let stage = looked_at().await;
    let client = stage.client();
    let coverage = client.json("/api/v1/coverage?range=24h").await;
    let rows = coverage["rows"].as_array().unwrap();
    let of = |word: &str| i64::try_from(rows.iter().filter(|row| row["aws"] == word).count()).unwrap();
    for word in ["healthy", "unhealthy", "unknown"] {
        assert_eq!(coverage[word], of(word), "{word}");
    }
    assert_eq!(coverage["clusters"], i64::try_from(rows.len()).unwrap());
    // AWS's own percentage is that of its own counts.
    for region in coverage["regions"].as_array().unwrap() {
        let (healthy, unhealthy) = (region["healthy"].as_f64().unwrap(), region["unhealthy"].as_f64().unwrap());
        if let Some(percent) = region["aws_percent"].as_f64() {
            assert!((percent - 100.0 * healthy / (healthy + unhealthy)).abs() < 1e-9, "{region}");
        }
    }
    let lost: Vec<_> = coverage["lost"].as_array().unwrap().iter().map(|one| one["label"].clone()).collect();
    assert_eq!(lost, ["coupon-mailer"]);
    let known: Vec<_> =
        coverage["history"].as_array().unwrap().iter().filter(|one| !one["covered_percent"].is_null()).collect();
    assert_eq!(known.len(), 1, "a quarter of an hour of a day was looked at: {known:?}");

    let families = client.json("/api/v1/coverage/families").await;
    let rows = families["rows"].as_array().unwrap();
    let verdicts: i64 = families["verdicts"].as_object().unwrap().values().map(|count| count.as_i64().unwrap()).sum();
    assert_eq!(verdicts, i64::try_from(rows.len()).unwrap());
    assert_eq!(coverage["families"], families["verdicts"]);
    for row in rows {
        let has_reason = !row["reasons"].as_array().unwrap().is_empty();
        assert_eq!(has_reason, row["verdict"] != "covered", "{row}");
        if row["verdict"] == "covered" {
            assert!(row["tasks"]["running"].as_i64() > Some(0) && row["tasks"]["covered"] == row["tasks"]["running"]);
        }
    }
    let gaps = client.json("/api/v1/coverage/families?verdict=gap").await;
    assert!(gaps["rows"].as_array().unwrap().iter().all(|row| row["verdict"] == "gap"));
    assert_eq!(gaps["verdicts"], families["verdicts"]);
    let ledger = gaps["rows"].as_array().unwrap().iter().find(|row| row["label"] == "ledger").unwrap();
    let mut ledger = ledger.clone();
    ledger["reasons"][0]["aws"] = ledger["reasons"][0]["aws"].as_str().unwrap().split('\'').next().unwrap().into();
    insta::assert_json_snapshot!("family", ledger);
    let refused = client.get("/api/v1/coverage/families?verdict=fine").await;
    assert_eq!((refused.status.as_u16(), refused.json()["parameter"].as_str()), (400, Some("verdict")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_permission_or_credentials_families_are_unknown_and_never_none() {
    let mut stage = looking().await;
    stage.use_options(|options| options.accounts.truncate(1));
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let families = stage.client().json("/api/v1/coverage/families?account=222233334444").await;
    let rows = families["rows"].as_array().unwrap();
    assert!(rows.len() > 3, "{rows:?}");
    let told = |row: &serde_json::Value| (row["verdict"].clone(), row["reasons"][0]["kind"].clone());
    for row in rows {
        // AWS's sentences tell of gaps; of everything else nobody knows.
        match told(row) {
            (verdict, kind) if verdict == "unknown" => assert_eq!(kind, "not-asked", "{row}"),
            (verdict, _) => assert!(verdict == "gap" || verdict == "unsupported", "{row}"),
        }
    }
    assert!(rows.iter().any(|row| row["label"] == "ledger" && row["verdict"] == "gap"));
    assert!(rows.iter().any(|row| row["label"] == "checkout-api" && row["verdict"] == "unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_makes_unknown_at_once_and_a_failure_after_an_hour() {
    let stage = looked_at().await;
    let unknown = async || {
        let families = stage.client().json("/api/v1/coverage/families?account=111122223333&region=us-east-1").await;
        let rows = families["rows"].as_array().unwrap().clone();
        rows.iter().filter(|row| row["label"] == "auth-service").all(|row| row["verdict"] == "unknown")
    };
    assert!(!unknown().await);
    stage.simulator.faults().add(FaultRule::of("ListClusters", Fault::ServerError));
    stage.wait(15);
    stage.syncer.look_around().await.unwrap();
    assert!(!unknown().await, "what was seen a quarter of an hour ago stands");
    stage.wait(60);
    stage.syncer.look_around().await.unwrap();
    assert!(unknown().await);
    stage.simulator.faults().clear();
    stage.syncer.look_around().await.unwrap();
    assert!(!unknown().await);
    stage.simulator.faults().add(FaultRule::of("ListClusters", Fault::Refuse("AccessDeniedException")));
    stage.syncer.look_around().await.unwrap();
    assert!(unknown().await);
}

async fn page_of(client: &Client, path: &str) -> String {
    client.send(Method::GET, path, &[("accept", "text/html")]).await.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_pages_tell_what_the_api_tells() {
    let stage = looked_at().await;
    let client = stage.client();
    let coverage = client.json("/api/v1/coverage").await;
    let families = client.json("/api/v1/coverage/families").await;
    for (path, rows) in [("coverage", &coverage["rows"]), ("families", &families["rows"])] {
        let csv = client.get(&format!("/api/v1/export/{path}.csv?bom=0")).await.text();
        assert_eq!(csv.lines().count(), rows.as_array().unwrap().len() + 1, "{path}");
    }
    let page = page_of(&client, "/coverage").await;
    let (healthy, clusters) = (&coverage["healthy"], &coverage["clusters"]);
    assert!(page.contains(&format!("AWS judges {healthy} of {clusters} clusters healthy.")));
    for verdict in ["gap", "partly"] {
        let listed = page.matches(&format!("data-verdict=\"{verdict}\"")).count();
        assert_eq!(families["verdicts"][verdict], listed, "{verdict}");
    }
    let family = page_of(&client, "/families/thumbnailer").await;
    assert!(family.contains("--force-new-deployment") && family.contains("older than the automated agent"));
    let cluster = page_of(&client, "/clusters/build-hosts").await;
    assert!(cluster.contains("On EC2 the agent runs on the instance"), "{cluster}");
    let svg = client.get("/api/v1/charts/coverage.svg").await.text();
    assert!(svg.contains("Covered time of tasks"));
}

/// One number of all rows.
fn sum(rows: &Value, of: &str) -> i64 {
    rows.as_array().unwrap().iter().map(|row| row[of].as_i64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_and_families_have_their_findings_over_their_covered_time() {
    let stage = looked_at().await;
    let client = stage.client();
    let clusters = client.json("/api/v1/coverage?range=90d").await["rows"].clone();
    let families = client.json("/api/v1/coverage/families?range=90d").await["rows"].clone();
    for (of, kept) in [
        ("task_seconds", "SELECT sum(task_seconds)::BIGINT FROM workload_hour"),
        ("covered_task_seconds", "SELECT sum(covered_task_seconds)::BIGINT FROM workload_hour"),
        ("unknown_task_seconds", "SELECT sum(unknown_task_seconds)::BIGINT FROM workload_hour"),
    ] {
        let kept = stage.number(kept).await;
        assert_eq!((sum(&clusters, of), sum(&families, of)), (kept, kept), "{of}");
    }
    let counted = client.json("/api/v1/breakdown?by=cluster&range=90d").await;
    let csv = client.get("/api/v1/export/coverage.csv?range=90d&bom=0").await.text();
    let (mut rated, mut unknown) = (0, 0);
    for cluster in clusters.as_array().unwrap() {
        let key = cluster["key"].as_str().unwrap();
        let found = counted["rows"].as_array().unwrap().iter().find(|row| row["key"] == cluster["key"]);
        let found = found.map_or(0, |row| row["findings"].as_i64().unwrap());
        assert_eq!(cluster["findings"], found, "{key}");
        let page = page_of(&client, &format!("/clusters/{}?range=90d", key.replace('/', "%2F"))).await;
        let record = csv.lines().find(|line| line.starts_with(key)).unwrap();
        let hours = cluster["covered_task_seconds"].as_f64().unwrap() / 3600.0;
        if hours < 1.0 {
            unknown += 1;
            assert!(page.contains("Rate unknown"), "{key}");
            assert!(record.ends_with(','), "{record}");
        } else {
            rated += 1;
            let rate = 1000.0 * f64::from(i32::try_from(found).unwrap()) / hours;
            assert!(page.contains(&format!("{rate:.1} findings per 1,000 covered task-hours")), "{key}: {rate}");
            let last: f64 = record.rsplit(',').next().unwrap().parse().unwrap();
            assert!((last - rate).abs() < 1e-6, "{record}");
        }
    }
    assert!(rated > 0 && unknown > 0, "{rated} {unknown}");
    // Findings of one cluster belong over the time of that cluster, whatever else runs the family.
    let cluster = "arn:aws:ecs:us-east-1:111122223333:cluster/platform-prod";
    let families = client.json(&format!("/api/v1/coverage/families?range=90d&cluster={cluster}")).await["rows"].clone();
    let here = "SELECT sum(task_seconds)::BIGINT FROM workload_hour
        WHERE cluster_arn = 'arn:aws:ecs:us-east-1:111122223333:cluster/platform-prod'";
    assert_eq!(sum(&families, "task_seconds"), stage.number(here).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lists_families_and_services_in_every_form_and_not_why() {
    let stage = looked_at().await;
    let client = stage.client();
    let share = json!({"report": "coverage", "filter": "range=24h", "redact": ["accounts", "arns"]});
    let made = add(&client, &share).await;
    let told = shown(&client, &made, "json").await.json()["coverage"].clone();
    let forms = ["html", "md", "csv"];
    let mut texts = Vec::new();
    for form in forms {
        texts.push(shown(&client, &made, form).await.text());
    }
    for (section, path, of) in
        [("family", "/families", "family_rows"), ("service", "/services", "service_rows"), ("cluster", "", "rows")]
    {
        let rows = client.json(&format!("/api/v1/coverage{path}?range=24h")).await["rows"].clone();
        let named = |rows: &Value| -> Vec<(Value, Value, Value)> {
            let row = |row: &Value| (row["label"].clone(), row["verdict"].clone(), row["tasks"].clone());
            rows.as_array().unwrap().iter().map(row).collect()
        };
        assert!(!named(&rows).is_empty());
        assert_eq!(named(&told[of]), named(&rows), "{section}");
        assert!(told[of].as_array().unwrap().iter().all(|row| row["reasons"] == json!([])), "{section}");
        let count = rows.as_array().unwrap().len();
        assert_eq!(texts[0].matches(&format!("data-{section}=")).count(), count, "{section}");
        let start = format!("{section},");
        assert_eq!(texts[2].lines().filter(|line| line.starts_with(&start)).count(), count, "{section}");
        for (label, ..) in named(&rows) {
            let label = label.as_str().unwrap();
            assert!(texts[1].contains(&format!("| {label}")), "{section} {label}: {}", texts[1]);
        }
    }
    assert_eq!(told["services_total"], told["service_rows"].as_array().unwrap().len());
    texts.push(told.to_string());
    for text in texts {
        for hidden in ["111122223333", "222233334444", "arn:aws", "refused", "aws ecs ", "execution role"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }
}
