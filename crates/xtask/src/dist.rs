//! The files for release: the programs, optimised, with the page inside, and the page alone.

use crate::{
    error::{Error, Result},
    page,
    process::{self, LONG},
    site, workspace,
};
use std::{env, fs, path::Path, process::Command};

/// The program that owners run once, on their own charger.
const PROBE: &str = "nrgkick-probe";

/// `cargo xtask dist`: builds into `target/dist/`.
pub(crate) fn dist() -> Result<()> {
    let page = page::build(false)?;
    let archive = site::write(&page)?;
    let bytes = fs::metadata(&archive).map_err(Error::file("read", &archive))?.len();
    println!("{} ({:.1} MB)", archive.display(), bytes as f64 / 1e6);
    process::run(&mut build(&page), LONG)?;
    let target = workspace::target()?;
    let folder = target.join("dist");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    for server in workspace::SERVERS.into_iter().chain([PROBE]) {
        let name = format!("{server}{}", env::consts::EXE_SUFFIX);
        let (from, to) = (target.join("release").join(&name), folder.join(&name));
        let bytes = fs::copy(&from, &to).map_err(Error::file("copy", &from))?;
        println!("{} ({:.1} MB)", to.display(), bytes as f64 / 1e6);
    }
    Ok(())
}

/// Builds all in one command, so that shared dependencies are compiled once.
fn build(page: &Path) -> Command {
    let mut cargo = workspace::cargo_here(&["build", "--release", "--locked"]);
    let programs = workspace::SERVERS.into_iter().chain([PROBE]);
    cargo.args(programs.flat_map(|name| ["--package", name]));
    // Read by the build script of page-bundle.
    cargo.env("NRGKICK_PAGE", page);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_is_built_with_the_page_inside() {
        assert_eq!(
            process::shown(&build(Path::new("dist"))),
            "NRGKICK_PAGE=dist cargo build --release --locked --package cors-proxy \
             --package modbus-proxy --package custom-api --package nrgkick-sim --package nrgkick-probe"
        );
        // One without page-bundle would ignore the variable and ship no page.
        for server in workspace::SERVERS.into_iter().filter(|name| *name != "nrgkick-sim") {
            let manifest = workspace::root().join("crates").join(server).join("Cargo.toml");
            assert!(fs::read_to_string(manifest).unwrap().contains("page-bundle"), "{server}");
        }
    }
}
