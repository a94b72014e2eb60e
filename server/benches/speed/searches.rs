//! Searches for texts, in the store's texts and in the findings.

use app::model::{Dimension, FindingPage, Metric, OverviewView};
use server::query::QueryError;
use server::query::reports::{self, FindingList};
use server::query::spec::Spec;
use server::store::{Snapshot, Store, StoreError};

use crate::measure::Table;
use crate::{INTERVAL, LARGEST_ONE_BY_ONE, repeat};

fn page(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<FindingPage, QueryError> {
    reports::findings(snapshot, spec, &FindingList::of(&spec.filter)?)
}

/// The id of a task that some findings of the last days are about.
async fn task(store: &Store) -> String {
    let sql = "SELECT regexp_extract(task_arns[1], '[0-9a-f]{32}$') AS task FROM finding WHERE task_arns <> []
        ORDER BY created_at DESC LIMIT 1 OFFSET 5000";
    let read = store.read(|snapshot| snapshot.row(sql, [], |row| Ok::<String, StoreError>(row.get(0)?)));
    read.await.unwrap()
}

/// Texts of some findings, of all, of none, of places, of what is known by an identifier, whole or by its first digits, and
/// digits that are no identifier.
pub async fn searches(store: &Store, (table, size, runs): (&mut Table, u64, usize)) {
    let task = task(store).await;
    let words = format!("the task {task} did");
    for (name, text) in [
        ("`family-7 did`", "family-7 did"),
        ("`binary is not`", "binary is not"),
        ("`nowhere 7`", "nowhere 7"),
        ("`us-east-1/family-7`", "us-east-1/family-7"),
        ("a task among words", &words),
        ("a task", &task),
        ("the first digits of a task", &task[..8]),
        ("`111122223333`", "111122223333"),
        ("`443`", "443"),
    ] {
        let query = format!("q={}", text.replace(' ', "%20"));
        repeat(store, (table, size, runs), &format!("first page of {name}"), &query, true, page).await;
        let reading = |snapshot: &Snapshot<'_>, spec: &Spec| page(&snapshot.without_texts(), spec);
        repeat(store, (table, size, runs), &format!("the same read in findings, {name}"), &query, true, reading).await;
    }
    let query = "q=family-7%20did";
    repeat(store, (table, size, runs), "filter values of a text", query, true, reports::filter_values).await;
    let trend =
        |snapshot: &Snapshot<'_>, spec: &Spec| reports::trend(snapshot, spec, Dimension::Category, Metric::Active);
    repeat(store, (table, size, runs), "trend of active findings with a text", query, true, trend).await;
    let overview =
        |snapshot: &Snapshot<'_>, spec: &Spec| reports::overview(snapshot, spec, OverviewView::default(), INTERVAL);
    repeat(store, (table, size, runs), "overview of a text", query, true, overview).await;
    if size <= LARGEST_ONE_BY_ONE {
        let overview = |snapshot: &Snapshot<'_>, spec: &Spec| {
            reports::overview(&snapshot.without_texts(), spec, OverviewView::default(), INTERVAL)
        };
        repeat(store, (table, size, runs), "the same read in findings, overview", query, true, overview).await;
    }
}
