//! Chromium and fonts for the browser tests, as Debian packages.

use std::path::{Path, PathBuf};

use crate::command::{Failure, command, output, run, say, succeeds};

/// The browser's program, installed if absent.
pub fn ensure() -> Result<PathBuf, Failure> {
    let mut missing = Vec::new();
    if find().is_none() {
        missing.push("chromium");
    }
    // Japanese pages are looked at and measured too.
    if !Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() {
        missing.push("fonts-noto-cjk");
    }
    if !missing.is_empty() {
        say(format_args!("installing {} from Debian: browser tests", missing.join(" and ")));
        install(&missing)?;
    }
    find().ok_or_else(|| Failure::new("no chromium on PATH after installing it"))
}

fn find() -> Option<PathBuf> {
    let found =
        output(&mut command("sh", ["-c", "command -v chromium || command -v chromium-browser || true"])).ok()?;
    (!found.is_empty()).then(|| PathBuf::from(found))
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    let root = output(&mut command("id", ["-u"])).is_ok_and(|id| id == "0");
    let apt = |arguments: &[&str]| {
        let words = if root { vec!["apt-get"] } else { vec!["sudo", "apt-get"] };
        let mut command = command(words[0], &words[1..]);
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    // Old package lists point at files that are gone; updating them is cheap.
    if !succeeds(&mut apt(&["-qq", "update"])) {
        say("apt's package lists could not be updated; trying with the old ones");
    }
    run(apt(&["-qq", "install", "--yes", "--no-install-recommends"]).args(packages))
}
