//! Costs: what AWS says is kept as it was said, and what it refuses is told.

use app::model::{CostAsked, CostOutcome, CostQuestion};
use server::aws::AccountOptions;
use server::demo::{Fault, FaultRule};
use server::sync::CostWhen;

use http::{Method, StatusCode};
use serde_json::Value;

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
    assert!((1..=24).contains(&added), "an hour for each account, Region and metric with usage, not {added}");
    let twice = "SELECT count(*) FROM (FROM cost_metric SELECT count(*) AS n
        GROUP BY account_id, region, data_source, metric, starts_at HAVING n > 1)";
    assert_eq!(stage.number(twice).await, 0);
    stage.wait(24 * 60);
    assert_eq!(stage.syncer.run_cost(CostWhen::Due).await.unwrap().len(), 14);
    assert_eq!(stage.number("SELECT count(DISTINCT observed_at) FROM cost_usage").await, 3);
    // Every answer is kept, and while a trial runs each is more than the one before.
    let grows =
        "SELECT (count(DISTINCT amount) = 3 AND arg_max(amount::DOUBLE, observed_at) = max(amount::DOUBLE))::BIGINT
        FROM cost_usage WHERE statistic = 'SUM_BY_FEATURES' AND subject = 'FARGATE_RUNTIME_MONITORING'
        AND account_id = '222233334444' AND region = 'us-east-1'";
    assert_eq!(stage.number(grows).await, 1);
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

/// Cents of a text.
fn cents(value: &Value) -> i64 {
    value.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn parts<'a>(report: &'a Value, by: &str) -> Vec<&'a Value> {
    report["parts"].as_array().unwrap().iter().filter(|part| part["by"] == by).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn estimates_follow_what_was_told_and_say_what_they_rest_on() {
    let stage = Stage::new().await;
    let client = stage.client();
    let never = client.json("/api/v1/cost").await;
    assert_eq!(never["projection"]["rows"], Value::Array(Vec::new()));
    assert_eq!(never["projection"]["total"]["monthly_usd"], Value::Null);
    assert!(!client.get("/").await.text().contains("cost-banner"), "and is asked again once something was told");

    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    let projection = client.json("/api/v1/cost/projection").await;
    let rows = projection["rows"].as_array().unwrap();
    let row = |account: &str, region: &str| {
        let is_it = |row: &&Value| {
            row["account"] == account && row["region"] == region && row["feature"] == "FARGATE_RUNTIME_MONITORING"
        };
        rows.iter().find(is_it).unwrap().clone()
    };
    // Ended: thirty days of usage, no days left.
    let ended = row(ADMINISTRATOR, "us-east-1");
    assert_eq!((&ended["days_left"], &ended["days_used"]), (&Value::Null, &30.into()));
    // By hand: 6 × 0.5 + 4 × 1 + 3 × 0.5 + 2 × 0.25 + 2 × 0.25 in platform-prod, 0.25 + 0.5 + 1 + 0.25 in staging:
    // 11.5 vCPUs at 1.50 for a month of 730.5 hours. Thirty days before Monday 23 November, noon, begin on Saturday 24
    // October, noon: 36 + 4 × 48 = 228 weekend hours at 0.6, four whole working weeks whose days are 1 on average, so 480
    // hours, and twelve hours of a Monday at 0.9: 136.8 + 480 + 10.8 = 627.6. 11.5 × 1.5 / 730.5 × 627.6 = 14.8200….
    assert_eq!(ended["usage_usd"], "14.82");
    // CloudWatch gives the days their form and AWS's sum gives them their size. Its whole days, 25 October to 21 November,
    // are four weeks, and the last seven, 15 to 21 November, one of them: both hold 6.2 seventh on average, so the middle is
    // the plain average, 14.82 / 30 × 30.4375 = 15.036.
    let whole = ended["monthly_usd"].as_str();
    assert_eq!(whole, Some("15.04"), "{ended}");
    let monthly = cents(&ended["monthly_usd"]);
    assert_eq!(ended["basis"], "cloudwatch");
    assert!(cents(&ended["low_usd"]) < monthly && monthly < cents(&ended["high_usd"]), "{ended}");
    // About to end, in its last week.
    let ending = row("222233334444", "us-east-1");
    assert_eq!(
        (&ending["days_left"], &ending["days_used"], &ending["ends_on"]),
        (&4.into(), &26.into(), &"2026-11-27".into())
    );
    // Young: in trial, and no figure.
    let young = row("333344445555", "ap-northeast-1");
    assert_eq!(
        (&young["days_left"], &young["usage_usd"], &young["monthly_usd"]),
        (&30.into(), &Value::Null, &Value::Null)
    );
    assert_eq!(young["basis"], "no-data");
    // What is unknown is in no sum, and counted.
    let unknown = rows.iter().filter(|row| row["monthly_usd"].is_null()).count();
    assert_eq!(projection["total"]["unknown_rows"], unknown);
    let known: i64 =
        rows.iter().filter(|row| !row["monthly_usd"].is_null()).map(|row| cents(&row["monthly_usd"])).sum();
    let total = cents(&projection["total"]["monthly_usd"]);
    let rounding = i64::try_from(rows.len()).unwrap();
    assert!((total - known).abs() <= rounding, "{total} {known}");

    // The page, the file and the calendar say the same.
    let page = client.get("/cost").await.text();
    let spoken = format!("${}", projection["total"]["monthly_usd"].as_str().unwrap());
    assert!(page.contains(&spoken), "{spoken}");
    let file = client.get("/api/v1/export/cost_projection.csv?bom=0").await;
    assert_eq!(file.text().lines().count(), rows.len() + 1);
    assert!(
        file.text().contains("222233334444,us-east-1,FARGATE_RUNTIME_MONITORING,4,26,2026-11-27,"),
        "{}",
        file.text()
    );
    insta::assert_snapshot!("cost_projection.csv", file.text());
    let calendar = client.get("/api/v1/cost/trials.ics?lang=ja").await;
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    assert!(calendar.text().contains("DTSTART;VALUE=DATE:20261127\r\n"), "{}", calendar.text());
    // The overview warns, and a filter narrows.
    assert!(client.get("/").await.text().contains("cost-banner"));
    let one = client.json("/api/v1/cost/projection?account=111122223333&feature=FARGATE_RUNTIME_MONITORING").await;
    assert_eq!(one["rows"].as_array().unwrap().len(), 2);
    assert_eq!(client.get("/api/v1/cost?severity=high").await.status, StatusCode::BAD_REQUEST);
    let asked = client.send(Method::POST, "/api/v1/cost/sync", &[("x-yagura-request", "1")]).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED);
    let foreign = client.send(Method::POST, "/api/v1/cost/sync", &[("origin", "https://evil.test")]).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
}

