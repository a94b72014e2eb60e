//! CSV: RFC 4180 with CRLF and a header row, streamed, no row limit.
//!
//! One code path for ten and ten million rows. A failure aborts the stream, so that half a file never looks whole.

mod columns;
mod form;
mod table;

use app::backend::BackendError;
use app::model::{Filter, FilterError, Finding};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::pieces::{PieceSender, channel};
use super::{Download, Format, Report};
use crate::backend::{YaguraBackend, failed};
use crate::query::reports::{FindingList, for_each_finding};
use crate::query::{QueryError, counts};
pub use columns::Column;
pub use form::Form;
pub use table::{breakdown, trend};

/// Bytes per piece of the stream.
const PIECE: usize = 64 * 1024;

/// How a file of findings is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    pub form: Form,
    pub columns: Vec<Column>,
}

impl CsvOptions {
    /// Parameters of the file besides the filter.
    pub const PARAMETERS: [&'static str; 3] = ["bom", "guard", "columns"];

    /// Reads them from a query string.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut options = Self { form: Form::parse(query)?, columns: Column::ALL.to_vec() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name == "columns" && !value.is_empty() {
                let columns = value.split(',').map(|word| {
                    Column::parse(word).ok_or_else(|| {
                        FilterError::bad("columns", format!("`{word}` is no column; there are {}", Column::names()))
                    })
                });
                options.columns = columns.collect::<Result<_, _>>()?;
            }
        }
        Ok(options)
    }
}

/// Starts writing the findings of a filter, in the order of its list.
pub async fn findings(backend: &YaguraBackend, filter: &Filter, options: CsvOptions) -> Result<Download, BackendError> {
    let (spec, list) = (backend.spec(filter)?, FindingList::of(filter)?);
    let (send, pieces) = channel();
    let (head, started) = oneshot::channel();
    let store = backend.store().clone();
    let now = spec.now;
    let writing = tokio::spawn(async move {
        let body = send.clone();
        let written = store
            .stream(move |snapshot| {
                let rows = match counts::totals(snapshot, &spec) {
                    Ok(found) => found.findings,
                    Err(QueryError::Store(error)) => return Err(error),
                    Err(QueryError::Filter(_)) => 0,
                };
                if head.send((rows, snapshot.data_version())).is_err() {
                    return Ok(());
                }
                let mut writer = Writer::new(options, body, snapshot.stop());
                let mut each = |finding: &Finding| writer.row(finding);
                if let Err(QueryError::Store(error)) = for_each_finding(snapshot, &spec, &list, &mut each) {
                    return Err(error);
                }
                writer.finish();
                Ok(())
            })
            .await;
        // Whoever reads already sees an aborted transfer, not a short file.
        drop(send);
        written.map_err(|error| failed(&error))
    });
    let Ok((rows, data_version)) = started.await else {
        return Err(match writing.await {
            Ok(Err(error)) => error,
            _ => BackendError::Busy,
        });
    };
    Ok(Download::new(Report::Findings, Format::Csv, now, rows, data_version, pieces))
}

struct Writer<'a> {
    options: CsvOptions,
    buffer: Vec<u8>,
    body: PieceSender,
    stop: &'a CancellationToken,
    /// Some records did not reach the reader: the file will never be whole.
    broken: bool,
}

impl<'a> Writer<'a> {
    fn new(options: CsvOptions, body: PieceSender, stop: &'a CancellationToken) -> Self {
        let mut buffer = Vec::with_capacity(PIECE + 4096);
        let names: Vec<&str> = options.columns.iter().map(|column| column.as_str()).collect();
        options.form.head(&mut buffer, &names);
        Self { options, buffer, body, stop, broken: false }
    }

    /// False when nobody reads any more.
    fn row(&mut self, finding: &Finding) -> bool {
        let cells = self.options.columns.iter().map(|column| column.value(finding));
        self.options.form.record(&mut self.buffer, cells);
        self.buffer.len() < PIECE || self.flush()
    }

    fn flush(&mut self) -> bool {
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE + 4096));
        self.broken |= !self.body.send(piece, self.stop);
        !self.broken
    }

    fn finish(mut self) {
        if !self.broken && self.flush() {
            self.body.finish(self.stop);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn parameters_are_checked() {
        let options = CsvOptions::parse("bom=0&guard=0&columns=title,id&severity=high").unwrap();
        assert_eq!((options.form.byte_order_mark, options.form.guard, options.columns.len()), (false, false, 2));
        for (query, parameter) in [("columns=nope", "columns"), ("bom=yes", "bom")] {
            assert_eq!(CsvOptions::parse(query).unwrap_err().parameter(), parameter);
        }
    }
}
