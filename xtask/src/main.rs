//! Build and test automation: `cargo xtask demo | serve | test | bench | fuzz | dist | env`.
//!
//! Provides what a fresh machine lacks, always saying what and why, and leaves everything in one cache folder.
//! Holds no product logic.

mod command;
mod dist;
mod fuzz;
mod paths;
mod run;
mod site;
mod tests;
mod toolchain;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use command::Failure;
use paths::Paths;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "build, run and test Yagura")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and start `yagura demo`: a simulated AWS, no credentials
    Demo {
        /// Passed on to `yagura demo`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Build everything and start `yagura serve` against a real account
    Serve {
        /// Passed on to `yagura serve`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Run every check: format, lints, unit, integration, documentation, licences, size budget, browser
    Test {
        /// Run only these steps, by name
        #[arg(long, value_delimiter = ',')]
        only: Vec<tests::Step>,
    },
    /// Run the benchmarks
    Bench {
        /// Passed on to `cargo bench`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Search for inputs that break the readers of foreign input
    Fuzz {
        /// What to fuzz
        target: fuzz::Target,
        /// For how long
        #[arg(default_value_t = 600)]
        seconds: u32,
    },
    /// Make a folder that runs from anywhere
    Dist {
        /// Use the development profile: quick to build, slow to run
        #[arg(long)]
        dev: bool,
    },
    /// Print the environment that plain cargo commands need, as shell exports
    Env,
}

fn main() -> ExitCode {
    match perform(&Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: &Task) -> Result<(), Failure> {
    let paths = Paths::discover()?;
    match task {
        Task::Demo { arguments } => run::start(&paths, "demo", arguments),
        Task::Serve { arguments } => run::start(&paths, "serve", arguments),
        Task::Test { only } => tests::run(&paths, only),
        Task::Bench { arguments } => run::bench(&paths, arguments),
        Task::Fuzz { target, seconds } => fuzz::run(&paths, *target, *seconds),
        Task::Dist { dev } => dist::make(&paths, *dev),
        Task::Env => run::print_environment(&paths),
    }
}
