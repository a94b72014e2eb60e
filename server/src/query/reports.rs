//! One module per report: each takes a snapshot and a resolved question, and gives a typed answer.

mod breakdown;
mod cells;
mod collectors;
mod cost;
mod coverage;
mod drift;
mod finding;
mod finding_list;
mod findings;
mod fleet;
mod groups;
mod heat_week;
mod heatmap;
mod inventory;
mod latest;
mod layers;
mod lifespans;
mod movers;
mod news;
mod overview;
mod places;
mod radar;
mod rejects;
mod resources;
mod status;
mod trend;

pub use breakdown::{breakdown, filter_values, members};
pub use cells::{Cells, for_each_row};
pub use cost::{CostSettings, cost, ends_soon, trial_end};
pub use drift::drift;
pub use finding::finding;
pub use finding_list::FindingList;
#[cfg(test)]
pub(super) use finding_list::Within;
pub use findings::{findings, for_each_finding};
pub use fleet::{coverage, family_coverage, service_coverage};
pub use groups::groups;
pub use heatmap::heatmap;
pub use inventory::inventory;
pub use layers::layers;
pub use lifespans::lifespans;
pub use movers::movers;
pub use news::news;
pub use overview::{AskedOverview, overview};
pub use places::places;
pub use radar::radar;
pub use rejects::rejects;
pub use resources::resources;
pub use status::{Disk, source_statuses, status};
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
