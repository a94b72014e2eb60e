//! The ports to Amazon: clients, one per account and Region, and the documents they collect.
//!
//! The SDKs sign, send and retry; the documents are taken from the answer as it came, so that nothing the SDK's model
//! does not know yet is lost. Yagura only reads: no operation here changes anything at Amazon.
//!
//! Every call waits for its turn (`pace`), ends in time, and is retried a few times with growing, random pauses. Expired
//! credentials are got anew once (`session`). What remains is an [`AwsError`] that says what to do.

mod answer;
mod clients;
pub mod cloudwatch;
pub mod counters;
pub mod coverage;
pub mod ecs;
mod error;
pub mod guardduty;
mod pace;
mod paging;
pub mod security_hub;
mod session;
pub mod usage;

pub use clients::{AccountOptions, Clients, Connection};
pub use cloudwatch::CloudWatch;
pub use coverage::Coverage;
pub use ecs::Ecs;
pub use error::AwsError;
pub use guardduty::GuardDuty;
pub use paging::{Page, Tokens};
pub use security_hub::SecurityHub;
