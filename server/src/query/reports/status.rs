//! Freshness of every source, and the database.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use app::model::{
    DatabaseStatus, LogSetAside, PullCounts, Source, SourceState, SourceStatus, StatusReport, UnknownType, WriteTrouble,
};
use duckdb::Row;
use jiff::{SignedDuration, Timestamp};

use super::collectors::collector_statuses;
use crate::query::{QueryError, row};
use crate::store::{
    ROLLUP_SLICES, ResidentRows, ResidentWord, RollupUnit, SetAside, Snapshot, StoreError, read_optional_time,
    rollup_part,
};
use crate::sync::Rounds;

/// Intervals without a good pull after which a source is stale.
pub(super) const PATIENCE: i32 = 3;

/// Every collector that ever tried.
pub fn source_statuses(
    snapshot: &Snapshot<'_>,
    now: Timestamp,
    interval: Duration,
) -> Result<Vec<SourceStatus>, QueryError> {
    // Two statements: the database plans a join of theirs longer than it takes to ask both.
    let known = known_by_source(snapshot)?;
    let mut sources = snapshot.rows(include_str!("../sql/sources.sql"), [], |row| source(row, now, interval))?;
    // Sooner than by the database, which makes a plan for it.
    let place = |source: &SourceStatus| (source.account.clone(), source.source.as_str(), source.region.clone());
    sources.sort_by_cached_key(place);
    for source in &mut sources {
        let region = (source.source == Source::GuardDuty).then(|| source.region.clone());
        source.findings = known.get(&(source.source, region)).copied().unwrap_or(0);
    }
    Ok(sources)
}

/// Findings each service knows, by Region; Security Hub's of all Regions together.
fn known_by_source(snapshot: &Snapshot<'_>) -> Result<HashMap<(Source, Option<String>), i64>, QueryError> {
    let first = |dimension: &str| rollup_part("created", dimension).unwrap_or_default() * ROLLUP_SLICES;
    if let Some(rows) = snapshot.resident() {
        return Ok(known_in_memory(&rows, first("collector"), first("source")));
    }
    let sql = if snapshot.rolled_up() {
        include_str!("../sql/known_rolled.sql")
            .replace("{more}", &(ROLLUP_SLICES - 1).to_string())
            .replace("{collector}", &first("collector").to_string())
            .replace("{source}", &first("source").to_string())
    } else {
        include_str!("../sql/known.sql").to_owned()
    };
    let known = snapshot.rows(&sql, [], |row| Ok::<_, QueryError>(((row::word(row, 0)?, row.get(1)?), row.get(2)?)))?;
    Ok(known.into_iter().collect())
}

/// The same of all time, which memory holds by day. The two are the first parts of their counts.
fn known_in_memory(rows: &ResidentRows<'_>, collector: i8, source: i8) -> HashMap<(Source, Option<String>), i64> {
    let mut known = HashMap::new();
    for (first, is_source) in [(collector, false), (source, true)] {
        let mut findings: BTreeMap<ResidentWord, i64> = BTreeMap::new();
        for part in first..first + ROLLUP_SLICES {
            for row in rows.of(RollupUnit::Day, part, (None, None)).flatten() {
                *findings.entry(row.key()).or_default() += row.counts().findings;
            }
        }
        for (key, findings) in findings {
            let place = match (is_source, rows.text(key).split_once('/')) {
                (false, Some((_, region))) => (Source::GuardDuty, Some(region.to_owned())),
                (true, None) if rows.text(key) == Source::SecurityHub.as_str() => (Source::SecurityHub, None),
                _ => continue,
            };
            *known.entry(place).or_default() += findings;
        }
    }
    known
}

fn patience_seconds(interval: Duration) -> i64 {
    i64::try_from((interval * PATIENCE.unsigned_abs()).as_secs()).unwrap_or(i64::MAX)
}

/// Good pulls from then on are recent.
pub(super) fn recent_since(now: Timestamp, interval: Duration) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(patience_seconds(interval))).unwrap_or(Timestamp::MIN)
}

fn source(row: &Row<'_>, now: Timestamp, interval: Duration) -> Result<SourceStatus, StoreError> {
    let number = |column: usize| -> Result<u64, StoreError> {
        Ok(row.get::<_, Option<i64>>(column)?.and_then(|value| u64::try_from(value).ok()).unwrap_or(0))
    };
    let outcome: Option<String> = row.get(3)?;
    let last_success_at = read_optional_time(row, 5)?;
    let lag_seconds = last_success_at.map(|at| now.duration_since(at).as_secs().max(0));
    let patience = patience_seconds(interval);
    let state = match outcome.as_deref() {
        Some("denied") => SourceState::Denied,
        Some("not-enabled") => SourceState::NotEnabled,
        Some("failed") => SourceState::Failing,
        _ => match lag_seconds {
            None => SourceState::Never,
            Some(lag) if lag > patience => SourceState::Stale,
            Some(_) => SourceState::Fresh,
        },
    };
    Ok(SourceStatus {
        account: row.get(0)?,
        region: row.get(1)?,
        source: row::word(row, 2)?,
        state,
        last_attempt_at: read_optional_time(row, 4)?,
        last_success_at,
        lag_seconds,
        cursor: read_optional_time(row, 6)?,
        failing_since: read_optional_time(row, 7)?,
        last_error: row.get(8)?,
        last_pull: PullCounts {
            read: number(9)?,
            new: number(10)?,
            updated: number(11)?,
            unchanged: number(12)?,
            rejected: number(13)?,
        },
        requests: number(14)?,
        throttles: number(15)?,
        errors: number(16)?,
        findings: 0,
        clock_ahead_seconds: row.get(17)?,
        took_ms: row.get::<_, Option<i64>>(18)?.and_then(|value| u64::try_from(value).ok()),
        pulling: None,
    })
}

