//! The compiler's standard library for `wasm32-unknown-unknown`, which islands need.
//!
//! First `rustup`. Where rustup has no network, the library is built from Debian's `rust-src` package of exactly this
//! compiler's version: it carries the sources with everything vendored. Debian packages are only unpacked into the
//! cache, never installed. If that version has gone, Debian's `rustc-web` compiler serves the front end alone.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{AtPath, Failure, command, output, run, say, succeeds};
use crate::paths::Paths;
use crate::toolchain::provide;

const TARGET: &str = "wasm32-unknown-unknown";

/// How to compile for the browser on this machine.
#[derive(Debug, Clone, Default)]
pub struct WasmCompiler {
    /// Variables for cargo.
    pub environment: Vec<(String, String)>,
}

/// Provides the target by the first way that works.
pub fn ensure(paths: &Paths) -> Result<WasmCompiler, Failure> {
    let sysroot = PathBuf::from(output(&mut command("rustc", ["--print", "sysroot"]))?);
    if has_target(&sysroot) {
        return Ok(WasmCompiler { environment: linker(&sysroot) });
    }
    say(format_args!("providing the {TARGET} target: islands run in the browser"));
    let offline = env::var_os("RUSTUP_AUTO_INSTALL").is_some_and(|value| value == "0");
    if !offline && succeeds(&mut command("timeout", ["120", "rustup", "target", "add", TARGET])) && has_target(&sysroot)
    {
        return Ok(WasmCompiler { environment: linker(&sysroot) });
    }
    let from_source = from_debian_source(paths, &sysroot);
    let cause = match from_source {
        Ok(compiler) => return Ok(compiler),
        Err(cause) => cause,
    };
    say(format_args!(
        "that did not work ({cause}); trying Debian's rustc-web, a second compiler for the front end alone"
    ));
    from_debian_web_compiler(paths, &sysroot).map_err(|second| Failure::new(format!("{cause}; and {second}")))
}

fn has_target(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::read_dir(libraries).is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
    })
}

/// Names the linker of the rustup toolchain: Debian's compilers bring none for wasm.
fn linker(sysroot: &Path) -> Vec<(String, String)> {
    let host = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let lld = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    let variable = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER".to_owned();
    if lld.exists() { vec![(variable, lld.display().to_string())] } else { Vec::new() }
}

fn from_debian_source(paths: &Paths, sysroot: &Path) -> Result<WasmCompiler, Failure> {
    let version = compiler_version("rustc")?;
    let library = paths.cache.join("rust-src").join(&version);
    provide(&library, |work| {
        say(format_args!("fetching Debian's rust-src {version} (unpacked into the cache, not installed)"));
        let apt = PrivateApt::for_suite(work, "trixie-backports")?;
        let package = apt.package_version("rust-src", &version)?;
        apt.download_and_unpack(&[format!("rust-src={package}")])?;
        Ok(apt.unpacked())
    })?;
    let rustc = library.join(format!("usr/src/rustc-{version}/library"));
    let built = build_std(paths, &rustc, &version, &[])?;
    let destination = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    install(&built, &destination)?;
    Ok(WasmCompiler { environment: linker(sysroot) })
}

fn from_debian_web_compiler(paths: &Paths, sysroot: &Path) -> Result<WasmCompiler, Failure> {
    let root = paths.cache.join("rustc-web");
    provide(&root, |work| {
        let apt = PrivateApt::for_suite(work, "bookworm-security")?;
        let package = apt.newest("rustc-web")?;
        say(format_args!("fetching Debian's rustc-web {package} (unpacked into the cache, not installed)"));
        let minor: String = package.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        let names = ["rustc-web", &format!("libstd-rust-web-{minor}"), "libstd-rust-web-dev", "rust-web-src"];
        let mut wanted: Vec<String> = names.iter().map(|name| format!("{name}={package}")).collect();
        wanted.push("libllvm22".to_owned());
        apt.download_and_unpack(&wanted)?;
        Ok(apt.unpacked())
    })?;
    let rustc = root.join("usr/bin/rustc");
    let libraries = [root.join("usr/lib"), root.join(format!("usr/lib/{}-linux-gnu", env::consts::ARCH))];
    let search = env::join_paths(&libraries).map_err(Failure::new)?.to_string_lossy().into_owned();
    let mut environment =
        vec![("RUSTC".to_owned(), rustc.display().to_string()), ("LD_LIBRARY_PATH".to_owned(), search)];
    let printed = output(command(&rustc, ["--version"]).envs(environment.clone()))?;
    let version = printed.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let destination = root.join("usr/lib/rustlib").join(TARGET).join("lib");
    environment.extend(linker(sysroot));
    if !destination.exists() {
        let source = root.join(format!("usr/src/rustc-{version}/library"));
        let built = build_std(paths, &source, &version, &environment)?;
        install(&built, &destination)?;
    }
    Ok(WasmCompiler { environment })
}

fn compiler_version(rustc: &str) -> Result<String, Failure> {
    let printed = output(&mut command(rustc, ["--version"]))?;
    printed
        .split_whitespace()
        .nth(1)
        .map(str::to_owned)
        .ok_or_else(|| Failure::new(format!("rustc speaks oddly: {printed}")))
}

