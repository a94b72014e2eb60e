//! Many viewers of few shares, and whether those who work here notice: `cargo xtask bench -- --viewers`.
//!
//! 200 viewers with a connection each look at 20 shares over loopback for a minute, while findings come in and the clock
//! goes on; a dashboard is loaded all the while, and before for comparison, with the same findings coming in. With `--hasty` viewers do not
//! pause between two looks. Prints what was seen and writes `target/bench/viewers.json`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use server::clock::FixedClock;
use server::share::draft::{Draft, Given};
use server::store::Store;
use tokio::time::sleep;

use super::browser::{Browser, application, listen};
use super::{make, open};

const VIEWERS: usize = 200;
const SHARES: usize = 20;
/// Between two looks of a viewer; a page loads itself anew after five minutes.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two loads of the dashboard.
const DASHBOARD_PAUSE: Duration = Duration::from_millis(250);
const QUIET: Duration = Duration::from_secs(45);
/// Between two batches of new findings, and their size.
const BATCH_PAUSE: Duration = Duration::from_secs(15);
const BATCH: usize = 500;

/// Serves a database of so many findings and looks at it.
pub async fn run(directory: &Path, size: u64, length: Duration, hasty: bool) {
    let store = open(&make::database(directory, size));
    let clock = Arc::new(FixedClock::new(make::until()));
    let (address, links) = serve(&store, &clock).await;
    let dashboard = |length| tokio::spawn(look_at_dashboard(address, length));
    let passing = tokio::spawn(pass(Arc::clone(&clock)));
    let writing = tokio::spawn(write(store.clone()));
    let before = dashboard(QUIET).await.unwrap();
    let during = dashboard(length);
    let viewers: Vec<_> = (0..VIEWERS)
        .map(|index| {
            let link = links[index % links.len()].clone();
            // One in five sees a picture.
            let link = if index % 5 == 0 { format!("{link}.png") } else { link };
            tokio::spawn(view(address, link, index, length, hasty))
        })
        .collect();
    let mut looks = Looks::default();
    for viewer in viewers {
        looks.join(viewer.await.unwrap());
    }
    let during = during.await.unwrap();
    passing.abort();
    writing.abort();
    let rows = [("dashboard before", before), ("dashboard meanwhile", during), ("viewers", looks)];
    let json: Vec<_> = rows.iter().map(|(name, looks)| looks.told(name)).collect();
    let file = directory.join(if hasty { "viewers-hasty.json" } else { "viewers.json" });
    std::fs::write(&file, format!("{:#}\n", serde_json::Value::Array(json))).unwrap();
    println!("{}", file.display());
}

async fn serve(store: &Store, clock: &Arc<FixedClock>) -> (SocketAddr, Vec<String>) {
    let app = application(store, clock);
    let mut links = Vec::new();
    for index in 0..SHARES {
        let report = ["overview", "trend", "breakdown", "heatmap"][index % 4];
        let range = ["24h", "7d", "30d", "90d"][index / 4 % 4];
        let by = if report == "breakdown" { "by=family&" } else { "" };
        let severity = if index < 16 { "" } else { "&severity=high,critical" };
        let filter = format!("{by}range={range}{severity}");
        let given = Given { report: report.to_owned(), filter, ..Given::default() };
        let made = app.registry().create(Draft::new(&given).unwrap(), "api").await.unwrap().unwrap();
        links.push(format!("/e/{}", made.token.as_str()));
    }
    (listen(app).await, links)
}

/// The clock goes on: answers of the minute before are good no more.
async fn pass(clock: Arc<FixedClock>) {
    loop {
        sleep(Duration::from_secs(1)).await;
        clock.advance(SignedDuration::from_secs(1));
    }
}

/// Findings come in: answers from before are good no more.
async fn write(store: Store) {
    for count in 1.. {
        sleep(BATCH_PAUSE).await;
        store.ingest(make::batch(BATCH, count)).await.unwrap();
    }
}

/// What was seen.
#[derive(Default)]
struct Looks {
    times: Vec<Duration>,
    errors: usize,
    bytes: usize,
}

impl Looks {
    /// Looks once.
    async fn at(&mut self, browser: &mut Browser, path: &str) {
        let begun = Instant::now();
        let (status, bytes) = browser.get(path).await;
        self.times.push(begun.elapsed());
        self.bytes += bytes;
        self.errors += usize::from(status != 200);
    }

    fn join(&mut self, other: Self) {
        self.times.extend(other.times);
        self.errors += other.errors;
        self.bytes += other.bytes;
    }

    fn told(&self, name: &str) -> serde_json::Value {
        let mut times = self.times.clone();
        times.sort();
        let at = |percent: usize| {
            times
                .get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
                .map_or(0.0, Duration::as_secs_f64)
                * 1e3
        };
        println!(
            "{name:<20} {:>7} looks, {} errors, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, most {:.1} ms, {} bytes each",
            times.len(),
            self.errors,
            at(50),
            at(95),
            at(99),
            at(100),
            self.bytes / times.len().max(1)
        );
        serde_json::json!({
            "name": name, "looks": times.len(), "errors": self.errors,
            "p50_ms": at(50), "p95_ms": at(95), "p99_ms": at(99), "most_ms": at(100),
        })
    }
}

async fn view(address: SocketAddr, link: String, index: usize, length: Duration, hasty: bool) -> Looks {
    let (mut looks, mut browser) = (Looks::default(), Browser::new(address).await);
    // Not all at once.
    sleep(PAUSE * u32::try_from(index).unwrap() / u32::try_from(VIEWERS).unwrap()).await;
    let begun = Instant::now();
    while begun.elapsed() < length {
        looks.at(&mut browser, &link).await;
        if !hasty {
            sleep(PAUSE).await;
        }
    }
    looks
}

async fn look_at_dashboard(address: SocketAddr, length: Duration) -> Looks {
    let (mut looks, mut browser) = (Looks::default(), Browser::new(address).await);
    let begun = Instant::now();
    for range in ["24h", "7d", "30d", "90d"].iter().cycle() {
        if begun.elapsed() >= length {
            break;
        }
        looks.at(&mut browser, &format!("/?range={range}")).await;
        sleep(DASHBOARD_PAUSE).await;
    }
    looks
}
