//! Pages in the states people meet: full, empty, blind, failing, hostile.

mod cost;
mod counted;
mod drawings;
mod fleet;
mod layers;
mod samples;
mod watched;
mod world;

use world::World;

use crate::backend::BackendError;
use crate::model::{FilterError, SourceState, WriteFailure};
use crate::page::{PageAnswer, PageRequest, Site, Theme, answer};
use crate::text::Language;

fn ask(world: &World, path: &str, query: &str, language: Language) -> PageAnswer {
    let site = Site { css: Some("/assets/main.css".to_owned()), islands: None };
    let request = PageRequest { path, query, language, theme: Theme::Auto, site: &site, data_version: Some(1) };
    world::wait(answer(world, world, &request))
}

fn english(world: &World, path: &str, query: &str) -> PageAnswer {
    ask(world, path, query, Language::English)
}

/// What a reader reads: the text of `<main>` without tags, one line per run.
fn words(html: &str) -> String {
    let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
    let mut words = String::new();
    let mut inside = true;
    for character in main.chars() {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            other if !inside => words.push(other),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_overview_says_what_happens_in_both_languages() {
    let world = World::busy();
    let page = english(&world, "/", "");
    assert_eq!(page.status, 200);
    assert!(page.html.starts_with("<!DOCTYPE html><html lang=\"en\"") && page.html.ends_with("</html>"));
    let text = words(&page.html);
    assert!(text.contains("3 new high-severity findings in 2 task families in the last 24 hours."), "{text}");
    let japanese = ask(&world, "/", "", Language::Japanese);
    assert!(japanese.html.contains("<html lang=\"ja\""));
    let text = words(&japanese.html).replace(' ', "");
    assert!(text.contains("過去24時間に重要度「高」以上の新しい検出が3件、2個のタスクファミリー"), "{text}");
    assert!(!text.contains("Severity") && !text.contains("unknown"), "{text}");
}

#[test]
fn what_nobody_knows_is_never_a_zero() {
    for world in [World::blind(), World::beginning()] {
        let text = words(&english(&world, "/", "").html);
        assert!(text.contains("What is new in the last 24 hours is unknown: no source was read."), "{text}");
        assert!(text.contains("New findings unknown") && !text.contains("New findings 0"), "{text}");
        assert!(text.contains("What leaves AWS within 7 days is unknown"), "{text}");
    }
    let text = words(&english(&World::quiet(), "/", "").html);
    assert!(text.contains("No new high-severity findings in the last 24 hours."), "{text}");
    assert!(text.contains("Nothing was found in this time range."), "{text}");
}

#[test]
fn what_nobody_looked_at_is_not_empty() {
    for (path, query) in
        [("/", ""), ("/findings", ""), ("/findings", "group=type"), ("/findings", "cluster=a"), ("/clusters", "")]
    {
        let text = words(&english(&World::beginning(), path, query).html);
        assert!(text.contains("Unknown: nobody looked at this time range."), "{path}: {text}");
        assert!(!text.contains("Nothing was found") && !text.contains("No finding matches"), "{path}: {text}");
        assert!(!text.contains("0 findings"), "{path}: {text}");
        // What is known is told, whoever looked.
        let mut found = World::beginning();
        found.findings = World::busy().findings;
        let text = words(&english(&found, path, query).html);
        assert!(!text.contains("nobody looked at this time range"), "{path}: {text}");
        assert!(path == "/" || text.contains("3 findings"), "{path}: {text}");
    }
}

#[test]
fn a_failing_source_is_told_at_the_top_and_with_its_reason() {
    let world = World::busy().with_source(SourceState::Failing, Some("guardduty: access denied"));
    let text = words(&english(&world, "/", "").html);
    assert!(text.contains("1 of 2 sources are not up to date."), "{text}");
    let text = words(&english(&world, "/status", "").html);
    assert!(text.contains("Failing") && text.contains("guardduty: access denied"), "{text}");
}

#[test]
fn trouble_with_the_database_is_told_on_the_status_page() {
    for (why, is_read_again, told) in [
        (WriteFailure::DiskFull, false, ["the disk of the data directory is full", "until the next pulls have read"]),
        (WriteFailure::Failed, true, ["the database cannot be written", "was read again since"]),
    ] {
        let text = words(&english(&World::in_trouble(why, is_read_again), "/status", "").html);
        assert!(told.iter().all(|told| text.contains(told)) && text.contains("wal.damaged-1 (2"), "{text}");
    }
    let text = words(&english(&World::quiet(), "/status", "").html);
    assert!(!text.contains("set aside") && !text.contains("has been kept since"), "{text}");
}

#[test]
fn what_attackers_wrote_stays_text() {
    let world = World::hostile();
    for path in ["/", "/findings", "/status", &format!("/findings/{}", samples::ID)] {
        let page = english(&world, path, "");
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.html.contains("<script>alert"), "{path}");
        assert!(page.html.contains("&lt;script>alert") || page.html.contains("&lt;script&gt;alert"), "{path}");
    }
    let page = english(&world, "/findings", "q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(!page.html.contains("<script>alert"));
}

#[test]
fn an_empty_search_says_how_identifiers_are_found() {
    let found = |query| words(&english(&World::quiet(), "/findings", query).html);
    assert!(found("q=0000443").contains("by their first eight digits"));
    for query in ["", "q=miner", "severity=high"] {
        assert!(!found(query).contains("eight digits"), "{query}");
    }
}

#[test]
fn a_finding_says_what_was_seen_and_what_to_do() {
    let text = words(&english(&World::busy(), &format!("/findings/{}", samples::ID), "").html);
    assert!(text.contains("What was seen") && text.contains("xmrig"), "{text}");
    assert!(text.contains("The task computes for somebody else's wallet."), "{text}");
    assert!(text.contains("aws guardduty get-findings --region us-east-1 --detector-id d --finding-ids f"), "{text}");
}

#[test]
fn places_have_pages_and_rows_lead_to_them() {
    let world = World::busy();
    for (path, heading) in [
        ("/clusters", "Clusters"),
        ("/families", "Task families"),
        ("/categories", "Threat categories"),
        ("/clusters/payments", "payments"),
        ("/families/checkout", "checkout"),
        ("/families/%28none%29", "No task family"),
        ("/categories/crypto-mining", "Cryptocurrency mining"),
    ] {
        let page = english(&world, path, "range=7d");
        assert_eq!(page.status, 200, "{path}");
        assert!(page.html.contains(&format!("<h1>{heading}</h1>")), "{path}");
    }
    let overview = english(&world, "/", "").html;
    assert!(overview.contains("/clusters/payments?account=111122223333&amp;region=us-east-1"), "{overview}");
    let none = words(&english(&world, "/clusters/(none)", "").html);
    assert!(none.contains("These findings name no such place"), "{none}");
}

#[test]
fn members_of_attack_sequences_are_told_where_they_are_counted() {
    let page = english(&World::busy(), "/findings", "severity=high");
    assert!(words(&page.html).contains("3 of them belong to an attack sequence."), "{}", page.html);
    assert!(page.html.contains("/findings?severity=high&amp;sequence=member"));
    let page = english(&World::busy(), "/findings", "sequence=member");
    assert!(!words(&page.html).contains("of them belong"));
    let text = words(&english(&World::busy(), "/", "").html);
    assert!(text.contains("Of the new findings, 3 belong to an attack sequence."), "{text}");
    let text = words(&english(&World::blind(), "/", "").html);
    assert!(!text.contains("attack sequence."), "{text}");
}

#[test]
fn differences_and_rejects_are_told_on_the_status_page() {
    let page = english(&World::busy(), "/status", "");
    let text = words(&page.html);
    assert!(text.contains("GuardDuty says archived, Security Hub says active 1"), "{text}");
    assert!(text.contains("GuardDuty says High, Security Hub says Medium"), "{text}");
    assert!(text.contains("3 in all, newest first") && text.contains("A miner runs is no finding"), "{text}");
    assert!(page.html.contains("href=\"#drift-severity\"") && page.html.contains("id=\"drift-severity\""));
    let text = words(&english(&World::quiet(), "/status", "").html);
    assert!(text.contains("The services agree") && text.contains("Nothing was rejected."), "{text}");
    let text = words(&english(&World::busy(), &format!("/findings/{}", samples::ID), "").html);
    assert!(text.contains("GuardDuty says archived, Security Hub says active"), "{text}");
}

#[test]
fn wrong_questions_get_a_page_that_names_them() {
    let world = World::quiet();
    let page = english(&world, "/findings", "severity=severe");
    assert_eq!(page.status, 400);
    assert!(words(&page.html).contains("`severity`"));
    let missing =
        ["/nowhere", "/findings/", "/findings/a/b", "/status/x", "/clustersx", "/clusters/a/b", "/categories/x"];
    for path in missing {
        assert_eq!(english(&world, path, "").status, 404, "{path}");
    }
    let world = World::failing(|| BackendError::Failed { reference: "ab12cd34".to_owned() });
    let page = english(&world, "/", "");
    assert_eq!(page.status, 500);
    assert!(words(&page.html).contains("ab12cd34"));
    let world = World::failing(|| BackendError::BadFilter(FilterError::bad("cursor", "is old")));
    assert_eq!(english(&world, "/findings", "").status, 400);
}

#[test]
fn every_choice_is_a_link_or_a_form_that_keeps_the_rest() {
    let page = english(&World::busy(), "/findings", "severity=high&family=!batch&range=7d&sort=count").html;
    // The form carries what it has no control for.
    assert!(page.contains(r#"name="family" value="!batch""#) && page.contains(r#"name="range" value="7d""#));
    assert!(page.contains(r#"name="sort" value="count""#));
    // Its own controls stand as chosen.
    assert!(page.contains(r#"name="severity" value="high" checked"#), "{page}");
    // Presets and chips keep the filter; the language switch keeps the address.
    assert!(page.contains("/findings?range=90d&amp;severity=high&amp;family=%21batch&amp;sort=count"), "{page}");
    assert!(page.contains("/findings?range=7d&amp;family=%21batch&amp;sort=count"));
    assert!(page.contains("lang=ja"));
}

#[test]
fn themes_are_chosen_on_the_root() {
    let site = Site::default();
    for theme in Theme::ALL {
        let request = PageRequest {
            path: "/status",
            query: "",
            language: Language::English,
            theme: *theme,
            site: &site,
            data_version: None,
        };
        let page = world::wait(answer(&World::quiet(), &World::quiet(), &request));
        assert!(page.html.contains(&format!("data-theme=\"{}\"", theme.as_str())));
    }
}

#[test]
fn the_overview_shows_what_the_address_chose() {
    let world = World::busy();
    let page = english(&world, "/", "by=cluster&metric=active&cols=time&range=7d");
    assert_eq!(page.status, 200);
    let text = words(&page.html);
    assert!(text.contains("Open findings by cluster") && text.contains("by threat category and week"), "{text}");
    // Switches, presets, chips and the form keep the choice; files follow it.
    for kept in [
        "href=\"/?by=cluster&amp;cols=time&amp;range=7d\"",
        "href=\"/?by=cluster&amp;metric=active&amp;range=7d\"",
        "/?by=cluster&amp;metric=active&amp;cols=time&amp;range=90d",
        "name=\"metric\" value=\"active\"",
        "/api/v1/export/trend.csv?by=cluster&amp;metric=active&amp;range=7d",
        "/api/v1/export/heatmap.json?rows=category&amp;cols=time&amp;range=7d",
    ] {
        assert!(page.html.contains(kept), "{kept} in {}", page.html);
    }
    for (query, parameter) in [("by=colour", "by"), ("by=type", "by"), ("metric=all", "metric"), ("cols=x", "cols")] {
        let page = english(&world, "/", query);
        assert_eq!(page.status, 400, "{query}");
        assert!(words(&page.html).contains(&format!("`{parameter}`")), "{query}");
    }
    assert_eq!(english(&world, "/findings", "by=cluster").status, 400);
}

#[test]
fn the_heat_map_steps_through_weeks_that_its_links_name() {
    let page = english(&World::busy(), "/", "week=2026-11-16&by=cluster&range=7d");
    for kept in [
        "href=\"/?by=cluster&amp;week=2026-11-23&amp;range=7d#heatmap\" aria-label=\"week of 23 Nov\"",
        "href=\"/?by=cluster&amp;range=7d#heatmap\">Whole period",
        "href=\"/?by=cluster&amp;cols=time&amp;range=7d\"",
        "/api/v1/export/heatmap.csv?rows=category&amp;cols=cluster&amp;from=2026-11-23T12%3A00%3A00Z",
        "name=\"week\" value=\"2026-11-16\"",
    ] {
        assert!(page.html.contains(kept), "{kept} in {}", page.html);
    }
    let japanese = ask(&World::busy(), "/", "", Language::Japanese).html;
    assert!(japanese.contains("aria-label=\"11月16日の週\""), "{japanese}");
    assert_eq!(english(&World::busy(), "/", "week=2026-11-17").status, 400);
}

#[test]
fn changes_are_told_with_their_past_or_not_at_all() {
    let text = words(&english(&World::busy(), "/", "").html);
    for told in ["\u{2212}12 against 15 before", "first seen in revision 42", "3 findings leave AWS within 7 days"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let text = words(&english(&World::blind(), "/", "").html);
    assert!(text.contains("Unknown: nobody watched this period, or not all of the one before."), "{text}");
    assert!(
        text.contains("Unknown: nobody watched this period, or there is no history of this length to compare with."),
        "{text}"
    );
    let text = words(&ask(&World::busy(), "/", "", Language::Japanese).html);
    assert!(text.contains("最初の検出はリビジョン42") && text.contains("3件の検出が7日以内に"), "{text}");
}

#[test]
fn types_open_into_places_whose_numbers_lead_to_their_lists() {
    let page = english(&World::busy(), "/findings", "group=type&severity=high&columns=title&range=7d");
    let text = words(&page.html);
    assert!(text.contains("CryptoCurrency:Runtime/BitcoinTool.B") && text.contains("in 2 places"), "{text}");
    assert!(text.contains("and 1 more"), "{text}");
    for kept in [
        "/findings?range=7d&amp;severity=high&amp;family=111122223333%2Fus-east-1%2Fcheckout&amp;type=CryptoCurrency",
        "/findings?range=7d&amp;severity=high&amp;type=CryptoCurrency",
        "/api/v1/export/groups.csv?range=7d&amp;severity=high",
        "/findings?group=type&amp;columns=title&amp;range=90d&amp;severity=high",
        "name=\"group\" value=\"type\"",
    ] {
        assert!(page.html.contains(kept), "{kept} in {}", page.html);
    }
    assert_eq!(english(&World::busy(), "/findings", "group=colour").status, 400);
    assert!(words(&english(&World::quiet(), "/findings", "group=type").html).contains("Nothing was found"));
}

#[test]
fn a_list_has_the_columns_of_its_address() {
    let page = english(&World::busy(), "/findings", "columns=occurrences,id&columns=url&range=7d&sort=count");
    let head = page.html.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next()).unwrap_or_default();
    assert!(head.contains("Occurrences") && head.contains("Finding id") && !head.contains("Severity"), "{head}");
    assert!(head.contains("/findings?columns=occurrences,id,url&amp;range=7d&amp;sort=count&amp;dir=asc"), "{head}");
    for kept in [
        "/findings.csv?columns=occurrences,id,url&amp;range=7d&amp;sort=count",
        "/api/v1/export/findings.json?columns=occurrences,id,url&amp;range=7d",
        "name=\"columns\" value=\"occurrences\" checked",
        "name=\"columns\" value=\"occurrences,id,url\"",
    ] {
        assert!(page.html.contains(kept), "{kept} in {}", page.html);
    }
    assert!(!page.html.contains("value=\"severity\" checked"));
    let every = english(&World::hostile(), "/findings", &format!("columns={}", all_columns()));
    assert!(every.status == 200 && !every.html.contains("<script>alert"), "{}", every.html);
    assert_eq!(english(&World::busy(), "/findings", "columns=colour").status, 400);
}

fn all_columns() -> String {
    crate::model::Column::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",")
}
