//! Parts of the page about costs.

mod cells;
pub mod charts;
pub mod drawings;
pub mod estimates;
pub mod forms;
pub mod offers;
pub mod origins;
pub mod sentence;
pub mod shared;
pub mod workloads;
