//! The table of files as Rust source. Shared by the build script and its tests.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// The page with a server of its own, in a folder of the same name.
const CUSTOM_API: &str = "custom-api/";

/// The tables where no page is named.
pub(crate) fn placeholder() -> String {
    let note = "    (\"index.html\", include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \
                \"/placeholder.html\"))),\n";
    tables(true, note, "")
}

/// Two tables and not one: what a program does not name, the linker leaves out of it.
fn tables(is_placeholder: bool, panel: &str, custom_api: &str) -> String {
    format!(
        "/// Whether no page was compiled in, only a note on how to build one.\n\
         pub const IS_PLACEHOLDER: bool = {is_placeholder};\n\
         /// The panel's files, by path; one that has a `.gz` is here only compressed.\n\
         pub static FILES: &[(&str, &[u8])] = &[\n{panel}];\n\
         /// Those of the page of `custom-api`, in the same way; empty without one.\n\
         pub static CUSTOM_API: &[(&str, &[u8])] = &[\n{custom_api}];\n"
    )
}

/// Copies every file of `page` to `copy` and returns their tables, sorted by name. Dot-files, links,
/// brotli files and what has a gzip file beside it are left out.
///
/// # Errors
/// Says what is wrong with which path.
pub(crate) fn embed(page: &Path, copy: &Path) -> Result<String, String> {
    if !page.is_dir() {
        return Err(format!("{} is no folder", page.display()));
    }
    if !page.join("index.html").is_file() {
        return Err(format!(
            "{} has no index.html: build the page first (`trunk build --release`, or \
             `cargo xtask dist` for all of it)",
            page.display()
        ));
    }
    // What an earlier build left must not be compiled in again.
    match fs::remove_dir_all(copy) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(copy, &error)),
        _ => {}
    }
    let mut names = Vec::new();
    copy_folder(page, copy, "", &mut names)?;
    names.sort();
    // The gzip file is the file: a second copy would be half of what is compiled in.
    let packed: Vec<String> =
        names.iter().filter_map(|name| name.strip_suffix(".gz").map(str::to_owned)).collect();
    // Brotli is a tenth smaller, and asked for by HTTPS alone: half of the page's part of a program.
    names.retain(|name| !packed.contains(name) && !name.ends_with(".br"));
    let (mut panel, mut custom_api) = (String::new(), String::new());
    for name in names {
        let source = copy.join(&name);
        let source = source.to_str().ok_or_else(|| format!("{} is no UTF-8", source.display()))?;
        let (table, name) = match name.strip_prefix(CUSTOM_API) {
            Some(inner) => (&mut custom_api, inner),
            None => (&mut panel, &*name),
        };
        // Debug output of a string is a Rust literal. Writing to a string cannot fail.
        let _ = writeln!(table, "    ({name:?}, include_bytes!({source:?})),");
    }
    Ok(tables(false, &panel, &custom_api))
}

fn copy_folder(
    from: &Path,
    to: &Path,
    prefix: &str,
    names: &mut Vec<String>,
) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| at(to, &error))?;
    for entry in fs::read_dir(from).map_err(|error| at(from, &error))? {
        let entry = entry.map_err(|error| at(from, &error))?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| format!("{} is no UTF-8", path.display()))?;
        let kind = entry.file_type().map_err(|error| at(&path, &error))?;
        if name.starts_with('.') {
            continue;
        }
        let target = to.join(name);
        if kind.is_dir() {
            copy_folder(&path, &target, &format!("{prefix}{name}/"), names)?;
        } else if kind.is_file() {
            fs::copy(&path, &target).map_err(|error| at(&path, &error))?;
            names.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

fn at(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
