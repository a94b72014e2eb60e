//! The port the pages ask. The server implements it; nothing here knows a database, AWS or a clock.

use std::future::Future;

use futures::try_join;

use crate::model::coverage::{Coverage, FamilyCoverages, ServiceCoverages, VerdictChoice};
use crate::model::{
    CostReport, CostRow, CostView, Dimension, Drift, Filter, FilterError, FilterValues, FindingDetail, FindingPage,
    Groups, HeatColumns, Heatmap, Layers, LayersView, Lifespans, Metric, Movers, News, Overview, OverviewView,
    PlaceList, Radar, RejectPage, RejectQuery, SavedViews, StatusReport, Trend,
};

/// Why a question has no answer. The text is safe to show; causes are logged where they happen.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The question itself is wrong.
    #[error(transparent)]
    BadFilter(#[from] FilterError),
    /// No such thing.
    #[error("{0} is not known here")]
    NotFound(String),
    /// The answer took too long or too many ask at once.
    #[error("the database is busy; try again in a moment")]
    Busy,
    /// Anything else, logged under this reference.
    #[error("something failed on our side; the log knows it as {reference}")]
    Failed {
        /// Short random text that appears in the log line.
        reference: String,
    },
}

/// Answers questions about findings, always from the newest committed data.
pub trait Backend: Send + Sync + 'static {
    /// The first page.
    fn overview(
        &self,
        filter: &Filter,
        view: OverviewView,
    ) -> impl Future<Output = Result<Overview, BackendError>> + Send;
    /// One page of findings.
    fn findings(&self, filter: &Filter) -> impl Future<Output = Result<FindingPage, BackendError>> + Send;
    /// One finding by id (32 hexadecimal digits), ARN or GuardDuty finding id.
    fn finding(&self, id: &str) -> impl Future<Output = Result<FindingDetail, BackendError>> + Send;
    /// Findings by type and place.
    fn groups(&self, filter: &Filter) -> impl Future<Output = Result<Groups, BackendError>> + Send;
    /// Counts over time.
    fn trend(
        &self,
        filter: &Filter,
        by: Dimension,
        metric: Metric,
    ) -> impl Future<Output = Result<Trend, BackendError>> + Send;
    /// Counts by one dimension.
    fn breakdown(
        &self,
        filter: &Filter,
        by: Dimension,
    ) -> impl Future<Output = Result<crate::model::Breakdown, BackendError>> + Send;
    /// Clusters, families or other values with their small trends.
    fn places(&self, filter: &Filter, by: Dimension) -> impl Future<Output = Result<PlaceList, BackendError>> + Send;
    /// When findings of each value were first and last seen.
    fn lifespans(&self, filter: &Filter, by: Dimension)
    -> impl Future<Output = Result<Lifespans, BackendError>> + Send;
    /// Counts by two dimensions, or by one and time.
    fn heatmap(
        &self,
        filter: &Filter,
        rows: Dimension,
        columns: HeatColumns,
    ) -> impl Future<Output = Result<Heatmap, BackendError>> + Send;
    /// What changed most against the window before.
    fn movers(&self, filter: &Filter) -> impl Future<Output = Result<Movers, BackendError>> + Send;
    /// What was never seen before the window.
    fn news(&self, filter: &Filter) -> impl Future<Output = Result<News, BackendError>> + Send;
    /// What looks at each workload, and what nobody looks at.
    fn layers(&self, filter: &Filter, view: LayersView) -> impl Future<Output = Result<Layers, BackendError>> + Send;
    /// What AWS is about to forget.
    fn radar(&self, filter: &Filter) -> impl Future<Output = Result<Radar, BackendError>> + Send;
    /// How much of the fleet GuardDuty's agents watch.
    fn coverage(&self, filter: &Filter) -> impl Future<Output = Result<Coverage, BackendError>> + Send;
    /// Families of these verdicts, by risk.
    fn family_coverage(
        &self,
        filter: &Filter,
        choice: &VerdictChoice,
    ) -> impl Future<Output = Result<FamilyCoverages, BackendError>> + Send;
    /// Services of these verdicts, by risk.
    fn service_coverage(
        &self,
        filter: &Filter,
        choice: &VerdictChoice,
    ) -> impl Future<Output = Result<ServiceCoverages, BackendError>> + Send;
    /// Values to filter by.
    fn filter_values(&self, filter: &Filter) -> impl Future<Output = Result<FilterValues, BackendError>> + Send;
    /// Both, as the first page needs them.
    fn overview_with_values(
        &self,
        filter: &Filter,
        view: OverviewView,
    ) -> impl Future<Output = Result<(Overview, FilterValues), BackendError>> + Send {
        async move { try_join!(self.overview(filter, view), self.filter_values(filter)) }
    }
    /// What it costs and would cost.
    fn cost(&self, view: &CostView) -> impl Future<Output = Result<CostReport, BackendError>> + Send;
    /// The trial that ends next, if one ends within a week.
    fn ending_trial(&self) -> impl Future<Output = Result<Option<CostRow>, BackendError>> + Send;
    /// IANA name of the time zone of requests that name none.
    fn time_zone(&self) -> String;
    /// What the services say differently about the findings of a filter, whenever they were created.
    fn drift(&self, filter: &Filter) -> impl Future<Output = Result<Drift, BackendError>> + Send;
    /// Input that was no finding.
    fn rejects(&self, query: &RejectQuery) -> impl Future<Output = Result<RejectPage, BackendError>> + Send;
    /// Named addresses of pages, by name.
    fn saved_views(&self) -> impl Future<Output = Result<SavedViews, BackendError>> + Send;
    /// Freshness of every source, and the database.
    fn status(&self) -> impl Future<Output = Result<StatusReport, BackendError>> + Send;
}

