//! The panel as one zip, to be unpacked into a folder of any static host.
//!
//! Not in it: the page of `custom-api`, which only that server can fill.

use crate::{
    error::{Error, Result},
    page::{PAGES, files_under},
    workspace,
};
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Returns where the archive is, or would be.
pub(crate) fn archive(target: &Path) -> PathBuf {
    target.join("dist").join(concat!("nrgkick-web-", env!("CARGO_PKG_VERSION"), ".zip"))
}

/// Writes the archive of the built pages in `dist` and returns its path.
pub(crate) fn write(dist: &Path) -> Result<PathBuf> {
    let archive = archive(&workspace::target()?);
    if let Some(folder) = archive.parent() {
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    }
    pack(dist, &archive)?;
    Ok(archive)
}

/// Packs the same files into the same bytes every time: sorted, and without their times.
fn pack(dist: &Path, archive: &Path) -> Result<()> {
    let failed = |error: zip::result::ZipError| {
        Error::Other(format!("cannot write {}: {error}", archive.display()))
    };
    let file = File::create(archive).map_err(Error::file("create", archive))?;
    let mut zip = ZipWriter::new(file);
    for path in files_under(dist)? {
        let Some(name) = name_in_the_archive(dist, &path) else { continue };
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        let is_small = name.ends_with(".gz") || name.ends_with(".br");
        let method = if is_small { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(name, options).map_err(failed)?;
        zip.write_all(&bytes).map_err(Error::file("write", archive))?;
    }
    zip.finish().map(drop).map_err(failed)
}

/// Returns a file's path below `dist`, with slashes on every system; `None` for another page's.
fn name_in_the_archive(dist: &Path, file: &Path) -> Option<String> {
    let parts: Vec<_> =
        file.strip_prefix(dist).ok()?.iter().map(|part| part.to_string_lossy()).collect();
    let is_of_another =
        PAGES.iter().any(|page| parts.first().is_some_and(|first| first == page.folder()));
    (!is_of_another).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn the_archive_holds_the_panel_with_its_folders_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("xtask-{}-site", std::process::id()));
        let dist = folder.join("dist");
        let files = ["index.html", "index.html.gz", "later/a.wasm", "custom-api/index.html"];
        for file in files {
            let path = dist.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{file} ").repeat(100)).unwrap();
        }
        let [first, second] = ["1.zip", "2.zip"].map(|name| folder.join(name));
        pack(&dist, &first).unwrap();
        let mut zip = zip::ZipArchive::new(File::open(&first).unwrap()).unwrap();
        let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, files[..3]);
        let mut text = String::new();
        zip.by_name("later/a.wasm").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "later/a.wasm ".repeat(100));

        // Another time of a file makes no other archive.
        fs::write(dist.join("index.html"), "index.html ".repeat(100)).unwrap();
        pack(&dist, &second).unwrap();
        let same = fs::read(&first).unwrap() == fs::read(&second).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(same);
    }
}
