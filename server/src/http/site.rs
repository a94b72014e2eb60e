//! The front end's files, as the build left them: `manifest.json` and `assets/`.
//!
//! They are read once and handed out from memory, so no request can name a file on disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use app::page::{IslandFiles, Site};
use bytes::Bytes;
use serde::Deserialize;

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: {source}", path.display())]
    Manifest { path: PathBuf, source: serde_json::Error },
}

/// One file in the forms a client may accept.
#[derive(Debug, Clone)]
pub struct Asset {
    pub content_type: &'static str,
    pub plain: Bytes,
    pub brotli: Option<Bytes>,
    pub gzip: Option<Bytes>,
}

/// Every file, and how pages refer to them.
#[derive(Debug, Clone, Default)]
pub struct SiteFiles {
    pub site: Site,
    assets: HashMap<String, Asset>,
}

/// File names by role.
#[derive(Debug, Deserialize)]
struct Manifest {
    css: String,
    boot: Option<String>,
    glue: Option<String>,
    wasm: Option<String>,
}

impl SiteFiles {
    /// Finds and reads the files. Without them pages are served plain: better than no pages.
    pub fn find() -> Self {
        let Some(folder) = folder() else {
            tracing::warn!(
                "no front end found: pages come without style and islands; set YAGURA_SITE to the folder with \
                 manifest.json, or build it with `cargo xtask`"
            );
            return Self::default();
        };
        Self::read(&folder).unwrap_or_else(|error| {
            tracing::warn!(%error, folder = %folder.display(), "the front end is not whole: pages come without it");
            Self::default()
        })
    }

    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, SiteError> {
        let path = folder.join("manifest.json");
        let manifest: Manifest = serde_json::from_slice(&read(&path)?)
            .map_err(|source| SiteError::Manifest { path: path.clone(), source })?;
        let address = |name: &String| format!("/assets/{name}");
        let islands = match (&manifest.boot, &manifest.glue, &manifest.wasm) {
            (Some(boot), Some(glue), Some(wasm)) => {
                Some(IslandFiles { boot: address(boot), glue: address(glue), wasm: address(wasm) })
            }
            _ => None,
        };
        let site = Site { css: Some(address(&manifest.css)), islands };
        Ok(Self { site, assets: assets(&folder.join("assets"))? })
    }

    /// By file name.
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.get(name)
    }
}

/// `YAGURA_SITE`, else `site` beside the executable, else `site` in the target folder it was built in.
fn folder() -> Option<PathBuf> {
    if let Some(given) = env::var_os("YAGURA_SITE").filter(|given| !given.is_empty()) {
        return Some(PathBuf::from(given));
    }
    let executable = env::current_exe().ok()?;
    let beside = executable.parent()?.join("site");
    let built = executable.ancestors().nth(2)?.join("site");
    [beside, built].into_iter().find(|folder| folder.join("manifest.json").is_file())
}

fn read(path: &Path) -> Result<Vec<u8>, SiteError> {
    fs::read(path).map_err(|source| SiteError::File { path: path.to_owned(), source })
}

fn assets(folder: &Path) -> Result<HashMap<String, Asset>, SiteError> {
    let unreadable = |source| SiteError::File { path: folder.to_owned(), source };
    let mut assets = HashMap::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(content_type) = content_type(&name).filter(|_| path.is_file()) else { continue };
        let compressed = |extension: &str| {
            let path = folder.join(format!("{name}.{extension}"));
            path.is_file().then(|| read(&path).map(Bytes::from)).transpose()
        };
        let (brotli, gzip) = (compressed("br")?, compressed("gz")?);
        assets.insert(name, Asset { content_type, plain: read(&path)?.into(), brotli, gzip });
    }
    Ok(assets)
}

/// Only what browsers take; compressed forms are parts of their file.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ico" => Some("image/x-icon"),
        _ => None,
    }
}
