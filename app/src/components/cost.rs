//! Parts of the page about costs.

pub mod charts;
pub mod forms;
pub mod sentence;
pub mod shared;
pub mod tables;
