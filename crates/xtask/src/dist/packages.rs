//! Debian packages: what is in each stands in the manifest of its program, under `metadata.deb`.

use crate::{
    error::Result,
    process::{self, LONG},
    setup::CargoTools,
    target::{PROFILE, Target},
    workspace,
};
use std::path::Path;

/// The programs with a package of their own.
pub(super) const PACKAGED: [&str; 3] = ["cors-proxy", "modbus-proxy", "custom-api"];

/// Writes a package for each; none for other systems than Linux.
pub(super) fn write(tools: &CargoTools, target: &Target, folder: &Path) -> Result<()> {
    if !target.is_linux() {
        println!("skipped: Debian packages, which are for Linux only");
        return Ok(());
    }
    for program in PACKAGED {
        let mut deb = workspace::cargo_here(&["deb", "--no-build", "--no-strip"]);
        deb.args(["--package", program, "--target", &target.triple, "--deb-revision", "1"]);
        deb.args(["--profile", PROFILE]);
        deb.arg("--output").arg(folder).args(["--", "--locked"]);
        tools.apply(&mut deb)?;
        process::run(&mut deb, LONG)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use toml::de::DeTable;

    #[test]
    fn every_file_of_a_package_that_is_not_built_is_there() {
        for program in PACKAGED {
            let folder = workspace::root().join("crates").join(program);
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let manifest = DeTable::parse(&manifest).unwrap();
            let deb = ["package", "metadata", "deb"]
                .into_iter()
                .fold(manifest.get_ref(), |table, key| {
                    table.get(key).unwrap().get_ref().as_table().unwrap()
                });
            let assets = deb.get("assets").unwrap().get_ref().as_array().unwrap();
            for asset in assets {
                let asset = asset.get_ref().as_array().unwrap();
                let source = asset.first().unwrap().get_ref().as_str().unwrap().to_owned();
                if !source.starts_with("target/") {
                    assert!(folder.join(&source).exists(), "{program}: {source}");
                }
            }
        }
    }
}
