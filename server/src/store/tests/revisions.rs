//! Which kept answers a change ends: those that are made of what it changed, and no others.

use app::model::ViewDraft;

use super::documents::{at, batch, guardduty};
use super::in_memory;
use crate::store::{CostAnswers, CostRound, Store, ViewChange};

/// Of anything, of saved views, of costs.
fn revisions(store: &Store) -> [u64; 3] {
    [store.revision(), store.view_revision(), store.cost_revision()]
}

#[tokio::test]
async fn a_change_ends_the_answers_of_what_it_changes() {
    let store = in_memory();
    let mut before = revisions(&store);
    let mut raised = |store: &Store| {
        let now = revisions(store);
        let raised = [0, 1, 2].map(|sort| now[sort] > before[sort]);
        before = now;
        raised
    };
    assert_eq!(raised(&store), [false; 3]);

    store.ingest(batch(vec![guardduty(1, 0, 1)])).await.unwrap();
    assert_eq!(raised(&store), [true, false, false], "findings");
    store.read(|_| Ok(())).await.unwrap();
    assert_eq!(raised(&store), [false; 3], "reading");
    // Collectors that are not planned any more stood on the first page.
    store.forget_unplanned(vec!["111122223333".to_owned()], Vec::new()).await.unwrap();
    assert_eq!(raised(&store), [true, false, false], "collectors");

    let view = ViewDraft::new("Miners", "/findings", "").unwrap().into_view("a".to_owned(), at(1));
    store.change_view(ViewChange::Add(view)).await.unwrap().unwrap();
    assert_eq!(raised(&store), [true, true, false], "views");

    let told = CostAnswers {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        at: at(2),
        asked: Vec::new(),
        usage: Vec::new(),
        trials: Vec::new(),
        metrics: Vec::new(),
        round: CostRound::default(),
    };
    store.keep_cost(told).await.unwrap();
    assert_eq!(raised(&store), [true, false, true], "costs");
    assert_eq!(store.forget(at(60)).await.unwrap(), 1);
    assert_eq!(raised(&store), [true, false, false], "findings that went");
}