/// Builds the standard library as the compiler's own build does; gives the folder with its `rlib`s.
fn build_std(
    paths: &Paths,
    library: &Path,
    version: &str,
    environment: &[(String, String)],
) -> Result<PathBuf, Failure> {
    say(format_args!("building the standard library {version} for {TARGET}: under a minute, once per machine"));
    let target = paths.cache.join("rust-src").join(format!("{version}-build"));
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--release", "--target", TARGET, "--package", "sysroot"])
        .current_dir(library)
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes -Zforce-unstable-if-unmarked")
        .envs(environment.iter().cloned());
    run(&mut cargo)?;
    Ok(target.join(TARGET).join("release/deps"))
}

fn install(built: &Path, destination: &Path) -> Result<(), Failure> {
    provide(destination, |work| {
        let folder = work.join("lib");
        fs::create_dir_all(&folder).at(&folder)?;
        for file in fs::read_dir(built).at(built)? {
            let file = file.at(built)?.path();
            if file.extension().is_some_and(|extension| extension == "rlib") {
                let copy = folder.join(file.file_name().unwrap_or_default());
                fs::copy(&file, &copy).at(&copy)?;
            }
        }
        Ok(folder)
    })
}

/// apt with folders of its own: reads another suite of the mirror this machine uses, changes nothing on the machine.
struct PrivateApt {
    folder: PathBuf,
}

impl PrivateApt {
    fn for_suite(work: &Path, suite: &str) -> Result<Self, Failure> {
        let apt = Self { folder: work.to_owned() };
        for folder in ["sources", "lists/partial", "cache/archives/partial", "debs", "unpacked"] {
            let folder = work.join(folder);
            fs::create_dir_all(&folder).at(&folder)?;
        }
        let (mirror, key) = mirror_for(suite)?;
        let source = format!("Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {key}\n");
        let file = work.join("sources/suite.sources");
        fs::write(&file, source).at(&file)?;
        run(apt.command("apt-get").args(["-qq", "update"]))?;
        Ok(apt)
    }

    fn unpacked(&self) -> PathBuf {
        self.folder.join("unpacked")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let option = |name: &str, value: &Path| format!("{name}={}", value.display());
        command
            .args(["-o", "Dir::Etc::sourcelist=/dev/null"])
            .args(["-o", &option("Dir::Etc::sourceparts", &self.folder.join("sources"))])
            .args(["-o", &option("Dir::State::lists", &self.folder.join("lists"))])
            .args(["-o", &option("Dir::Cache", &self.folder.join("cache"))])
            // The private folders belong to the user, whom apt's own download user may not read.
            .args(["-o", "APT::Sandbox::User=root"]);
        command
    }

    fn versions(&self, package: &str) -> Result<Vec<String>, Failure> {
        let listed = output(self.command("apt-cache").args(["madison", package]))?;
        Ok(listed.lines().filter_map(|line| line.split('|').nth(1)).map(|version| version.trim().to_owned()).collect())
    }

    fn package_version(&self, package: &str, upstream: &str) -> Result<String, Failure> {
        let versions = self.versions(package)?;
        let wanted = versions.iter().find(|version| version.split(['+', '-', '~']).next() == Some(upstream));
        wanted.cloned().ok_or_else(|| {
            Failure::new(format!("Debian has no {package} {upstream} (it has: {})", versions.join(", ")))
        })
    }

    fn newest(&self, package: &str) -> Result<String, Failure> {
        self.versions(package)?.into_iter().next().ok_or_else(|| Failure::new(format!("Debian has no {package}")))
    }

    fn download_and_unpack(&self, packages: &[String]) -> Result<(), Failure> {
        let debs = self.folder.join("debs");
        run(self.command("apt-get").args(["-qq", "download"]).args(packages).current_dir(&debs))?;
        for deb in fs::read_dir(&debs).at(&debs)? {
            run(Command::new("dpkg-deb").arg("--extract").arg(deb.at(&debs)?.path()).arg(self.unpacked()))?;
        }
        Ok(())
    }
}

/// The mirror apt uses on this machine for Debian itself (or its security suites), and the key that signs it.
fn mirror_for(suite: &str) -> Result<(String, String), Failure> {
    let security = suite.ends_with("-security");
    let listed = output(&mut command(
        "apt-get",
        ["indextargets", "--format", "$(REPO_URI) $(RELEASE) $(SIGNED_BY)", "Created-By: Packages", "Origin: Debian"],
    ))
    .unwrap_or_default();
    let configured = listed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).find_map(|words| {
        let release_is_security = words.get(1)?.ends_with("-security");
        (release_is_security == security).then(|| words[0].to_owned())
    });
    let mirror = configured
        .or_else(|| mirror_from_sources(security))
        .ok_or_else(|| Failure::new("apt knows no Debian mirror on this machine"))?;
    Ok((mirror.trim_end_matches('/').to_owned(), "/usr/share/keyrings/debian-archive-keyring.gpg".to_owned()))
}

/// The mirror named in apt's own source files, for machines whose package lists were never fetched.
fn mirror_from_sources(security: bool) -> Option<String> {
    let parts = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|file| file.path());
    let files = parts.chain([PathBuf::from("/etc/apt/sources.list")]);
    let text: String = files.filter_map(|file| fs::read_to_string(file).ok()).collect();
    let addresses = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    addresses
        .filter(|word| word.contains("://") || word.starts_with("mirror+file:"))
        .find(|address| {
            let address = address.trim_end_matches('/');
            if security { address.ends_with("debian-security") } else { address.ends_with("/debian") }
        })
        .map(str::to_owned)
}
