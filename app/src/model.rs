//! The words shared by server and browser: terms, the filter, findings and reports.
//!
//! Plain data with its serialised form. No query, no IO, no clock.

pub mod evidence;
pub mod filter;
pub mod finding;
pub mod report;
pub mod status;
pub mod terms;

pub use evidence::Evidence;
pub use filter::{Field, Filter, FilterError, Selection, Sort, SortDirection, Span, TimeRange};
pub use finding::{Finding, FindingDetail, FindingSide, FindingVersion, Named};
pub use report::{
    Breakdown, BreakdownRow, Counts, FilterValues, FindingPage, Headline, Kpi, KpiKind, LifespanRow, Lifespans,
    Overview, Place, PlaceList, Series, Trend, Window,
};
pub use status::{DatabaseStatus, PullCounts, SourceState, SourceStatus, StatusReport};
pub use terms::{
    Category, Dimension, Grain, Kind, Metric, SampleChoice, SequenceRole, Severity, Source, StatusChoice, UnknownTerm,
};
