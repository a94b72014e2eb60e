//! Filter to report: the only place that reads findings.
