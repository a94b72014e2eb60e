//! Names of buckets on an axis and in a hover text.

use app::model::Grain;
use jiff::civil::DateTime;

use super::svg::width_in_tenths;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How much a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// On the axis, where the neighbours give the context.
    Axis,
    /// Alone, in a hover text.
    Full,
}

/// Names the bucket that starts at `bucket` (RFC 3339; its own offset is the reader's wall clock).
/// Text that is no time names itself.
pub fn bucket(bucket: &str, grain: Grain, language: &str, detail: Detail) -> String {
    let Some(start) = bucket.get(..19).and_then(|wall| wall.parse::<DateTime>().ok()) else {
        return bucket.to_owned();
    };
    let japanese = language == "ja";
    let month = MONTHS[usize::try_from(start.month() - 1).unwrap_or_default() % 12];
    let (year, month_number, day) = (start.year(), start.month(), start.day());
    let date = match (japanese, detail) {
        (true, Detail::Axis) => format!("{month_number}/{day}"),
        (true, Detail::Full) => format!("{year}年{month_number}月{day}日"),
        (false, Detail::Axis) => format!("{month} {day}"),
        (false, Detail::Full) => format!("{month} {day}, {year}"),
    };
    match (grain, detail) {
        (Grain::Hour, Detail::Axis) if start.hour() == 0 => date,
        (Grain::Hour, Detail::Axis) => format!("{:02}:00", start.hour()),
        (Grain::Hour, Detail::Full) => format!("{date} {:02}:00", start.hour()),
        (Grain::Day, _) | (Grain::Week, Detail::Axis) => date,
        (Grain::Week, Detail::Full) if japanese => format!("{date}からの週"),
        (Grain::Week, Detail::Full) => format!("week of {date}"),
        (Grain::Month, Detail::Axis) if japanese && month_number == 1 => format!("{year}年"),
        (Grain::Month, Detail::Axis) if japanese => format!("{month_number}月"),
        (Grain::Month, Detail::Full) if japanese => format!("{year}年{month_number}月"),
        (Grain::Month, Detail::Axis) if month_number == 1 => year.to_string(),
        (Grain::Month, Detail::Axis) => month.to_owned(),
        (Grain::Month, Detail::Full) => format!("{month} {year}"),
    }
}

/// `text` cut to `room` tenths of its size, with a sign that it was cut.
pub fn shortened(text: &str, room: u32) -> String {
    if width_in_tenths(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        short.push(character);
        if width_in_tenths(&short) + 10 > room {
            short.pop();
            break;
        }
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_speak_the_wall_clock_of_the_bucket() {
        let start = "2026-11-01T00:00:00+09:00";
        assert_eq!(bucket(start, Grain::Day, "en", Detail::Axis), "Nov 1");
        assert_eq!(bucket(start, Grain::Day, "ja", Detail::Full), "2026年11月1日");
        assert_eq!(bucket(start, Grain::Week, "en", Detail::Full), "week of Nov 1, 2026");
        assert_eq!(bucket("2026-11-01T14:00:00-05:00", Grain::Hour, "en", Detail::Axis), "14:00");
        assert_eq!(bucket("2027-01-01T00:00:00Z", Grain::Month, "en", Detail::Axis), "2027");
        assert_eq!(shortened("checkout", 48), "checkout");
        assert_eq!(shortened("model-trainer", 48), "model-…");
        assert_eq!(bucket("soon", Grain::Month, "en", Detail::Axis), "soon");
    }
}
