//! Shares: kept without their tokens, changed with a line of the audit, no news to those who watch the data.

use app::model::share::MOST_SHARES;
use app::model::{Hidden, Share, ShareFormat, ShareReport, ShareState};
use app::page::Theme;
use app::text::Language;
use jiff::Timestamp;

use super::{in_memory, number, open_in, rows};
use crate::store::{Doer, KeptShare, ShareChange, ShareRefusal, ShareUse, Store};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn kept(id: &str, hash: u8) -> KeptShare {
    let share = Share {
        id: id.to_owned(),
        report: ShareReport::Trend,
        query: "by=category&metric=new&range=7d".to_owned(),
        formats: vec![ShareFormat::Html, ShareFormat::Png],
        redaction: Hidden::ALL.to_vec(),
        frame_ancestors: Some(vec!["https://a.example".to_owned(), "https://b.example".to_owned()]),
        language: Some(Language::Japanese),
        theme: Theme::Dark,
        note: Some("月例".to_owned()),
        created_at: at("2026-11-23T12:00:00Z"),
        created_by: "cli".to_owned(),
        expires_at: Some(at("2026-12-23T12:00:00Z")),
        paused_at: None,
        revoked_at: None,
        rotated_at: None,
        last_used_at: None,
        hits: 0,
    };
    KeptShare { share, token_hash: [hash; 32], pseudonym_key: [9; 16] }
}

async fn change(store: &Store, change: ShareChange, moment: &str) -> Result<Share, ShareRefusal> {
    store.change_share(change, Doer { actor: "cli", at: at(moment) }).await.unwrap()
}

#[tokio::test]
async fn a_share_outlives_the_process_and_its_changes_are_noted() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    let (version, revision) = (store.data_version(), store.revision());
    let first = kept("a", 1);
    let made = change(&store, ShareChange::Add(Box::new(first.clone())), "2026-11-23T12:00:00Z").await;
    assert_eq!(made.as_ref(), Ok(&first.share));
    assert_eq!((store.data_version(), store.revision()), (version, revision + 1));
    let bare = KeptShare {
        share: Share {
            id: "b".to_owned(),
            frame_ancestors: None,
            language: None,
            note: None,
            expires_at: None,
            redaction: Vec::new(),
            ..first.share.clone()
        },
        ..kept("b", 2)
    };
    change(&store, ShareChange::Add(Box::new(bare.clone())), "2026-11-23T12:00:00Z").await.unwrap();
    store.close().await.unwrap();

    let store = open_in(directory.path()).unwrap();
    assert_eq!(store.shares().await.unwrap().0, [first.clone(), bare]);
    let paused = change(&store, ShareChange::Pause("a".to_owned()), "2026-11-24T12:00:00Z").await.unwrap();
    assert_eq!(paused.state(at("2026-11-24T12:00:00Z")), ShareState::Paused);
    let again = change(&store, ShareChange::Pause("a".to_owned()), "2026-11-25T12:00:00Z").await.unwrap();
    assert_eq!(again.paused_at, paused.paused_at);
    let resumed = change(&store, ShareChange::Resume("a".to_owned()), "2026-11-25T13:00:00Z").await.unwrap();
    assert_eq!(resumed, first.share);
    let rotated = change(&store, ShareChange::Rotate("a".to_owned(), [7; 32]), "2026-11-26T12:00:00Z").await.unwrap();
    assert_eq!(rotated.rotated_at, Some(at("2026-11-26T12:00:00Z")));
    let all = store.shares().await.unwrap().0;
    let hash = all.iter().find(|kept| kept.share.id == "a").map(|kept| kept.token_hash);
    assert_eq!(hash, Some([7; 32]));
    change(&store, ShareChange::Revoke("a".to_owned()), "2026-11-27T12:00:00Z").await.unwrap();
    for late in [
        ShareChange::Resume("a".to_owned()),
        ShareChange::Rotate("a".to_owned(), [8; 32]),
        ShareChange::Revoke("a".to_owned()),
    ] {
        assert_eq!(change(&store, late, "2026-11-28T12:00:00Z").await, Err(ShareRefusal::Revoked));
    }
    assert_eq!(
        change(&store, ShareChange::Revoke("z".to_owned()), "2026-11-28T12:00:00Z").await,
        Err(ShareRefusal::Missing)
    );
    // What answers comes first.
    let ids: Vec<String> = store.shares().await.unwrap().0.into_iter().map(|kept| kept.share.id).collect();
    assert_eq!(ids, ["b", "a"]);

    let audit = store.audit(100).await.unwrap();
    let actions: Vec<(&str, &str)> = audit.iter().map(|line| (line.action.as_str(), line.subject.as_str())).collect();
    assert_eq!(
        actions,
        [
            ("share.revoke", "a"),
            ("share.rotate", "a"),
            ("share.resume", "a"),
            ("share.pause", "a"),
            ("share.pause", "a"),
            ("share.create", "b"),
            ("share.create", "a"),
        ]
    );
    let detail = "trend 'by=category&metric=new&range=7d' formats=html,png redact=none expires=never";
    assert_eq!(audit[5].detail.as_deref(), Some(detail));
    assert_eq!(store.audit(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn uses_add_up_and_wake_nobody() {
    let store = in_memory();
    change(&store, ShareChange::Add(Box::new(kept("a", 1))), "2026-11-23T12:00:00Z").await.unwrap();
    let revision = store.revision();
    let used = |hits, moment| ShareUse { id: "a".to_owned(), hits, last_used_at: at(moment) };
    store.record_share_use(vec![used(3, "2026-11-24T12:00:00Z")]).await.unwrap();
    let unknown = ShareUse { id: "z".to_owned(), ..used(1, "2026-11-24T12:00:00Z") };
    store.record_share_use(vec![used(4, "2026-11-24T11:00:00Z"), unknown]).await.unwrap();
    let share = store.shares().await.unwrap().0.remove(0).share;
    assert_eq!((share.hits, share.last_used_at), (7, Some(at("2026-11-24T12:00:00Z"))));
    assert_eq!(store.revision(), revision);
    assert_eq!(number(&store, "SELECT count(*) FROM audit").await, 1);
}

#[tokio::test]
async fn there_is_an_end_to_shares_and_the_revoked_do_not_count() {
    let store = in_memory();
    for index in 0..MOST_SHARES {
        change(&store, ShareChange::Add(Box::new(kept(&format!("s{index}"), 1))), "2026-11-23T12:00:00Z")
            .await
            .unwrap();
    }
    let more = || ShareChange::Add(Box::new(kept("more", 2)));
    assert_eq!(change(&store, more(), "2026-11-23T12:00:00Z").await, Err(ShareRefusal::Full));
    change(&store, ShareChange::Revoke("s0".to_owned()), "2026-11-23T12:00:00Z").await.unwrap();
    change(&store, more(), "2026-11-23T12:00:00Z").await.unwrap();
    // Nothing that could be sent as a link is kept.
    let texts = rows(&store, "SELECT * FROM share WHERE share_id = 'more'").await;
    assert!(texts[0].contains(&"02".repeat(32)) && !texts[0].contains("ygs_"), "{texts:?}");
}
