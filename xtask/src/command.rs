//! Starting programs, and saying clearly which one failed.

use std::ffi::OsStr;
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a task stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A program could not be started.
    #[error("cannot start {program}: {cause}; {hint}")]
    Start { program: String, cause: io::Error, hint: &'static str },
    /// A program ended with a failure.
    #[error("{command} failed ({status})")]
    Status { command: String, status: std::process::ExitStatus },
    /// A file could not be read or written.
    #[error("{}: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    /// Anything else, said in words.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// A failure in words.
    pub fn new(text: impl Display) -> Self {
        Self::Other(text.to_string())
    }
}

/// Names the file an input or output error is about.
pub trait AtPath<T> {
    fn at(self, path: &Path) -> Result<T, Failure>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|cause| Failure::File { path: path.to_owned(), cause })
    }
}

/// Says what happens now and why.
pub fn say(what: impl Display) {
    eprintln!("\u{1b}[1m▸\u{1b}[0m {what}");
}

/// A command with its arguments.
pub fn command<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn start_failure(command: &Command, cause: io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    let hint = match program.as_str() {
        "npm" | "npx" | "node" => "install Node 20 or newer",
        "apt-get" | "apt-cache" | "dpkg-deb" => "this step needs Debian's package manager",
        _ => "is it installed and on PATH?",
    };
    Failure::Start { program, cause, hint }
}

/// Runs to the end; output goes to the terminal.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|cause| start_failure(command, cause))?;
    if status.success() { Ok(()) } else { Err(Failure::Status { command: describe(command), status }) }
}

/// Runs to the end and gives what it printed.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|cause| start_failure(command, cause))?;
    if !output.status.success() {
        return Err(Failure::Status { command: describe(command), status: output.status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether it can be started and ends well; output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
