//! Where things are: the repository, the cache, the target folder.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{AtPath, Failure};

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
        std::fs::create_dir_all(&cache).at(&cache)?;
        Ok(Self { root, cache, target })
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
