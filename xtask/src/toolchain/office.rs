//! LibreOffice's spreadsheet, as a Debian package: what people open our files with.

use super::debian;
use crate::command::{Failure, command, say, succeeds};

/// Installed if absent.
pub fn ensure() -> Result<(), Failure> {
    let is_there = || succeeds(&mut command("sh", ["-c", "command -v soffice >/dev/null"]));
    if is_there() {
        return Ok(());
    }
    say("installing libreoffice-calc-nogui from Debian: files are opened as people open them");
    debian::install(&["libreoffice-calc-nogui"])?;
    if is_there() { Ok(()) } else { Err(Failure::new("no soffice on PATH after installing it")) }
}
