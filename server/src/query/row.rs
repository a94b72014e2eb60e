//! A row of `finding` as a [`Finding`].

use std::str::FromStr;

use app::model::{Finding, Named};
use duckdb::Row;

use crate::store::{StoreError, read_list, read_optional_time, read_time};

/// The columns in the order [`finding`] reads them.
pub const COLUMNS: &str = "f.finding_key, f.arn, f.source, f.in_guardduty, f.in_securityhub, f.kind, f.category, \
     f.category_secondary, f.category_rule, f.type, f.mitre, f.product, f.severity, f.severity_score, f.title, \
     f.description, f.account, f.region, f.clusters, f.families, f.revisions, f.services, f.task_arns, f.launch_types, \
     f.containers, f.images, f.image_digests, f.resource_type, f.resource_id, f.count, f.occurrences, f.first_seen, \
     f.last_seen, f.created_at, f.updated_at, f.first_observed_at, f.archived, f.record_state, f.workflow, f.compliance, \
     f.control, f.vulnerability_ids, f.sample, f.sequence, f.attack_sequence, f.closed_at, f.url, f.expired_in_aws";

/// Number of [`COLUMNS`]: further columns of a statement come after them.
pub const COLUMN_COUNT: usize = 48;

/// Reads one row that starts with [`COLUMNS`].
pub fn finding(row: &Row<'_>) -> Result<Finding, StoreError> {
    Ok(Finding {
        id: row.get(0)?,
        arn: row.get(1)?,
        source: word(row, 2)?,
        in_guardduty: row.get(3)?,
        in_securityhub: row.get(4)?,
        kind: word(row, 5)?,
        category: optional_word(row, 6)?,
        category_secondary: optional_word(row, 7)?,
        category_rule: row.get(8)?,
        finding_type: row.get(9)?,
        mitre: row.get(10)?,
        product: row.get(11)?,
        severity: word(row, 12)?,
        severity_score: row.get(13)?,
        title: row.get(14)?,
        description: row.get(15)?,
        account: row.get(16)?,
        region: row.get(17)?,
        clusters: named(row, 18)?,
        families: named(row, 19)?,
        revisions: named(row, 20)?,
        services: named(row, 21)?,
        task_arns: read_list(row, 22)?,
        launch_types: read_list(row, 23)?,
        containers: read_list(row, 24)?,
        images: read_list(row, 25)?,
        image_digests: read_list(row, 26)?,
        resource_type: row.get(27)?,
        resource_id: row.get(28)?,
        count: row.get(29)?,
        occurrences: row.get(30)?,
        first_seen: read_optional_time(row, 31)?,
        last_seen: read_optional_time(row, 32)?,
        created_at: read_time(row, 33)?,
        updated_at: read_time(row, 34)?,
        first_observed_at: read_time(row, 35)?,
        archived: row.get(36)?,
        record_state: row.get(37)?,
        workflow: row.get(38)?,
        compliance: row.get(39)?,
        control: row.get(40)?,
        vulnerability_ids: read_list(row, 41)?,
        sample: row.get(42)?,
        sequence: word(row, 43)?,
        attack_sequence: row.get(44)?,
        closed_at: read_optional_time(row, 45)?,
        url: row.get(46)?,
        expired_in_aws: read_optional_time(row, 47)?,
    })
}

/// A word of a closed vocabulary; the writer stores no others.
pub fn word<T: FromStr>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| unexpected(column, &text))
}

pub fn optional_word<T: FromStr>(row: &Row<'_>, column: usize) -> Result<Option<T>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|_| unexpected(column, &text))).transpose()
}

fn unexpected(column: usize, text: &str) -> StoreError {
    let message = format!("column {column} holds `{text}`, which this version does not know");
    duckdb::Error::FromSqlConversionFailure(column, duckdb::types::Type::Text, message.into()).into()
}

fn named(row: &Row<'_>, column: usize) -> Result<Vec<Named>, StoreError> {
    Ok(read_list(row, column)?.into_iter().map(Named::from_key).collect())
}
