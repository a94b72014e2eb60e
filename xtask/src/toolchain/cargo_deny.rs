//! cargo-deny, compiled once into the cache.

use std::path::PathBuf;

use crate::command::{Failure, run, say};
use crate::paths::Paths;

/// The version this workspace's `deny.toml` was written for.
const VERSION: &str = "0.20.2";

/// The program, compiled if absent.
pub fn ensure(paths: &Paths) -> Result<PathBuf, Failure> {
    let folder = paths.cache.join("tools").join(format!("cargo-deny-{VERSION}"));
    let program = folder.join("bin/cargo-deny");
    if program.exists() {
        return Ok(program);
    }
    say(format_args!(
        "compiling cargo-deny {VERSION}: licences, bans and sources of dependencies; some minutes, once per machine"
    ));
    let mut cargo = paths.cargo();
    cargo
        .args(["install", "cargo-deny", "--locked", "--quiet", "--version", VERSION, "--no-default-features", "--root"])
        .arg(&folder)
        // Speed of compiling over speed of a program that runs for two seconds.
        .args(["--profile", "dev"])
        .env("CARGO_TARGET_DIR", paths.cache.join("tools/target"));
    run(&mut cargo)?;
    Ok(program)
}
