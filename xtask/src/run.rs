//! Building and starting the product.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::command::{Failure, command, run, say};
use crate::paths::Paths;
use crate::site;
use crate::toolchain::libduckdb;

/// Builds server and front end for development.
pub fn build(paths: &Paths) -> Result<(), Failure> {
    libduckdb::ensure(paths)?;
    site::build(paths)?;
    say("building the server");
    run(paths.cargo().args(["build", "--workspace", "--bin", "yagura"]))
}

/// Builds, starts `yagura <mode>` and says where it listens once it is ready.
pub fn start(paths: &Paths, mode: &str, arguments: &[String]) -> Result<(), Failure> {
    build(paths)?;
    let address = listen_address(arguments)?;
    let mut yagura = command(paths.binary(), [mode]);
    yagura.args(arguments);
    let mut child = yagura.spawn().map_err(Failure::new)?;
    announce_when_ready(&mut child, address)?;
    // Ctrl-C reaches the whole foreground group; the server ends in order and so do we.
    let status = child.wait().map_err(Failure::new)?;
    if status.success() { Ok(()) } else { Err(Failure::Status { command: format!("yagura {mode}"), status }) }
}

fn listen_address(arguments: &[String]) -> Result<SocketAddr, Failure> {
    let given = arguments.iter().enumerate().find_map(|(index, argument)| match argument.strip_prefix("--listen") {
        Some("") => arguments.get(index + 1).cloned(),
        Some(value) => value.strip_prefix('=').map(str::to_owned),
        None => None,
    });
    let address =
        given.or_else(|| std::env::var("YAGURA_HTTP__LISTEN").ok()).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    address
        .parse()
        .map_err(|_| Failure::new(format!("`{address}` is not an address with a port, such as 127.0.0.1:3000")))
}

/// Waits until the server answers, and says so.
pub fn announce_when_ready(child: &mut Child, address: SocketAddr) -> Result<(), Failure> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(2) {
        if let Some(status) = child.try_wait().map_err(Failure::new)? {
            return Err(Failure::Status { command: "yagura".to_owned(), status });
        }
        if is_ready(address) {
            say(format_args!("ready: http://{address}/  (Ctrl-C ends it)"));
            return Ok(());
        }
        sleep(Duration::from_millis(200));
    }
    say(format_args!("not ready after two minutes; http://{address}/status may say why"));
    Ok(())
}

/// Ends a server that was started for a test.
pub fn stop(child: &mut Child) -> Result<(), Failure> {
    child.kill().and_then(|()| child.wait()).map(drop).map_err(Failure::new)
}

/// Asks `/readyz` by hand: one request does not need an HTTP client.
fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(500))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 16];
        stream.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Runs the benchmarks of what `dist` makes: a release build, the first time some twenty minutes of two processors.
pub fn bench(paths: &Paths, arguments: &[String]) -> Result<(), Failure> {
    libduckdb::ensure(paths)?;
    let mut cargo = paths.cargo();
    cargo.args(["bench", "--package", "yagura-server", "--bench", "speed", "--"]);
    run(cargo.args(arguments))
}

/// Prints what plain cargo commands need: `eval "$(cargo xtask env)"`.
pub fn print_environment(paths: &Paths) -> Result<(), Failure> {
    libduckdb::ensure(paths)?;
    for (name, value) in paths.environment() {
        println!("export {name}='{}'", value.display().to_string().replace('\'', r"'\''"));
    }
    Ok(())
}
