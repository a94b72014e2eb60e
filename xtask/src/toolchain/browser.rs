//! Chromium and fonts for the browser tests, as Debian packages.

use std::path::{Path, PathBuf};

use super::debian;
use crate::command::{Failure, command, output, say};

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
        debian::install(&missing)?;
    }
    find().ok_or_else(|| Failure::new("no chromium on PATH after installing it"))
}

fn find() -> Option<PathBuf> {
    let found =
        output(&mut command("sh", ["-c", "command -v chromium || command -v chromium-browser || true"])).ok()?;
    (!found.is_empty()).then(|| PathBuf::from(found))
}
