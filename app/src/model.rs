//! The words shared by server and browser: terms, the filter, findings and reports.
//!
//! Plain data with its serialised form. No query, no IO, no clock.

pub mod change;
pub mod drift;
pub mod evidence;
pub mod filter;
pub mod finding;
pub mod heatmap;
pub mod report;
pub mod status;
pub mod terms;
pub mod view;

pub use change::{Mover, Movers, NewThing, News, NewsKind, Radar};
pub use drift::{Drift, DriftCount, DriftRow, Said};
pub use evidence::Evidence;
pub use filter::{Field, Filter, FilterError, Selection, Sort, SortDirection, Span, TimeRange};
pub use finding::{Finding, FindingDetail, FindingSide, FindingVersion, Named};
pub use heatmap::{HeatColumn, HeatColumns, HeatRow, Heatmap};
pub use report::{
    Breakdown, BreakdownRow, Counts, FilterValues, FindingPage, Headline, Kpi, KpiKind, LifespanRow, Lifespans,
    Overview, Place, PlaceList, Series, Trend, Window,
};
pub use status::{
    DatabaseStatus, LogSetAside, PullCounts, RejectPage, RejectQuery, RejectedInput, SourceState, SourceStatus,
    StatusReport, WriteFailure, WriteTrouble,
};
pub use terms::{
    Category, Dimension, DriftKind, Grain, Kind, Metric, SampleChoice, SequenceRole, Severity, Source, StatusChoice,
    UnknownTerm,
};
pub use view::OverviewView;
