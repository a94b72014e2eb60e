//! cargo-fuzz, compiled once into the cache.

use std::path::PathBuf;

use crate::command::{Failure, run, say};
use crate::paths::Paths;

/// The release whose flags the fuzz task knows.
const VERSION: &str = "0.13.2";

/// The program, compiled if absent.
pub fn ensure(paths: &Paths) -> Result<PathBuf, Failure> {
    let folder = paths.cache.join("tools").join(format!("cargo-fuzz-{VERSION}"));
    let program = folder.join("bin/cargo-fuzz");
    if program.exists() {
        return Ok(program);
    }
    say(format_args!("compiling cargo-fuzz {VERSION}: a minute or two, once per machine"));
    let mut cargo = paths.cargo();
    cargo
        .args(["install", "cargo-fuzz", "--locked", "--quiet", "--version", VERSION, "--root"])
        .arg(&folder)
        // It only starts other programs.
        .args(["--profile", "dev"])
        .env("CARGO_TARGET_DIR", paths.cache.join("tools/target"));
    run(&mut cargo)?;
    Ok(program)
}