/// Words a chart needs, already in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartText {
    /// Becomes `<title>`.
    pub title: String,
    /// Becomes `<desc>`: what a reader who cannot see the picture should know.
    pub description: String,
    /// What a bucket nobody looked at is called.
    pub unknown: String,
    /// What a bucket is called in which no agent ran.
    pub blind: String,
    /// What a bucket is called in which agents ran in some of the tasks.
    pub partly: String,
    /// BCP 47 tag for number and date forms: `en` or `ja`.
    pub language: &'static str,
}

/// Draws reports as SVG fragments that carry classes and data attributes, no style, no script.
pub trait Charts: Send + Sync + 'static {
    /// Stacked bars by series, hatched where nobody looked. `labels` of the series are shown as given.
    fn trend(&self, trend: &Trend, text: &ChartText) -> String;
    /// Cells in seven steps of shade, hatched where nobody looked. `href` gives the link of a cell by row and
    /// column.
    fn heatmap(&self, heatmap: &Heatmap, text: &ChartText, href: &dyn Fn(usize, usize) -> Option<String>) -> String;
    /// Coverage over time as a line from 0 to 100 %, hatched where nobody looked.
    fn coverage(&self, coverage: &Coverage, text: &ChartText) -> String;
    /// A small line without axes; gaps where nobody looked.
    fn sparkline(&self, values: &[Option<i64>], text: &ChartText) -> String;
    /// Lines of money over time or size, with a band of what is uncertain.
    fn money_lines(&self, lines: &MoneyLines, text: &ChartText) -> String;
    /// Amounts side by side; `id` tells the drawing from others of the page.
    fn money_bars(&self, id: &str, bars: &[MoneyBar], text: &ChartText) -> String;
}

/// An amount at each point; `None` where nothing is known.
pub type Amounts = Vec<Option<f64>>;

/// Amounts over time or size.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyLines {
    /// Tells the drawing from others of the page.
    pub id: &'static str,
    /// Where the points stand, ascending.
    pub at: Vec<f64>,
    /// What they are called, on the axis.
    pub names: Vec<String>,
    pub lines: Vec<MoneyLine>,
    /// Lower and upper ends.
    pub band: Option<(Amounts, Amounts)>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyLine {
    pub name: String,
    /// Number of its colour and dashes.
    pub ink: usize,
    pub values: Amounts,
}

/// An amount with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyBar {
    pub name: String,
    /// `None`: unknown.
    pub usd: Option<f64>,
    /// The amount as people read it.
    pub said: String,
}
