//! The command line. Results go to stdout, everything else to stderr.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage. Nothing is decided here; each command has a file of its own.

mod demo;
mod desk;
mod error;
mod export;
pub mod import;
mod reprocess;
mod serve;
mod share;
mod sync;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Overrides};
use crate::{lifecycle, telemetry};
use error::CommandError;

/// Findings of GuardDuty and Security Hub on ECS Fargate, on one dashboard of your own.
#[derive(Debug, Parser)]
#[command(name = "yagura", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    settings: SettingsArgs,
    /// Without a command: serve.
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Args)]
struct SettingsArgs {
    /// Read settings from this file instead of `yagura.toml`.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the database in this folder [setting data.dir].
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Collect findings and serve the dashboard.
    Serve(serve::ServeArgs),
    /// The same against a simulated AWS: no account, no credentials, nothing kept.
    Demo(demo::DemoArgs),
    /// Pull everything once. Fails if any part failed.
    Sync(sync::SyncArgs),
    /// Read captured findings from files or folders.
    Import(import::ImportArgs),
    /// Read everything that is kept again, with this program's parser and category rules.
    #[command(visible_alias = "reclassify")]
    Reprocess,
    /// Write a report, or what a share shows, to a file.
    Export(export::ExportArgs),
    /// Links for people outside: read-only views that cannot be widened.
    Share(share::ShareArgs),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let Cli { settings, command } = Cli::parse();
    match run(&settings, command.unwrap_or(Command::Serve(serve::ServeArgs::default()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.exit_code()
        }
    }
}

fn run(settings: &SettingsArgs, command: Command) -> Result<(), CommandError> {
    let mut overrides = Overrides::new();
    if let Some(folder) = &settings.data_dir {
        overrides.push(("data.dir", folder.display().to_string()));
    }
    match &command {
        Command::Serve(args) => overrides.extend(args.overrides()),
        Command::Demo(args) => overrides.extend(args.overrides()),
        Command::Sync(_) | Command::Import(_) | Command::Reprocess | Command::Export(_) | Command::Share(_) => {}
    }
    let config = Config::load(settings.config.as_deref(), &overrides)?;
    telemetry::start(&config.log);
    let ran = lifecycle::run(async || match command {
        Command::Serve(_) => Box::pin(serve::run(&config)).await,
        Command::Demo(args) => Box::pin(demo::run(args, config, settings.data_dir.is_some())).await,
        Command::Sync(args) => Box::pin(sync::run(&args, &config)).await,
        Command::Import(args) => Box::pin(import::run(args, &config)).await,
        Command::Reprocess => Box::pin(reprocess::run(&config)).await,
        Command::Export(args) => Box::pin(export::run(args, &config)).await,
        Command::Share(args) => Box::pin(share::run(args, &config)).await,
    });
    ran.map_err(CommandError::Runtime)?
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
