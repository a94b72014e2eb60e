//! `yagura export`: the files the server gives, without a server.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::backend::BackendError;
use app::model::ShareFormat;
use clap::{Args, ValueEnum};
use futures::StreamExt;

use super::desk::Desk;
use super::error::CommandError;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::export::pieces::Pieces;
use crate::export::{Format, Report, download};
use crate::lifecycle;
use crate::pack::{self, Order};

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReportName {
    Findings,
    Trend,
    Breakdown,
    Groups,
    Heatmap,
    Movers,
    News,
    Cost,
    #[value(name = "cost_projection")]
    CostProjection,
    #[value(name = "cost_alternatives")]
    CostAlternatives,
    Coverage,
    Families,
    Services,
    Layers,
    /// All of them as CSV in one zip, with a page to print and the sums of the files.
    Pack,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    Csv,
    Json,
    Md,
    Parquet,
    /// Of shares only, as the two below.
    Png,
    Svg,
    Html,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to write.
    #[arg(required_unless_present = "share")]
    report: Option<ReportName>,
    /// Write what is behind the link of this share instead, with what it hides taken out: for wikis that cannot reach
    /// Yagura. Works beside a running server.
    #[arg(long, value_name = "ID", conflicts_with_all = ["report", "filter"])]
    share: Option<String>,
    /// In which form [default: csv]; a pack is a zip.
    #[arg(long)]
    format: Option<FormatName>,
    /// Where to; `-` is stdout.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// The query string of the same report over HTTP, such as 'range=7d&severity=high' or 'by=cluster'.
    #[arg(long, value_name = "QUERY", default_value = "")]
    filter: String,
}

/// Writes the file. It appears under its name only when it is whole.
pub async fn run(args: ExportArgs, config: &Config) -> Result<(), CommandError> {
    if let Some(id) = &args.share {
        return share(id, &args, config).await;
    }
    let Some(report) = args.report else {
        return Err(CommandError::Usage("name a report, or a share with --share".to_owned()));
    };
    let report = match report {
        ReportName::Pack if args.format.is_some() => {
            return Err(CommandError::Usage("--format: a pack is a zip and takes no other form".to_owned()));
        }
        ReportName::Pack => return pack(&args, config).await,
        ReportName::Findings => Report::Findings,
        ReportName::Trend => Report::Trend,
        ReportName::Breakdown => Report::Breakdown,
        ReportName::Groups => Report::Groups,
        ReportName::Heatmap => Report::Heatmap,
        ReportName::Movers => Report::Movers,
        ReportName::News => Report::News,
        ReportName::Cost => Report::Cost,
        ReportName::CostProjection => Report::CostProjection,
        ReportName::CostAlternatives => Report::CostAlternatives,
        ReportName::Coverage => Report::Coverage,
        ReportName::Families => Report::Families,
        ReportName::Services => Report::Services,
        ReportName::Layers => Report::Layers,
    };
    let format = match args.format.unwrap_or(FormatName::Csv) {
        FormatName::Csv => Format::Csv,
        FormatName::Json => Format::Json,
        FormatName::Md => Format::Markdown,
        FormatName::Parquet => Format::Parquet,
        FormatName::Png | FormatName::Svg | FormatName::Html => {
            return Err(CommandError::Usage(
                "--format: pictures and pages are of shares; name one with --share".to_owned(),
            ));
        }
    };
    let store = lifecycle::open_store(config).await?;
    let clock: SharedClock = Arc::new(SystemClock);
    let backend = lifecycle::backend(config, &store, &clock);
    let written = match download(&backend, report, format, args.filter.trim_start_matches('?')).await {
        Ok(download) => write(download.pieces, &args.output).await,
        Err(error) => Err(error.into()),
    };
    drop(backend);
    let closed = store.close().await;
    written?;
    Ok(closed?)
}

/// Every report in one archive.
async fn pack(args: &ExportArgs, config: &Config) -> Result<(), CommandError> {
    let order = Order::parse(&args.filter).map_err(BackendError::from)?;
    let store = lifecycle::open_store(config).await?;
    let clock: SharedClock = Arc::new(SystemClock);
    let backend = lifecycle::backend(config, &store, &clock);
    let written = match pack::start(&backend, order).await {
        Ok(pack) => write(pack.pieces, &args.output).await,
        Err(error) => Err(error.into()),
    };
    drop(backend);
    let closed = store.close().await;
    written?;
    Ok(closed?)
}

/// What a share shows.
async fn share(id: &str, args: &ExportArgs, config: &Config) -> Result<(), CommandError> {
    let format = match args.format.unwrap_or(FormatName::Csv) {
        FormatName::Csv => ShareFormat::Csv,
        FormatName::Json => ShareFormat::Json,
        FormatName::Md => ShareFormat::Markdown,
        FormatName::Png => ShareFormat::Png,
        FormatName::Svg => ShareFormat::Svg,
        FormatName::Html => ShareFormat::Html,
        FormatName::Parquet => {
            return Err(CommandError::Usage("--format: no share is given as parquet".to_owned()));
        }
    };
    let desk = Desk::open(config).await?;
    let written = match desk.view(id, format).await {
        Ok(content) => write(Pieces::whole(content), &args.output).await,
        Err(error) => Err(error),
    };
    let closed = desk.close().await;
    written?;
    closed
}

/// Blocks on the file, which is all this command does.
async fn write(pieces: Pieces, output: &Path) -> Result<(), CommandError> {
    let failed = |source| CommandError::File { path: output.to_owned(), source };
    if output == Path::new("-") {
        return copy(pieces, &mut io::stdout()).await.map_err(failed);
    }
    let mut name = output.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let mut file = File::create(&part).map_err(failed)?;
    let copied = copy(pieces, &mut file).await.and_then(|()| file.sync_all());
    match copied.and_then(|()| fs::rename(&part, output)) {
        Ok(()) => Ok(()),
        Err(error) => {
            // The first error is the one to tell.
            let _ = fs::remove_file(&part);
            Err(failed(error))
        }
    }
}

async fn copy(mut pieces: Pieces, out: &mut impl Write) -> io::Result<()> {
    while let Some(piece) = pieces.next().await {
        out.write_all(&piece?)?;
    }
    out.flush()
}
