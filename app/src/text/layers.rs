//! Texts of the layers and of the responsibility board.

use crate::model::layers::{BlindSpot, Owner};
use crate::model::{Layer, Unseen};

texts! {
    /// Texts of the page of layers.
    struct LayerText;
    lists {
        /// In the order of [`Layer::ALL`].
        layers: 4,
        /// Who looks, in the same order.
        lookers: 4,
        /// In the order of [`Unseen::ALL`].
        reasons: 12,
        /// In the order of [`BlindSpot::ALL`].
        spots: 3,
        /// In the order of [`Owner::ALL`].
        owners: 2,
    }
    parts {}
    heading,
    said,
    said_blind,
    said_nothing,
    matrix_heading,
    matrix_note,
    trend_said,
    matrix_more,
    matrix_empty,
    not_looked,
    partly_looked,
    unknown_looked,
    open_none,
    open_label,
    by_label,
    count_families,
    count_clusters,
    spots_heading,
    spots_note,
    spot_resources,
    spot_tied,
    spot_all_tied,
    spot_looked,
    spot_unknown,
    board_heading,
    board_note,
    evidence_controls,
    evidence_open,
    evidence_coverage,
    evidence_dark,
    evidence_findings,
    evidence_nothing,
    evidence_source,
}

/// What a vocabulary's word is called in a list that stands in its order.
fn named<T: PartialEq>(all: &[T], names: &[&'static str], word: &T) -> &'static str {
    all.iter().position(|known| known == word).and_then(|place| names.get(place).copied()).unwrap_or_default()
}

impl LayerText {
    pub fn layer(&self, layer: Layer) -> &'static str {
        named(Layer::ALL, &self.layers, &layer)
    }

    pub fn looker(&self, layer: Layer) -> &'static str {
        named(Layer::ALL, &self.lookers, &layer)
    }

    pub fn reason(&self, reason: Unseen) -> &'static str {
        named(Unseen::ALL, &self.reasons, &reason)
    }

    pub fn spot(&self, spot: BlindSpot) -> &'static str {
        named(BlindSpot::ALL, &self.spots, &spot)
    }

    pub fn owner(&self, owner: Owner) -> &'static str {
        named(Owner::ALL, &self.owners, &owner)
    }
}
