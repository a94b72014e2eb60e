//! CSV: RFC 4180 with CRLF and a header row, streamed, no row limit.
//!
//! One code path for ten and ten million rows. A failure aborts the stream, so that half a file never looks whole.

mod columns;

use std::io;

use app::backend::BackendError;
use app::model::{Filter, FilterError, Finding};
use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::backend::{YaguraBackend, failed};
use crate::query::QueryError;
use crate::query::compile::in_window;
use crate::query::reports::{FindingList, for_each_finding, totals};
pub use columns::Column;

/// Bytes per piece of the stream.
const PIECE: usize = 64 * 1024;
/// Pieces that may wait for a slow reader.
const WAITING_PIECES: usize = 4;
/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    pub byte_order_mark: bool,
    /// Disarms cells that spreadsheets would take for formulas.
    pub guard: bool,
    pub columns: Vec<Column>,
}

impl CsvOptions {
    /// Parameters of a CSV besides the filter.
    pub const PARAMETERS: [&'static str; 3] = ["bom", "guard", "columns"];

    /// Reads them from a query string.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut options = Self { byte_order_mark: true, guard: true, columns: Column::ALL.to_vec() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let switch = || match value.as_ref() {
                "0" => Ok(false),
                "1" => Ok(true),
                other => Err(FilterError::bad(&name, format!("`{other}` is neither 0 nor 1"))),
            };
            match name.as_ref() {
                "bom" => options.byte_order_mark = switch()?,
                "guard" => options.guard = switch()?,
                "columns" if !value.is_empty() => {
                    let columns = value.split(',').map(|word| {
                        Column::parse(word).ok_or_else(|| {
                            FilterError::bad("columns", format!("`{word}` is no column; there are {}", Column::names()))
                        })
                    });
                    options.columns = columns.collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(options)
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    pub file_name: String,
    pub rows: i64,
    pub data_version: u64,
    /// Ends with an error if the file is not whole.
    pub pieces: mpsc::Receiver<io::Result<Bytes>>,
}

/// Starts writing the findings of a filter, in the order of its list.
pub async fn findings(backend: &YaguraBackend, filter: &Filter, options: CsvOptions) -> Result<Download, BackendError> {
    let (spec, list) = (backend.spec(filter)?, FindingList::of(filter)?);
    let (send, pieces) = mpsc::channel(WAITING_PIECES);
    let (head, started) = oneshot::channel();
    let store = backend.store().clone();
    let now = spec.now;
    tokio::spawn(async move {
        let body = send.clone();
        let written = store
            .read(move |snapshot| {
                let rows = match totals(snapshot, &in_window(&spec)) {
                    Ok(counts) => counts.findings,
                    Err(QueryError::Store(error)) => return Err(error),
                    Err(QueryError::Filter(_)) => 0,
                };
                if head.send(Ok((rows, snapshot.data_version()))).is_err() {
                    return Ok(());
                }
                let mut writer = Writer::new(options, body);
                let mut each = |finding: &Finding| writer.row(finding);
                if let Err(QueryError::Store(error)) = for_each_finding(snapshot, &spec, &list, &mut each) {
                    return Err(error);
                }
                writer.finish();
                Ok(())
            })
            .await;
        if let Err(error) = written {
            // The reader sees an aborted transfer, not a short file.
            let safe = failed(&error).to_string();
            let _ = send.send(Err(io::Error::other(safe))).await;
        }
    });
    let (rows, data_version) = match started.await {
        Ok(Ok(head)) => head,
        Ok(Err(error)) => return Err(error),
        Err(_dropped) => return Err(BackendError::Busy),
    };
    Ok(Download { file_name: file_name("findings", now), rows, data_version, pieces })
}

/// `yagura-findings-20261123T120000Z.csv`
pub fn file_name(report: &str, now: Timestamp) -> String {
    format!("yagura-{report}-{}.csv", now.strftime("%Y%m%dT%H%M%SZ"))
}

struct Writer {
    options: CsvOptions,
    buffer: Vec<u8>,
    body: mpsc::Sender<io::Result<Bytes>>,
}

impl Writer {
    fn new(options: CsvOptions, body: mpsc::Sender<io::Result<Bytes>>) -> Self {
        let mut buffer = Vec::with_capacity(PIECE + 4096);
        if options.byte_order_mark {
            buffer.extend_from_slice(BYTE_ORDER_MARK);
        }
        let names: Vec<&str> = options.columns.iter().map(|column| column.as_str()).collect();
        buffer.extend_from_slice(names.join(",").as_bytes());
        buffer.extend_from_slice(b"\r\n");
        Self { options, buffer, body }
    }

    /// False when nobody reads any more.
    fn row(&mut self, finding: &Finding) -> bool {
        for (index, column) in self.options.columns.iter().enumerate() {
            if index > 0 {
                self.buffer.push(b',');
            }
            cell(&mut self.buffer, &column.value(finding), self.options.guard);
        }
        self.buffer.extend_from_slice(b"\r\n");
        self.buffer.len() < PIECE || self.flush()
    }

    fn flush(&mut self) -> bool {
        let piece = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE + 4096)));
        self.body.blocking_send(Ok(piece)).is_ok()
    }

    fn finish(mut self) {
        self.flush();
    }
}

/// Writes one cell, quoted where it must be, disarmed where a spreadsheet would calculate it
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
pub fn cell(out: &mut Vec<u8>, value: &str, guard: bool) {
    let armed = guard
        && value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
        && value.parse::<f64>().is_err();
    if !armed && !value.contains([',', '"', '\r', '\n']) {
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

    #[test]
    fn parameters_are_checked() {
        let options = CsvOptions::parse("bom=0&guard=0&columns=title,id&severity=high").unwrap();
        assert_eq!((options.byte_order_mark, options.guard, options.columns.len()), (false, false, 2));
        for (query, parameter) in [("columns=nope", "columns"), ("bom=yes", "bom")] {
            assert_eq!(CsvOptions::parse(query).unwrap_err().parameter(), parameter);
        }
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
