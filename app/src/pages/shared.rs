//! What stands behind a link: one document for frames of any page.
//!
//! It has no script, no link to anywhere, no request of its own and its style within, so that it works in a sandbox that
//! allows nothing. Details open without script. It tells what its [`Shared`] holds and nothing else.

use leptos::prelude::*;

use crate::backend::Charts;
use crate::components::{chart_words, cost, headline_words, kpi, shared_coverage, shared_parts, shared_words};
use crate::format::Reader;
use crate::model::{Dimension, KpiKind, Shared, SharedContent, SharedOverview};
use crate::page::{Theme, rendered};
use crate::text::{Language, fill};

/// Rows of the overview's categories.
const CATEGORIES: usize = 11;

/// How the document looks.
#[derive(Debug, Clone, Copy)]
pub struct SharedFrame<'a> {
    pub theme: Theme,
    /// Whether the heading is shown; it is always said.
    pub titled: bool,
    /// Seconds after which it loads itself anew.
    pub refresh: Option<u32>,
    /// The same view that does not, as a query: whoever reads slowly can have it stay.
    pub stay: &'a str,
    /// Address of its oEmbed description.
    pub oembed: Option<&'a str>,
    /// The whole style sheet.
    pub style: &'a str,
}

/// The document of a view.
pub fn document(shared: &Shared, reader: &Reader, charts: &dyn Charts, frame: &SharedFrame<'_>) -> String {
    let heading = shared_words::heading(reader, shared);
    let title = if frame.titled { "shared-title" } else { "unseen" };
    let content = || match &shared.content {
        SharedContent::Overview(overview) => self::overview(reader, charts, overview),
        SharedContent::Trend(trend) => shared_parts::trend(reader, charts, trend),
        SharedContent::Breakdown(rows) => shared_parts::breakdown(reader, rows),
        SharedContent::Heatmap(heatmap) => shared_parts::heatmap(reader, charts, heatmap),
        SharedContent::Findings(findings) => shared_parts::findings(reader, findings),
        SharedContent::Cost(cost) => cost::shared::content(reader, charts, cost),
        SharedContent::Coverage(coverage) => shared_coverage::content(reader, charts, coverage),
        SharedContent::Layers(layers) => shared_parts::layers(reader, charts, layers),
    };
    let main = || {
        view! {
            <main class="shared" data-report=shared.report.as_str()>
                <header class="shared-head">
                    <h1 class=title>{heading.clone()}</h1>
                    <p class="shared-scope">{shared_words::scope(reader, shared)}</p>
                </header>
                {content()}
                <footer class="shared-foot">
                    <p>{shared_words::stamp(reader)}</p>
                    {reload(reader, frame)}
                    <p lang="en">"Yagura"</p>
                </footer>
            </main>
        }
        .into_any()
    };
    whole(reader.language, frame, &heading, &rendered(main))
}

/// That the view changes by itself, and the way to keep it from that.
fn reload(reader: &Reader, frame: &SharedFrame<'_>) -> Option<AnyView> {
    let text = &reader.text.shares;
    let note = fill(text.reload_note, &[("span", &reader.span(i64::from(frame.refresh?)))]);
    Some(view! { <p>{note}" "<a href=frame.stay.to_owned()>{text.reload_stop}</a></p> }.into_any())
}

/// The document of a link that shows nothing any more, or nothing to this reader.
pub fn gone(language: Language, frame: &SharedFrame<'_>) -> String {
    let text = &language.text().shares;
    let main = || {
        view! {
            <main class="shared shared-gone">
                <h1 class="shared-title">{text.gone_heading}</h1>
                <p>{text.gone_advice}</p>
            </main>
        }
        .into_any()
    };
    whole(language, frame, text.gone_heading, &rendered(main))
}

