//! Debian packages that tests need.

use crate::command::{Failure, command, output, run, say, succeeds};

/// Installs packages, as root or with sudo.
pub fn install(packages: &[&str]) -> Result<(), Failure> {
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
