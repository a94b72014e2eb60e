//! Rows that looks left, read by whoever asks for them. A statement names these columns first, in this order.

use duckdb::Row;

use crate::fleet::{ClusterVerdict, Feature};
use crate::store::StoreError;
use crate::store::values::{read_joined, read_optional_time};

/// `account_id, cluster, status, issue, issues, management, covered_hosts, compatible_hosts, updated_at`
pub fn read_cluster_verdict(row: &Row<'_>) -> Result<ClusterVerdict, StoreError> {
    Ok(ClusterVerdict {
        account: row.get(0)?,
        cluster: row.get(1)?,
        status: row.get(2)?,
        issue: row.get(3)?,
        issues: read_joined(row, 4)?,
        management: row.get(5)?,
        covered_hosts: row.get(6)?,
        compatible_hosts: row.get(7)?,
        updated_at: read_optional_time(row, 8)?,
    })
}

/// `feature, status, updated_at`
pub fn read_feature(row: &Row<'_>) -> Result<Feature, StoreError> {
    Ok(Feature { name: row.get(0)?, status: row.get(1)?, updated_at: read_optional_time(row, 2)? })
}
