//! What is given to others: the programs, optimised, with the page inside.

use crate::{
    error::{Error, Result, other},
    page,
    process::{self, LONG},
    workspace,
};
use std::{env, fs};

/// `cargo xtask dist`: into `target/dist/`.
pub(crate) fn dist() -> Result<()> {
    let page = page::build(false)?;
    let servers = workspace::servers();
    if servers.is_empty() {
        return other("this clone has no server to build");
    }
    let mut cargo = workspace::cargo_here(&["build", "--release", "--locked"]);
    cargo.args(servers.iter().flat_map(|name| ["--package", *name]));
    // Read by the build script of page-bundle.
    cargo.env("NRGKICK_PAGE", &page);
    process::run(&mut cargo, LONG)?;
    let target = workspace::target()?;
    let folder = target.join("dist");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    for server in servers {
        let name = format!("{server}{}", env::consts::EXE_SUFFIX);
        let (from, to) = (target.join("release").join(&name), folder.join(&name));
        let bytes = fs::copy(&from, &to).map_err(Error::file("copy", &from))?;
        println!("{} ({:.1} MB)", to.display(), bytes as f64 / 1e6);
    }
    Ok(())
}
