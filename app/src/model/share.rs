//! Shares: read-only views behind a link, for people outside.
//!
//! A share is a record on the server: its question is locked, its link is a random token that is kept as a hash only. What
//! stands here is what those who manage shares may know; the token is told once, when it is made.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::terms::{UnknownTerm, vocabulary};
use crate::page::Theme;
use crate::text::Language;

/// Most shares that are not revoked: more cannot be looked through.
pub const MOST_SHARES: usize = 500;
/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 200;
/// Most origins that may frame one share.
pub const MOST_ANCESTORS: usize = 20;

vocabulary! {
    /// What a share shows.
    ShareReport = "report" {
        /// The sentence, key figures, the trend, categories, clusters and task families.
        Overview => "overview",
        /// Counts over time.
        Trend => "trend",
        /// Counts by one dimension.
        Breakdown => "breakdown",
        /// Counts by two dimensions.
        Heatmap => "heatmap",
        /// A list of single findings.
        Findings => "findings",
        /// What it costs.
        Cost => "cost",
        /// What looks at each workload, and what nobody looks at.
        Layers => "layers",
        /// Where GuardDuty's agent runs.
        Coverage => "coverage",
    }
}

vocabulary! {
    /// A form a share is given in.
    ShareFormat = "format" {
        Html => "html",
        Svg => "svg",
        Png => "png",
        Markdown => "md",
        Csv => "csv",
        Json => "json",
    }
}

vocabulary! {
    /// What a share keeps to itself.
    Hidden = "redaction" {
        /// Account numbers: each has another name behind each share.
        Accounts => "accounts",
        /// ARNs and other long names: only their last part is shown.
        Arns => "arns",
        /// Single findings: nothing but counts.
        Detail => "detail",
    }
}

vocabulary! {
    /// What a share does at a moment.
    ShareState = "state" {
        Live => "live",
        Paused => "paused",
        Expired => "expired",
        Revoked => "revoked",
    }
}

/// A share, as those who manage it see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// 12 hexadecimal digits; not the token.
    pub id: String,
    pub report: ShareReport,
    /// Canonical, without `?`; locked.
    pub query: String,
    pub formats: Vec<ShareFormat>,
    /// What is hidden; empty: nothing.
    pub redaction: Vec<Hidden>,
    /// Origins that may frame it; empty: none, `None`: those of the configuration.
    pub frame_ancestors: Option<Vec<String>>,
    /// `None`: English unless the link says otherwise.
    #[serde(rename = "lang")]
    pub language: Option<Language>,
    pub theme: Theme,
    /// For those who manage it; never shown behind the link.
    pub note: Option<String>,
    pub created_at: Timestamp,
    /// `page`, `api` or `cli`.
    pub created_by: String,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
    pub paused_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub rotated_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// Answers given.
    pub hits: i64,
}

impl Share {
    /// What it does at a moment.
    pub fn state(&self, now: Timestamp) -> ShareState {
        if self.revoked_at.is_some() {
            ShareState::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            ShareState::Expired
        } else if self.paused_at.is_some() {
            ShareState::Paused
        } else {
            ShareState::Live
        }
    }

    /// Whether something is hidden.
    pub fn hides(&self, what: Hidden) -> bool {
        self.redaction.contains(&what)
    }
}

/// Every share: those that answer first, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    pub shares: Vec<Share>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// One line of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: Option<String>,
}

/// What of the configuration decides whether a share can be reached and framed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareSetting {
    /// Where links begin, such as `https://findings.example.com`.
    pub origin: String,
    /// Whether `http.public_url` is set.
    pub is_public: bool,
    /// Origins that may frame shares that name none themselves.
    pub frame_ancestors: Vec<String>,
    /// Seconds after which a share ends that does not say when.
    pub default_expiry_seconds: u64,
}

impl ShareSetting {
    /// Whether browsers reach shares over HTTPS.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// The address of a share in a form.
    pub fn url(&self, token: &str, format: ShareFormat) -> String {
        match format {
            ShareFormat::Html => format!("{}/e/{token}", self.origin),
            other => format!("{}/e/{token}.{other}", self.origin),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn a_share_ends_by_itself_and_for_good_when_revoked() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let mut share = Share {
            id: "0123456789ab".to_owned(),
            report: ShareReport::Trend,
            query: String::new(),
            formats: vec![ShareFormat::Html],
            redaction: Hidden::ALL.to_vec(),
            frame_ancestors: None,
            language: None,
            theme: Theme::Auto,
            note: None,
            created_at: now,
            created_by: "cli".to_owned(),
            expires_at: Some("2026-11-23T12:00:01Z".parse().unwrap()),
            paused_at: None,
            revoked_at: None,
            rotated_at: None,
            last_used_at: None,
            hits: 0,
        };
        assert_eq!(share.state(now), ShareState::Live);
        share.paused_at = Some(now);
        assert_eq!(share.state(now), ShareState::Paused);
        assert_eq!(share.state("2026-11-23T12:00:01Z".parse().unwrap()), ShareState::Expired);
        share.revoked_at = Some(now);
        assert_eq!(share.state(now), ShareState::Revoked);
    }
}
