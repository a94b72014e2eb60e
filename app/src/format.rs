//! Numbers, times and spans as people read them, in their language and time zone.
//!
//! Everything is relative to the report's `as_of`; nothing here knows what time it is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::text::{Language, Text, fill};

/// One reader: language, time zone, and the moment the report speaks of.
#[derive(Debug, Clone)]
pub struct Reader {
    pub language: Language,
    pub text: &'static Text,
    zone: TimeZone,
    zone_name: String,
    as_of: Option<Timestamp>,
}

impl Reader {
    /// A reader in the time zone of an IANA name; an unknown name reads UTC.
    pub fn new(language: Language, zone_name: &str, as_of: Timestamp) -> Self {
        let zone = TimeZone::get(zone_name);
        let zone_name = if zone.is_ok() { zone_name.to_owned() } else { "UTC".to_owned() };
        Self { language, text: language.text(), zone: zone.unwrap_or(TimeZone::UTC), zone_name, as_of: Some(as_of) }
    }

    /// A reader of a page that speaks of no data.
    pub fn timeless(language: Language) -> Self {
        Self { language, text: language.text(), zone: TimeZone::UTC, zone_name: "UTC".to_owned(), as_of: None }
    }

    /// The report's moment; `None` on a page that speaks of no data.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// IANA name.
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// `12345` as `12,345`: read alike in both languages.
    pub fn number(&self, value: i64) -> String {
        let digits = value.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if value < 0 {
            grouped.push('\u{2212}');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A count with its noun; `template` has `{n}` and, where the language has one, a singular before `|`.
    pub fn count(&self, template: &'static str, value: i64) -> String {
        let form = match template.split_once('|') {
            Some((one, _)) if value == 1 => one,
            Some((_, many)) => many,
            None => template,
        };
        fill(form, &[("n", &self.number(value))])
    }

    /// Sentences one after the other; in Japanese they follow each other without a space.
    pub fn sentences(&self, sentences: &[String]) -> String {
        sentences.join(if self.language == Language::Japanese { "" } else { " " })
    }

    /// A number, or the word for one nobody knows.
    pub fn number_or_unknown(&self, value: Option<i64>) -> String {
        value.map_or_else(|| self.text.unknown.to_owned(), |value| self.number(value))
    }

    /// Date and time to the minute, without the zone, which the page names once.
    pub fn time(&self, instant: Timestamp) -> String {
        instant.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The day.
    pub fn date(&self, instant: Timestamp) -> String {
        instant.to_zoned(self.zone.clone()).strftime("%Y-%m-%d").to_string()
    }

    /// Date and time to the second with the offset, for those who compare with logs.
    pub fn exact_time(&self, instant: Timestamp) -> String {
        instant.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    }

    /// Date and time in words, with the zone.
    pub fn moment(&self, instant: Timestamp) -> String {
        let local = instant.to_zoned(self.zone.clone());
        let format = match self.language {
            Language::English => "%-d %b %Y, %H:%M",
            Language::Japanese => "%Y年%-m月%-d日 %H:%M",
        };
        format!("{} {}", local.strftime(format), self.zone_name)
    }

    /// A day of this or last year, in few letters: `9 Nov`.
    pub fn day(&self, date: Date) -> String {
        let format = match self.language {
            Language::English => "%-d %b",
            Language::Japanese => "%-m月%-d日",
        };
        date.strftime(format).to_string()
    }

    /// The time of day with the zone, for what happened a while ago at most.
    pub fn clock_time(&self, instant: Timestamp) -> String {
        format!("{} {}", instant.to_zoned(self.zone.clone()).strftime("%H:%M"), self.zone_name)
    }

    /// `4 min ago`. The future, which clocks that disagree bring about, is now.
    pub fn ago(&self, instant: Timestamp) -> String {
        let Some(as_of) = self.as_of else { return self.time(instant) };
        let seconds = as_of.duration_since(instant).as_secs();
        if seconds < 60 {
            return self.text.ago_now.to_owned();
        }
        fill(self.text.ago, &[("span", &self.span(seconds))])
    }

    /// A length of time in its largest unit, rounded down.
    pub fn span(&self, seconds: i64) -> String {
        let units = [
            (24 * 3600, self.text.span_days),
            (3600, self.text.span_hours),
            (60, self.text.span_minutes),
            (1, self.text.span_seconds),
        ];
        let (size, template) = units.into_iter().find(|(size, _)| seconds >= *size).unwrap_or(units[3]);
        self.count(template, seconds.max(0) / size)
    }

    /// An amount of money as people read it: digits before the point in groups. What is no amount stays as it is.
    pub fn money(&self, amount: &str) -> String {
        let (whole, part) = amount.split_once('.').map_or((amount, None), |(whole, part)| (whole, Some(part)));
        let Ok(number) = whole.parse::<i64>() else { return amount.to_owned() };
        let sign = if number == 0 && whole.starts_with('-') { "\u{2212}" } else { "" };
        let whole = self.number(number);
        part.map_or_else(|| format!("{sign}{whole}"), |part| format!("{sign}{whole}.{part}"))
    }

    /// A size in binary units.
    pub fn bytes(&self, bytes: u64) -> String {
        let (size, unit) = match bytes {
            0..1_048_576 => (1024, "KiB"),
            1_048_576..1_073_741_824 => (1_048_576, "MiB"),
            _ => (1_073_741_824, "GiB"),
        };
        let tenths = bytes.saturating_mul(10) / size;
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    fn reader(language: Language) -> Reader {
        Reader::new(language, "Asia/Tokyo", "2026-11-23T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        let english = reader(Language::English);
        assert_eq!(english.number(1_234_567), "1,234,567");
        assert_eq!(english.number(-12), "\u{2212}12");
        assert_eq!(english.count("{n} finding|{n} findings", 1), "1 finding");
        assert_eq!(english.count("{n} finding|{n} findings", 1200), "1,200 findings");
        assert_eq!(english.bytes(1536), "1.5 KiB");
        assert_eq!(english.money("1234567.50"), "1,234,567.50");
        assert_eq!(english.money("-0.25"), "\u{2212}0.25");
        assert_eq!(english.money("500"), "500");
    }

    #[test]
    fn spans_use_their_largest_unit() {
        let english = reader(Language::English);
        let at = |text: &str| english.ago(text.parse().unwrap());
        assert_eq!(at("2026-11-23T11:56:00Z"), "4 min ago");
        assert_eq!(at("2026-11-23T09:30:00Z"), "2 h ago");
        assert_eq!(at("2026-11-20T09:30:00Z"), "3 days ago");
        assert_eq!(at("2026-11-24T09:30:00Z"), "just now");
        assert_eq!(reader(Language::Japanese).ago("2026-11-23T11:56:00Z".parse().unwrap()), "4分前");
    }

    #[test]
    fn an_unknown_zone_reads_utc_and_says_so() {
        let reader = Reader::new(Language::English, "Mars/Olympus", "2026-11-23T12:00:00Z".parse().unwrap());
        assert_eq!(reader.moment(reader.as_of().unwrap()), "23 Nov 2026, 12:00 UTC");
    }
}
