//! Pieces a machine may lack. Each step is skipped when its result is there, works in a folder of its own and renames
//! the result into place last, so that an interrupted step is simply done again.

pub mod browser;
pub mod cargo_deny;
pub mod cargo_fuzz;
mod debian;
pub mod libduckdb;
pub mod npm;
pub mod office;
pub mod schemathesis;
pub mod wasm_target;

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{AtPath, Failure};

/// Makes `result` by filling an empty folder beside it, unless it is there already.
pub fn provide(result: &Path, fill: impl FnOnce(&Path) -> Result<PathBuf, Failure>) -> Result<(), Failure> {
    if result.exists() {
        return Ok(());
    }
    let parent = result.parent().unwrap_or(result);
    fs::create_dir_all(parent).at(parent)?;
    let name = result.file_name().unwrap_or_default().to_string_lossy();
    let work = parent.join(format!(".{name}.part"));
    if work.exists() {
        fs::remove_dir_all(&work).at(&work)?;
    }
    fs::create_dir_all(&work).at(&work)?;
    let finished = fill(&work)?;
    fs::rename(&finished, result).at(result)?;
    if work.exists() {
        fs::remove_dir_all(&work).at(&work)?;
    }
    Ok(())
}
