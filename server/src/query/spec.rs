//! A filter with its time resolved: instants, time zone, buckets.
//!
//! Buckets are computed here, not in SQL: the database has no time zone data, and a day may have 23 or 25 hours.

use std::sync::Arc;

use app::model::filter::Moment;
use app::model::{Filter, FilterError, Grain, TimeRange, Window};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::search::Sought;

/// More buckets than this cannot be drawn or read.
const MOST_BUCKETS: usize = 2000;

/// What a report speaks of.
#[derive(Debug, Clone)]
pub struct Spec {
    pub filter: Filter,
    /// `None`: from the beginning.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub to: Timestamp,
    pub zone: TimeZone,
    pub now: Timestamp,
    /// No finding was created from then on; `None`: nobody has looked.
    pub nothing_from: Option<Timestamp>,
    /// What is known of the searched text, perhaps of lately alone; `None`: nobody has looked, or there is none.
    pub sought: Option<Arc<Sought>>,
}

/// A span of a trend, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub start: Timestamp,
    pub end: Timestamp,
    /// RFC 3339 with the zone's offset.
    pub name: String,
}

impl Spec {
    /// Resolves a filter. Presets end one second after `now`, so that what was created this moment is in.
    pub fn resolve(filter: &Filter, now: Timestamp, default_zone: &TimeZone) -> Result<Self, FilterError> {
        let zone = match &filter.time_zone {
            None => default_zone.clone(),
            Some(name) => TimeZone::get(name)
                .map_err(|_| FilterError::bad("tz", format!("`{name}` is not an IANA time zone such as Asia/Tokyo")))?,
        };
        let just_after = |instant: Timestamp| instant.saturating_add(SignedDuration::from_secs(1)).unwrap_or(instant);
        let (from, to) = match filter.range {
            TimeRange::Last(span) => {
                let from = span.hours().and_then(|hours| now.checked_sub(SignedDuration::from_hours(hours)).ok());
                (from, just_after(now))
            }
            TimeRange::Between { from, to } => (
                from.map(|from| instant(from, &zone, "from")).transpose()?,
                to.map_or(Ok(just_after(now)), |to| instant(to, &zone, "to"))?,
            ),
        };
        if from.is_some_and(|from| from >= to) {
            return Err(FilterError::bad("from", "is not before `to`"));
        }
        Ok(Self { filter: filter.clone(), from, to, zone, now, nothing_from: None, sought: None })
    }

    /// The end, where it ends anything: `None` if nothing was created after it.
    pub fn until(&self) -> Option<Timestamp> {
        Some(self.to).filter(|to| self.nothing_from.is_none_or(|from| *to < from))
    }

    /// The same question about the window of equal length before; `None` without a beginning.
    pub fn previous(&self) -> Option<Self> {
        let from = self.from?;
        let length = self.to.duration_since(from);
        Some(Self { from: Some(from.checked_sub(length).ok()?), to: from, ..self.clone() })
    }

    /// A question about all time: no finding is created after its end.
    #[must_use]
    pub fn ever(&self, filter: Filter) -> Self {
        Self { filter, from: None, to: Timestamp::MAX, nothing_from: Some(Timestamp::MAX), ..self.clone() }
    }

    /// The grain asked for, or one that gives a readable number of buckets.
    pub fn grain(&self) -> Grain {
        let hours = self.from.map(|from| self.to.duration_since(from).as_hours());
        self.filter.grain.unwrap_or(match hours {
            Some(hours) if hours <= 48 => Grain::Hour,
            Some(hours) if hours <= 92 * 24 => Grain::Day,
            Some(hours) if hours <= 2 * 366 * 24 => Grain::Week,
            _ => Grain::Month,
        })
    }

    /// For the report's head.
    pub fn window(&self) -> Window {
        Window { from: self.from, to: self.to, time_zone: self.zone_name(), grain: self.grain() }
    }

    /// IANA name.
    pub fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("UTC").to_owned()
    }

    /// Buckets from the window's beginning (or from `earliest`, where it has none) to its end.
    pub fn buckets(&self, earliest: Option<Timestamp>) -> Result<Vec<Bucket>, FilterError> {
        let grain = self.grain();
        let begin = self.from.or(earliest).unwrap_or(self.now).min(self.to);
        let too_many = || {
            FilterError::bad(
                "grain",
                format!("more than {MOST_BUCKETS} buckets: choose a wider grain or a shorter range"),
            )
        };
        let mut start = floor(&begin.to_zoned(self.zone.clone()), grain).map_err(|_| too_many())?;
        let mut buckets = Vec::new();
        while start.timestamp() < self.to {
            if buckets.len() == MOST_BUCKETS {
                return Err(too_many());
            }
            let end = next(&start, grain).map_err(|_| too_many())?;
            buckets.push(Bucket {
                start: start.timestamp(),
                end: end.timestamp(),
                name: start.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            });
            start = end;
        }
        Ok(buckets)
    }
}

