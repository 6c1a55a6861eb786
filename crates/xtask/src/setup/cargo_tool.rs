//! Tools installed by cargo: trunk, wasm-bindgen's command line, Firefox's driver, and what makes a
//! release: packages, lists of what is inside, and their licences.

use super::{Found, InstallMethod, announce, cache, first_that_works, version};
use crate::{
    error::Result,
    process::{cargo, find_on_path},
    workspace,
};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The newest trunk that this project's rustc compiles; 0.22 needs a newer one.
const TRUNK: &str = "0.21.14";

/// The newest driver; it knows every Firefox that Debian has.
const GECKODRIVER: &str = "0.37.1";

/// The newest that this project's rustc compiles.
const DENY: &str = "0.20.2";

/// What makes a release: the package, its program, its version, and why.
const RELEASE: [(&str, &str, &str, &str); 3] = [
    ("cargo-deb", "cargo-deb", "3.8.0", "it makes Debian packages"),
    ("cargo-about", "cargo-about", "0.9.3", "it collects the licences of what is inside"),
    ("cargo-cyclonedx", "cargo-cyclonedx", "0.5.9", "it lists what is inside, as CycloneDX"),
];

/// The variable with the level of optimisation.
const OPT_LEVEL: &str = "CARGO_PROFILE_RELEASE_OPT_LEVEL";

/// Compiler settings of the tools: they run for seconds, and optimising them takes minutes.
const PROFILE: [(&str, &str); 4] = [
    (OPT_LEVEL, "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// A program from a package of crates.io, in one version.
pub(super) struct CargoTool {
    package: &'static str,
    binary: &'static str,
    version: String,
    why: &'static str,
    duration: &'static str,
    /// Set if its default features are needed.
    default_features: bool,
    /// Set if it computes for minutes when it is not optimised.
    optimised: bool,
    /// Set if newer dependencies than in its lock file are worth a try.
    unlocked_too: bool,
}

/// Trunk, which builds the page. It compiles only with its own lock file.
pub(super) fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        binary: "trunk",
        version: TRUNK.to_owned(),
        why: "it builds the page from index.html",
        duration: "2 minutes on two cores",
        // They fetch tools and look for newer versions, which is done here or not wanted.
        default_features: false,
        optimised: false,
        unlocked_too: false,
    }
}

/// wasm-bindgen, which must have exactly the version of the library of that name.
pub(super) fn wasm_bindgen() -> Result<CargoTool> {
    Ok(CargoTool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: workspace::locked_version("wasm-bindgen")?,
        why: "it connects the compiled page with the browser, in the version of Cargo.lock",
        duration: "1 minute on two cores",
        default_features: true,
        optimised: false,
        unlocked_too: true,
    })
}

/// Firefox's driver.
pub(super) fn geckodriver() -> CargoTool {
    CargoTool {
        package: "geckodriver",
        binary: "geckodriver",
        version: GECKODRIVER.to_owned(),
        why: "it drives Firefox",
        duration: "2 minutes on two cores",
        default_features: true,
        optimised: false,
        unlocked_too: true,
    }
}

/// What judges licences, bans and sources.
pub(super) fn deny() -> CargoTool {
    CargoTool {
        package: "cargo-deny",
        binary: "cargo-deny",
        version: DENY.to_owned(),
        why: "it judges the licences and sources of what is inside",
        duration: "2 minutes on two cores",
        default_features: true,
        optimised: false,
        unlocked_too: true,
    }
}

/// The tools that make a release.
pub(super) fn release() -> impl Iterator<Item = CargoTool> {
    RELEASE.into_iter().map(|(package, binary, version, why)| CargoTool {
        package,
        binary,
        version: version.to_owned(),
        why,
        duration: "2 minutes on two cores",
        default_features: true,
        optimised: package == "cargo-about",
        unlocked_too: true,
    })
}

impl CargoTool {
    /// Finds or installs the tool.
    pub(super) fn ready(self) -> Result<Found> {
        if let Some(program) = find_on_path(&[self.binary])
            && self.is_good(&program)
        {
            return Ok(self.found(None));
        }
        let folder = cache::folder(self.package, &self.version)?;
        let is_good = |folder: &Path| self.is_good(&folder.join("bin").join(self.file()));
        if !is_good(&folder) {
            let what = format!("{} {}", self.package, self.version);
            announce(&what, self.why, self.duration, &folder);
            cache::install(&folder, is_good, |into| first_that_works(self.ways(into)))?;
        }
        Ok(self.found(Some(folder.join("bin"))))
    }

    fn ways(&self, into: &Path) -> Vec<InstallMethod> {
        let install = |locked: bool| {
            let mut command = cargo();
            // Outside the workspace, whose cargo configuration is not for tools.
            command.current_dir(env::temp_dir());
            command.args(["install", self.package, "--version", &self.version]);
            command.args(locked.then_some("--locked")).arg("--root").arg(into);
            command.args((!self.default_features).then_some("--no-default-features"));
            // Its command line is behind a feature.
            command.args((self.package == "cargo-about").then_some("--features=cli"));
            command.envs(
                PROFILE.into_iter().filter(|(name, _)| !self.optimised || *name != OPT_LEVEL),
            );
            command
        };
        let mut ways =
            vec![InstallMethod { name: "with its own lock file", command: install(true) }];
        if self.unlocked_too {
            ways.push(InstallMethod { name: "with newer dependencies", command: install(false) });
        }
        ways
    }

    fn is_good(&self, program: &Path) -> bool {
        // One of them answers only as cargo calls it, with its own name first.
        let of_cargo = || version::of_subcommand(program, self.binary.strip_prefix("cargo-")?);
        version::of(program).or_else(of_cargo).as_deref() == Some(&self.version)
    }

    fn file(&self) -> String {
        format!("{}{}", self.binary, env::consts::EXE_SUFFIX)
    }

    fn found(&self, folder: Option<PathBuf>) -> Found {
        Found { name: self.package, version: self.version.clone(), folder }
    }
}
