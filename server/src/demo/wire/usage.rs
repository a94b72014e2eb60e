//! GuardDuty: what it costs.
//!
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetUsageStatistics.html>,
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetRemainingFreeTrialDays.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Call;
use super::answer::{Answer, Refusal, cut, page_size};
use crate::demo::record::detector;

const BAD: &str = "BadRequestException";
const LARGEST: usize = 50;

/// Ids of a list of the request.
fn accounts(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

pub fn statistics(call: &Call<'_>) -> Answer {
    let size = page_size(call.body.get("maxResults"), LARGEST, LARGEST, BAD)?;
    let criteria = call.body.get("usageCriteria").ok_or_else(|| Refusal::bad(BAD, "usageCriteria is missing"))?;
    let wanted = accounts(criteria.get("accountIds"));
    let features = accounts(criteria.get("features"));
    if wanted.len() > LARGEST || features.is_empty() && criteria.get("dataSources").is_none() {
        return Err(Refusal::bad(BAD, "The request is rejected because the usageCriteria are invalid."));
    }
    let (world, now, region) = (call.shared.world(), call.shared.clock.now(), &call.caller.region);
    let sees = call.sees(&world);
    let of: Vec<&str> = world.accounts(sees).filter(|account| wanted.is_empty() || wanted.contains(account)).collect();
    if let Some(stranger) = wanted.iter().find(|account| !world.accounts(sees).any(|known| known == **account)) {
        return Err(Refusal::bad(BAD, format!("The request is rejected because {stranger} is not a member.")));
    }
    let usage: Vec<(&str, &str, f64)> = of
        .iter()
        .flat_map(|account| {
            world.usage(account, region, now).into_iter().map(|(feature, usd)| (*account, feature, usd))
        })
        .filter(|(_, feature, _)| features.is_empty() || features.contains(feature))
        .collect();
    let total = |usd: f64| json!({"amount": format!("{usd:.12}"), "unit": "USD"});
    let sums = |key: fn(&(&str, &str, f64)) -> Option<String>| {
        let mut sums: BTreeMap<String, f64> = BTreeMap::new();
        for row in &usage {
            if let Some(key) = key(row) {
                *sums.entry(key).or_default() += row.2;
            }
        }
        sums
    };
    let (name, rows): (&str, Vec<Value>) = match call.body.get("usageStatisticsType").and_then(Value::as_str) {
        Some("SUM_BY_FEATURES") => {
            let rows = sums(|row| Some(row.1.to_owned()));
            ("sumByFeature", rows.iter().map(|(key, usd)| json!({"feature": key, "total": total(*usd)})).collect())
        }
        Some("SUM_BY_ACCOUNT") => {
            let rows = sums(|row| Some(row.0.to_owned()));
            ("sumByAccount", rows.iter().map(|(key, usd)| json!({"accountId": key, "total": total(*usd)})).collect())
        }
        Some("SUM_BY_DATA_SOURCE") => {
            let rows = sums(|row| match row.1 {
                "S3_DATA_EVENTS" => Some("S3_LOGS".to_owned()),
                "FARGATE_RUNTIME_MONITORING" => None,
                other => Some(other.to_owned()),
            });
            (
                "sumByDataSource",
                rows.iter().map(|(key, usd)| json!({"dataSource": key, "total": total(*usd)})).collect(),
            )
        }
        Some("TOP_ACCOUNTS_BY_FEATURE") if sees.is_some() => {
            return Err(Refusal::bad(BAD, "The request is rejected because the account is not an administrator."));
        }
        Some("TOP_ACCOUNTS_BY_FEATURE") => {
            let rows = sums(|row| Some(row.1.to_owned()));
            let top = |feature: &String| {
                let mut accounts: Vec<&(&str, &str, f64)> = usage.iter().filter(|row| row.1 == feature).collect();
                accounts.sort_by(|a, b| b.2.total_cmp(&a.2));
                let accounts: Vec<Value> =
                    accounts.iter().map(|row| json!({"accountId": row.0, "total": total(row.2)})).collect();
                json!({"feature": feature, "accounts": accounts})
            };
            ("topAccountsByFeature", rows.keys().map(top).collect())
        }
        _ => return Err(Refusal::bad(BAD, "The request is rejected because the usageStatisticsType is invalid.")),
    };
    let (rows, next) = cut(rows, size, call.body.get("nextToken"), BAD)?;
    Ok(json!({"usageStatistics": {name: rows}, "nextToken": next}))
}

pub fn trial_days(call: &Call<'_>) -> Answer {
    let wanted = accounts(call.body.get("accountIds"));
    if wanted.is_empty() || wanted.len() > LARGEST {
        return Err(Refusal::bad(BAD, "between 1 and 50 accountIds"));
    }
    let (world, now, region) = (call.shared.world(), call.shared.clock.now(), &call.caller.region);
    let sees = call.sees(&world);
    let (mut told, mut unprocessed) = (Vec::new(), Vec::new());
    for account in wanted {
        if !world.accounts(sees).any(|known| known == account) {
            unprocessed.push(json!({"accountId": account, "result": "The account is not a member."}));
            continue;
        }
        let features: Vec<Value> = world
            .trial_days(account, region, now)
            .into_iter()
            .map(|(feature, days)| json!({"name": feature, "freeTrialDaysRemaining": days}))
            .collect();
        told.push(json!({"accountId": account, "features": features}));
    }
    Ok(json!({"accounts": told, "unprocessedAccounts": unprocessed}))
}

pub fn members(call: &Call<'_>) -> Value {
    let world = call.shared.world();
    if call.sees(&world).is_some() {
        return json!({"members": []});
    }
    let own = world.administrator().to_owned();
    let members: Vec<Value> = world
        .accounts(None)
        .filter(|account| *account != own)
        .map(|account| {
            json!({
                "accountId": account, "detectorId": detector(account, &call.caller.region), "masterId": own,
                "administratorId": own, "email": "", "relationshipStatus": "Enabled",
                "updatedAt": "2026-01-01T00:00:00Z",
            })
        })
        .collect();
    json!({"members": members, "nextToken": ""})
}
