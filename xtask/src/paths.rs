//! Where things are: the repository, the cache, the target folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{AtPath, Failure};

/// Names of the workspace's crates, as cargo's fingerprints begin.
const MEMBERS: [&str; 3] = ["yagura-app-", "yagura-server-", "xtask-"];

/// Version of the database library; the `duckdb` crate's version encodes the same.
pub const DUCKDB_VERSION: &str = "1.5.5";

/// Every folder the tasks use.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The clone.
    pub root: PathBuf,
    /// Everything fetched or built once per machine.
    pub cache: PathBuf,
    /// Cargo's target folder: outside the clone, so that fresh clones share compiled crates.
    pub target: PathBuf,
}

impl Paths {
    /// Finds the folders from the environment: `YAGURA_CACHE`, `XDG_CACHE_HOME`, `CARGO_TARGET_DIR`.
    pub fn discover() -> Result<Self, Failure> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| manifest.to_owned(), PathBuf::from);
        let root = root.parent().unwrap_or(manifest).to_owned();
        let from = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = from("YAGURA_CACHE")
            .or_else(|| from("XDG_CACHE_HOME").map(|folder| folder.join("yagura")))
            .or_else(|| env::home_dir().map(|home| home.join(".cache/yagura")))
            .ok_or_else(|| Failure::new("no home folder: set YAGURA_CACHE to a folder for downloads and builds"))?;
        let target = from("CARGO_TARGET_DIR").unwrap_or_else(|| cache.join("target"));
        fs::create_dir_all(&cache).at(&cache)?;
        let paths = Self { root, cache, target };
        paths.claim_target()?;
        Ok(paths)
    }

    /// Makes the target folder this clone's. Cargo names workspace crates by their place within the workspace and
    /// trusts the age of their files, so what another clone built would pass for ours. Only the workspace's own crates
    /// are built anew; everything else stays.
    fn claim_target(&self) -> Result<(), Failure> {
        let stamp = self.target.join("clone");
        let own = self.root.display().to_string();
        if fs::read_to_string(&stamp).is_ok_and(|last| last == own) {
            return Ok(());
        }
        for profile in ["debug", "release", "wasm32-unknown-unknown/wasm-release"] {
            let Ok(entries) = fs::read_dir(self.target.join(profile).join(".fingerprint")) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name();
                if MEMBERS.iter().any(|member| name.to_string_lossy().starts_with(member)) {
                    fs::remove_dir_all(entry.path()).at(&entry.path())?;
                }
            }
        }
        fs::create_dir_all(&self.target).at(&self.target)?;
        fs::write(&stamp, own).at(&stamp)
    }

    /// The folder with the database library.
    pub fn libduckdb(&self) -> PathBuf {
        self.cache.join("libduckdb").join(DUCKDB_VERSION)
    }

    /// The finished front end: `manifest.json` and `assets/`.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The development binary.
    pub fn binary(&self) -> PathBuf {
        self.target.join("debug/yagura")
    }

    /// A cargo command in the clone with the environment the workspace needs.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        for (name, value) in self.environment() {
            cargo.env(name, value);
        }
        // Cargo runs this program with variables about this package; they are not about the next.
        cargo.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME");
        cargo
    }

    /// What cargo needs to know.
    pub fn environment(&self) -> [(&'static str, PathBuf); 2] {
        [("CARGO_TARGET_DIR", self.target.clone()), ("DUCKDB_LIB_DIR", self.libduckdb())]
    }
}
