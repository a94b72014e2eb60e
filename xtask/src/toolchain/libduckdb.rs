//! The database library, prebuilt: compiling it takes over half an hour on two cores.
//!
//! It comes from the npm package of DuckDB's own Node bindings, checked against the pinned integrity hash of exactly
//! that version.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha512};

use crate::command::{AtPath, Failure, command, output, say};
use crate::paths::{DUCKDB_VERSION, Paths};
use crate::toolchain::provide;

/// npm's revision of the binding packages for this library.
const REVISION: &str = "r.5";

struct Package {
    platform: &'static str,
    library: &'static str,
    integrity: &'static str,
}

/// Packages by platform; the hash is npm's `dist.integrity`.
const PACKAGES: [Package; 4] = [
    Package {
        platform: "linux-x64",
        library: "libduckdb.so",
        integrity: "sha512-kCyq6BXhn6QXfwF8yVdVKriSSHP+rfVWcJ56cG8qZzlOZpxyvT5WGm6jMshxg4ditLlOsHsIN/D47RYrcjXuHQ==",
    },
    Package {
        platform: "linux-arm64",
        library: "libduckdb.so",
        integrity: "sha512-CafH2AIvXtpwDynG3KB/4uEOHRGlFoB7auCRMIwH3BKNIobsANV5LSpDJ3tfyRCFIsK6e8AT1eseWVnu2Dv3cw==",
    },
    Package {
        platform: "darwin-arm64",
        library: "libduckdb.dylib",
        integrity: "sha512-WJdeLTFy4pRg60rkbp9smtlP1iIQ8ErtIJkxS+2LQtM1ZZMSByyW+3WPpNoKe7IwPtVl2fLlPw7tDmQW4Z974g==",
    },
    Package {
        platform: "darwin-x64",
        library: "libduckdb.dylib",
        integrity: "sha512-rN0KjX13MwVQ5V5ufykolty/tf4SaafOpGWcUA1Cegf98jPeRdsJsEE1IMXn8n3u6WvMSZEVJmHJ3ma4Hr7Vzg==",
    },
];

/// Puts the library into the cache.
pub fn ensure(paths: &Paths) -> Result<(), Failure> {
    let package = package()?;
    provide(&paths.libduckdb(), |work| fetch(package, work))
}

fn package() -> Result<&'static Package, Failure> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let platform = format!("{system}-{machine}");
    PACKAGES.iter().find(|package| package.platform == platform).ok_or_else(|| {
        Failure::new(format!(
            "no prebuilt libduckdb for {platform}: build DuckDB {DUCKDB_VERSION} and put it into the cache folder"
        ))
    })
}

fn fetch(package: &Package, work: &Path) -> Result<PathBuf, Failure> {
    let name = format!("@duckdb/node-bindings-{}@{DUCKDB_VERSION}-{REVISION}", package.platform);
    say(format_args!("fetching libduckdb {DUCKDB_VERSION} from npm ({name}, 24 MB): the database, prebuilt"));
    let archive = output(command("npm", ["pack", "--silent", &name]).current_dir(work))?;
    let archive = work.join(archive.lines().last().unwrap_or_default());
    let bytes = fs::read(&archive).at(&archive)?;
    let integrity = format!("sha512-{}", STANDARD.encode(Sha512::digest(&bytes)));
    if integrity != package.integrity {
        return Err(Failure::new(format!(
            "{name} is not the package we know: expected {}, got {integrity}; nothing was installed",
            package.integrity
        )));
    }
    let wanted = Path::new("package").join(package.library);
    let mut entries = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    for entry in entries.entries().at(&archive)? {
        let mut entry = entry.at(&archive)?;
        if entry.path().at(&archive)? != wanted {
            continue;
        }
        let mut library = Vec::new();
        entry.read_to_end(&mut library).at(&archive)?;
        let folder = work.join("library");
        fs::create_dir_all(&folder).at(&folder)?;
        let file = folder.join(package.library);
        fs::write(&file, library).at(&file)?;
        return Ok(folder);
    }
    Err(Failure::new(format!("{name} holds no {}", wanted.display())))
}