/// A week in which `web` ran ten watched vCPUs and `ledger` one unwatched in another cluster.
const WEEK: &str = "
    INSERT INTO fleet_hour SELECT '222233334444', 'us-east-1', TIMESTAMP '2026-11-16 12:00' + to_hours(h), 3600
        FROM range(168) hours(h);
    INSERT INTO workload_hour
        SELECT '222233334444', 'us-east-1', 'arn:aws:ecs:us-east-1:222233334444:cluster/' || cluster, family, 'FARGATE',
            TIMESTAMP '2026-11-16 12:00' + to_hours(h), tasks * 3600, watched * 3600, 0, tasks * 3600 * units,
            watched * 3600 * units, 0
        FROM range(168) hours(h),
            (VALUES ('front', 'web', 10, 10, 1024), ('back', 'ledger', 2, 0, 512)) AS ran(cluster, family, tasks, watched, units);
";

#[tokio::test(flavor = "multi_thread")]
async fn runtime_cost_is_that_of_the_workloads_that_were_seen() {
    let mut stage = Stage::on_disk().await;
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    stage.put(WEEK).await;
    let client = stage.client();
    let here = "account=222233334444&region=us-east-1&feature=FARGATE_RUNTIME_MONITORING";
    let report = client.json(&format!("/api/v1/cost?{here}")).await;
    let monthly = cents(&report["projection"]["total"]["monthly_usd"]);
    let workloads = report["workloads"].as_array().unwrap();
    let of = |family: &str| workloads.iter().find(|one| one["family"] == family).unwrap();
    assert_eq!((&of("web")["watched_vcpus"], &of("web")["unwatched_vcpus"]), (&"10.00".into(), &"0.00".into()));
    assert_eq!((&of("ledger")["watched_vcpus"], &of("ledger")["unwatched_vcpus"]), (&"0.00".into(), &"1.00".into()));
    // AWS watched more than was seen: the rest is nobody's, and all of it together is the month.
    let web = cents(&of("web")["monthly_usd"]);
    let rest = cents(&report["not_attributed_usd"]);
    assert!(web > 0 && rest > 0 && (web + rest - monthly).abs() <= 1, "{web} {rest} {monthly}");
    assert_eq!(of("ledger")["monthly_usd"], "0.00");
    // One vCPU more at 1.50 for each of the first 500 of a month.
    assert_eq!((&of("ledger")["gap_usd"], &of("web")["gap_usd"]), (&"1.50".into(), &"0.00".into()));
    let families = parts(&report, "family");
    assert_eq!(families.len(), 3);
    assert_eq!(families.last().unwrap()["key"], "(none)");
    assert_eq!(report["observed_hours"], 168);

    // What if: by hand, 10 vCPUs × 1.50 = 15.00; with the gap closed 11 × 1.50 = 16.50; twice the web tasks and four tasks
    // of half a vCPU for twelve hours: 20 + 4 × 0.5 × 12 / 24 = 21 → 31.50; without web nothing is watched.
    for (change, after, vcpus) in [
        ("cover=222233334444/us-east-1/ledger", "16.50", "11.00"),
        ("scale=222233334444/us-east-1/web:2&add=us-east-1:4:0.5:12", "31.50", "21.00"),
        ("drop=arn:aws:ecs:us-east-1:222233334444:cluster/front", "0.00", "0.00"),
        ("without=FARGATE_RUNTIME_MONITORING", "0.00", "0.00"),
    ] {
        let what_if = client.json(&format!("/api/v1/cost?{here}&{change}")).await["what_if"].clone();
        assert_eq!((&what_if["before_usd"], &what_if["before_vcpus"]), (&"15.00".into(), &"10.00".into()), "{change}");
        assert_eq!((&what_if["after_usd"], &what_if["after_vcpus"]), (&after.into(), &vcpus.into()), "{change}");
    }
    // What does not run cannot change, and that is told.
    let gone = client.json(&format!("/api/v1/cost?{here}&drop=222233334444/us-east-1/gone&scale=x:2")).await;
    assert_eq!(gone["what_if"]["unmatched"], serde_json::json!(["222233334444/us-east-1/gone", "x"]));
    assert_eq!(gone["what_if"]["difference_usd"], "0.00");
    // No price is known in Tokyo: what would run there is in no sum, and that is told.
    let tokyo = client.json(&format!("/api/v1/cost?{here}&add=ap-northeast-1:4:1:24")).await["what_if"].clone();
    assert_eq!((&tokyo["after_usd"], &tokyo["unpriced"]), (&"15.00".into(), &serde_json::json!(["ap-northeast-1"])));

    // Quotes: all eleven vCPUs and twelve tasks that run. 11 × 1.50 = 16.50.
    let quotes = format!("/api/v1/cost?{here}&quote=Mine:vcpu:1:0:0&quote=Theirs:task:2:5:40&quote=Old:host:9:0:0");
    let alternatives = client.json(&quotes).await["alternatives"].clone();
    assert_eq!((&alternatives["vcpus"], &alternatives["guardduty_usd"]), (&"11.00".into(), &"16.50".into()));
    let monthly = |index: usize| alternatives["rows"][index]["monthly_usd"].clone();
    // 11 × 1; 5 + 12 × 2 = 29, but at least 40; nobody counts hosts.
    assert_eq!((monthly(0), monthly(1), monthly(2)), ("11.00".into(), "40.00".into(), Value::Null));
    assert_eq!(alternatives["rows"][0]["break_even_vcpus"], serde_json::json!(["1500"]));
    assert_eq!(alternatives["priced_to_vcpus"], Value::Null);
    // Without a price nobody knows where both cost the same: that is not "never".
    let far = "/cost?region=ap-northeast-1&quote=Mine:vcpu:1:0:0";
    assert_eq!(client.json(&format!("/api/v1{far}")).await["alternatives"]["priced_to_vcpus"], "0");
    assert!(!client.get(far).await.text().contains(">never<"));
    // Of Frankfurt the first tier is known: dearer throughout it.
    let part = "/cost?region=eu-central-1&quote=Mine:vcpu:3:0:0";
    assert_eq!(client.json(&format!("/api/v1{part}")).await["alternatives"]["priced_to_vcpus"], "500");
    let page = client.get(&quotes.replace("/api/v1", "")).await;
    assert!(page.status == StatusCode::OK && page.text().contains("Theirs"), "{}", page.text());
}

