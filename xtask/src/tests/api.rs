//! The API of a running demo against its own description: no server error, no answer the description does not know.
//!
//! A demo world that stands still and a fixed seed ask the same questions on every machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Child;

use crate::command::{Failure, command, run};
use crate::paths::Paths;
use crate::run::{announce_when_ready, stop};
use crate::toolchain::schemathesis;

/// Beside the ports of the demo and of the browser tests.
const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3918);
/// Questions of one kind per operation and round; rounds are asked until the time is spent.
const EXAMPLES: &str = "4";
/// Seconds for all questions: enough for a round over the forty operations on two busy processors.
const TIME: &str = "45";
/// Seconds after which something hangs.
const LONGEST: &str = "120";

/// Starts a demo, asks, and stops it.
pub fn check(paths: &Paths) -> Result<(), Failure> {
    let program = schemathesis::ensure(paths)?;
    let mut demo = command(paths.binary(), ["demo", "--seed", "1", "--still", "--now", "2026-11-23T12:00:00Z"]);
    demo.args(["--listen", &ADDRESS.to_string()]).env("YAGURA_LOG", "warn");
    let mut demo = demo.spawn().map_err(Failure::new)?;
    let result = ask(&mut demo, &program);
    stop(&mut demo)?;
    result
}

fn ask(demo: &mut Child, program: &std::path::Path) -> Result<(), Failure> {
    announce_when_ready(demo, ADDRESS)?;
    let mut asking = command("timeout", [LONGEST]);
    asking.arg(program).args(["run", &format!("http://{ADDRESS}/api/openapi.json")]);
    asking.args(["--checks", CHECKS, "--phases", "fuzzing", "--mode", "all", "--max-time", TIME]);
    asking.args(["--max-examples", EXAMPLES, "--seed", "1", "--generation-database", "none", "--no-shrink"]);
    asking.args(["--workers", "2", "--request-timeout", "20", "--suppress-health-check", "all", "--warnings", "off"]);
    // A pull in the middle would change the answers.
    asking.args(["--exclude-path", "/api/v1/sync"]);
    asking.current_dir(std::env::temp_dir());
    run(&mut asking)
}

/// What every answer has to be.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
