//! What is inside the programs: a list of each, as CycloneDX, and the licences of all.

use super::packages::PACKAGED;
use crate::{
    error::{Error, Result},
    process::{self, LONG},
    setup::CargoTools,
    target::Target,
    workspace,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The licences that are accepted, and the form of the list; read by cargo-about.
const LICENCES: &str = "deploy/licences";
/// The list.
const LIST: &str = "THIRD-PARTY-LICENSES.txt";

/// Writes both.
pub(super) fn write(tools: &CargoTools, target: &Target, folder: &Path) -> Result<()> {
    for program in PACKAGED {
        list(program, tools, target, folder)?;
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

/// Writes the list of one program.
fn list(program: &str, tools: &CargoTools, target: &Target, folder: &Path) -> Result<()> {
    let name = format!("{program}.cdx");
    let own = workspace::root().join("crates").join(program);
    let mut list = workspace::cargo_here(&["cyclonedx", "--format", "json", "--quiet"]);
    list.arg("--manifest-path").arg(own.join("Cargo.toml"));
    list.args(["--target", &target.triple, "--override-filename", &name]);
    tools.apply(&mut list)?;
    let ran = process::run(&mut list, LONG);
    let file = format!("{name}.json");
    let written = fs::read_to_string(own.join(&file));
    // It writes one beside the manifest of every member, whichever was asked for.
    for member in members()? {
        // Not there where it failed before.
        let _ = fs::remove_file(member.join(&file));
    }
    ran?;
    let text = written.map_err(Error::file("read", &own.join(&file)))?;
    let to = folder.join(&file);
    fs::write(&to, without_place(&text, &workspace::root())).map_err(Error::file("write", &to))?;
    println!("{}", to.display());
    Ok(())
}

/// The list without the folder in which it was made; it names our own crates by theirs.
fn without_place(text: &str, root: &Path) -> String {
    text.replace(&format!("file://{}", root.display()), "file://")
}

/// The folders of the workspace's members.
fn members() -> Result<Vec<PathBuf>> {
    let crates = workspace::root().join("crates");
    let mut members = vec![workspace::root().join("tests")];
    for entry in fs::read_dir(&crates).map_err(Error::file("read", &crates))? {
        members.push(entry.map_err(Error::file("read", &crates))?.path());
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_no_folder_of_the_machine_that_made_it() {
        let text = r#"{"bom-ref": "path+file:///home/me/clone/crates/cors-proxy#0.2.0"}"#;
        let list = without_place(text, Path::new("/home/me/clone"));
        assert_eq!(list, r#"{"bom-ref": "path+file:///crates/cors-proxy#0.2.0"}"#);
    }

    #[test]
    fn every_member_of_the_workspace_is_looked_at() {
        let members = members().unwrap();
        assert!(members.contains(&workspace::root().join("tests")));
        assert!(members.iter().all(|member| member.join("Cargo.toml").is_file()), "{members:?}");
    }
}
