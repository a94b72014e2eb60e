//! Builds the front end the server hands out: style sheet, script, WASM; small, hashed, precompressed.
//!
//! Result: `<target>/site/manifest.json`, which maps logical names to files, and `<target>/site/assets/`.
//! Where islands cannot be built their entries are null, and pages run without them.

mod assets;
mod inputs;
mod wasm;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::command::{AtPath, Failure, command, run, say};
use crate::paths::Paths;
use crate::toolchain::{npm, wasm_target};

/// The bar for script and WASM together, brotli, in bytes.
pub const SCRIPT_BUDGET: u64 = 110 * 1024;

/// File names by role, as the server reads them.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub css: String,
    pub boot: Option<String>,
    pub glue: Option<String>,
    pub wasm: Option<String>,
}

/// Builds what changed. A front end without islands is built anew at the next call: the reason may have gone.
pub fn build(paths: &Paths) -> Result<Manifest, Failure> {
    let site = paths.site();
    let hash = inputs::hash(paths)?;
    let stamp = site.join("inputs");
    if fs::read_to_string(&stamp).is_ok_and(|built| built == hash) {
        return read_manifest(paths);
    }
    say("building the front end: style sheet, islands");
    let tools = npm::site_tools(paths)?;
    let work = paths.target.join("site.part");
    if work.exists() {
        fs::remove_dir_all(&work).at(&work)?;
    }
    let folder = work.join("assets");
    fs::create_dir_all(&folder).at(&folder)?;

    let css = style_sheet(paths, &tools, &work)?;
    let css = assets::publish(&folder, "main.css", &css)?;
    let islands = wasm_target::ensure(paths).and_then(|compiler| wasm::build(paths, &compiler, &tools, &work, &folder));
    let complete = islands.is_ok();
    let manifest = match islands {
        Ok(wasm::Islands { boot, glue, wasm }) => {
            Manifest { css, boot: Some(boot), glue: Some(glue), wasm: Some(wasm) }
        }
        Err(cause) => {
            say(format_args!("the WASM part could not be built; pages run without islands. {cause}"));
            Manifest { css, boot: None, glue: None, wasm: None }
        }
    };
    let file = work.join("manifest.json");
    fs::write(&file, serde_json::to_vec_pretty(&manifest).map_err(Failure::new)?).at(&file)?;
    if complete {
        fs::write(work.join("inputs"), hash).at(&stamp)?;
    }
    fs::remove_dir_all(work.join("scratch")).at(&work)?;
    if site.exists() {
        fs::remove_dir_all(&site).at(&site)?;
    }
    fs::rename(&work, &site).at(&site)?;
    Ok(manifest)
}

fn read_manifest(paths: &Paths) -> Result<Manifest, Failure> {
    let file = paths.site().join("manifest.json");
    serde_json::from_slice(&fs::read(&file).at(&file)?)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}

fn style_sheet(paths: &Paths, tools: &Path, work: &Path) -> Result<Vec<u8>, Failure> {
    let scratch = work.join("scratch");
    fs::create_dir_all(&scratch).at(&scratch)?;
    let bundled = scratch.join("main.css");
    let mut bundle =
        command(tools.join("lightningcss"), ["--bundle", "--minify", "--targets", ">= 0.5%, last 2 versions"]);
    run(bundle.arg(paths.root.join("style/main.css")).arg("--output-file").arg(&bundled))?;
    fs::read(&bundled).at(&bundled)
}

/// Measures script and WASM against the budget. Sizes in bytes, brotli.
pub fn check_budget(paths: &Paths) -> Result<(), Failure> {
    let manifest = read_manifest(paths)?;
    let names = [&manifest.boot, &manifest.glue, &manifest.wasm];
    let mut total = 0;
    for name in names.into_iter().flatten() {
        let file = paths.site().join("assets").join(format!("{name}.br"));
        let size = fs::metadata(&file).at(&file)?.len();
        say(format_args!("{name}: {size} bytes, brotli"));
        total += size;
    }
    if manifest.wasm.is_none() {
        return Err(Failure::new("the front end has no islands: the WASM part could not be built"));
    }
    say(format_args!("script and WASM together: {total} of {SCRIPT_BUDGET} bytes, brotli"));
    if total > SCRIPT_BUDGET {
        return Err(Failure::new(format!("script and WASM are {total} bytes, over the budget of {SCRIPT_BUDGET}")));
    }
    Ok(())
}
