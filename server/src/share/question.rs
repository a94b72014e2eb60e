//! What a share asks: read once from what its maker gave, kept in one form, read again at every answer.

use app::model::{CostView, Filter, FilterError, LayersView, OverviewView, Share, ShareReport};

use crate::question::{BreakdownQuestion, HeatmapQuestion, TrendQuestion};

/// Findings listed unless the share asks for another number; no share lists more than the most.
pub const USUALLY_LISTED: u32 = 20;
pub const MOST_LISTED: u32 = 50;

/// A locked question.
#[derive(Debug, Clone, PartialEq)]
pub enum Locked {
    /// Split by the dimension and metric of the view; nothing else of it is shown.
    Overview(Filter, OverviewView),
    Trend(TrendQuestion),
    Breakdown(BreakdownQuestion),
    Heatmap(HeatmapQuestion),
    Findings(Filter),
    Cost(CostView),
    Layers(Filter, LayersView),
    Coverage(Filter),
}

impl Locked {
    /// Reads a query string strictly: a share of something that is not understood would show too much.
    pub fn parse(report: ShareReport, query: &str) -> Result<Self, FilterError> {
        let query = query.trim_start_matches('?');
        let mut question = match report {
            ShareReport::Overview => {
                let view = OverviewView::parse(query)?;
                let view = OverviewView { by: view.by, metric: view.metric, ..OverviewView::default() };
                Self::Overview(Filter::parse(query, &OverviewView::PARAMETERS)?, view)
            }
            ShareReport::Trend => Self::Trend(TrendQuestion::parse(query, &[])?),
            ShareReport::Breakdown => Self::Breakdown(BreakdownQuestion::parse(query, &[])?),
            ShareReport::Heatmap => Self::Heatmap(HeatmapQuestion::parse(query, &[])?),
            ShareReport::Findings => Self::Findings(Filter::parse(query, &[])?),
            // Quotes stay in the house.
            ShareReport::Coverage => Self::Coverage(Filter::parse(query, &[])?),
            ShareReport::Layers => {
                Self::Layers(Filter::parse(query, &LayersView::PARAMETERS)?, LayersView::parse(query)?)
            }
            ShareReport::Cost => Self::Cost(CostView { quotes: Vec::new(), ..CostView::parse(query, &[])? }),
        };
        let limit = matches!(report, ShareReport::Findings);
        let filter = question.filter_mut();
        // A place in a list belongs to one moment, its length to lists.
        filter.cursor = None;
        filter.limit = filter.limit.filter(|_| limit).map(|limit| limit.min(MOST_LISTED));
        Ok(question)
    }

    /// What a record asks.
    pub fn of(share: &Share) -> Result<Self, FilterError> {
        Self::parse(share.report, &share.query)
    }

    /// The one form of it, without `?`.
    pub fn to_query(&self) -> String {
        let mut words = form_urlencoded::Serializer::new(String::new());
        match self {
            Self::Overview(_, view) => {
                let path = view.path();
                let own = path.split_once('?').map_or("", |(_, query)| query);
                words.extend_pairs(form_urlencoded::parse(own.as_bytes()));
            }
            Self::Trend(trend) => {
                words.append_pair("by", trend.by.as_str()).append_pair("metric", trend.metric.as_str());
            }
            Self::Breakdown(breakdown) => drop(words.append_pair("by", breakdown.by.as_str())),
            Self::Heatmap(heatmap) => {
                words.append_pair("rows", heatmap.rows.as_str()).append_pair("cols", heatmap.columns.as_str());
            }
            Self::Cost(view) => drop(words.extend_pairs(view.own())),
            Self::Layers(_, view) => drop(words.append_pair("by", view.by.as_str())),
            Self::Findings(_) | Self::Coverage(_) => {}
        }
        words.extend_pairs(form_urlencoded::parse(self.filter().to_query().as_bytes()));
        words.finish()
    }

    /// Which findings.
    pub fn filter(&self) -> &Filter {
        match self {
            Self::Overview(filter, _) | Self::Findings(filter) | Self::Layers(filter, _) | Self::Coverage(filter) => {
                filter
            }
            Self::Trend(trend) => &trend.filter,
            Self::Breakdown(breakdown) => &breakdown.filter,
            Self::Heatmap(heatmap) => &heatmap.filter,
            Self::Cost(view) => &view.filter,
        }
    }

    fn filter_mut(&mut self) -> &mut Filter {
        match self {
            Self::Overview(filter, _) | Self::Findings(filter) | Self::Layers(filter, _) | Self::Coverage(filter) => {
                filter
            }
            Self::Trend(trend) => &mut trend.filter,
            Self::Breakdown(breakdown) => &mut breakdown.filter,
            Self::Heatmap(heatmap) => &mut heatmap.filter,
            Self::Cost(view) => &mut view.filter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_as_what_was_given() {
        for (report, given, kept) in [
            (ShareReport::Overview, "?range=7d&cols=time&week=2026-11-16", "range=7d"),
            (ShareReport::Overview, "by=cluster&severity=high&cursor=ab", "by=cluster&severity=high"),
            (ShareReport::Trend, "", "by=category&metric=new"),
            (ShareReport::Trend, "limit=3&metric=active&q=a%26b", "by=category&metric=active&q=a%26b"),
            (ShareReport::Breakdown, "by=family&cluster=a,!b", "by=family&cluster=a&cluster=%21b"),
            (ShareReport::Heatmap, "cols=time&tz=Asia/Tokyo", "rows=category&cols=time&tz=Asia%2FTokyo"),
            (
                ShareReport::Cost,
                "region=us-east-1&without=DNS_LOGS&quote=a:vcpu:1:0:0",
                "without=DNS_LOGS&region=us-east-1",
            ),
            (ShareReport::Layers, "region=eu-west-1&limit=4", "by=family&region=eu-west-1"),
            (ShareReport::Findings, "limit=1000&sort=severity", "sort=severity&limit=50"),
        ] {
            let question = Locked::parse(report, given);
            let printed = question.as_ref().map(Locked::to_query);
            assert_eq!(printed.as_deref(), Ok(kept), "{given}");
            assert_eq!(Locked::parse(report, kept), question, "{given}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (report, given, parameter) in [
            (ShareReport::Overview, "colour=red", "colour"),
            (ShareReport::Trend, "by=colour", "by"),
            (ShareReport::Breakdown, "", "by"),
            (ShareReport::Heatmap, "severity=severe", "severity"),
            (ShareReport::Findings, "by=cluster", "by"),
            (ShareReport::Layers, "by=region", "by"),
            (ShareReport::Cost, "severity=high", "severity"),
        ] {
            let error = Locked::parse(report, given).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{given}");
        }
    }
}
