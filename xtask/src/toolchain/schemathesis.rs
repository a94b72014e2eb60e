//! Schemathesis: asks the API everything its description allows, and much that it does not.

use std::fs;
use std::path::PathBuf;

use crate::command::{AtPath, Failure, command, run, say};
use crate::paths::Paths;
use crate::toolchain::provide;

/// The release that was looked at.
const VERSION: &str = "4.32.5";

/// The program in a virtual environment of its own. It stays where it was made: its scripts know their folder.
pub fn ensure(paths: &Paths) -> Result<PathBuf, Failure> {
    let folder = paths.cache.join(format!("schemathesis-{VERSION}"));
    let finished = folder.join(".installed");
    // What an interrupted run left is no environment: pip would take itself for installed and leave no program.
    if folder.exists() && !finished.exists() {
        fs::remove_dir_all(&folder).at(&folder)?;
    }
    provide(&finished, |work| {
        say(format_args!("fetching schemathesis {VERSION} from PyPI: tests of the API against its description"));
        run(command("python3", ["-m", "venv"]).arg(&folder))?;
        run(command(folder.join("bin/pip"), ["install", "--quiet", "--disable-pip-version-check"])
            .arg(format!("schemathesis=={VERSION}")))?;
        let mark = work.join("installed");
        fs::write(&mark, VERSION).at(&mark)?;
        Ok(mark)
    })?;
    Ok(folder.join("bin/schemathesis"))
}
