//! How long questions, files and batches take as the number of findings grows: `cargo xtask bench`.
//!
//! Prints a table and writes `target/bench/speed.json`. `--large` adds ten million findings (4 GB of disk, ten minutes to
//! make them); `--size N` makes only that many; `--runs N` repeats each question N times; `--only questions`, `pages`,
//! `overview`, `searches`, `files`, `batches` or `import` leaves out the rest, `--named "overview 30d"` the other overviews
//! (`--named /` the other pages);
//! `--statements` prints what the database is asked; `--threads N` gives it so many. The databases stay in `target/bench`
//! for the next time. `--viewers` measures people who look at shares instead (`viewers`).
//! Machines differ and are shared: compare rows and sizes of one run, not runs.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and a failure ends it")]

mod bare;
mod browser;
mod make;
mod measure;
mod pages;
mod searches;
mod viewers;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::backend::Backend;
use app::model::{Dimension, Filter, Metric, OverviewView};
use duckdb::Connection;
use futures::StreamExt;
use jiff::tz::TimeZone;
use server::backend::YaguraBackend;
use server::cli::import::{self, THREADS};
use server::clock::FixedClock;
use server::export::{self, Format, Report};
use server::ingest::Classifier;
use server::query::QueryError;
use server::query::reports::{self, FindingList};
use server::query::spec::Spec;
use server::store::{Snapshot, Store, StoreError, StoreOptions};

use measure::{Table, Watch, resident_bytes};

/// The same as of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const INTERVAL: Duration = Duration::from_mins(5);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let runs = value("--runs").map_or(15, |runs| runs.parse().unwrap());
    let mut sizes = vec![100_000, 1_000_000];
    if has("--large") {
        sizes.push(10_000_000);
    }
    if let Some(only) = value("--size") {
        sizes = vec![only.parse().unwrap()];
    }
    let only = value("--only");
    let measures = |part: &str| only.as_deref().is_none_or(|only| only == part);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    if has("--viewers") {
        let size = value("--size").map_or(100_000, |size| size.parse().unwrap());
        let seconds = value("--seconds").map_or(60, |seconds| seconds.parse().unwrap());
        let looked = viewers::run(&directory, size, Duration::from_secs(seconds), has("--hasty"));
        return server::lifecycle::run(async || looked.await).unwrap();
    }
    let mut table = Table::new(sizes.clone());
    server::lifecycle::run(async || {
        for size in sizes {
            let path = make::database(&directory, size);
            if measures("questions") {
                questions(&path, size, runs, &mut table).await;
            }
            // Parts of the questions; alone they can be repeated often enough for percentiles.
            let named = value("--named");
            let is_named = |name: &str| named.as_deref().is_none_or(|named| named == name);
            if only.as_deref() == Some("overview") {
                let store = open(&path);
                warm(&store).await;
                for (name, query) in OVERVIEWS.into_iter().filter(|(name, _)| is_named(name)) {
                    served(&store, (&mut table, size, runs), name, query).await;
                }
                store.close().await.unwrap();
            }
            if only.as_deref() == Some("pages") {
                let store = open(&path);
                warm(&store).await;
                pages::pages(&store, is_named, (&mut table, size, runs)).await;
                store.close().await.unwrap();
            }
            if measures("searches") {
                let store = open(&path);
                warm(&store).await;
                searches::searches(&store, (&mut table, size, runs)).await;
                store.close().await.unwrap();
            }
            if measures("files") {
                files(&path, size, &mut table).await;
            }
            if measures("batches") {
                batches(&path, size, &mut table).await;
            }
        }
        if measures("import") {
            import(&mut table).await;
        }
    })
    .unwrap();
    table.print();
    let file = directory.join("speed.json");
    std::fs::write(&file, table.json()).unwrap();
    println!("{}", file.display());
}

