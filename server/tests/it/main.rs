//! Integration tests: the real SDKs over HTTP to the simulator, a real DuckDB. One binary, because linking is slow.
#![expect(clippy::unwrap_used, reason = "a failing test says where")]

mod sync;
mod world;
