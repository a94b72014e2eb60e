//! Time of tasks in a window, by cluster and by family: the ground under "findings per covered task-hour".

use std::collections::HashMap;

use app::model::coverage::TaskTime;

use super::history::{Conditions, WORKLOAD, hour_range};
use crate::query::QueryError;
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// Of what the filter's places choose. Without time nobody looked, or nothing ran.
#[derive(Default)]
pub(super) struct Spent {
    by_cluster: HashMap<String, TaskTime>,
    by_family: HashMap<String, TaskTime>,
}

impl Spent {
    pub fn read(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Self, QueryError> {
        let (sql, values) = Conditions::of(&spec.filter, &WORKLOAD).into(include_str!("../../sql/fleet_spent.sql"));
        let rows = snapshot.rows(&sql, hour_range(spec).into_iter().chain(values), |row| {
            let (account, region, family): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let time = TaskTime {
                task_seconds: row.get(4)?,
                covered_task_seconds: row.get(5)?,
                unknown_task_seconds: row.get(6)?,
            };
            Ok::<_, QueryError>((row.get::<_, String>(2)?, format!("{account}/{region}/{family}"), time))
        })?;
        let mut spent = Self::default();
        for (cluster, family, time) in rows {
            *spent.by_cluster.entry(cluster).or_default() += time;
            *spent.by_family.entry(family).or_default() += time;
        }
        Ok(spent)
    }

    /// By ARN.
    pub fn in_cluster(&self, arn: &str) -> TaskTime {
        self.by_cluster.get(arn).copied().unwrap_or_default()
    }

    /// By `account/region/family`.
    pub fn of_family(&self, key: &str) -> TaskTime {
        self.by_family.get(key).copied().unwrap_or_default()
    }
}