fn whole(language: Language, frame: &SharedFrame<'_>, title: &str, main: &str) -> String {
    let scheme = match frame.theme {
        Theme::Auto => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let refresh = frame.refresh.map(|seconds| view! { <meta http-equiv="refresh" content=seconds.to_string()/> });
    let oembed = frame.oembed.map(|href| {
        view! { <link rel="alternate" type="application/json+oembed" href=href.to_owned()/> }
    });
    let html = rendered(|| {
        view! {
            <html lang=language.tag() data-theme=frame.theme.as_str()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content=scheme/>
                    <meta name="robots" content="noindex"/>
                    <title>{title.to_owned()}</title>
                    {refresh}
                    {oembed}
                    <style inner_html=frame.style.to_owned()></style>
                </head>
                <body inner_html=main.to_owned()></body>
            </html>
        }
        .into_any()
    });
    format!("<!DOCTYPE html>{html}")
}

fn overview(reader: &Reader, charts: &dyn Charts, overview: &SharedOverview) -> AnyView {
    let text = reader.text;
    let headline = &overview.headline;
    let note = if headline.sources_failing > 0 { "headline-note is-trouble" } else { "headline-note" };
    let cards: Vec<_> = overview
        .kpis
        .iter()
        .map(|figure| {
            let known = if figure.value.is_some() { "kpi-value" } else { "kpi-value is-unknown" };
            view! {
                <li class="kpi" data-kpi=kpi_word(figure.kind)>
                    <span class="kpi-name">{text.kpi(figure.kind)}</span>
                    <span class=known>{reader.number_or_unknown(figure.value)}</span>
                    {kpi::change(reader, figure.value, figure.previous)}
                </li>
            }
        })
        .collect();
    let heading = chart_words::trend_heading(reader, &overview.trend);
    let watched = overview.categories.watched;
    view! {
        <p class=note>
            {headline_words::health(reader, headline.sources_failing, headline.sources_total)}
            " "
            {headline_words::synced(reader, headline.synced_at)}
        </p>
        <ul class="kpis">{cards}</ul>
        <section class="shared-part" aria-labelledby="trend">
            <h2 id="trend">{heading}</h2>
            {shared_parts::trend(reader, charts, &overview.trend)}
        </section>
        <div class="shared-columns">
            {shared_parts::part(text.categories_heading, "categories", shared_parts::rows_of(reader, &overview.categories, CATEGORIES))}
            {shared_parts::part(text.clusters_heading, "clusters",
                shared_parts::places(reader, charts, Dimension::Cluster, &overview.clusters, overview.clusters_total, watched))}
            {shared_parts::part(text.families_heading, "families",
                shared_parts::places(reader, charts, Dimension::Family, &overview.families, overview.families_total, watched))}
        </div>
    }
    .into_any()
}

const fn kpi_word(kind: KpiKind) -> &'static str {
    match kind {
        KpiKind::New => "new",
        KpiKind::NewHigh => "new-high",
        KpiKind::Active => "active",
        KpiKind::Occurrences => "occurrences",
        KpiKind::FamiliesAffected => "families",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Breakdown, BreakdownRow, Counts, Filter, Grain, Heatmap, ShareReport, SharedFindings, SharedRows, Window,
    };

    struct NoCharts;

    impl Charts for NoCharts {
        fn trend(&self, _: &crate::model::Trend, _: &crate::backend::ChartText) -> String {
            String::new()
        }

        fn heatmap(
            &self,
            _: &Heatmap,
            _: &crate::backend::ChartText,
            _: &dyn Fn(usize, usize) -> Option<String>,
        ) -> String {
            String::new()
        }

        fn coverage(&self, _: &crate::model::coverage::Coverage, _: &crate::backend::ChartText) -> String {
            String::new()
        }

        fn sparkline(&self, _: &[Option<i64>], _: &crate::backend::ChartText) -> String {
            String::new()
        }

        fn money_lines(&self, _: &crate::backend::MoneyLines, _: &crate::backend::ChartText) -> String {
            String::new()
        }

        fn money_bars(&self, _: &str, _: &[crate::backend::MoneyBar], _: &crate::backend::ChartText) -> String {
            String::new()
        }
    }

    fn shown(content: SharedContent, titled: bool) -> String {
        let as_of = "2026-11-23T12:00:00Z".parse().unwrap_or_default();
        let window = Window { from: None, to: as_of, time_zone: "UTC".to_owned(), grain: Grain::Day };
        let report = ShareReport::Breakdown;
        let shared = Shared { report, filter: Filter::default(), window, content, as_of, data_version: 1 };
        let reader = Reader::new(Language::English, "UTC", as_of);
        let frame = SharedFrame {
            theme: Theme::Dark,
            titled,
            refresh: Some(300),
            stay: "?refresh=0",
            oembed: None,
            style: "b{}",
        };
        document(&shared, &reader, &NoCharts, &frame)
    }

    fn rows(rows: Vec<BreakdownRow>, watched: bool) -> SharedContent {
        let total = Counts { findings: 3, occurrences: 5 };
        let (as_of, data_version) = (jiff::Timestamp::UNIX_EPOCH, 1);
        let breakdown = Breakdown { by: Dimension::Cluster, rows, total, watched, as_of, data_version };
        SharedContent::Breakdown(SharedRows { rows_total: breakdown.rows.len() + 4, breakdown })
    }

    #[test]
    fn what_nobody_looked_at_is_no_quiet_view() {
        let text = Language::English.text();
        for content in [
            rows(Vec::new(), false),
            SharedContent::Findings(SharedFindings { rows: Vec::new(), total: 0, watched: false }),
        ] {
            let html = shown(content, true);
            assert!(html.contains("is-unwatched") && html.contains(text.unwatched_window), "{html}");
            assert!(!html.contains(text.empty_window), "{html}");
        }
        let quiet = shown(rows(Vec::new(), true), true);
        assert!(quiet.contains(text.empty_window) && !quiet.contains("is-unwatched"), "{quiet}");
    }

    #[test]
    fn a_view_is_text_without_script_and_says_its_moment() {
        let attack = "<script>alert(1)</script>".to_owned();
        let row = BreakdownRow { key: attack.clone(), label: attack, findings: 3, occurrences: 5 };
        let html = shown(rows(vec![row], true), false);
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("<h1 class=\"unseen\">New findings by cluster</h1>"), "{html}");
        for said in
            ["As of 23 Nov 2026, 12:00 UTC", "and 4 more", "data-theme=\"dark\"", "content=\"300\"", "?refresh=0"]
        {
            assert!(html.contains(said), "{said}: {html}");
        }
    }
}
