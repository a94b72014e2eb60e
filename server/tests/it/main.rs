//! Integration tests: the real SDKs over HTTP to the simulator, a real DuckDB, the real router, the real program. One
//! binary, because linking is slow; each test runs in a process of its own.
#![expect(clippy::unwrap_used, reason = "a failing test says where")]

mod accounts;
mod api;
mod cli;
mod client;
mod collectors;
mod cost;
mod coverage;
mod crashes;
mod csv;
mod demo;
mod differences;
mod ecs;
mod expiry;
mod faults;
mod full_disk;
mod home;
mod http;
mod layers;
mod lock;
mod lost;
mod office;
mod openapi;
mod pack;
mod process;
mod pulled;
mod quotas;
mod reports;
mod restarts;
mod rollups;
mod rounds;
mod services;
mod share_command;
mod shares;
mod sync;
mod views;
mod wire;
mod world;
