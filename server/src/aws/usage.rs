//! What GuardDuty says about its cost: usage, trials, members. Answers are read from the documents as they came.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_guardduty::types::{UsageCriteria, UsageFeature, UsageStatisticType};
use serde_json::Value;

use super::counters::Counters;
use super::error::AwsError;
use super::guardduty::GuardDuty;
use super::paging::Pages;
use crate::store::{TrialDays, UsageAmount};

/// The service's largest page, and the most account ids of a request
/// (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetUsageStatistics.html>).
pub const LARGEST: usize = 50;
const PAGE: i32 = 50;
/// A list of usage or members with more pages has no end.
const MOST_PAGES: usize = 2000;

/// Features every Region has known for years: asked for where it does not know all of them.
const OLDER: [UsageFeature; 11] = [
    UsageFeature::FlowLogs,
    UsageFeature::CloudTrail,
    UsageFeature::DnsLogs,
    UsageFeature::S3DataEvents,
    UsageFeature::EksAuditLogs,
    UsageFeature::EbsMalwareProtection,
    UsageFeature::RdsLoginEvents,
    UsageFeature::LambdaNetworkLogs,
    UsageFeature::EksRuntimeMonitoring,
    UsageFeature::Ec2RuntimeMonitoring,
    UsageFeature::FargateRuntimeMonitoring,
];

/// What usage is summed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    Features,
    Accounts,
    DataSources,
    TopAccounts,
}

impl Statistic {
    /// As the API names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Features => "SUM_BY_FEATURES",
            Self::Accounts => "SUM_BY_ACCOUNT",
            Self::DataSources => "SUM_BY_DATA_SOURCE",
            Self::TopAccounts => "TOP_ACCOUNTS_BY_FEATURE",
        }
    }

    const fn member(self) -> &'static str {
        match self {
            Self::Features => "sumByFeature",
            Self::Accounts => "sumByAccount",
            Self::DataSources => "sumByDataSource",
            Self::TopAccounts => "topAccountsByFeature",
        }
    }
}

/// Days left, and the accounts AWS gave no answer for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trials {
    pub accounts: Vec<TrialDays>,
    pub unprocessed: Vec<String>,
}

impl GuardDuty {
    /// Usage of one account, or of all that this one sees. Empty: there is no data yet.
    pub async fn usage(
        &self,
        statistic: Statistic,
        account: Option<&str>,
        counters: &Arc<Counters>,
    ) -> Result<Vec<UsageAmount>, AwsError> {
        let all: Vec<UsageFeature> =
            UsageFeature::values().iter().map(|feature| UsageFeature::from(*feature)).collect();
        match self.usage_of(statistic, account, all, counters).await {
            Err(AwsError::Failed { code, .. }) if code == "BadRequestException" => {
                self.usage_of(statistic, account, OLDER.to_vec(), counters).await
            }
            other => other,
        }
    }

    async fn usage_of(
        &self,
        statistic: Statistic,
        account: Option<&str>,
        features: Vec<UsageFeature>,
        counters: &Arc<Counters>,
    ) -> Result<Vec<UsageAmount>, AwsError> {
        let mut pages = Pages::of("GetUsageStatistics", "nextToken", MOST_PAGES);
        let mut told = Vec::new();
        while pages.more()? {
            let answer = self.usage_page(statistic, account, &features, pages.token(), counters).await?;
            pages.turn(&answer)?;
            // No rows: there is no data yet.
            let rows = answer.pointer(&format!("/usageStatistics/{}", statistic.member())).and_then(Value::as_array);
            for row in rows.into_iter().flatten() {
                told.extend(amounts(statistic, account, row));
            }
        }
        Ok(told)
    }

    async fn usage_page(
        &self,
        statistic: Statistic,
        account: Option<&str>,
        features: &[UsageFeature],
        token: Option<String>,
        counters: &Arc<Counters>,
    ) -> Result<Value, AwsError> {
        let (session, client) = self.client().await;
        let detector = self.detector(&client, counters).await?;
        let criteria = UsageCriteria::builder()
            .set_account_ids(account.map(|account| vec![account.to_owned()]))
            .set_features(Some(features.to_vec()));
        let listener = self.listen("GetUsageStatistics", counters).await;
        let result = client
            .get_usage_statistics()
            .detector_id(detector)
            .usage_statistic_type(UsageStatisticType::from(statistic.as_str()))
            .usage_criteria(criteria.build())
            .unit("USD")
            .max_results(PAGE)
            .set_next_token(token)
            .customize()
            .interceptor(listener.clone())
            .send()
            .await;
        self.renewed(session, listener.document(result)).await
    }

    /// Accounts this one administers, itself not included.
    pub async fn members(&self, counters: &Arc<Counters>) -> Result<Vec<String>, AwsError> {
        let mut pages = Pages::of("ListMembers", "nextToken", MOST_PAGES);
        let mut members = BTreeSet::new();
        while pages.more()? {
            let (session, client) = self.client().await;
            let detector = self.detector(&client, counters).await?;
            let listener = self.listen("ListMembers", counters).await;
            let call = client.list_members().detector_id(detector).only_associated("true").max_results(PAGE);
            let call = call.set_next_token(pages.token());
            let result = call.customize().interceptor(listener.clone()).send().await;
            let answer = self.renewed(session, listener.document(result)).await?;
            pages.turn(&answer)?;
            let rows = answer.get("members").and_then(Value::as_array).into_iter().flatten();
            let enabled = rows.filter(|row| row.get("relationshipStatus").and_then(Value::as_str) == Some("Enabled"));
            members.extend(enabled.filter_map(|row| row.get("accountId")?.as_str().map(str::to_owned)));
        }
        Ok(members.into_iter().collect())
    }

