//! The program as a process of its own, spoken to over HTTP. It ends with the test, whatever the test does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use serde_json::Value;
use server::demo::Simulator;

/// The program with settings for a simulated AWS and a database in `folder`.
pub fn against(simulator: &Simulator, folder: &Path, mut command: Command) -> Command {
    let (id, secret) = simulator.access_key();
    command.current_dir(folder).env("YAGURA_DATA__DIR", folder.join("data")).env("YAGURA_LOG", "warn");
    command.env("AWS_ENDPOINT_URL", simulator.endpoint_url());
    command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
    command.env("YAGURA_AWS__REGIONS", simulator.regions().join(","));
    command.env("YAGURA_AWS__GUARDDUTY_RATE", "100").env("YAGURA_AWS__SECURITYHUB_RATE", "100");
    command.env("YAGURA_LIMITS__MEMORY", "500MB").env("YAGURA_LIMITS__THREADS", "2");
    command
}

/// The program.
pub fn yagura() -> Command {
    Command::new(env!("CARGO_BIN_EXE_yagura"))
}

/// A process that serves.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Running {
    /// Starts a command that takes `--listen`, on a free port.
    pub fn start(mut command: Command) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        command.args(["--listen", &address.to_string()]);
        Self { child: command.spawn().unwrap(), address }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// SIGKILL: it cannot do anything about it.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn send(&self, request: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: {}\r\nx-yagura-request: 1\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// The whole answer, head included.
    pub fn ask(&self, path: &str) -> std::io::Result<String> {
        self.send(&format!("GET {path}"))
    }

    /// Asks for a pull before its time; whether it was heard does not matter.
    pub fn pull_now(&self) {
        let _ = self.send("POST /api/v1/sync");
    }

    /// A JSON answer; `None` while it gives none.
    pub fn json(&self, path: &str) -> Option<Value> {
        let answer = self.ask(path).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        head.starts_with("HTTP/1.1 200").then(|| serde_json::from_str(body).ok()).flatten()
    }

    /// Waits until `holds` of an answer. It must not end before.
    pub fn wait_for(&mut self, path: &str, longest: Duration, holds: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let answer = self.ask(path).unwrap_or_default();
            if holds(&answer) {
                return answer;
            }
            assert_eq!(self.ended(), None, "it ended by itself");
            assert!(begun.elapsed() < longest, "{path}: not in time: {answer}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn wait_until_ready(&mut self) {
        self.wait_for("/readyz", Duration::from_mins(1), |answer| answer.starts_with("HTTP/1.1 200"));
    }
}
