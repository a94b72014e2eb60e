//! Texts of the reports: trend, heat map, movers, news, radar.

use crate::model::{Dimension, Grain, HeatColumns, Metric, NewsKind};

texts! {
    /// Texts of the reports.
    struct ReportText;
    lists {
        /// In the order of [`Dimension::ALL`], as part of a sentence.
        dimensions: 12,
        /// In the order of [`Metric::ALL`].
        metrics: 3,
        /// In the order of [`Grain::ALL`], as part of a sentence.
        grains: 4,
        /// In the order of [`NewsKind::ALL`].
        news: 4,
    }
    parts {}
    trend_heading,
    trend_sum,
    trend_latest,
    by_label,
    metric_label,
    heat_heading,
    heat_said,
    heat_columns_label,
    heat_more,
    heat_weeks_label,
    heat_weeks_all,
    heat_week_of,
    movers_heading,
    movers_note,
    movers_unknown,
    movers_none,
    column_thing,
    column_now,
    news_heading,
    news_since,
    news_unknown,
    news_none,
    news_revision,
    news_in,
    news_more,
    radar_label,
    radar_leaving,
    radar_none,
    radar_unknown,
    radar_next,
    radar_gone,
    picture,
    other_forms,
    time,
}

impl ReportText {
    /// A dimension, as part of a sentence.
    pub fn dimension(&self, dimension: Dimension) -> &'static str {
        self.dimensions[Dimension::ALL.iter().position(|known| *known == dimension).unwrap_or(0)]
    }

    /// What a trend counts.
    pub fn metric(&self, metric: Metric) -> &'static str {
        self.metrics[Metric::ALL.iter().position(|known| *known == metric).unwrap_or(0)]
    }

    /// The columns of a heat map, as part of a sentence. Columns of time are called by their width.
    pub fn columns(&self, columns: HeatColumns, grain: Grain) -> &'static str {
        match columns {
            HeatColumns::Of(dimension) => self.dimension(dimension),
            HeatColumns::Time => self.grains[Grain::ALL.iter().position(|known| *known == grain).unwrap_or(0)],
        }
    }

    /// A kind of news.
    pub fn news(&self, kind: NewsKind) -> &'static str {
        self.news[NewsKind::ALL.iter().position(|known| *known == kind).unwrap_or(0)]
    }
}