    /// Days left of the trials of at most [`LARGEST`] accounts.
    pub async fn trials(&self, accounts: &[String], counters: &Arc<Counters>) -> Result<Trials, AwsError> {
        let (session, client) = self.client().await;
        let detector = self.detector(&client, counters).await?;
        let listener = self.listen("GetRemainingFreeTrialDays", counters).await;
        let call =
            client.get_remaining_free_trial_days().detector_id(detector).set_account_ids(Some(accounts.to_vec()));
        let result = call.customize().interceptor(listener.clone()).send().await;
        let answer = self.renewed(session, listener.document(result)).await?;
        let rows = |name: &str| answer.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let account = |row: &Value| row.get("accountId").and_then(Value::as_str).map(str::to_owned);
        let trial = |row: &Value| Some(TrialDays { account: account(row)?, features: days(row) });
        Ok(Trials {
            accounts: rows("accounts").iter().filter_map(trial).collect(),
            unprocessed: rows("unprocessedAccounts").iter().filter_map(account).collect(),
        })
    }
}

/// Days left by feature. Data sources are the older words for the same.
fn days(row: &Value) -> Vec<(String, u32)> {
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).and_then(|days| u32::try_from(days).ok());
    let features = row.get("features").and_then(Value::as_array).into_iter().flatten();
    let mut told: Vec<(String, u32)> = features
        .filter_map(|feature| {
            let name = feature.get("name")?.as_str()?.to_owned();
            Some((name, number(feature.get("freeTrialDaysRemaining"))?))
        })
        .collect();
    for (path, feature) in [
        ("/dataSources/cloudTrail", "CLOUD_TRAIL"),
        ("/dataSources/dnsLogs", "DNS_LOGS"),
        ("/dataSources/flowLogs", "FLOW_LOGS"),
        ("/dataSources/s3Logs", "S3_DATA_EVENTS"),
        ("/dataSources/kubernetes/auditLogs", "EKS_AUDIT_LOGS"),
        ("/dataSources/malwareProtection/scanEc2InstanceWithFindings", "EBS_MALWARE_PROTECTION"),
    ] {
        let left = number(row.pointer(path).and_then(|source| source.get("freeTrialDaysRemaining")));
        if let Some(left) = left.filter(|_| !told.iter().any(|(known, _)| known == feature)) {
            told.push((feature.to_owned(), left));
        }
    }
    told
}

/// The amounts of one row: one, or for the dearest accounts one each.
fn amounts(statistic: Statistic, account: Option<&str>, row: &Value) -> Vec<UsageAmount> {
    let word = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let amount = |row: &Value, of: Option<String>, subject: Option<String>| {
        let total = row.get("total")?;
        let amount = word(total, "amount").filter(|amount| amount.parse::<rust_decimal::Decimal>().is_ok())?;
        let unit = word(total, "unit")?;
        Some(UsageAmount { statistic: statistic.as_str(), account: of, subject, amount, unit })
    };
    let own = || account.map(str::to_owned);
    match statistic {
        Statistic::Features => amount(row, own(), word(row, "feature")).into_iter().collect(),
        Statistic::DataSources => amount(row, own(), word(row, "dataSource")).into_iter().collect(),
        Statistic::Accounts => amount(row, word(row, "accountId"), None).into_iter().collect(),
        Statistic::TopAccounts => {
            let accounts = row.get("accounts").and_then(Value::as_array).into_iter().flatten();
            accounts.filter_map(|one| amount(one, word(one, "accountId"), word(row, "feature"))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_amount_that_is_none_is_left_out() {
        let row = |amount: &str| json!({"feature": "FLOW_LOGS", "total": {"amount": amount, "unit": "USD"}});
        let told = amounts(Statistic::Features, Some("1"), &row("0.1234567890123456"));
        assert_eq!(told[0].amount, "0.1234567890123456");
        assert!(amounts(Statistic::Features, None, &row("n/a")).is_empty());
        assert!(amounts(Statistic::Features, None, &json!({"feature": "FLOW_LOGS"})).is_empty());
    }

    #[test]
    fn features_and_data_sources_are_one_list() {
        let row = json!({
            "features": [{"name": "FLOW_LOGS", "freeTrialDaysRemaining": 4}, {"name": "AI_PROTECTION"}],
            "dataSources": {
                "flowLogs": {"freeTrialDaysRemaining": 9},
                "kubernetes": {"auditLogs": {"freeTrialDaysRemaining": 0}},
            },
        });
        assert_eq!(days(&row), [("FLOW_LOGS".to_owned(), 4), ("EKS_AUDIT_LOGS".to_owned(), 0)]);
    }
}
