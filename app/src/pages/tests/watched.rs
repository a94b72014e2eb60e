//! Whether agents watch: on the pages of clusters and families, and behind a link.

use super::world::{World, now, window};
use super::{ask, english, fleet, words};
use crate::format::Reader;
use crate::model::{Filter, ShareReport, Shared, SharedContent, SharedCoverage};
use crate::page::Theme;
use crate::pages::shared::{SharedFrame, document};
use crate::text::Language;

#[test]
fn clusters_and_families_tell_findings_by_time_that_was_covered() {
    for path in ["/clusters/shop", "/families/checkout"] {
        let text = words(&english(&World::busy(), path, "").html);
        assert!(text.contains("1500.0 findings per 1,000 covered task-hours"), "{path}: {text}");
        assert!(
            text.contains("2 of 2 task-hours in this period were covered. Of 1 task-hours nobody could tell."),
            "{path}: {text}"
        );
        let text = words(&ask(&World::busy(), path, "", Language::Japanese).html);
        assert!(text.contains("監視中のタスク時間1,000時間あたり1500.0件の検出"), "{path}: {text}");
    }
}

fn shown(nobody_looked: bool, language: Language) -> String {
    let (families, services) = (fleet::families(nobody_looked), fleet::services(nobody_looked));
    let content = SharedCoverage {
        coverage: fleet::coverage(nobody_looked),
        family_rows: families.rows,
        services_total: services.rows.len() + 3,
        service_rows: services.rows,
    };
    let shared = Shared {
        report: ShareReport::Coverage,
        filter: Filter::default(),
        window: window(),
        content: SharedContent::Coverage(Box::new(content)),
        as_of: now(),
        data_version: 1,
    };
    let frame = SharedFrame { theme: Theme::Auto, titled: true, refresh: None, stay: "", oembed: None, style: "b{}" };
    document(&shared, &Reader::new(language, "UTC", now()), &World::busy(), &frame)
}

#[test]
fn a_link_lists_families_services_and_clusters_and_never_why() {
    let html = shown(false, Language::English);
    for (heading, row) in [
        ("Task families by risk", "data-family="),
        ("Services by risk", "data-service="),
        ("Clusters", "data-cluster="),
    ] {
        assert!(html.contains(&format!(">{heading}</h2>")) && html.contains(row), "{heading}: {html}");
    }
    let text = words(&html);
    assert!(text.contains("nothing runs") && text.contains("and 3 more"), "{text}");
    // What stands still is known to have no task.
    assert!(!text.contains("unknown"), "{text}");
    assert!(!html.contains("<script") && !html.contains("Agent exited") && !html.contains("<a "), "{html}");
    let text = words(&shown(false, Language::Japanese));
    assert!(text.contains("リスク順のタスクファミリー") && text.contains("一部のみ"), "{text}");
}

#[test]
fn a_link_to_what_nobody_looked_at_is_no_empty_list() {
    let html = shown(true, Language::English);
    assert!(html.contains("is-unwatched") && !html.contains("<table"), "{html}");
}
