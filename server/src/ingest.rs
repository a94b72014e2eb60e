//! From what AWS or a file said to what we know: pure, without IO.
//!
//! A document becomes an [`Observation`] ([`normalize`](self)), gets its category, and is merged with what was known
//! of the same finding. Nothing is dropped: what cannot be read becomes a [`Rejected`] with its reason.

pub mod observation;

pub use observation::{Classification, FindingKey, Observation, Rejected, Tracked};
