//! The ports to Amazon: clients, one per account and Region, and the documents they collect.
//!
//! The SDKs sign, send and retry; the documents are taken from the answer as it came, so that nothing the SDK's model
//! does not know yet is lost. Yagura only reads: no operation here changes anything at Amazon.

mod answer;
mod clients;
pub mod counters;
mod error;
mod guardduty;
mod pace;
mod paging;
mod security_hub;

pub use clients::{AccountOptions, Clients, Connection};
pub use error::AwsError;
pub use guardduty::GuardDuty;
pub use paging::{Page, Tokens};
pub use security_hub::SecurityHub;