/// `ledger` runs on Windows, as we judged.
const WINDOWS: &str = "
    INSERT INTO family_verdict VALUES ('222233334444', 'us-east-1',
        'arn:aws:ecs:us-east-1:222233334444:cluster/back', 'ledger', 'unsupported', 'platform-family', 2, 0,
        TIMESTAMP '2026-11-17 12:00'),
        ('222233334444', 'us-east-1', 'arn:aws:ecs:us-east-1:222233334444:cluster/back', 'ledger', 'none', NULL, 0, 0,
        TIMESTAMP '2026-11-23 11:00');
";

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_nobody_can_close_has_no_price() {
    let mut stage = Stage::on_disk().await;
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    stage.put(WEEK).await;
    stage.put(WINDOWS).await;
    let client = stage.client();
    let here = "account=222233334444&region=us-east-1&feature=FARGATE_RUNTIME_MONITORING";
    let report = client.json(&format!("/api/v1/cost?{here}")).await;
    let ledger = report["workloads"].as_array().unwrap().iter().find(|one| one["family"] == "ledger").unwrap().clone();
    assert_eq!((&ledger["gap_usd"], &ledger["gap_reason"]), (&Value::Null, &"unsupported".into()));
    // Its vCPU is still told: it runs, and nobody watches it.
    assert_eq!(ledger["unwatched_vcpus"], "1.00");
    let file = client.get(&format!("/api/v1/export/cost.csv?bom=0&{here}")).await.text();
    assert!(file.contains("family,222233334444/us-east-1/ledger,ledger,0.00,,,,,unsupported\r\n"), "{file}");
    assert!(file.contains("family,222233334444/us-east-1/web,web,"), "{file}");
    // Nor does watching it as a whole change anything, which is told.
    let cover = "cover=222233334444/us-east-1/ledger";
    let what_if = client.json(&format!("/api/v1/cost?{here}&{cover}")).await["what_if"].clone();
    assert_eq!((&what_if["after_vcpus"], &what_if["unsupported"]), (&"10.00".into(), &serde_json::json!(["ledger"])));
    let page = client.get(&format!("/cost?{here}&{cover}")).await.text();
    assert!(page.contains("cannot be watched") && page.contains("has no agent for ledger"), "{page}");
    // No price is known in Tokyo.
    let far = WEEK.replace("us-east-1", "ap-northeast-1");
    stage.put(&far).await;
    let tokyo = stage.client().json("/api/v1/cost?region=ap-northeast-1").await;
    let gaps: Vec<_> =
        tokyo["workloads"].as_array().unwrap().iter().map(|one| (&one["gap_usd"], &one["gap_reason"])).collect();
    // Where all of it is watched nothing is added, whatever the price.
    assert_eq!(gaps, [(&"0.00".into(), &Value::Null), (&Value::Null, &"no-price".into())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_days_are_assumed_where_trials_could_not_be_asked_for_and_no_amount_is_made_of_them() {
    let stage = Stage::new().await;
    stage.simulator.faults().add(FaultRule::of("GetRemainingFreeTrialDays", Fault::Refuse("AccessDeniedException")));
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    let projection = stage.client().json("/api/v1/cost/projection").await;
    let rows = projection["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(
            (&row["days_left"], &row["days_used"], &row["basis"]),
            (&Value::Null, &30.into(), &"trial-unknown".into())
        );
        assert!(row["usage_usd"].is_string() && row["monthly_usd"].is_null() && row["daily_usd"].is_null(), "{row}");
    }
    assert_eq!(projection["total"]["monthly_usd"], Value::Null);
    assert_eq!(projection["total"]["unknown_rows"], rows.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sum_tells_how_many_of_its_parts_have_no_range() {
    let mut stage = Stage::new().await;
    // Nothing tells single days: only trials that run have a range, because AWS tells whole days.
    stage.use_options(|options| options.cloudwatch = false);
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    let client = stage.client();
    let projection = client.json("/api/v1/cost/projection").await;
    let rows = projection["rows"].as_array().unwrap();
    let known: Vec<_> = rows.iter().filter(|row| !row["monthly_usd"].is_null()).collect();
    let unranged = known.iter().filter(|row| row["low_usd"].is_null() && row["high_usd"].is_null()).count();
    let total = &projection["total"];
    assert_eq!(total["unranged_rows"], unranged);
    assert!(0 < unranged && unranged < known.len(), "{total}");
    // Each row in both ends: with its own, else with its middle.
    let end = |name: &str| -> i64 {
        known.iter().map(|row| if row[name].is_null() { cents(&row["monthly_usd"]) } else { cents(&row[name]) }).sum()
    };
    let rounding = i64::try_from(rows.len()).unwrap();
    assert!((cents(&total["low_usd"]) - end("low_usd")).abs() <= rounding, "{total}");
    assert!((cents(&total["high_usd"]) - end("high_usd")).abs() <= rounding, "{total}");
    let file = client.get("/api/v1/export/cost.csv?bom=0").await.text();
    let spoken = [&total["monthly_usd"], &total["low_usd"], &total["high_usd"]].map(|usd| usd.as_str().unwrap());
    let first = format!("total,,,{},{unranged},,\r\n", spoken.join(","));
    assert!(file.lines().nth(1).is_some_and(|line| format!("{line}\r\n") == first), "{first} {file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_picture_of_the_page_is_a_file() {
    let mut stage = Stage::on_disk().await;
    let client = stage.client();
    let never = client.get("/api/v1/charts/cost.svg").await;
    assert!(never.status == StatusCode::OK && never.text().contains("AWS has given no usage yet"), "{}", never.text());
    stage.syncer.run_cost(CostWhen::Due).await.unwrap();
    stage.put(WEEK).await;
    let client = stage.client();
    let report = client.json("/api/v1/cost").await;
    let usd = |by: &str| parts(&report, by)[0]["monthly_usd"].as_str().unwrap().to_owned();
    for (chart, said) in [
        ("days", "USD in 30 days".to_owned()),
        ("feature", format!(">${}</text>", usd("feature"))),
        ("account", format!(">${}</text>", usd("account"))),
        ("region", format!(">${}</text>", usd("region"))),
        ("cluster", format!(">${}</text>", usd("cluster"))),
        ("family", format!(">${}</text>", usd("family"))),
        ("break-even&quote=Mine:vcpu:1:0:0", ">Mine</text>".to_owned()),
        ("break-even", "No quote has been entered yet.".to_owned()),
    ] {
        let drawn = client.get(&format!("/api/v1/charts/cost.svg?chart={chart}")).await;
        assert_eq!((drawn.status, drawn.header("content-type")), (StatusCode::OK, "image/svg+xml"), "{chart}");
        let svg = drawn.text();
        assert!(svg.starts_with("<svg xmlns") && svg.contains(&said), "{chart}: {said} {svg}");
        let painted = client.get(&format!("/api/v1/charts/cost.png?chart={chart}&lang=ja&theme=dark")).await;
        assert_eq!((painted.status, painted.header("content-type")), (StatusCode::OK, "image/png"), "{chart}");
    }
    // The page leads to each of them.
    let page = client.get("/cost?region=us-east-1&quote=Mine:vcpu:1:0:0").await.text();
    for chart in ["days", "feature", "account", "region", "family", "break-even"] {
        assert!(
            page.contains(&format!("/api/v1/charts/cost.png?chart={chart}&amp;lang=en&amp;region=us-east-1")),
            "{chart}"
        );
    }
    for (query, parameter) in [("chart=pie", "chart"), ("severity=high", "severity"), ("theme=pink", "theme")] {
        let refused = client.get(&format!("/api/v1/charts/cost.svg?{query}")).await;
        assert_eq!((refused.status, &refused.json()["parameter"]), (StatusCode::BAD_REQUEST, &parameter.into()));
    }
}
