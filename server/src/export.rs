//! Reports as files.

pub mod csv;