/// What follows a name on the command line.
fn value(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn options(path: &Path) -> StoreOptions {
    let mut options =
        StoreOptions { path: Some(path.to_owned()), query_timeout: Duration::from_mins(10), ..StoreOptions::default() };
    if let Some(threads) = value("--threads") {
        options.threads = threads.parse().unwrap();
    }
    options
}

fn open(path: &Path) -> Store {
    Store::open(options(path), Arc::new(Classifier::embedded())).unwrap()
}

/// Waits until questions are answered as they are from then on.
async fn warm(store: &Store) {
    let is_warm = |snapshot: &Snapshot<'_>| {
        let titles = snapshot.titles(&[], |_| true, (None, make::until()));
        Ok(snapshot.resident().is_some() && titles.is_some())
    };
    while !store.read(is_warm).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn backend(store: &Store) -> YaguraBackend {
    let clock = Arc::new(FixedClock::new(make::until()));
    YaguraBackend::new(store.clone(), clock, TimeZone::UTC, INTERVAL)
}

async fn ask<T: Send + 'static>(
    store: &Store,
    question: impl FnOnce(&Snapshot<'_>) -> Result<T, QueryError> + Send + 'static,
) -> T {
    let answer = store.read(move |snapshot| match question(snapshot) {
        Ok(answer) => Ok(answer),
        Err(QueryError::Store(error)) => Err(error),
        Err(QueryError::Filter(error)) => Err(StoreError::Unreadable(error.to_string())),
    });
    answer.await.unwrap()
}

fn spec(query: &str) -> Spec {
    Spec::resolve(&Filter::parse(query, &[]).unwrap(), make::until(), &TimeZone::UTC).unwrap()
}

/// Above this size nothing is counted one by one: it would take the most part of an hour to say that it is slow.
const LARGEST_ONE_BY_ONE: u64 = 1_000_000;

const OVERVIEWS: [(&str, &str); 5] = [
    ("overview 30d", ""),
    ("overview 24h", "range=24h"),
    ("overview 90d", "range=90d"),
    ("overview 30d Tokyo", "tz=Asia/Tokyo"),
    ("overview of a category", "category=crypto-mining"),
];

/// Every question without the cache, and again from findings alone where rollups may help.
async fn questions(path: &Path, size: u64, runs: usize, table: &mut Table) {
    let watch = Watch::start();
    let store = open(path);
    store.read(|_| Ok(())).await.unwrap();
    table.add("start to ready", size, vec![watch.read()]);
    warm(&store).await;
    table.add("start to rollups in memory", size, vec![watch.read()]);
    for rolled in [true, false].into_iter().filter(|rolled| *rolled || size <= LARGEST_ONE_BY_ONE) {
        let way = if rolled { "" } else { ", one by one" };
        for (name, query) in OVERVIEWS {
            let overview = move |snapshot: &Snapshot<'_>, spec: &Spec| {
                reports::overview(snapshot, spec, OverviewView::default(), INTERVAL)
            };
            repeat(&store, (table, size, runs), &format!("{name}{way}"), query, rolled, overview).await;
            if rolled {
                served(&store, (table, size, runs), name, query).await;
            }
        }
        repeat(&store, (table, size, runs), &format!("filter values{way}"), "", rolled, reports::filter_values).await;
        for by in [Dimension::Family, Dimension::Type, Dimension::Service] {
            let name = format!("breakdown by {}{way}", by.as_str());
            let ask = move |snapshot: &Snapshot<'_>, spec: &Spec| reports::breakdown(snapshot, spec, by);
            repeat(&store, (table, size, runs), &name, "", rolled, ask).await;
        }
        for metric in [Metric::New, Metric::Active] {
            let name = format!("trend of {} by category{way}", metric.as_str());
            let ask =
                move |snapshot: &Snapshot<'_>, spec: &Spec| reports::trend(snapshot, spec, Dimension::Category, metric);
            repeat(&store, (table, size, runs), &name, "", rolled, ask).await;
        }
    }
    let search = "q=family-7%20did";
    repeat(&store, (table, size, runs), "filter values of a text search", search, true, reports::filter_values).await;
    for query in ["", search, "family=family-7&severity=high"] {
        repeat(&store, (table, size, runs), &format!("groups {query}"), query, true, reports::groups).await;
    }
    for query in ["", "sort=severity", "sort=title", "status=active&severity=high&range=90d", search] {
        let name = format!("findings, first page {query}");
        let list = move |snapshot: &Snapshot<'_>, spec: &Spec| {
            reports::findings(snapshot, spec, &FindingList::of(&spec.filter)?)
        };
        repeat(&store, (table, size, runs), &name, query, true, list).await;
        let mut deep = query.to_owned();
        for _ in 0..5 {
            let spec = spec(&format!("limit=1000&{deep}"));
            let page = ask(&store, move |snapshot| list(snapshot, &spec)).await;
            let Some(cursor) = page.next_cursor else { break };
            deep = format!("{query}&cursor={cursor}");
        }
        repeat(&store, (table, size, runs), &format!("findings, after 5000 {query}"), &deep, true, list).await;
    }
    let backend = backend(&store);
    let mut times = Vec::new();
    for _ in 0..=runs {
        let watch = Watch::start();
        backend.overview(&Filter::default(), OverviewView::default()).await.unwrap();
        times.push(watch.read());
    }
    table.add("overview 30d, cached", size, times.split_off(1));
    pages::pages(&store, |_| true, (table, size, runs)).await;
    store.close().await.unwrap();
}

