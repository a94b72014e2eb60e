//! Every check, one after the other. A failed step does not hide the next; the table at the end tells all.

mod api;

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::command::{Failure, command, run as execute, say, succeeds};
use crate::paths::Paths;
use crate::site;
use crate::toolchain::{browser, cargo_deny, libduckdb, npm, office};

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// `cargo fmt --check`
    Format,
    /// Lints, warnings denied
    Clippy,
    /// Unit and integration tests
    Rust,
    /// Files in the programs that people open them with
    Files,
    /// Documentation tests and the documentation itself
    Docs,
    /// Licences, bans and sources of dependencies
    Deny,
    /// The front end and its size budget
    Site,
    /// The API against its own description
    Api,
    /// The browser
    E2e,
}

fn run_steps(paths: &Paths, only: &[Step]) -> Vec<(Step, Duration, Result<(), Failure>)> {
    let wanted = |step: &&Step| only.is_empty() || only.contains(step);
    let steps = Step::value_variants().iter().filter(wanted);
    steps
        .map(|&step| {
            let begun = Instant::now();
            say(format_args!("step {step:?}"));
            let result = perform(paths, step);
            if let Err(failure) = &result {
                eprintln!("error: {failure}");
            }
            (step, begun.elapsed(), result)
        })
        .collect()
}

/// Runs the named steps, or all, and prints how each went.
pub fn run(paths: &Paths, only: &[Step]) -> Result<(), Failure> {
    libduckdb::ensure(paths)?;
    let results = run_steps(paths, only);
    eprintln!();
    for (step, took, result) in &results {
        let outcome = if result.is_ok() { "ok" } else { "FAILED" };
        eprintln!("  {:<8} {outcome:<8} {:>6.1} s", format!("{step:?}").to_lowercase(), took.as_secs_f64());
    }
    let failed: Vec<_> =
        results.iter().filter(|(.., result)| result.is_err()).map(|(step, ..)| format!("{step:?}")).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("failed: {}", failed.join(", ")))) }
}

fn perform(paths: &Paths, step: Step) -> Result<(), Failure> {
    match step {
        Step::Format => run_cargo(paths, &["fmt", "--all", "--check"]),
        Step::Clippy => {
            run_cargo(paths, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
        }
        Step::Rust => rust_tests(paths),
        Step::Files => opened_files(paths),
        Step::Docs => {
            run_cargo(paths, &["test", "--quiet", "--workspace", "--doc"])?;
            let mut doc = paths.cargo();
            doc.args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"]);
            execute(doc.env("RUSTDOCFLAGS", "--deny warnings"))
        }
        Step::Deny => deny(paths),
        Step::Site => {
            site::build(paths)?;
            site::check_budget(paths)
        }
        Step::Api => {
            run_cargo(paths, &PROGRAM)?;
            api::check(paths)
        }
        Step::E2e => end_to_end(paths),
    }
}

fn run_cargo(paths: &Paths, arguments: &[&str]) -> Result<(), Failure> {
    execute(paths.cargo().args(arguments))
}

fn rust_tests(paths: &Paths) -> Result<(), Failure> {
    if succeeds(&mut command("cargo", ["nextest", "--version"])) {
        return run_cargo(paths, &["nextest", "run", "--workspace"]);
    }
    say("cargo-nextest is not installed; running the same tests with cargo test");
    run_cargo(paths, &["test", "--workspace", "--lib", "--bins", "--tests"])
}

/// Every step selects the whole workspace and its tests: another selection has other features of shared crates, and cargo
/// would build half of them once more. The program comes with the integration tests.
const PROGRAM: [&str; 6] = ["test", "--quiet", "--workspace", "--test", "it", "--no-run"];

/// Tests that need LibreOffice and Python, which `cargo test` alone does without.
fn opened_files(paths: &Paths) -> Result<(), Failure> {
    office::ensure()?;
    run_cargo(paths, &["test", "--quiet", "--workspace", "--test", "it", "office", "--", "--ignored"])
}

fn deny(paths: &Paths) -> Result<(), Failure> {
    let program = cargo_deny::ensure(paths)?;
    execute(
        command(&program, ["--log-level", "error", "check", "bans", "licenses", "sources"]).current_dir(&paths.root),
    )?;
    // The database lives in a repository that not every machine can reach.
    let mut advisories = command(&program, ["--log-level", "error", "check", "advisories"]);
    advisories.current_dir(&paths.root);
    let mut reach =
        command("timeout", ["20", "git", "ls-remote", "--exit-code", "https://github.com/RustSec/advisory-db", "HEAD"]);
    if succeeds(reach.env("GIT_TERMINAL_PROMPT", "0")) {
        return execute(&mut advisories);
    }
    say("the advisory database cannot be reached from here: advisories were not checked");
    Ok(())
}

fn end_to_end(paths: &Paths) -> Result<(), Failure> {
    site::build(paths)?;
    run_cargo(paths, &PROGRAM)?;
    let chromium = browser::ensure()?;
    let folder = npm::end_to_end(paths)?;
    let mut playwright = command("npx", ["--no-install", "playwright", "test"]);
    playwright.current_dir(folder).env("CHROMIUM", chromium).env("YAGURA_BINARY", paths.binary());
    execute(&mut playwright)
}
