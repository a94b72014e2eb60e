//! The islands: compile, bind, optimise.

use std::fs;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use super::assets::publish;
use crate::command::{AtPath, Failure, command, output, run};
use crate::paths::Paths;
use crate::toolchain::wasm_target::WasmCompiler;

/// Names of the published files.
pub struct Islands {
    pub boot: String,
    pub glue: String,
    pub wasm: String,
}

/// Builds the crate `app` for the browser and publishes the three files it takes.
pub fn build(
    paths: &Paths,
    compiler: &WasmCompiler,
    tools: &Path,
    work: &Path,
    folder: &Path,
) -> Result<Islands, Failure> {
    let mut cargo = paths.cargo();
    cargo
        .args(["build", "--quiet", "--package", "yagura-app", "--lib", "--target", "wasm32-unknown-unknown"])
        .args(["--profile", "wasm-release", "--no-default-features", "--features", "hydrate"])
        .envs(compiler.environment.iter().cloned());
    run(&mut cargo)?;

    let module = paths.target.join("wasm32-unknown-unknown/wasm-release/app.wasm");
    let bound = work.join("scratch/bindgen");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&module).typescript(false).out_name("app");
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(&bound))
        .map_err(|error| Failure::new(format!("{error:#}")))?;

    let optimised = work.join("scratch/app_bg.wasm");
    // What rustc's wasm target emits by default; the optimiser must know.
    let features =
        ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "multivalue"];
    let features = features.map(|feature| format!("--enable-{feature}"));
    let mut optimise = command(tools.join("wasm-opt"), ["-Oz"]);
    run(optimise.args(features).arg(bound.join("app_bg.wasm")).arg("-o").arg(&optimised))?;

    let glue = minified(tools, &bound.join("app.js"))?;
    let boot = minified(tools, &paths.root.join("app/src/boot.js"))?;
    Ok(Islands {
        boot: publish(folder, "boot.js", boot.as_bytes())?,
        glue: publish(folder, "app.js", glue.as_bytes())?,
        wasm: publish(folder, "app_bg.wasm", &fs::read(&optimised).at(&optimised)?)?,
    })
}

fn minified(tools: &Path, script: &Path) -> Result<String, Failure> {
    output(command(tools.join("esbuild"), ["--minify", "--format=esm", "--log-level=error"]).arg(script))
}
