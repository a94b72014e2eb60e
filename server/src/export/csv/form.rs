//! How cells and records are written, whatever the report.

use std::borrow::Cow;

use app::model::FilterError;

/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub byte_order_mark: bool,
    /// Disarms cells that spreadsheets would take for formulas.
    pub guard: bool,
}

impl Form {
    /// Parameters of every CSV besides the filter.
    pub const PARAMETERS: [&'static str; 2] = ["bom", "guard"];

    /// Reads them from a query string.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut form = Self { byte_order_mark: true, guard: true };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let switch = match name.as_ref() {
                "bom" => &mut form.byte_order_mark,
                "guard" => &mut form.guard,
                _ => continue,
            };
            *switch = match value.as_ref() {
                "0" => false,
                "1" => true,
                other => return Err(FilterError::bad(&name, format!("`{other}` is neither 0 nor 1"))),
            };
        }
        Ok(form)
    }

    /// Begins a file with its header row.
    pub fn head(self, out: &mut Vec<u8>, names: &[&str]) {
        if self.byte_order_mark {
            out.extend_from_slice(BYTE_ORDER_MARK);
        }
        out.extend_from_slice(names.join(",").as_bytes());
        out.extend_from_slice(b"\r\n");
    }

    /// Writes one record.
    pub fn record<'a>(self, out: &mut Vec<u8>, cells: impl IntoIterator<Item = Cow<'a, str>>) {
        for (index, value) in cells.into_iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            cell(out, &value, self.guard);
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// Writes one cell, quoted where it must be, disarmed where a spreadsheet would calculate it
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
pub fn cell(out: &mut Vec<u8>, value: &str, guard: bool) {
    let armed = guard && is_armed(value);
    // Bytes rather than characters: none of these is part of another in UTF-8, and files are long.
    // All of them, without an early end: the compiler then looks at many at once.
    let quoted = value.bytes().fold(false, |found, byte| found | matches!(byte, b',' | b'"' | b'\r' | b'\n'));
    if !armed && !quoted {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    out.push(b'"');
    if armed {
        out.push(b'\'');
    }
    out.extend_from_slice(value.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// Whether a spreadsheet would calculate it.
fn is_armed(value: &str) -> bool {
    // Most cells are decided by their first byte; 0xEF begins the full-width signs.
    matches!(value.as_bytes().first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | 0xEF))
        && value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
        && value.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::*;

    fn written(value: &str, guard: bool) -> String {
        let mut out = Vec::new();
        cell(&mut out, value, guard);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        for armed in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(written(armed, true).starts_with("\"'"), "{armed}");
            assert!(!written(armed, false).contains("'="), "{armed}");
        }
        assert_eq!(written("-12.5", true), "-12.5");
        assert_eq!(written("a,b", true), "\"a,b\"");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_csv_reader(cells in prop::collection::vec("\\PC*|[=,\"\r\n+-]{0,6}", 1..5)) {
            let mut out = Vec::new();
            for (index, value) in cells.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                // A lone empty cell is an empty line, which readers skip.
                cell(&mut out, value, false);
            }
            out.extend_from_slice(b"\r\n");
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
            if let Some(record) = reader.records().next() {
                prop_assert_eq!(record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>(), cells);
            } else {
                prop_assert_eq!(cells, vec![String::new()]);
            }
        }
    }
}