/// The overview as the page asks for it, without kept answers: two readers have a half each.
async fn served(store: &Store, (table, size, runs): (&mut Table, u64, usize), name: &str, query: &str) {
    let filter = Filter::parse(query, &[]).unwrap();
    let mut times = Vec::new();
    for _ in 0..=runs {
        let backend = backend(store);
        let watch = Watch::start();
        backend.overview(&filter, OverviewView::default()).await.unwrap();
        times.push(watch.read());
    }
    table.add(&format!("{name}, as served"), size, times.split_off(1));
    let spec = spec(query);
    let asked = ask(store, move |snapshot| {
        let asked = RefCell::new(Vec::new());
        reports::overview(&snapshot.written_down(&asked), &spec, OverviewView::default(), INTERVAL)?;
        Ok(asked.into_inner())
    });
    bare::compare(store, (table, size, runs), &format!("{name}, as served"), asked.await).await;
}

async fn repeat<T: Send + 'static>(
    store: &Store,
    (table, size, runs): (&mut Table, u64, usize),
    name: &str,
    query: &str,
    rolled: bool,
    question: impl Fn(&Snapshot<'_>, &Spec) -> Result<T, QueryError> + Copy + Send + 'static,
) {
    let mut times = Vec::new();
    for _ in 0..=runs {
        let spec = spec(query);
        let watch = Watch::start();
        let answer =
            ask(
                store,
                move |snapshot| {
                    if rolled { question(snapshot, &spec) } else { question(&snapshot.without_rollups(), &spec) }
                },
            );
        drop(answer.await);
        times.push(watch.read());
    }
    // The first reads from disk.
    table.add(name, size, times.split_off(1));
    if rolled {
        let spec = spec(query);
        let asked = ask(store, move |snapshot| {
            let asked = RefCell::new(Vec::new());
            // What the database would be asked if nothing was in memory.
            question(&snapshot.without_resident().written_down(&asked), &spec)?;
            Ok(asked.into_inner())
        });
        bare::compare(store, (table, size, runs), name, asked.await).await;
    }
}

