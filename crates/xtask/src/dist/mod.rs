//! The files for release, in `target/dist/`: the programs, optimised and linked statically, with the
//! page inside; the page alone as a zip; man pages and completions; Debian packages; the folders of a
//! container and of a Home Assistant add-on; what is inside, under which licences; checksums.
//!
//! Not here: how each is used, which `deploy/` and README.md say.

mod folders;
mod inside;
mod packages;
mod sums;

use crate::{
    error::{Error, Result},
    page,
    process::{self, LONG},
    setup, site,
    target::{PROFILE, Target},
    workspace,
};
use std::{fs, path::Path, process::Command};

/// The program that owners run once, on their own charger.
const PROBE: &str = "nrgkick-probe";

/// What a release is made for.
#[derive(clap::Args, Debug)]
pub(crate) struct DistArgs {
    /// The machine that the programs are for, as aarch64-unknown-linux-musl [default: this one]
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Only the programs and the zip, without what needs more tools
    #[arg(long)]
    programs: bool,
}

/// `cargo xtask dist`.
pub(crate) fn dist(arguments: &DistArgs) -> Result<()> {
    let target = Target::choose(arguments.target.as_deref())?;
    println!("for {}, linked statically with {}", target.triple, target.library());
    let page = page::build(false)?;
    let built = target.built()?;
    let folder = workspace::target()?.join("dist");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    weighed(&site::write(&page)?)?;
    process::run(&mut build(&page, &target)?, LONG)?;
    for program in programs() {
        let name = target.file(program);
        copy(&built.join(&name), &folder.join(&name))?;
        weighed(&folder.join(&name))?;
    }
    if arguments.programs {
        return sums::write(&folder);
    }
    manuals(&folder)?;
    // Where cargo-deb looks for what stands in `target/release` of the packages' lists.
    copy_all(&folder.join("man"), &built.join("man"))?;
    copy_all(&folder.join("completions"), &built.join("completions"))?;
    let tools = setup::release_tools()?;
    packages::write(&tools, &target, &folder)?;
    folders::write(&target, &folder)?;
    inside::write(&tools, &target, &folder)?;
    sums::write(&folder)
}

fn programs() -> impl Iterator<Item = &'static str> {
    workspace::SERVERS.into_iter().chain([PROBE])
}

/// Builds all in one command, so that shared dependencies are compiled once.
fn build(page: &Path, target: &Target) -> Result<Command> {
    let mut cargo = workspace::cargo_here(&["build", "--profile", PROFILE, "--locked"]);
    cargo.args(["--target", &target.triple]);
    cargo.args(programs().flat_map(|name| ["--package", name]));
    target.apply(&mut cargo)?;
    // Read by the build script of page-bundle.
    cargo.env("NRGKICK_PAGE", page);
    Ok(cargo)
}

/// Writes man pages and completions; for this machine, whatever the programs are for.
fn manuals(folder: &Path) -> Result<()> {
    let mut cargo = workspace::cargo_here(&["run", "--quiet", "--locked", "--package", "manual"]);
    process::run(cargo.arg("--").arg(folder), LONG)
}

fn weighed(path: &Path) -> Result<()> {
    let bytes = fs::metadata(path).map_err(Error::file("read", path))?.len();
    println!("{} ({:.2} MiB)", path.display(), bytes as f64 / f64::from(1 << 20));
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    // A program that runs keeps its old file.
    let _ = fs::remove_file(to);
    fs::copy(from, to).map(drop).map_err(Error::file("copy", from))
}

/// Copies a folder with all below it.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::file("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy_all(&path, &to)? } else { copy(&path, &to)? }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_is_built_with_the_page_inside() {
        let target = Target { triple: "x86_64-unknown-linux-musl".to_owned() };
        assert_eq!(
            process::shown(&build(Path::new("dist"), &target).unwrap()),
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS='-C \
             link-arg=-Wl,-z,pack-relative-relocs' NRGKICK_PAGE=dist cargo build --profile dist --locked --target x86_64-unknown-linux-musl \
             --package cors-proxy --package modbus-proxy --package custom-api --package nrgkick-sim \
             --package nrgkick-probe"
        );
        // One without page-bundle would ignore the variable and ship no page.
        for server in workspace::SERVERS.into_iter().filter(|name| *name != "nrgkick-sim") {
            let manifest = workspace::root().join("crates").join(server).join("Cargo.toml");
            assert!(fs::read_to_string(manifest).unwrap().contains("page-bundle"), "{server}");
        }
    }
}
