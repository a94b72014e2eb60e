//! One module per report: each takes a snapshot and a resolved question, and gives a typed answer.

mod breakdown;
mod coverage;
mod finding;
mod findings;
mod inventory;
mod overview;
mod status;
mod trend;

pub use breakdown::{breakdown, filter_values};
pub use finding::finding;
pub use findings::{FindingList, findings, for_each_finding};
pub use inventory::inventory;
pub use overview::overview;
pub use status::{source_statuses, status};
pub use trend::trend;

use app::model::{Category, Dimension, Named, Severity};

/// What people read for a key, in English; pages say it in the reader's language.
pub fn label(dimension: Dimension, key: &str) -> String {
    if key == app::model::terms::NONE_KEY {
        return key.to_owned();
    }
    match dimension {
        Dimension::Category => {
            key.parse::<Category>().map_or_else(|_| key.to_owned(), |category| category.label_en().to_owned())
        }
        Dimension::Severity => key.parse::<Severity>().map_or_else(|_| key.to_owned(), |_| capitalised(key)),
        Dimension::Source => match key {
            "guardduty" => "GuardDuty".to_owned(),
            _ => "Security Hub".to_owned(),
        },
        Dimension::Cluster | Dimension::Family | Dimension::Service | Dimension::Revision => Named::from_key(key).label,
        Dimension::Account | Dimension::Region | Dimension::Type | Dimension::Image | Dimension::Workflow => {
            key.to_owned()
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}
