//! Saved views: named once, kept across restarts, no news to those who watch the data.

use app::model::saved::MOST_VIEWS;
use app::model::{SavedView, ViewDraft};

use super::{in_memory, open_in};
use crate::store::{Store, ViewChange, ViewRefusal};

fn view(id: &str, name: &str, query: &str, at: &str) -> SavedView {
    ViewDraft::new(name, "/findings", query).unwrap().into_view(id.to_owned(), at.parse().unwrap())
}

async fn names(store: &Store) -> Vec<String> {
    store.views().await.unwrap().into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn views_outlive_the_process_and_change_no_data() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    let (version, revision, views) = (store.data_version(), store.revision(), store.view_revision());
    let miners = view("a", "Miners", "severity=high&range=7d", "2026-11-23T12:00:00Z");
    let added = store.change_view(ViewChange::Add(miners.clone())).await.unwrap();
    assert_eq!(added, Ok(miners.clone()));
    assert_eq!((store.data_version(), store.revision()), (version, revision + 1));
    assert_eq!(store.view_revision(), views + 1);
    store.close().await.unwrap();

    let store = open_in(directory.path()).unwrap();
    assert_eq!(store.views().await.unwrap(), std::slice::from_ref(&miners));
    let later = view("a", "Diggers", "severity=critical", "2026-11-24T12:00:00Z");
    let replaced = store.change_view(ViewChange::Replace(later.clone())).await.unwrap().unwrap();
    assert_eq!(replaced, SavedView { created_at: miners.created_at, ..later });
    assert_eq!(names(&store).await, ["Diggers"]);
    assert_eq!(store.change_view(ViewChange::Remove("a".to_owned())).await.unwrap(), Ok(replaced));
    assert_eq!(store.change_view(ViewChange::Remove("a".to_owned())).await.unwrap(), Err(ViewRefusal::Missing));
    assert_eq!(names(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_name_belongs_to_one_view() {
    let store = in_memory();
    let at = "2026-11-23T12:00:00Z";
    for (id, name) in [("a", "Miners"), ("b", "älter")] {
        store.change_view(ViewChange::Add(view(id, name, "", at))).await.unwrap().unwrap();
    }
    for change in [
        ViewChange::Add(view("c", "MINERS", "", at)),
        ViewChange::Add(view("c", "ÄLTER", "", at)),
        ViewChange::Replace(view("b", "miners", "", at)),
    ] {
        assert_eq!(store.change_view(change.clone()).await.unwrap(), Err(ViewRefusal::NameTaken), "{change:?}");
    }
    // Its own name in another case is no other view's.
    store.change_view(ViewChange::Replace(view("a", "MINERS", "", at))).await.unwrap().unwrap();
    assert_eq!(names(&store).await, ["MINERS", "älter"]);
    let lost = store.change_view(ViewChange::Replace(view("z", "Nobody", "", at))).await.unwrap();
    assert_eq!(lost, Err(ViewRefusal::Missing));

    for index in 2..MOST_VIEWS {
        let id = format!("i{index}");
        store.change_view(ViewChange::Add(view(&id, &id, "", at))).await.unwrap().unwrap();
    }
    let one_more = store.change_view(ViewChange::Add(view("m", "one more", "", at))).await.unwrap();
    assert_eq!(one_more, Err(ViewRefusal::Full));
}
