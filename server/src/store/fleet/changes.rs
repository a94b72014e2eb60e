//! Histories that grow only when something is different from what was known.

use std::collections::BTreeMap;

use app::model::coverage::GapReason;
use duckdb::{Connection, params};

use super::FamilyState;
use super::rows::read_cluster_verdict;
use crate::fleet::{Cluster, ClusterVerdict, Look, Statistics};
use crate::store::StoreError;
use crate::store::values::{joined, sql_optional_time, sql_time};

const CURRENT: &str = include_str!("../sql/cluster_verdict_current.sql");
const FAMILIES: &str = include_str!("../sql/family_verdict_current.sql");

/// AWS's verdicts about the clusters of an account and Region that stand now, whoever asked last.
pub(super) fn current(
    transaction: &Connection,
    account: &str,
    region: &str,
) -> Result<Vec<ClusterVerdict>, StoreError> {
    standing(transaction, "account_id", account, region)
}

fn standing(
    transaction: &Connection,
    column: &str,
    account: &str,
    region: &str,
) -> Result<Vec<ClusterVerdict>, StoreError> {
    let mut statement = transaction.prepare(&CURRENT.replace("{account}", column))?;
    let mut rows = statement.query(params![account, region])?;
    let mut verdicts = Vec::new();
    while let Some(row) = rows.next()? {
        verdicts.push(read_cluster_verdict(row)?);
    }
    Ok(verdicts)
}

/// Appends verdicts that differ from what this account saw before, and the end of those it sees no more.
pub(super) fn of_clusters(
    transaction: &Connection,
    look: &Look,
    verdicts: &[ClusterVerdict],
) -> Result<bool, StoreError> {
    let known = standing(transaction, "asked_account_id", &look.account, &look.region)?;
    let key = |verdict: &ClusterVerdict| (verdict.account.clone(), verdict.cluster.clone());
    let mut gone: BTreeMap<_, _> = known.into_iter().map(|verdict| (key(&verdict), verdict)).collect();
    let mut news = Vec::new();
    for verdict in verdicts {
        if gone.remove(&key(verdict)).as_ref() != Some(verdict) {
            news.push(verdict.clone());
        }
    }
    news.extend(gone.into_values().map(|verdict| ClusterVerdict {
        status: "GONE".to_owned(),
        issue: None,
        issues: Vec::new(),
        ..verdict
    }));
    let mut rows = transaction.appender("cluster_verdict")?;
    for verdict in &news {
        rows.append_row(params![
            look.account,
            verdict.account,
            look.region,
            verdict.cluster,
            verdict.status,
            verdict.issue,
            joined(verdict.issues.iter().map(String::as_str)),
            verdict.management,
            verdict.covered_hosts,
            verdict.compatible_hosts,
            sql_optional_time(verdict.updated_at),
            sql_time(look.at)
        ])?;
    }
    rows.flush()?;
    Ok(!news.is_empty())
}

/// Appends AWS's own counts if they are others.
pub(super) fn of_statistics(
    transaction: &Connection,
    look: &Look,
    Statistics { healthy, unhealthy }: Statistics,
) -> Result<(), StoreError> {
    let mut statement = transaction.prepare(
        "SELECT healthy, unhealthy FROM coverage_statistics WHERE account_id = ? AND region = ?
         ORDER BY observed_at DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![look.account, look.region])?;
    let known: Option<(i64, i64)> = match rows.next()? {
        Some(row) => Some((row.get(0)?, row.get(1)?)),
        None => None,
    };
    if known != Some((healthy, unhealthy)) {
        transaction.execute(
            "INSERT INTO coverage_statistics VALUES (?, ?, ?, ?, ?)",
            params![look.account, look.region, healthy, unhealthy, sql_time(look.at)],
        )?;
    }
    Ok(())
}

/// Appends verdicts about families that differ from what was known, and `none` for those of which nothing runs any more.
/// Clusters whose tasks could not be listed tell nothing about theirs.
pub(super) fn of_families(
    transaction: &Connection,
    look: &Look,
    clusters: &[Cluster],
    families: &BTreeMap<(String, String), FamilyState>,
) -> Result<bool, StoreError> {
    let mut statement = transaction.prepare(FAMILIES)?;
    let mut rows = statement.query(params![look.account, look.region])?;
    let mut known: BTreeMap<(String, String), (String, Option<String>)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        known.insert((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?));
    }
    let mut news = Vec::new();
    for (key, state) in families {
        let reason = state.reason.map(GapReason::as_str);
        let now = (state.verdict.as_str().to_owned(), reason.map(str::to_owned));
        if known.remove(key) != Some(now.clone()) {
            news.push((key.clone(), now, state.counts.running, state.counts.covered));
        }
    }
    let is_dark = |arn: &str| clusters.iter().any(|cluster| cluster.arn == arn && cluster.trouble.is_some());
    for (key, (verdict, _)) in known {
        if verdict != "none" && !is_dark(&key.0) && !families.contains_key(&key) {
            news.push((key, ("none".to_owned(), None), 0, 0));
        }
    }
    let mut rows = transaction.appender("family_verdict")?;
    for ((cluster, family), (verdict, reason), tasks, covered) in &news {
        rows.append_row(params![
            look.account,
            look.region,
            cluster,
            family,
            verdict,
            reason,
            tasks,
            covered,
            sql_time(look.at)
        ])?;
    }
    rows.flush()?;
    Ok(!news.is_empty())
}
