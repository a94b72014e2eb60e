//! The words shared by server and browser: terms, the filter, findings and reports.
//!
//! Plain data with its serialised form. No query, no IO, no clock.

pub mod change;
pub mod column;
#[cfg(feature = "ssr")]
pub mod cost;
#[cfg(feature = "ssr")]
pub mod cost_view;
pub mod coverage;
pub mod drift;
pub mod evidence;
pub mod field;
pub mod filter;
pub mod finding;
pub mod groups;
pub mod heatmap;
pub mod layers;
pub mod listing;
pub mod order;
#[cfg(feature = "ssr")]
pub mod product;
pub mod report;
pub mod saved;
#[cfg(feature = "ssr")]
pub mod share;
#[cfg(feature = "ssr")]
pub mod shared;
pub mod status;
pub mod terms;
pub mod time_range;
pub mod view;

pub use change::{Mover, Movers, NewThing, News, NewsKind, Radar};
pub use column::Column;
#[cfg(feature = "ssr")]
pub use cost::{
    CostAlternative, CostAlternatives, CostAsked, CostAssumption, CostBasis, CostChart, CostDay, CostDisplay,
    CostGapReason, CostOutcome, CostPart, CostPoint, CostPrice, CostProjection, CostQuestion, CostReading,
    CostReadingOf, CostReport, CostRow, CostSplit, CostTotal, CostWhatIf, CostWorkload,
};
#[cfg(feature = "ssr")]
pub use cost_view::{Added, Amount, CostView, Quote, QuotePer, WhatIf};
pub use drift::{Drift, DriftCount, DriftRow, Said};
pub use evidence::Evidence;
pub use filter::{Field, Filter, FilterError, Selection, Sort, SortDirection, Span, TimeRange};
pub use finding::{Finding, FindingDetail, FindingSide, FindingVersion, Named};
pub use groups::{GroupPlace, GroupRow, Groups, resource_label};
pub use heatmap::{HeatColumn, HeatColumns, HeatRow, HeatWeek, Heatmap};
pub use layers::{Layer, LayerCell, LayerRow, Layers, LayersView, Looked, Unseen};
pub use listing::{FindingsView, Grouping};
#[cfg(feature = "ssr")]
pub use product::{Product, ProductSaid, ProductTrait};
pub use report::{
    Breakdown, BreakdownRow, Counts, FilterValues, FindingPage, FoundValues, Headline, Kpi, KpiKind, LifespanRow,
    Lifespans, Overview, Place, PlaceList, Series, Trend, Window,
};
pub use saved::{SavedView, SavedViews, ViewDraft, ViewPage};
#[cfg(feature = "ssr")]
pub use share::{AuditEntry, Hidden, Share, ShareFormat, ShareReport, ShareSetting, ShareState, Shares};
#[cfg(feature = "ssr")]
pub use shared::{
    Shared, SharedContent, SharedCost, SharedCoverage, SharedFinding, SharedFindings, SharedHeadline, SharedKpi,
    SharedLayers, SharedOverview, SharedRows,
};
pub use status::{
    Collector, CollectorStatus, DatabaseStatus, LogSetAside, PullCounts, Pulling, RejectPage, RejectQuery,
    RejectedInput, SourceState, SourceStatus, StatusReport, UnknownType, WriteFailure, WriteTrouble,
};
pub use terms::{
    Aspect, Category, Dimension, DriftKind, Grain, Kind, Metric, SampleChoice, SequenceRole, Severity, Source,
    StatusChoice, UnknownTerm,
};
pub use view::OverviewView;
