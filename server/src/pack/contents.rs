//! Which files a pack holds.

use crate::export::Report;

/// A file of a report.
pub struct Part {
    pub name: &'static str,
    pub report: Report,
    /// What the report takes besides the filter, as a query string.
    pub query: &'static str,
}

const fn part(name: &'static str, report: Report, query: &'static str) -> Part {
    Part { name, report, query }
}

/// Every file of a report, the ones to begin with first.
pub const PARTS: &[Part] = &[
    part("trend-new-by-category.csv", Report::Trend, "by=category&metric=new"),
    part("trend-new-by-severity.csv", Report::Trend, "by=severity&metric=new"),
    part("trend-new-by-cluster.csv", Report::Trend, "by=cluster&metric=new"),
    part("trend-new-by-family.csv", Report::Trend, "by=family&metric=new"),
    part("trend-active-by-severity.csv", Report::Trend, "by=severity&metric=active"),
    part("breakdown-by-category.csv", Report::Breakdown, "by=category"),
    part("breakdown-by-severity.csv", Report::Breakdown, "by=severity"),
    part("breakdown-by-cluster.csv", Report::Breakdown, "by=cluster"),
    part("breakdown-by-family.csv", Report::Breakdown, "by=family"),
    part("breakdown-by-service.csv", Report::Breakdown, "by=service"),
    part("breakdown-by-account.csv", Report::Breakdown, "by=account"),
    part("breakdown-by-region.csv", Report::Breakdown, "by=region"),
    part("breakdown-by-type.csv", Report::Breakdown, "by=type"),
    part("breakdown-by-image.csv", Report::Breakdown, "by=image"),
    part("breakdown-by-revision.csv", Report::Breakdown, "by=revision"),
    part("breakdown-by-workflow.csv", Report::Breakdown, "by=workflow"),
    part("heatmap-category-by-cluster.csv", Report::Heatmap, "rows=category&cols=cluster"),
    part("types-and-places.csv", Report::Groups, ""),
    part("movers.csv", Report::Movers, ""),
    part("new-things.csv", Report::News, ""),
    part("cost.csv", Report::Cost, ""),
    part("cost-projection.csv", Report::CostProjection, ""),
    part("cost-alternatives.csv", Report::CostAlternatives, ""),
    part("coverage-by-cluster.csv", Report::Coverage, ""),
    part("coverage-by-family.csv", Report::Families, ""),
    part("coverage-by-service.csv", Report::Services, ""),
    part("layers-by-cluster.csv", Report::Layers, "by=cluster"),
    part("layers-by-family.csv", Report::Layers, "by=family"),
    part("findings.csv", Report::Findings, ""),
];
