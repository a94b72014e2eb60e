//! What was measured, as a table and as JSON.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// Rows by name, with a value per size.
pub struct Table {
    sizes: Vec<u64>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    size: u64,
    value: Measured,
}

enum Measured {
    /// Median, 95th percentile and the processors' time of the median, in milliseconds.
    Times(f64, f64, f64),
    Number(f64),
}

impl Table {
    pub fn new(sizes: Vec<u64>) -> Self {
        Self { sizes, rows: Vec::new() }
    }

    /// Times of a clock on the wall and of the processors, which others who use the machine leave alone.
    pub fn add(&mut self, name: &str, size: u64, times: Vec<(Duration, Duration)>) {
        let (mut times, mut worked): (Vec<_>, Vec<_>) = times.into_iter().unzip();
        times.sort();
        worked.sort();
        let at = |times: &[Duration], percent: usize| {
            times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3
        };
        let (median, most, processors) = (at(&times, 50), at(&times, 95), at(&worked, 50));
        println!("{size:>9} {name}: {median:.1} ms, p95 {most:.1} ms, processors {processors:.1} ms");
        let value = Measured::Times(median, most, processors);
        self.rows.push(Row { name: name.to_owned(), size, value });
    }

    pub fn number(&mut self, name: &str, size: u64, number: f64) {
        println!("{size:>9} {name}: {number:.1}");
        self.rows.push(Row { name: name.to_owned(), size, value: Measured::Number(number) });
    }

    /// One line per name: p50/p95/processors in milliseconds per size, and how the processors' time grew from the smallest
    /// to the largest.
    pub fn print(&self) {
        let head: Vec<String> = self.sizes.iter().map(|size| format!("{size:>26}")).collect();
        println!("\n{:<52}{}   growth", "p50 / p95 / processors in ms, else as named", head.join(""));
        let mut names: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !names.contains(&row.name.as_str()) {
                names.push(&row.name);
            }
        }
        for name in names {
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.name == name).collect();
            let cells: Vec<String> = rows
                .iter()
                .map(|row| match row.value {
                    Measured::Times(p50, p95, worked) => {
                        format!("{:>26}", format!("{p50:.1} / {p95:.1} / {worked:.1}"))
                    }
                    Measured::Number(number) => format!("{number:>26.0}"),
                })
                .collect();
            let growth = match (rows.first().map(|row| &row.value), rows.last().map(|row| &row.value)) {
                (Some(Measured::Times(.., first)), Some(Measured::Times(.., last))) if rows.len() > 1 => {
                    format!("{:9.1}", last / first)
                }
                _ => String::new(),
            };
            println!("{name:<52}{}{growth}", cells.join(""));
        }
    }

    pub fn json(&self) -> String {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|Row { name, size, value }| match value {
                Measured::Times(p50, p95, worked) => {
                    json!({"name": name, "findings": size, "p50_ms": p50, "p95_ms": p95, "processors_ms": worked})
                }
                Measured::Number(number) => json!({"name": name, "findings": size, "value": number}),
            })
            .collect();
        format!("{:#}\n", Value::Array(rows))
    }
}

/// Memory this process holds at the moment; 0 where the system does not tell.
pub fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|text| text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()));
    resident.unwrap_or(0) * 4096
}

/// A moment to measure from.
pub struct Watch(Instant, Duration);

impl Watch {
    pub fn start() -> Self {
        Self(Instant::now(), processors())
    }

    /// How long it took, and how long the processors worked for this process meanwhile.
    pub fn read(&self) -> (Duration, Duration) {
        (self.0.elapsed(), processors().saturating_sub(self.1))
    }
}

/// Time that the processors have worked for this process, for threads that have ended as well.
fn processors() -> Duration {
    let worked = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanoseconds) = (u64::try_from(worked.tv_sec), u32::try_from(worked.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanoseconds.unwrap_or_default())
}
