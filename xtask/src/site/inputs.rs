//! One hash over everything the front end is made from.

use std::fs;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::command::{AtPath, Failure, command, output};
use crate::paths::Paths;

/// Changes when a source, a tool or the compiler changes.
pub fn hash(paths: &Paths) -> Result<String, Failure> {
    let mut files = Vec::new();
    for part in ["app", "style", "xtask/src/site", "xtask/npm"] {
        collect(&paths.root.join(part), &mut files)?;
    }
    files.extend(["Cargo.lock", "Cargo.toml", "xtask/src/site.rs"].map(|name| paths.root.join(name)));
    files.sort();
    let mut hasher = Xxh3::new();
    hasher.update(output(&mut command("rustc", ["--version"]))?.as_bytes());
    for file in files {
        let name = file.strip_prefix(&paths.root).unwrap_or(&file);
        hasher.update(name.to_string_lossy().as_bytes());
        hasher.update(&fs::read(&file).at(&file)?);
    }
    Ok(format!("{:016x}", hasher.digest()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
