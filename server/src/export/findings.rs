//! Every finding of a filter as a file, streamed: one code path for ten and ten million rows, no row limit.
//!
//! A failure aborts the stream, so that half a file never looks whole.

use std::io::Read;

use app::backend::BackendError;
use app::model::{Filter, Finding};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::csv::CsvOptions;
use super::pieces::{PieceSender, channel};
use super::{Download, Format, Report, json, markdown, parquet};
use crate::backend::{YaguraBackend, failed};
use crate::query::QueryError;
use crate::query::counts;
use crate::query::reports::{Cells, FindingList, for_each_finding, for_each_row};
use crate::store::{ParquetFile, StoreError};

/// Bytes per piece of the stream.
const PIECE: usize = 64 * 1024;

/// Starts writing the findings of a filter, in the order of its list.
pub async fn findings(
    backend: &YaguraBackend,
    filter: &Filter,
    format: Format,
    options: CsvOptions,
) -> Result<Download, BackendError> {
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
                    Ok(counts) => counts.findings,
                    Err(QueryError::Store(error)) => return Err(error),
                    Err(QueryError::Filter(_)) => 0,
                };
                if head.send((rows, snapshot.data_version())).is_err() {
                    return Ok(());
                }
                let end = format!(
                    r#"],"next_cursor":null,"total":{rows},"as_of":"{}","data_version":{}}}"#,
                    spec.now,
                    snapshot.data_version()
                );
                let mut writer = Writer::new(format, options, end, Out::new(body, snapshot.stop()))?;
                let read = if format == Format::Json && !writer.options.chosen {
                    for_each_finding(snapshot, &spec, &list, &mut |finding| writer.finding(finding))
                } else {
                    let columns: Vec<&str> = writer.options.columns.iter().map(|column| column.expression()).collect();
                    for_each_row(snapshot, &spec, &list, &columns, &mut |row| writer.row(row))
                };
                if let Err(QueryError::Store(error)) = read {
                    return Err(error);
                }
                writer.finish()
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
    Ok(Download::new(Report::Findings, format, now, rows, data_version, pieces))
}

/// Bytes on their way to the reader.
struct Out<'a> {
    buffer: Vec<u8>,
    body: PieceSender,
    stop: &'a CancellationToken,
    /// Some records did not reach the reader: the file will never be whole.
    broken: bool,
}

impl<'a> Out<'a> {
    fn new(body: PieceSender, stop: &'a CancellationToken) -> Self {
        Self { buffer: Vec::with_capacity(PIECE + 4096), body, stop, broken: false }
    }

    /// False when nobody reads any more.
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

/// What a form needs between two records.
enum Shape {
    Csv,
    /// The separator before the next record, and what ends the document.
    Json {
        separator: &'static [u8],
        end: String,
    },
    Markdown,
    Parquet(ParquetFile),
}

struct Writer<'a> {
    shape: Shape,
    options: CsvOptions,
    out: Out<'a>,
    /// The first failure of the file; it ends the writing.
    failure: Option<StoreError>,
}

impl<'a> Writer<'a> {
    fn new(format: Format, options: CsvOptions, end: String, mut out: Out<'a>) -> Result<Self, StoreError> {
        let names: Vec<&str> = options.columns.iter().map(|column| column.as_str()).collect();
        let shape = match format {
            Format::Csv => {
                options.form.head(&mut out.buffer, &names);
                Shape::Csv
            }
            Format::Json => {
                out.buffer.extend_from_slice(br#"{"findings":["#);
                Shape::Json { separator: b"", end }
            }
            Format::Markdown => {
                markdown::head(&mut out.buffer, &names);
                Shape::Markdown
            }
            Format::Parquet => {
                let heads = options.columns.iter().map(|column| (column.as_str(), parquet::sort_of(column.kind())));
                Shape::Parquet(ParquetFile::new(heads.collect())?)
            }
        };
        Ok(Self { shape, options, out, failure: None })
    }

    /// False when nobody reads any more. Only JSON has whole findings, unless columns were chosen.
    fn finding(&mut self, finding: &Finding) -> bool {
        let Shape::Json { separator, .. } = &mut self.shape else { return false };
        self.out.buffer.extend_from_slice(separator);
        *separator = b",";
        let written = serde_json::to_writer(&mut self.out.buffer, finding);
        self.goes_on(written.map_err(|error| StoreError::Unreadable(error.to_string())))
    }

    /// False when nobody reads any more. The row has the options' columns.
    fn row(&mut self, row: Cells<'_>) -> bool {
        let cells = || self.options.columns.iter().enumerate().map(|(place, column)| column.text(row, place));
        let written = match &mut self.shape {
            Shape::Csv => {
                self.options.form.record(&mut self.out.buffer, cells());
                Ok(())
            }
            Shape::Markdown => {
                let cells: Vec<_> = cells().collect();
                markdown::row(&mut self.out.buffer, cells.iter().map(AsRef::as_ref));
                Ok(())
            }
            Shape::Parquet(file) => file.row(cells().map(std::borrow::Cow::into_owned)),
            Shape::Json { separator, .. } => {
                self.out.buffer.extend_from_slice(separator);
                *separator = b",";
                let record = json::record(&self.options.columns, row);
                serde_json::to_writer(&mut self.out.buffer, &record)
                    .map_err(|error| StoreError::Unreadable(error.to_string()))
            }
        };
        self.goes_on(written)
    }

    fn goes_on(&mut self, written: Result<(), StoreError>) -> bool {
        if let Err(error) = written {
            self.failure = Some(error);
            return false;
        }
        if self.out.stop.is_cancelled() {
            self.out.broken = true;
        }
        !self.out.broken && (self.out.buffer.len() < PIECE || self.out.flush())
    }

    fn finish(mut self) -> Result<(), StoreError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        match self.shape {
            Shape::Csv | Shape::Markdown => {}
            Shape::Json { end, .. } => self.out.buffer.extend_from_slice(end.as_bytes()),
            Shape::Parquet(file) => {
                let (mut file, folder) = file.finish()?;
                loop {
                    let read = file.by_ref().take(PIECE as u64).read_to_end(&mut self.out.buffer);
                    if read.map_err(StoreError::Scratch)? == 0 || !self.out.flush() {
                        break;
                    }
                }
                drop(folder);
            }
        }
        self.out.finish();
        Ok(())
    }
}
