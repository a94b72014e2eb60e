//! What a shared view is called and what it speaks of, in words: the same in every form.

use super::cost::sentence;
use super::{chart_words, empty, facets, headline_words, layer_rows, range_bar, watched};
use crate::format::Reader;
use crate::model::{Metric, Named, Shared, SharedContent, SharedFinding};
use crate::text::fill;

/// The view's heading.
pub fn heading(reader: &Reader, shared: &Shared) -> String {
    let words = &reader.text.reports;
    match &shared.content {
        SharedContent::Overview(overview) => {
            let headline = &overview.headline;
            headline_words::sentence(reader, headline.new_high, headline.families, headline.unattributed)
        }
        SharedContent::Trend(trend) => chart_words::trend_heading(reader, trend),
        SharedContent::Breakdown(rows) => fill(
            words.trend_heading,
            &[("metric", words.metric(Metric::New)), ("dimension", words.dimension(rows.breakdown.by))],
        ),
        SharedContent::Heatmap(heatmap) => chart_words::heat_heading(reader, heatmap),
        SharedContent::Cost(cost) => sentence::words(reader, &cost.projection.total, true),
        SharedContent::Coverage(coverage) => watched::sentence(reader, &coverage.coverage),
        SharedContent::Layers(layers) => layer_rows::said(reader, layers.by, &layers.rows),
        SharedContent::Findings(findings) => empty::counted(reader, findings.total, findings.watched),
    }
}

/// The window, and what narrows the findings.
pub fn scope(reader: &Reader, shared: &Shared) -> String {
    let conditions = facets::conditions(reader, &shared.filter, None).into_iter().map(|(words, _)| words);
    std::iter::once(range_bar::words(reader, &shared.window)).chain(conditions).collect::<Vec<_>>().join(" · ")
}

/// The moment the numbers are of.
pub fn stamp(reader: &Reader) -> String {
    let moment = reader.as_of().map(|as_of| reader.moment(as_of)).unwrap_or_default();
    fill(reader.text.foot_as_of, &[("moment", &moment)])
}

/// Where a finding is: the family, the cluster, whose account and which Region.
pub fn place(finding: &SharedFinding) -> String {
    let names = |list: &[Named]| match list {
        [] => None,
        [one] => Some(one.label.clone()),
        [first, rest @ ..] => Some(format!("{} +{}", first.label, rest.len())),
    };
    let parts = [names(&finding.families), names(&finding.clusters), finding.account.clone(), finding.region.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