/// A file of every finding: its first byte, its pace and what it costs in memory.
async fn files(path: &Path, size: u64, table: &mut Table) {
    let store = open(path);
    let backend = backend(&store);
    for (name, query) in [
        ("CSV", "range=1y&kind=threat,posture,vulnerability&sample=include"),
        ("CSV by severity", "range=1y&kind=threat,posture,vulnerability&sample=include&sort=severity"),
    ] {
        let ask = || export::download(&backend, Report::Findings, Format::Csv, query);
        // The database keeps what it has read, up to its own limit; the second download tells what
        // writing takes besides.
        for name in [name.to_owned(), format!("{name} again")] {
            let (begun, watch, before) = (Instant::now(), Watch::start(), resident_bytes());
            let mut download = ask().await.unwrap();
            let (mut first, mut most) = (None, before);
            while let Some(piece) = download.pieces.next().await {
                piece.unwrap();
                first.get_or_insert_with(|| watch.read());
                most = most.max(resident_bytes());
            }
            table.add(&format!("{name}, first byte"), size, vec![first.unwrap()]);
            table.number(&format!("{name}, rows/s"), size, per_second(download.rows, begun.elapsed()));
            table.number(&format!("{name}, rows/s of a processor"), size, per_second(download.rows, watch.read().1));
            table.number(&format!("{name}, memory growth, MB"), size, to_f64(most - before) / 1e6);
        }
    }
    store.close().await.unwrap();
}

/// Ten thousand findings into many: new, changed, and as they were. The database is a copy.
async fn batches(path: &Path, size: u64, table: &mut Table) {
    let copy = tempfile::tempdir_in(path.parent().unwrap()).unwrap();
    std::fs::copy(path.join("yagura.duckdb"), copy.path().join("yagura.duckdb")).unwrap();
    let store = open(copy.path());
    warm(&store).await;
    for (name, count) in [("10k new", 1), ("10k changed", 2), ("10k as they were", 2)] {
        let batch = make::batch(10_000, count);
        let watch = Watch::start();
        store.ingest(batch).await.unwrap();
        table.add(&format!("batch of {name}"), size, vec![watch.read()]);
    }
    let page = make::batch(50, 3);
    let watch = Watch::start();
    store.ingest(page).await.unwrap();
    table.add("batch of 50 changed", size, vec![watch.read()]);
    store.close().await.unwrap();
}

/// A file to rows, into an empty database; and what its documents take to be parsed, and the database to load the file.
async fn import(table: &mut Table) {
    const FINDINGS: usize = 50_000;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("findings.ndjson");
    let lines = make::lines(FINDINGS);
    std::fs::write(&file, &lines).unwrap();
    let findings = i64::try_from(FINDINGS).unwrap();
    let mut rate = |name: &str, (wall, processors): (Duration, Duration)| {
        table.number(&format!("import, {name}, findings/s"), 0, per_second(findings, wall));
        table.number(&format!("import, {name}, findings/s of a processor"), 0, per_second(findings, processors));
        processors
    };

    let watch = Watch::start();
    let parsed = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    assert_eq!(parsed.filter(serde_json::Value::is_object).count(), FINDINGS);
    let parsing = rate("bare parse", watch.read());

    let bare = Connection::open(directory.path().join("bare.duckdb")).unwrap();
    let watch = Watch::start();
    let load = format!("CREATE TABLE document AS FROM read_ndjson('{}'); CHECKPOINT", file.display());
    bare.execute_batch(&load).unwrap();
    let loading = rate("bare load of the database", watch.read());

    let as_the_command = StoreOptions { threads: THREADS, ..options(&directory.path().join("data")) };
    let store = Store::open(as_the_command, Arc::new(Classifier::embedded())).unwrap();
    let watch = Watch::start();
    let done = import::read_all(store.clone(), vec![file]).await.unwrap();
    let whole = rate("end to end", watch.read());
    assert_eq!(done.summary.new, u64::try_from(FINDINGS).unwrap());
    store.close().await.unwrap();
    let times = |bare: Duration| whole.as_secs_f64() / bare.as_secs_f64();
    table.number("import, times the bare parse", 0, times(parsing));
    table.number("import, times the bare load", 0, times(loading));
}

#[expect(clippy::cast_precision_loss, reason = "a rate is rounded anyway")]
fn per_second(count: i64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "a size is rounded anyway")]
fn to_f64(bytes: u64) -> f64 {
    bytes as f64
}
