//! One module per page: asks the backend, then lays out what it answered.

pub mod cost;
pub mod coverage;
pub mod failure;
pub mod finding;
pub mod findings;
pub mod layers;
pub mod overview;
pub mod place;
pub mod places;
pub mod share_new;
pub mod shared;
pub mod shares;
pub mod status;

#[cfg(test)]
mod tests;
