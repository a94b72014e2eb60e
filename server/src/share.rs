//! Read-only views for people outside, each behind a link of its own.
//!
//! Everything behind a link goes one way: a record ([`registry`]) → its locked question ([`question`]) → the same reports
//! as the pages ([`answer`]) → what is hidden is taken away ([`redact`]) → a form ([`forms`]). Nothing a reader sends has a
//! part in the first four; [`look`] reads the few words that change how an answer looks.

pub mod answer;
pub mod draft;
pub mod forms;
pub mod look;
pub mod pace;
pub mod question;
pub mod redact;
pub mod registry;
pub mod snippets;
pub mod token;
pub mod usage;
