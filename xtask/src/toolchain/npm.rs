//! Tools from npm, by lock file, into the cache.

use std::fs;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::command::{AtPath, Failure, command, run, say};
use crate::paths::Paths;
use crate::toolchain::provide;

/// The folder with the programs of the site's build: binaryen, lightningcss, esbuild.
pub fn site_tools(paths: &Paths) -> Result<PathBuf, Failure> {
    let manifests = paths.root.join("xtask/npm");
    let lock = manifests.join("package-lock.json");
    let hash = xxh3_64(&fs::read(&lock).at(&lock)?);
    let folder = paths.cache.join("npm").join(format!("site-{hash:016x}"));
    provide(&folder, |work| {
        say("fetching binaryen, lightningcss and esbuild from npm: small WASM, CSS and JS");
        let tools = work.join("tools");
        fs::create_dir_all(&tools).at(&tools)?;
        for name in ["package.json", "package-lock.json"] {
            let copy = tools.join(name);
            fs::copy(manifests.join(name), &copy).at(&copy)?;
        }
        clean_install(&tools)?;
        Ok(tools)
    })?;
    Ok(folder.join("node_modules/.bin"))
}

/// Installs Playwright and axe for the browser tests; browsers are not downloaded.
pub fn end_to_end(paths: &Paths) -> Result<PathBuf, Failure> {
    let folder = paths.root.join("end2end");
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.installed");
    let hash = format!("{:016x}", xxh3_64(&fs::read(&lock).at(&lock)?));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == hash) {
        return Ok(folder);
    }
    say("fetching Playwright and axe from npm: browser tests");
    clean_install(&folder)?;
    fs::write(&stamp, hash).at(&stamp)?;
    Ok(folder)
}

fn clean_install(folder: &Path) -> Result<(), Failure> {
    let arguments = ["ci", "--silent", "--no-audit", "--no-fund", "--loglevel=error"];
    run(command("npm", arguments).current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}
