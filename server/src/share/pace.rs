//! How fast one link and one address may ask: a bucket each that fills steadily.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many seconds' worth may come at once.
const BURST_SECONDS: f64 = 10.0;
/// More buckets than this are looked through for full ones, which say nothing.
const MOST_BUCKETS: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    level: f64,
    seen: Instant,
}

/// Buckets of one kind.
#[derive(Debug)]
pub struct Pace<K> {
    per_second: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Hash + Eq> Pace<K> {
    /// So many requests a second.
    pub fn new(per_second: u32) -> Self {
        Self { per_second: f64::from(per_second), buckets: Mutex::default() }
    }

    /// Takes one request; how long to wait where it is one too many.
    pub fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let most = self.per_second * BURST_SECONDS;
        let filled = |bucket: &Bucket| {
            let since = now.saturating_duration_since(bucket.seen).as_secs_f64();
            (bucket.level + since * self.per_second).min(most)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| filled(bucket) < most);
            if buckets.len() >= MOST_BUCKETS {
                // So many strangers at once: those who are not known yet wait until some have gone.
                return Err(Duration::from_secs(1));
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { level: most, seen: now });
        bucket.level = filled(bucket);
        bucket.seen = now;
        if bucket.level < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.level) / self.per_second));
        }
        bucket.level -= 1.0;
        Ok(())
    }
}

/// Whose request it is: the peer's, or the one a trusted proxy asks for. `None` for this machine itself, whose address
/// says nothing: a proxy that is not named stands there for everybody.
pub fn caller(peer: Option<IpAddr>, forwarded: &[&str], trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|known| known.to_canonical() == *address);
    let mut asking = peer;
    // Each proxy adds whom it was asked by; the word of a stranger ends the chain.
    let mut chain = forwarded.iter().rev().flat_map(|list| list.split(',').rev()).map(str::trim);
    while is_trusted(&asking) {
        let Some(before) = chain.next().and_then(|text| text.parse::<IpAddr>().ok()) else { break };
        asking = before.to_canonical();
    }
    (!asking.is_loopback()).then(|| network(asking))
}

/// An IPv6 household has 2⁶⁴ addresses: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn a_bucket_gives_a_burst_and_then_the_rate() {
        let (pace, start) = (Pace::new(2), Instant::now());
        for _ in 0..20 {
            pace.take("a", start).unwrap();
        }
        assert_eq!(pace.take("a", start), Err(Duration::from_millis(500)));
        pace.take("b", start).unwrap();
        let later = start + Duration::from_millis(500);
        pace.take("a", later).unwrap();
        pace.take("a", later).unwrap_err();
        // However long it is quiet, no more than the burst gathers.
        let much_later = start + Duration::from_hours(1);
        assert_eq!((0..100).filter(|_| pace.take("a", much_later).is_ok()).count(), 20);
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let (pace, start) = (Pace::new(1), Instant::now());
        for key in 0..MOST_BUCKETS {
            pace.take(key, start).unwrap();
        }
        pace.take(MOST_BUCKETS, start).unwrap_err();
        pace.take(MOST_BUCKETS, start + Duration::from_secs(5)).unwrap();
        assert_eq!(pace.buckets.lock().unwrap().len(), 1);
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let caller = |peer: &str, forwarded: &[&str], trusted: &[&str]| {
            let trusted: Vec<IpAddr> = trusted.iter().map(|text| ip(text)).collect();
            super::caller(Some(ip(peer)), forwarded, &trusted)
        };
        assert_eq!(caller("192.0.2.1", &["203.0.113.9"], &[]), Some(ip("192.0.2.1")));
        assert_eq!(caller("127.0.0.1", &["203.0.113.9"], &[]), None);
        assert_eq!(caller("127.0.0.1", &["203.0.113.9"], &["127.0.0.1"]), Some(ip("203.0.113.9")));
        // What the asker says of itself stands at the left and counts for nothing.
        assert_eq!(caller("127.0.0.1", &["10.9.9.9, 203.0.113.9"], &["127.0.0.1"]), Some(ip("203.0.113.9")));
        assert_eq!(
            caller("127.0.0.1", &["203.0.113.9", "192.0.2.1"], &["127.0.0.1", "192.0.2.1"]),
            Some(ip("203.0.113.9"))
        );
        assert_eq!(caller("127.0.0.1", &["nonsense"], &["127.0.0.1"]), None);
        assert_eq!(caller("::ffff:192.0.2.1", &[], &[]), Some(ip("192.0.2.1")));
        assert_eq!(caller("2001:db8:1:2:3:4:5:6", &[], &[]), Some(ip("2001:db8:1:2::")));
        assert_eq!(super::caller(None, &[], &[]), None);
    }
}
