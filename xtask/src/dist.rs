//! A folder that runs from anywhere: binary, database library, front end, licences.

use std::fs;
use std::path::Path;

use crate::command::{AtPath, Failure, output, run, say};
use crate::paths::Paths;
use crate::site;
use crate::toolchain::libduckdb;

/// Makes `target/dist` in the clone.
pub fn make(paths: &Paths, dev: bool) -> Result<(), Failure> {
    libduckdb::ensure(paths)?;
    site::build(paths)?;
    say("building the server");
    let mut cargo = paths.cargo();
    cargo.args(["build", "--package", "yagura-server", "--bin", "yagura"]);
    // The library lies beside the binary; no path of this machine goes into it.
    cargo.env("YAGURA_RPATH", "origin");
    if !dev {
        cargo.arg("--release");
    }
    run(&mut cargo)?;

    let dist = paths.root.join("target/dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).at(&dist)?;
    }
    fs::create_dir_all(&dist).at(&dist)?;
    let profile = if dev { "debug" } else { "release" };
    copy(&paths.target.join(profile).join("yagura"), &dist.join("yagura"))?;
    for library in fs::read_dir(paths.libduckdb()).at(&dist)? {
        let library = library.at(&dist)?;
        copy(&library.path(), &dist.join(library.file_name()))?;
    }
    copy_folder(&paths.site(), &dist.join("site"))?;
    for (from, name) in
        [("README.md", "README.md"), ("LICENSE", "LICENSE"), ("server/assets/fonts/OFL.txt", "FONT-LICENSE.txt")]
    {
        copy(&paths.root.join(from), &dist.join(name))?;
    }
    let licences = dist.join("THIRD-PARTY.md");
    fs::write(&licences, third_party(paths)?).at(&licences)?;
    say(format_args!("done: {}", dist.display()));
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).at(from).map(drop)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).at(to)?;
    for entry in fs::read_dir(from).at(from)? {
        let path = entry.at(from)?.path();
        let destination = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() { copy_folder(&path, &destination)? } else { copy(&path, &destination)? }
    }
    Ok(())
}

/// Crates in the binary with their licences, from cargo's own metadata.
fn third_party(paths: &Paths) -> Result<String, Failure> {
    let mut cargo = paths.cargo();
    let metadata = output(cargo.args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).map_err(Failure::new)?;
    let text = |package: &serde_json::Value, field: &str| package[field].as_str().unwrap_or("unknown").to_owned();
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut lines: Vec<String> = packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            format!("* {} {}: {}", text(package, "name"), text(package, "version"), text(package, "license"))
        })
        .collect();
    lines.sort();
    Ok(format!("# Third-party software\n\n* DuckDB: MIT\n{}\n", lines.join("\n")))
}
