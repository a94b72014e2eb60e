//! From what AWS or a file said to what we know: pure, without IO.
//!
//! A document becomes an [`Observation`] ([`normalize`]), gets its category ([`classify`]), and is merged with what was
//! known of the same finding ([`merge`]). Nothing is dropped: what cannot be read becomes a [`Rejected`] with its reason.

pub mod classify;
#[cfg(test)]
mod hazards;
pub mod import;
pub mod merge;
pub mod normalize;
pub mod observation;

pub use classify::Classifier;
pub use normalize::Reject;
pub use observation::{
    Attribution, Change, Classification, ClassificationHints, FindingKey, Observation, Rejected, Tracked,
};
