//! Findings gathered by type, and within a type by where they are.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::field::Field;
use super::filter::Filter;
use super::report::Counts;
use super::terms::{Category, NONE_KEY, Severity, UnknownTerm, vocabulary};

vocabulary! {
    /// What a place of a group is: the nearest thing its findings name.
    PlaceKind = "place" {
        Family => "family",
        /// Of findings that name no task family.
        Cluster => "cluster",
        /// Of findings that name neither.
        Resource => "resource",
    }
}

/// Findings of one type at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPlace {
    pub by: PlaceKind,
    /// Filter value of the field `by`; `(none)` where findings name nothing.
    pub key: String,
    pub label: String,
    pub findings: i64,
    pub occurrences: i64,
    /// The worst of them.
    pub severity: Severity,
    /// When the newest was created.
    pub newest_at: Timestamp,
}

/// Findings of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    #[serde(rename = "type")]
    pub finding_type: String,
    /// `None` for what is no threat, and where its findings differ.
    pub category: Option<Category>,
    pub findings: i64,
    pub occurrences: i64,
    /// The worst of them.
    pub severity: Severity,
    /// When the newest was created.
    pub newest_at: Timestamp,
    /// Most findings first.
    pub places: Vec<GroupPlace>,
    /// How many places there are, those beyond the last shown included.
    pub places_total: i64,
}

/// Findings of the window by type and place; the worst types first.
///
/// A finding that concerns several families or clusters counts once in each of its places, and once in its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    pub rows: Vec<GroupRow>,
    /// How many types there are, those beyond the last shown included.
    pub rows_total: i64,
    /// Every finding counted once.
    pub total: Counts,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub as_of: Timestamp,
    pub data_version: u64,
}

impl GroupRow {
    /// The list behind the row's number.
    pub fn list(&self, filter: &Filter) -> Filter {
        filter.with(Field::Type, &self.finding_type)
    }
}

impl GroupPlace {
    /// The list behind the place's number, within the list of its type.
    pub fn list(&self, of_type: &Filter) -> Filter {
        match self.by {
            PlaceKind::Family => of_type.with(Field::Family, &self.key),
            PlaceKind::Cluster => of_type.with(Field::Family, NONE_KEY).with(Field::Cluster, &self.key),
            PlaceKind::Resource => {
                let nowhere = of_type.with(Field::Family, NONE_KEY).with(Field::Cluster, NONE_KEY);
                nowhere.with(Field::Resource, &self.key)
            }
        }
    }
}

/// What people read for the id of a resource: what an ARN names, without its account and Region; any other id as it is.
pub fn resource_label(id: &str) -> &str {
    match id.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, _, _, _, name] => name,
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_called_by_what_their_arn_names() {
        assert_eq!(resource_label("arn:aws:s3:::logs-archive"), "logs-archive");
        assert_eq!(resource_label("arn:aws:ec2:us-east-1:111122223333:security-group/sg-1"), "security-group/sg-1");
        assert_eq!(resource_label("i-0abc"), "i-0abc");
    }
}
