//! Runs a fuzz target of `server/fuzz` for a while. Not part of the tests: it finds what they should know next.
//!
//! Works with the stable compiler, because memory errors are not what is looked for: no sanitizer, only coverage.

use std::fs;

use clap::ValueEnum;

use crate::command::{AtPath, Failure, command, run as execute, say};
use crate::paths::Paths;
use crate::toolchain::{cargo_fuzz, libduckdb};

/// What is fuzzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Files of captured findings
    Import,
    /// Documents of any shape
    Normalize,
    /// Query strings
    Filter,
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Normalize => "normalize",
            Self::Filter => "filter",
        }
    }

    /// Folders of documents to begin with.
    fn seeds(self) -> &'static [&'static str] {
        match self {
            Self::Import => &["import", "normalize"],
            Self::Normalize => &["normalize"],
            Self::Filter => &["filter"],
        }
    }
}

/// Builds the target and lets it search for `seconds`. What it came across is kept in the cache and is where the next
/// run begins; an input that fails stays in `server/fuzz/artifacts` and fails the task.
pub fn run(paths: &Paths, target: Target, seconds: u32) -> Result<(), Failure> {
    libduckdb::ensure(paths)?;
    let program = cargo_fuzz::ensure(paths)?;
    let folder = paths.root.join("server/fuzz");
    let corpus = paths.cache.join("fuzz").join(target.name());
    fs::create_dir_all(&corpus).at(&corpus)?;
    say(format_args!("fuzzing {} for {seconds} s; the first build takes ten minutes and more", target.name()));
    let mut fuzzing = command(program, ["run", "--sanitizer", "none", "--fuzz-dir"]);
    fuzzing.arg(&folder).arg("--target-dir").arg(paths.target.join("fuzz")).arg(target.name()).arg(corpus);
    fuzzing.args(target.seeds().iter().map(|seeds| folder.join("seeds").join(seeds)));
    fuzzing.args(["--", &format!("-max_total_time={seconds}"), "-timeout=10", "-max_len=65536"]);
    fuzzing.current_dir(&paths.root).envs(paths.environment());
    // What cargo says of this package is not about the next, and would have some of its dependencies built anew.
    fuzzing.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME");
    // Programs of the workspace know the library's folder by heart; those of other packages must be told.
    execute(fuzzing.env("LD_LIBRARY_PATH", paths.libduckdb()))
}
