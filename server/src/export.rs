//! Reports as files: CSV.
