//! Pages as a browser gets them: asked for, written as HTML, packed and sent over loopback.

use std::sync::Arc;

use jiff::SignedDuration;
use server::clock::FixedClock;
use server::store::Store;

use super::browser::{Browser, application, listen};
use super::make;
use super::measure::{Table, Watch};

const PAGES: [&str; 8] = [
    "/",
    "/findings",
    "/findings?q=family-7%20did",
    "/findings?group=type",
    "/categories/crypto-mining",
    "/clusters",
    "/families",
    "/layers",
];

/// Each page with answers that are a minute old, which is too old, and once more with those just given.
pub async fn pages(store: &Store, is_named: impl Fn(&str) -> bool, (table, size, runs): (&mut Table, u64, usize)) {
    let clock = Arc::new(FixedClock::new(make::until()));
    let mut browser = Browser::new(listen(application(store, &clock)).await).await;
    for path in PAGES.into_iter().filter(|path| is_named(path)) {
        let (mut fresh, mut again, mut length) = (Vec::new(), Vec::new(), 0);
        for _ in 0..=runs {
            clock.advance(SignedDuration::from_mins(1));
            for times in [&mut fresh, &mut again] {
                let watch = Watch::start();
                let (status, bytes) = browser.get(path).await;
                times.push(watch.read());
                assert_eq!(status, 200, "{path}");
                length = bytes;
            }
        }
        table.add(&format!("page {path}"), size, fresh.split_off(1));
        table.add(&format!("page {path}, cached"), size, again.split_off(1));
        table.number(&format!("page {path}, KB"), size, super::to_f64(length as u64) / 1e3);
    }
}
