//! The watchtower: collects findings, keeps them, answers questions about them and serves the answers.
//!
//! Dependencies point down only: `http` asks `backend`; `backend` asks `query` and `export`; those ask `store`.
//! `share` stands between `http` and `backend` for links that people outside have.
//! `sync` drives `aws` and `ingest` and hands rows to `store`. Nobody imports `http`, and only `store` writes.

pub mod aws;
pub mod backend;
pub mod chart;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cost;
pub mod demo;
pub mod export;
pub mod fleet;
pub mod http;
pub mod ingest;
pub mod lifecycle;
pub mod pack;
pub mod query;
pub mod question;
pub mod share;
pub mod store;
pub mod sync;
pub mod telemetry;
