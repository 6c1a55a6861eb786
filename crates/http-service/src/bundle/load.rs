//! Reads a folder into memory, within limits.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;

/// Maximum bytes of a page, all files together.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Maximum files of a page.
const MOST_FILES: usize = 4096;
/// Maximum depth of folders below the page's own.
const DEEPEST: usize = 16;

/// The error of a folder that cannot be served as a page.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The folder has no `index.html`.
    #[error(
        "{} has no index.html: build the page with `cargo xtask run` or `trunk build --release`",
        folder.display()
    )]
    NoIndex {
        /// The folder.
        folder: PathBuf,
    },
    /// The name contains characters that a URL would escape.
    #[error("{} cannot be served: use only letters, digits and any of -._~+@ in names", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// The folder exceeds a limit.
    #[error(
        "{} is too large for a page: at most {MOST_FILES} files, {} MiB, {DEEPEST} folders deep",
        folder.display(), MOST_BYTES / 1024 / 1024
    )]
    TooLarge {
        /// The folder asked for.
        folder: PathBuf,
    },
}

pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, Bytes>, BundleError> {
    let root = fs::canonicalize(folder).map_err(at(folder))?;
    let mut reader = Reader { root: &root, files: BTreeMap::new(), bytes: 0 };
    reader.folder(&root, "", 0)?;
    Ok(reader.files)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BundleError {
    let path = path.to_path_buf();
    move |source| BundleError::Read { path, source }
}

struct Reader<'a> {
    root: &'a Path,
    files: BTreeMap<String, Bytes>,
    bytes: u64,
}

impl Reader<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), BundleError> {
        if depth > DEEPEST {
            return Err(self.too_large());
        }
        for entry in fs::read_dir(folder).map_err(at(folder))? {
            let entry = entry.map_err(at(folder))?;
            let path = entry.path();
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| is_plain(name)) else {
                return Err(BundleError::Name { path });
            };
            if name.starts_with('.') {
                continue;
            }
            let name = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(at(&path))?;
            if kind.is_dir() {
                self.folder(&path, &format!("{name}/"), depth + 1)?;
            } else if kind.is_file() || (kind.is_symlink() && self.is_inside(&path)) {
                self.file(&path, name)?;
            } else {
                tracing::warn!(path = %path.display(), "left out of the page");
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String) -> Result<(), BundleError> {
        let size = fs::metadata(path).map_err(at(path))?.len();
        if self.files.len() >= MOST_FILES || self.bytes + size > MOST_BYTES {
            return Err(self.too_large());
        }
        let bytes = fs::read(path).map_err(at(path))?;
        self.bytes += bytes.len() as u64;
        self.files.insert(name, bytes.into());
        Ok(())
    }

    /// `true` if a link points to a file of the page that is also served under its own name.
    fn is_inside(&self, link: &Path) -> bool {
        let Ok(target) = fs::canonicalize(link) else { return false };
        let is_served = |part: Component<'_>| match part {
            Component::Normal(name) => !name.as_encoded_bytes().starts_with(b"."),
            _ => false,
        };
        target.is_file()
            && target.strip_prefix(self.root).is_ok_and(|inner| inner.components().all(is_served))
    }

    fn too_large(&self) -> BundleError {
        BundleError::TooLarge { folder: self.root.to_path_buf() }
    }
}

/// `true` if a URL contains `name` unescaped. Dot-files are accepted here and not served.
fn is_plain(name: &str) -> bool {
    let is_unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~+@".contains(&b);
    name.starts_with('.') || name.bytes().all(is_unreserved)
}
