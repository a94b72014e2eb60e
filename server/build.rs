//! Tells the linker where the database library will be found at run time.

fn main() {
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    println!("cargo::rerun-if-env-changed=YAGURA_RPATH");
    let origin = if cfg!(target_os = "macos") { "@loader_path" } else { "$ORIGIN" };
    println!("cargo::rustc-link-arg=-Wl,-rpath,{origin}");
    // Development builds and tests run where they were built; a distribution brings its library along.
    let distributed = std::env::var("YAGURA_RPATH").is_ok_and(|value| value == "origin");
    if let Ok(folder) = std::env::var("DUCKDB_LIB_DIR")
        && !distributed
    {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