fn instant(moment: Moment, zone: &TimeZone, parameter: &str) -> Result<Timestamp, FilterError> {
    match moment {
        Moment::Instant(instant) => Ok(instant),
        Moment::Day(date) => midnight(date, zone)
            .map(|day| day.timestamp())
            .map_err(|_| FilterError::bad(parameter, format!("{date} is out of range"))),
    }
}

/// The first instant of a day: some zones skip midnight when summer begins.
fn midnight(date: Date, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    date.to_zoned(zone.clone())?.start_of_day()
}

fn floor(time: &Zoned, grain: Grain) -> Result<Zoned, jiff::Error> {
    match grain {
        Grain::Hour => {
            // Whole hours of the wall clock, without leaving the instant's own side of a repeated hour.
            let past = SignedDuration::from_mins(i64::from(time.minute()))
                + SignedDuration::new(i64::from(time.second()), time.subsec_nanosecond());
            time.checked_sub(past)
        }
        Grain::Day => time.start_of_day(),
        Grain::Week => {
            let monday = i64::from(time.weekday().since(Weekday::Monday));
            midnight(time.date().checked_sub(monday.days())?, time.time_zone())
        }
        Grain::Month => midnight(time.date().first_of_month(), time.time_zone()),
    }
}

fn next(start: &Zoned, grain: Grain) -> Result<Zoned, jiff::Error> {
    let date = start.date();
    match grain {
        Grain::Hour => start.checked_add(SignedDuration::from_hours(1)),
        Grain::Day => midnight(date.tomorrow()?, start.time_zone()),
        Grain::Week => midnight(date.checked_add(7.days())?, start.time_zone()),
        Grain::Month => midnight(date.checked_add(1.month())?, start.time_zone()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    fn spec(query: &str) -> Result<Spec, FilterError> {
        let filter = Filter::parse(query, &[])?;
        Spec::resolve(&filter, "2026-11-23T12:00:00Z".parse().unwrap(), &TimeZone::UTC)
    }

    fn hours_of_days(query: &str) -> Vec<i64> {
        let buckets = spec(query).unwrap().buckets(None).unwrap();
        buckets.iter().map(|bucket| bucket.end.duration_since(bucket.start).as_hours()).collect()
    }

    #[test]
    fn days_have_the_hours_their_zone_gives_them() {
        let around =
            |zone: &str, from: &str, to: &str| hours_of_days(&format!("grain=day&tz={zone}&from={from}&to={to}"));
        assert_eq!(around("Asia/Tokyo", "2026-03-28", "2026-03-31"), [24, 24, 24]);
        assert_eq!(around("America/New_York", "2026-03-07", "2026-03-10"), [24, 23, 24]);
        assert_eq!(around("America/New_York", "2026-10-31", "2026-11-03"), [24, 25, 24]);
    }

    #[test]
    fn buckets_join_without_gaps_in_every_grain_and_odd_zone() {
        for grain in ["hour", "day", "week", "month"] {
            for zone in ["Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York", "Africa/Cairo", "UTC"] {
                let spec = spec(&format!("range=30d&grain={grain}&tz={zone}")).unwrap();
                let buckets = spec.buckets(None).unwrap();
                assert!(buckets[0].start <= spec.from.unwrap() && buckets.last().unwrap().end >= spec.to);
                assert!(buckets.windows(2).all(|pair| pair[0].end == pair[1].start), "{grain} {zone}");
            }
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_names_carry_the_offset() {
        let week = spec("grain=week&tz=Asia/Tokyo&from=2026-11-18&to=2026-11-20").unwrap().buckets(None).unwrap();
        assert_eq!(week[0].name, "2026-11-16T00:00:00+09:00");
    }

    #[test]
    fn wrong_times_are_named() {
        for (query, parameter) in [("tz=Mars/Olympus", "tz"), ("from=2026-11-02&to=2026-11-01", "from")] {
            assert_eq!(spec(query).unwrap_err().parameter(), parameter);
        }
        let too_many = spec("range=1y&grain=hour").unwrap().buckets(None);
        assert_eq!(too_many.unwrap_err().parameter(), "grain");
    }

    #[test]
    fn the_window_before_touches_this_one() {
        let spec = spec("range=7d").unwrap();
        let before = spec.previous().unwrap();
        assert_eq!(Some(before.to), spec.from);
        assert_eq!(before.to.duration_since(before.from.unwrap()), spec.to.duration_since(spec.from.unwrap()));
        assert!(self::spec("range=all").unwrap().previous().is_none());
    }
}