/// Threats of types the category table does not name.
fn unknown_types(snapshot: &Snapshot<'_>) -> Result<Vec<UnknownType>, QueryError> {
    let mut statement = snapshot.connection().prepare(include_str!("../sql/unknown_types.sql"))?;
    let mut rows = statement.query([])?;
    let mut types = Vec::new();
    while let Some(row) = rows.next()? {
        let category = row::optional_word(row, 1)?;
        types.push(UnknownType { r#type: row.get(0)?, category, rule: row.get(2)?, findings: row.get(3)? });
    }
    Ok(types)
}

/// What is known of the database without asking it.
#[derive(Debug)]
pub struct Disk {
    pub bytes: u64,
    pub write_trouble: Option<WriteTrouble>,
    pub logs_set_aside: Vec<SetAside>,
}

/// Since when every source that can be read has been read in full; `None`: not all have been.
fn read_in_full_since(snapshot: &Snapshot<'_>) -> Result<Option<Timestamp>, QueryError> {
    // Unless all have a time there is none: min() would pass over those without.
    let sql = "SELECT CASE WHEN count(*) = count(last_full_at) THEN min(last_full_at) END
        FROM sync_source WHERE last_success_at IS NOT NULL";
    let mut statement = snapshot.connection().prepare(sql)?;
    let mut rows = statement.query([])?;
    Ok(rows.next()?.map_or(Ok(None), |row| read_optional_time(row, 0))?)
}

/// The whole status page, without what only the collectors know.
pub fn status(
    snapshot: &Snapshot<'_>,
    now: Timestamp,
    interval: Duration,
    rounds: Option<Rounds>,
    disk: Disk,
) -> Result<StatusReport, QueryError> {
    let unknown_types = unknown_types(snapshot)?;
    let Disk { bytes, write_trouble, logs_set_aside } = disk;
    let full_since = read_in_full_since(snapshot)?;
    let told = |SetAside { name, at, bytes }| LogSetAside {
        file: name,
        at,
        bytes,
        is_read_again: full_since.is_some_and(|since| since >= at),
    };
    let count = |sql: &str| snapshot.connection().query_row(sql, [], |row| row.get::<_, i64>(0));
    let schema = count("SELECT coalesce(max(version), 0)::BIGINT FROM schema_migration")?;
    Ok(StatusReport {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sources: source_statuses(snapshot, now, interval)?,
        collectors: collector_statuses(snapshot, now, rounds)?,
        database: DatabaseStatus {
            bytes,
            findings: count("SELECT count(*) FROM finding")?,
            versions: count("SELECT count(*) FROM finding_version")?,
            rejected_inputs: count("SELECT count(*) FROM rejected_input")?,
            schema_version: u32::try_from(schema).unwrap_or_default(),
            duckdb_version: snapshot.connection().query_row("SELECT version()", [], |row| row.get(0))?,
            write_trouble,
            logs_set_aside: logs_set_aside.into_iter().map(told).collect(),
        },
        sync_interval_seconds: interval.as_secs(),
        next_pull_at: None,
        pulls_ended: 0,
        unknown_types,
        as_of: now,
        data_version: snapshot.data_version(),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use app::model::Category;

    use super::*;
    use crate::store::tests::documents::{at, batch, guardduty};
    use crate::store::tests::in_memory;

    #[tokio::test]
    async fn types_that_the_table_does_not_name_are_told() {
        let store = in_memory();
        let mut observations: Vec<_> = (0..4).map(|number| guardduty(number, 0, 1)).collect();
        for (observation, finding_type) in
            observations.iter_mut().zip(["Canary:ECS/Novel", "Canary:ECS/Novel", "Backdoor:Runtime/C&CActivity.Z"])
        {
            finding_type.clone_into(&mut observation.finding_type);
        }
        store.ingest(batch(observations)).await.unwrap();
        let disk = Disk { bytes: 0, write_trouble: None, logs_set_aside: Vec::new() };
        let asked =
            store.read(|snapshot| Ok(status(snapshot, at(5), Duration::from_mins(5), None, disk).unwrap())).await;
        let told: Vec<_> =
            asked.unwrap().unknown_types.into_iter().map(|one| (one.r#type, one.category, one.findings)).collect();
        assert_eq!(
            told,
            [
                ("Canary:ECS/Novel".to_owned(), Some(Category::Other), 2),
                ("Backdoor:Runtime/C&CActivity.Z".to_owned(), Some(Category::CommandAndControl), 1),
            ]
        );
    }
}
