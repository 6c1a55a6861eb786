//! The name of a build, by which a page finds out that its server has another one.
//!
//! It is made of the document, which names the program by its content, and of the words.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::{Error, Result, other};

/// The file beside the document.
const FILE: &str = "build.txt";

/// Writes the name of the build in `folder` into its document `html`, which is returned, and into a
/// file.
pub(super) fn give(html: &str, folder: &Path) -> Result<String> {
    // FNV-1a: the same in every version of the tools.
    let add = |hash: u64, bytes: &[u8]| {
        bytes
            .iter()
            .fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let mut hash = add(0xcbf2_9ce4_8422_2325, html.as_bytes());
    for file in words(&folder.join("i18n"))? {
        hash = add(hash, &fs::read(&file).map_err(Error::file("read", &file))?);
    }
    let name = format!("{hash:016x}");
    let Some((before, after)) = html.split_once("<html") else {
        return other("the page has no html element");
    };
    let file = folder.join(FILE);
    fs::write(&file, &name).map_err(Error::file("write", &file))?;
    Ok(format!("{before}<html data-build=\"{name}\"{after}"))
}

/// The files in `folder`, sorted.
fn words(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = fs::read_dir(folder).map_err(Error::file("list", folder))?;
    let files: io::Result<Vec<_>> = list.map(|file| file.map(|file| file.path())).collect();
    let mut files = files.map_err(Error::file("list", folder))?;
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_document_or_another_word_is_another_build() {
        let folder = std::env::temp_dir().join(format!("build-name-{}", std::process::id()));
        fs::create_dir_all(folder.join("i18n")).unwrap();
        let name = |html: &str, words: &str| {
            fs::write(folder.join("i18n/de.json"), words).unwrap();
            let html = give(html, &folder).unwrap();
            let name = fs::read_to_string(folder.join(FILE)).unwrap();
            assert!(html.contains(&format!("<html data-build=\"{name}\" lang=en>")), "{html}");
            assert!(name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
            name
        };
        let first = name("<html lang=en><p>a", "[]");
        assert_eq!(first, name("<html lang=en><p>a", "[]"));
        assert_ne!(first, name("<html lang=en><p>b", "[]"));
        assert_ne!(first, name("<html lang=en><p>a", "[1]"));
        assert!(give("<p>", &folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
