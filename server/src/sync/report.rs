//! How a pull of everything went.

use std::fmt;

use jiff::Timestamp;

use crate::aws::AwsError;
use crate::aws::counters::Sums;
use crate::fleet::Look;
use crate::store::{IngestSummary, PullOutcome, PullResult, Scope, StoreError};

/// How one collector's pull went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeReport {
    pub scope: Scope,
    pub counts: IngestSummary,
    pub sums: Sums,
    /// `None`: it went well.
    pub error: Option<String>,
    denied: bool,
    /// False where the service is not in use, which is no failure.
    pub enabled: bool,
}

impl ScopeReport {
    /// A pull that went well.
    pub fn good(scope: Scope, counts: IngestSummary, sums: Sums) -> Self {
        Self { scope, counts, sums, error: None, denied: false, enabled: true }
    }

    /// A pull that failed before it read anything.
    pub fn failed(scope: Scope, error: &AwsError) -> Self {
        Self::broken(scope, IngestSummary::default(), Sums::default(), error)
    }

    /// A pull that the database did not keep.
    pub fn unkept(scope: Scope, error: &StoreError) -> Self {
        let (counts, sums) = (IngestSummary::default(), Sums::default());
        Self { scope, counts, sums, error: Some(error.safe_text().to_owned()), denied: false, enabled: true }
    }

    /// A pull that failed on the way; what it read before is kept.
    pub fn broken(scope: Scope, counts: IngestSummary, sums: Sums, error: &AwsError) -> Self {
        let enabled = !matches!(error, AwsError::NotEnabled { .. });
        let denied = error.is_denial();
        Self { scope, counts, sums, error: enabled.then(|| error.to_string()), denied, enabled }
    }

    /// `account/region/source`
    pub fn name(&self) -> String {
        format!("{}/{}/{}", self.scope.account, self.scope.region, self.scope.source)
    }

    /// How it ended.
    pub fn result(&self) -> PullResult {
        match &self.error {
            _ if !self.enabled => PullResult::NotEnabled,
            None => PullResult::Ok,
            Some(text) if self.denied => PullResult::Denied(text.clone()),
            Some(text) => PullResult::Failed(text.clone()),
        }
    }

    /// What the status page is told of a pull that ended `at`; `None`: it never began.
    pub fn outcome(&self, at: Timestamp, started_at: Option<Timestamp>) -> PullOutcome {
        PullOutcome {
            scope: self.scope.clone(),
            at,
            took: started_at.map(|started_at| at.duration_since(started_at)),
            result: self.result(),
            counts: self.counts,
            requests: self.sums.requests,
            throttles: self.sums.throttles,
            errors: self.sums.errors,
            clock_ahead_seconds: self.sums.clock_ahead_seconds,
        }
    }
}

/// How every collector's pull went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncReport {
    pub scopes: Vec<ScopeReport>,
    /// Looks at what runs.
    pub looks: Vec<LookReport>,
}

/// How one look at what runs went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookReport {
    /// `account/region/coverage`
    pub name: String,
    /// Running tasks; `None`: they were not asked for, or could not be told.
    pub tasks: Option<usize>,
    /// Clusters that GuardDuty judged.
    pub verdicts: Option<usize>,
    pub requests: u64,
    /// What could not be told, each thing once.
    pub errors: Vec<String>,
}

impl LookReport {
    /// Of a look.
    pub fn of(name: String, look: &Look) -> Self {
        let told = [look.detector.error(), look.verdicts.error(), look.statistics.error(), look.services.error()];
        let tasks = look.tasks_trouble().map(|trouble| trouble.error.as_str());
        let mut errors: Vec<String> = told.into_iter().chain([tasks]).flatten().map(str::to_owned).collect();
        errors.dedup();
        Self {
            name,
            tasks: look.tasks.seen().map(Vec::len),
            verdicts: look.verdicts.seen().map(Vec::len),
            requests: look.requests,
            errors,
        }
    }
}

impl SyncReport {
    /// Whether any part failed.
    pub fn failed(&self) -> bool {
        self.scopes.iter().any(|scope| scope.error.is_some()) || self.looks.iter().any(|look| !look.errors.is_empty())
    }

    /// Sums over all collectors.
    pub fn totals(&self) -> IngestSummary {
        let mut totals = IngestSummary::default();
        for scope in &self.scopes {
            totals += scope.counts;
        }
        totals
    }
}

impl fmt::Display for SyncReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for scope in &self.scopes {
            let IngestSummary { read, new, updated, unchanged, rejected } = scope.counts;
            let name = scope.name();
            match &scope.error {
                _ if !scope.enabled => writeln!(f, "{name}: not enabled")?,
                Some(error) => writeln!(f, "{name}: failed: {error}")?,
                None => writeln!(
                    f,
                    "{name}: read {read}, new {new}, updated {updated}, unchanged {unchanged}, rejected {rejected}"
                )?,
            }
        }
        for LookReport { name, tasks, verdicts, errors, .. } in &self.looks {
            for error in errors {
                writeln!(f, "{name}: failed: {error}")?;
            }
            let told =
                |number: &Option<usize>| number.map_or_else(|| "unknown".to_owned(), |number| number.to_string());
            writeln!(f, "{name}: running tasks {}, clusters judged {}", told(tasks), told(verdicts))?;
        }
        Ok(())
    }
}
