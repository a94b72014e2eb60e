//! The `yagura` program.

use std::process::ExitCode;

/// DuckDB plans a page of small statements mostly by allocating, and answers are JSON and HTML made of many small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
