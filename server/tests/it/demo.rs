//! The demo as the browser tests start it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Ends the program whatever the test does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn the_demo_becomes_ready_and_ends_when_told() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_yagura"));
    demo.args(["demo", "--seed", "1", "--still", "--now", "2026-11-23T12:00:00Z", "--listen", &address.to_string()]);
    demo.current_dir(temporary.path()).env("TMPDIR", temporary.path()).stderr(Stdio::null());
    let mut running = Running(demo.spawn().unwrap());
    let begun = Instant::now();
    let is_ready = || ask(address, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"));
    while !is_ready() {
        assert!(begun.elapsed() < Duration::from_mins(1), "not ready in time");
        assert_eq!(running.0.try_wait().unwrap(), None, "it ended by itself");
        std::thread::sleep(Duration::from_millis(100));
    }
    let breakdown = ask(address, "/api/v1/breakdown?by=severity&range=90d").unwrap();
    assert!(breakdown.contains("\"as_of\":\"2026-11-23T12:00:00Z\"") && breakdown.contains("\"critical\""));

    let told = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
    assert!(told.success());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it did not end in time");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(status.code(), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "nothing is left");
}
