//! What is inside the programs: a list of each, as CycloneDX, and the licences of all.

use super::packages::PACKAGED;
use crate::{
    error::{Error, Result},
    process::{self, LONG},
    setup::CargoTools,
    target::Target,
    workspace,
};
use std::{fs, path::Path};

/// The licences that are accepted, and the form of the list; read by cargo-about.
const LICENCES: &str = "deploy/licences";
/// The list.
const LIST: &str = "THIRD-PARTY-LICENSES.txt";

/// Writes both.
pub(super) fn write(tools: &CargoTools, target: &Target, folder: &Path) -> Result<()> {
    for program in PACKAGED {
        let name = format!("{program}.cdx");
        let manifest = workspace::root().join("crates").join(program).join("Cargo.toml");
        let mut list = workspace::cargo_here(&["cyclonedx", "--format", "json", "--quiet"]);
        list.arg("--manifest-path").arg(&manifest);
        list.args(["--target", &target.triple, "--override-filename", &name]);
        tools.apply(&mut list)?;
        process::run(&mut list, LONG)?;
        // It writes beside the manifest, of every crate of ours that is inside.
        for member in fs::read_dir(workspace::root().join("crates"))
            .map_err(Error::file("read", &manifest))?
            .filter_map(std::result::Result::ok)
        {
            let written = member.path().join(format!("{name}.json"));
            if member.file_name() == *program {
                super::copy(&written, &folder.join(format!("{name}.json")))?;
            }
            // Not there for most.
            let _ = fs::remove_file(&written);
        }
        println!("{}", folder.join(format!("{name}.json")).display());
    }
    let licences = workspace::root().join(LICENCES);
    let mut about =
        workspace::cargo_here(&["about", "generate", "--locked", "--offline", "--fail"]);
    about.arg("--config").arg(licences.join("about.toml"));
    about.arg("--manifest-path").arg(workspace::root().join("crates/manual/Cargo.toml"));
    about.arg("--output-file").arg(folder.join(LIST)).arg(licences.join("list.hbs"));
    tools.apply(&mut about)?;
    process::run(&mut about, LONG)
}
