//! Report packs: what a team files for its review, in one dated archive.
//!
//! A pack holds the files that the pages offer, all of the same window, a page to print, and the sums to check them by. It
//! asks through `export` and `share`, so no number in it can differ from theirs. It is written while it is sent: nothing is
//! kept, and it is whole or visibly broken. It refuses to hide anything: a pack is for those who may see everything.

mod archive;
mod contents;
mod readme;
pub mod schedule;

use std::io::Write;
use std::sync::{Arc, LazyLock};

use app::backend::BackendError;
use app::format::Reader;
use app::model::time_range::Moment;
use app::model::{Field, Filter, FilterError, ShareReport, Shared, TimeRange, Window};
use app::page::Theme;
use app::text::Language;
use futures::StreamExt;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::backend::YaguraBackend;
use crate::export::pieces::{self, PieceSender, Pieces};
use crate::export::{Download, Format, Report, download};
use crate::share::answer::unredacted;
use crate::share::forms::page;
use crate::share::look::Look;
use crate::share::question::Locked;
use archive::{Archive, Out};
use contents::{PARTS, Part};

/// Packs that may be written at the same time: each asks two dozen questions and compresses every finding.
static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// The page to print.
const PAGE: &str = "overview.html";
/// What the pack holds, for people.
const README: &str = "README.md";
/// The same for `sha256sum -c`.
const SUMS: &str = "SHA256SUMS";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    filter: Filter,
    language: Language,
}

impl Order {
    /// Taken besides the filter.
    pub const PARAMETERS: [&'static str; 1] = ["lang"];

    /// Reads a query string strictly.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let query = query.trim_start_matches('?');
        let filter = Filter {
            cursor: None,
            limit: None,
            sort: None,
            direction: None,
            ..Filter::parse(query, &Self::PARAMETERS)?
        };
        let mut language = Language::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name == "lang" {
                language = Language::from_tag(&value)
                    .ok_or_else(|| FilterError::bad("lang", format!("`{value}` is neither en nor ja")))?;
            }
        }
        Ok(Self { filter, language })
    }
}

/// A pack on its way.
#[derive(Debug)]
pub struct Pack {
    /// `yagura-pack-20261123T120000Z.zip`
    pub file_name: String,
    /// Ends with an error if the pack is not whole.
    pub pieces: Pieces,
}

/// Media type of a pack.
pub const CONTENT_TYPE: &str = "application/zip";

/// Starts a pack. Its window is fixed now: `30d` means the same moment in every file.
pub async fn start(backend: &YaguraBackend, order: Order) -> Result<Pack, BackendError> {
    let place = Arc::clone(&PLACES).try_acquire_owned().map_err(|_| BackendError::Busy)?;
    let window = backend.spec(&order.filter)?.window();
    let moment = |at: Timestamp| Some(Moment::Instant(at));
    let range = TimeRange::Between { from: window.from.and_then(moment), to: moment(window.to) };
    let fixed = Filter { range, time_zone: Some(window.time_zone.clone()), ..order.filter.clone() };
    let question = Locked::parse(ShareReport::Overview, &fixed.to_query())?;
    let overview = unredacted(backend, ShareReport::Overview, &question).await?;
    let file_name = format!("yagura-pack-{}.zip", overview.as_of.strftime("%Y%m%dT%H%M%SZ"));
    let (sender, pieces) = pieces::channel();
    let writing =
        Writing { backend: backend.clone(), order, fixed, window, overview, handle: Handle::current(), _place: place };
    spawn_blocking(move || writing.run(&sender));
    Ok(Pack { file_name, pieces })
}

/// Why a pack broke off.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the archive: {0}")]
    Archive(#[from] zip::result::ZipError),
    #[error("{name}: {source}")]
    Report { name: &'static str, source: BackendError },
    #[error("{name}: {source}")]
    File { name: &'static str, source: std::io::Error },
}

/// Runs on a blocking thread of a runtime.
struct Writing {
    backend: YaguraBackend,
    order: Order,
    /// The filter with its window as two moments.
    fixed: Filter,
    window: Window,
    overview: Shared,
    handle: Handle,
    _place: OwnedSemaphorePermit,
}

impl Writing {
    fn run(self, sender: &PieceSender) {
        let stop = CancellationToken::new();
        match self.write(Out::new(sender, &stop)) {
            Ok(()) => sender.finish(&stop),
            Err(Broken::Archive(error)) if archive::is_left(&error) => {
                tracing::debug!("nobody reads the report pack any more");
            }
            // The reader sees a broken file.
            Err(error) => tracing::error!(%error, "a report pack broke off"),
        }
    }

    fn write(&self, out: Out<'_>) -> Result<(), Broken> {
        let mut archive = Archive::new(out, self.overview.as_of);
        let reader = Reader::new(self.order.language, &self.window.time_zone, self.overview.as_of);
        let look =
            Look { language: self.order.language, theme: Theme::Auto, titled: true, refresh: None, height: None };
        archive.whole(PAGE, page(&self.overview, &reader, look, None).html.as_bytes())?;
        archive.told(None, self.overview.data_version);
        for part in PARTS {
            self.part(&mut archive, part)?;
        }
        let readme = readme::of(&reader, &self.order.filter, &self.window, archive.entries());
        archive.whole(README, readme.as_bytes())?;
        let sums: Vec<_> = archive.entries().iter().map(|entry| format!("{}  {}\n", entry.sum, entry.name)).collect();
        archive.whole(SUMS, sums.concat().as_bytes())?;
        Ok(archive.finish()?)
    }

    fn part(&self, archive: &mut Archive<'_>, part: &Part) -> Result<(), Broken> {
        let name = part.name;
        let query = match part.report {
            // Costs are of now, whatever the window, and of accounts and Regions only.
            Report::Cost | Report::CostProjection | Report::CostAlternatives => {
                let places = [Field::Account, Field::Region];
                let fields = self.fixed.fields.iter().filter(|(field, _)| places.contains(field));
                Filter { fields: fields.map(|(field, of)| (*field, of.clone())).collect(), ..Filter::default() }
                    .to_query()
            }
            _ => format!("{}&{}", part.query, self.fixed.to_query()),
        };
        let started = download(&self.backend, part.report, Format::Csv, query.trim_matches('&'));
        let Download { rows, data_version, mut pieces, .. } =
            self.handle.block_on(started).map_err(|source| Broken::Report { name, source })?;
        archive.begin(name)?;
        while let Some(piece) = self.handle.block_on(pieces.next()) {
            let piece = piece.map_err(|source| Broken::File { name, source })?;
            archive.write_all(&piece).map_err(zip::result::ZipError::Io)?;
        }
        archive.end();
        archive.told(Some(rows), data_version);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn an_order_is_read_strictly() {
        assert_eq!(Order::parse("range=7d&lang=ja").unwrap().language, Language::Japanese);
        assert_eq!(Order::parse("lang=fr").unwrap_err().parameter(), "lang");
        assert_eq!(Order::parse("columns=id").unwrap_err().parameter(), "columns");
        assert_eq!(Order::parse("?sort=title&limit=5").unwrap(), Order::parse("").unwrap());
    }
}
