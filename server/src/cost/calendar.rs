//! The ends of trials as a calendar file (RFC 5545).
//!
//! Lines end with CRLF and are folded at 75 octets (section 3.1), texts are escaped (section 3.3.11), and an event has the
//! same UID each time, so that importing again replaces it. Days are whole days: AWS tells no hour.

use app::model::CostRow;
use app::text::{Text, fill};
use jiff::{Span, Timestamp};

/// Octets of a line, its end not counted.
const LINE: usize = 75;

/// The file: an event for each trial that has an end. `name` says a feature in the reader's language.
pub fn calendar(rows: &[CostRow], as_of: Timestamp, text: &Text) -> String {
    let words = &text.cost;
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Yagura//GuardDuty trials//EN");
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    for row in rows.iter().filter(|row| row.in_trial()) {
        let Some(day) = row.ends_on else { continue };
        let next = day.checked_add(Span::new().days(1)).unwrap_or(day);
        let feature = words.feature(&row.feature);
        let place = [("feature", feature), ("account", row.account.as_str()), ("region", row.region.as_str())];
        let monthly = row.monthly_usd.as_deref().unwrap_or(text.unknown);
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:trial-{}-{}-{}@yagura", row.account, row.region, row.feature));
        line(&mut out, &format!("DTSTAMP:{}", as_of.strftime("%Y%m%dT%H%M%SZ")));
        line(&mut out, &format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")));
        line(&mut out, &format!("DTEND;VALUE=DATE:{}", next.strftime("%Y%m%d")));
        line(&mut out, &format!("SUMMARY:{}", escape(&fill(words.calendar_summary, &place))));
        let description = fill(words.calendar_description, &[("usd", monthly)]);
        line(&mut out, &format!("DESCRIPTION:{}", escape(&description)));
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "BEGIN:VALARM");
        line(&mut out, "ACTION:DISPLAY");
        line(&mut out, "TRIGGER:-P7D");
        line(&mut out, &format!("DESCRIPTION:{}", escape(&fill(words.calendar_summary, &place))));
        line(&mut out, "END:VALARM");
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n").replace('\r', "")
}

/// Writes one line, folded: what goes on begins with a space.
fn line(out: &mut String, content: &str) {
    let mut room = LINE;
    for character in content.chars() {
        if character.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        out.push(character);
        room -= character.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use app::model::CostBasis;
    use app::text::Language;

    use super::*;

    fn row(days_left: Option<u32>, account: &str) -> CostRow {
        CostRow {
            account: account.to_owned(),
            region: "ap-northeast-1".to_owned(),
            feature: app::model::cost::FARGATE.to_owned(),
            days_left,
            days_used: 26,
            ends_on: days_left.map(|_| "2026-11-30".parse().unwrap()),
            usage_usd: None,
            daily_usd: None,
            monthly_usd: Some("1234.50".to_owned()),
            low_usd: None,
            high_usd: None,
            console_usd: None,
            basis: CostBasis::NoData,
            assumptions: Vec::new(),
            observed_at: None,
        }
    }

    fn file(rows: &[CostRow], language: Language) -> String {
        calendar(rows, "2026-11-23T12:00:00Z".parse().unwrap(), language.text())
    }

    /// Lines as a program reads them: joined where they were folded.
    fn unfolded(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_file_is_what_rfc_5545_says() {
        let rows = [row(Some(7), "111122223333"), row(Some(0), "2"), row(None, "3")];
        for language in [Language::English, Language::Japanese] {
            let file = file(&rows, language);
            assert!(file.ends_with("END:VCALENDAR\r\n"));
            assert_eq!(file.matches('\n').count(), file.matches("\r\n").count(), "every line ends with both");
            assert!(file.split_terminator("\r\n").all(|line| line.len() <= 75), "{file}");
            let lines = unfolded(&file);
            // What is over, and what never was, is no event.
            assert_eq!(lines.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 1);
            for begun in ["VCALENDAR", "VEVENT", "VALARM"] {
                let count = |what: &str| lines.iter().filter(|line| **line == format!("{what}:{begun}")).count();
                assert_eq!(count("BEGIN"), count("END"), "{begun}");
            }
            for line in [
                "DTSTART;VALUE=DATE:20261130",
                "DTEND;VALUE=DATE:20261201",
                "DTSTAMP:20261123T120000Z",
                "UID:trial-111122223333-ap-northeast-1-FARGATE_RUNTIME_MONITORING@yagura",
                "TRIGGER:-P7D",
            ] {
                assert!(lines.iter().any(|known| known == line), "{line}: {lines:?}");
            }
            assert!(lines.iter().any(|line| line.starts_with("DESCRIPTION:") && line.contains("1234.50")));
        }
    }

    #[test]
    fn texts_cannot_break_out_of_their_line() {
        assert_eq!(escape("a;b,c\\d\r\nBEGIN:VEVENT"), "a\\;b\\,c\\\\d\\nBEGIN:VEVENT");
        let mut out = String::new();
        line(&mut out, &"日".repeat(60));
        assert!(out.split_terminator("\r\n").all(|line| line.len() <= 75));
        assert_eq!(unfolded(&out), ["日".repeat(60)]);
    }

    #[test]
    fn without_a_trial_the_file_is_empty_and_whole() {
        assert_eq!(unfolded(&file(&[], Language::English)).len(), 6);
    }
}
