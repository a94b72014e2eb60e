//! What was never seen before.

use leptos::prelude::*;

use super::place_link::context_of;
use super::{badge, other_forms};
use crate::format::Reader;
use crate::model::{Field, Filter, NewThing, News, NewsKind};
use crate::text::fill;

/// The panel: the newest things; the file has all `total` of them.
pub fn panel(reader: &Reader, filter: &Filter, news: &News, total: usize) -> AnyView {
    let words = &reader.text.reports;
    let note = news.watched_since.filter(|_| news.rows.is_some()).map(|since| {
        let words = fill(words.news_since, &[("moment", &reader.moment(since))]);
        view! { <p class="panel-note">{words}</p> }
    });
    let body = match news.rows.as_deref() {
        None => view! { <p class="empty is-unknown">{words.news_unknown}</p> }.into_any(),
        Some([]) => view! { <p class="empty">{words.news_none}</p> }.into_any(),
        Some(rows) => {
            let more = i64::try_from(total.saturating_sub(rows.len())).unwrap_or(i64::MAX);
            let more = (more > 0).then(|| view! { <p class="panel-foot">{reader.count(words.news_more, more)}</p> });
            let rows: Vec<_> = rows.iter().map(|thing| row(reader, filter, thing)).collect();
            view! { <ul class="news">{rows}</ul> {more} }.into_any()
        }
    };
    let csv = filter.first_page().href("/api/v1/export/news.csv");
    view! {
        <section class="panel" aria-labelledby="news">
            <header class="panel-head">
                <h2 id="news">{words.news_heading}</h2>
                {note}
                <span class="panel-actions">
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, words.news_heading)}
                </span>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// The findings behind one row.
fn list_of(filter: &Filter, thing: &NewThing) -> Filter {
    let list = match thing.kind {
        NewsKind::Family | NewsKind::TypeInFamily => filter.with(Field::Family, &thing.key),
        NewsKind::TypeInCluster => filter.with(Field::Cluster, &thing.key),
        NewsKind::ImageDigest => Filter { text: Some(thing.key.clone()), ..filter.first_page() },
    };
    match &thing.finding_type {
        Some(finding_type) => list.with(Field::Type, finding_type),
        None => list,
    }
}

/// A digest as people compare them: its beginning.
fn short(digest: &str) -> String {
    match digest.char_indices().nth(19) {
        Some((end, _)) => format!("{}…", &digest[..end]),
        None => digest.to_owned(),
    }
}

fn row(reader: &Reader, filter: &Filter, thing: &NewThing) -> AnyView {
    let words = &reader.text.reports;
    let href = list_of(filter, thing).href("/findings");
    let name = match &thing.finding_type {
        Some(finding_type) => fill(words.news_in, &[("type", finding_type), ("place", &thing.label)]),
        None if thing.kind == NewsKind::ImageDigest => short(&thing.label),
        None => thing.label.clone(),
    };
    let place = (thing.kind != NewsKind::ImageDigest).then(|| {
        let (account, region) = context_of(&thing.key);
        badge::whereabouts(account, region)
    });
    // Of a task family the number says all; elsewhere it takes the family's name.
    let revision = thing.revision.as_deref().map(|revision| {
        let number = match thing.kind {
            NewsKind::Family | NewsKind::TypeInFamily => revision.rsplit(':').next().unwrap_or(revision),
            NewsKind::TypeInCluster | NewsKind::ImageDigest => revision,
        };
        let words = fill(words.news_revision, &[("revision", number)]);
        view! { " · " <span>{words}</span> }
    });
    view! {
        <li data-news=thing.kind.as_str()>
            <a href=href title=thing.key.clone() data-findings=thing.findings.to_string()>{name}</a>
            <span class="sub">
                <span>{words.news(thing.kind)}</span>
                " · "
                <time datetime=thing.first_at.to_string() title=reader.exact_time(thing.first_at)>
                    {reader.ago(thing.first_at)}
                </time>
                {revision}
            </span>
            {place}
        </li>
    }
    .into_any()
}
