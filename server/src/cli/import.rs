//! `yagura import`: captured findings from files, folders and stdin.
//!
//! Memory does not grow with the input: findings are kept in batches, one while the next is read.

mod rejects;

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

use super::error::CommandError;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::ingest::{Observation, Rejected, import};
use crate::lifecycle;
use crate::store::{Batch, IngestSummary, Store, StoreError};

/// Findings per transaction: statements cost as much for one row as for a thousand.
const BATCH: usize = 5000;
/// Bytes of their documents. Two batches are in memory, each in several forms.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Of the database while it imports, beside the threads that read and write. More would wait for one another, busily:
/// batches are small for a database, so that costs a tenth of the processors' time and gains nothing.
pub const THREADS: usize = 1;

/// Rejected inputs printed unless asked otherwise.
const REJECTS: u32 = 20;

/// Options of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files or folders; `-` is stdin. Compressed ones (.gz, .zst) are recognised by their content.
    #[arg(required_unless_present = "rejects", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Fail if anything was rejected.
    #[arg(long)]
    strict: bool,
    /// Instead of reading anything, print the inputs that were rejected so far, newest first.
    #[arg(long, conflicts_with_all = ["files", "strict"])]
    rejects: bool,
    /// How many rejected inputs to print [default: 20].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: Option<u32>,
}

/// Reads everything, prints what came of it, and each rejection with its reason to stderr.
pub async fn run(args: ImportArgs, config: &Config) -> Result<(), CommandError> {
    if args.rejects {
        return rejects::print(args.limit.unwrap_or(REJECTS), config).await;
    }
    if args.limit.is_some() {
        return Err(CommandError::Usage("--limit: is for --rejects".to_owned()));
    }
    let files = every_file(&args.files)?;
    let mut config = config.clone();
    config.limits.threads = THREADS;
    let store = lifecycle::open_store(&config).await?;
    let read = read_all(store.clone(), files).await;
    let closed = store.close().await;
    let Done { summary, unreadable } = read?;
    closed?;
    let IngestSummary { read, new, updated, unchanged, rejected } = summary;
    println!("read {read}, new {new}, updated {updated}, unchanged {unchanged}, rejected {rejected}");
    if unreadable > 0 {
        return Err(CommandError::Failed(format!("{unreadable} of the files could not be read to their end")));
    }
    if args.strict && rejected > 0 {
        return Err(CommandError::Failed(format!("{rejected} rejected, and --strict was given")));
    }
    Ok(())
}

/// Reads files and keeps what they hold.
pub async fn read_all(store: Store, files: Vec<PathBuf>) -> Result<Done, CommandError> {
    let handle = Handle::current();
    let read = spawn_blocking(move || Import::new(store, handle, &files).run(&files));
    read.await.unwrap_or(Err(CommandError::Store(StoreError::Panicked)))
}

/// Folders give the files below them, in the order of their names; hidden ones are left out.
fn every_file(given: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut files = Vec::new();
    for path in given {
        if is_stdin(path) {
            files.push(path.clone());
        } else {
            walk(path, &mut files).map_err(|source| CommandError::File { path: path.clone(), source })?;
        }
    }
    Ok(files)
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.metadata()?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        path.read_dir()?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    entries.sort();
    let hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    entries.iter().filter(|path| !hidden(path)).try_for_each(|path| walk(path, files))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// What came of files.
#[derive(Debug)]
pub struct Done {
    pub summary: IngestSummary,
    /// Files that could not be read to their end.
    pub unreadable: usize,
}

/// Runs on a blocking thread.
struct Import {
    store: Store,
    handle: Handle,
    bar: ProgressBar,
    /// What has been read and is not kept yet.
    reading: Batch,
    /// Of its documents.
    bytes: usize,
    /// The batch that is being kept while the next one is read.
    keeping: Option<JoinHandle<Result<IngestSummary, StoreError>>>,
    done: Done,
}

impl Import {
    fn new(store: Store, handle: Handle, files: &[PathBuf]) -> Self {
        Self {
            store,
            handle,
            bar: progress_bar(files),
            reading: Batch::of_file(SystemClock.now()),
            bytes: 0,
            keeping: None,
            done: Done { summary: IngestSummary::default(), unreadable: 0 },
        }
    }

    fn run(mut self, files: &[PathBuf]) -> Result<Done, CommandError> {
        for path in files {
            if let Err(source) = self.file(path)? {
                let error = CommandError::File { path: path.clone(), source };
                self.bar.suspend(|| eprintln!("{error}"));
                self.done.unreadable += 1;
            }
        }
        self.keep()?;
        self.kept()?;
        self.bar.finish_and_clear();
        Ok(self.done)
    }

    /// The inner error costs this file, the outer one the import.
    fn file(&mut self, path: &Path) -> Result<io::Result<()>, StoreError> {
        let bar = self.bar.clone();
        let (origin, input): (String, Box<dyn Read>) = if is_stdin(path) {
            ("stdin".to_owned(), Box::new(bar.wrap_read(io::stdin())))
        } else {
            match File::open(path) {
                Ok(file) => (path.display().to_string(), Box::new(bar.wrap_read(file))),
                Err(error) => return Ok(Err(error)),
            }
        };
        let mut broken = None;
        let at = self.reading.at;
        let read = import::read(&origin, input, at, &mut |result| match self.take(result) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                broken = Some(error);
                ControlFlow::Break(())
            }
        });
        broken.map_or(Ok(read), Err)
    }

    fn take(&mut self, result: Result<Observation, Rejected>) -> Result<(), StoreError> {
        match result {
            Ok(observation) => {
                self.bytes += observation.raw.len();
                self.reading.observations.push(observation);
            }
            Err(rejected) => {
                let Rejected { origin, position, reason, .. } = &rejected;
                self.bar.suspend(|| eprintln!("{}", rejects::visible(&format!("{origin}: {position}: {reason}"))));
                self.bytes += rejected.raw.len();
                self.reading.rejected.push(rejected);
            }
        }
        let held = self.reading.observations.len() + self.reading.rejected.len();
        if held >= BATCH || self.bytes >= BATCH_BYTES { self.keep() } else { Ok(()) }
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        if self.reading.observations.is_empty() && self.reading.rejected.is_empty() {
            return Ok(());
        }
        self.kept()?;
        let mut next = Batch::of_file(self.reading.at);
        next.observations.reserve(self.reading.observations.len());
        self.bytes = 0;
        let batch = std::mem::replace(&mut self.reading, next);
        let store = self.store.clone();
        self.keeping = Some(self.handle.spawn(async move { store.ingest(batch).await }));
        Ok(())
    }

    /// Waits for the batch before.
    fn kept(&mut self) -> Result<(), StoreError> {
        let Some(keeping) = self.keeping.take() else { return Ok(()) };
        self.done.summary += self.handle.block_on(keeping).unwrap_or(Err(StoreError::Panicked))?;
        Ok(())
    }
}

/// By bytes of the files as they are on disk. Invisible where stderr is no terminal.
fn progress_bar(files: &[PathBuf]) -> ProgressBar {
    if files.iter().any(|path| is_stdin(path)) {
        return ProgressBar::new_spinner();
    }
    let bar = ProgressBar::new(files.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum());
    match ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
