//! The file on its disk: read with its revision, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use gateway_api::custom_api::edit::LONGEST_REQUEST;
use sha2::{Digest as _, Sha256};

/// A file as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OnDisk {
    /// The text; empty if there is no file.
    pub(crate) text: String,
    /// The hash of its bytes.
    pub(crate) revision: String,
}

/// A file that was written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The hash of its bytes.
    pub(crate) revision: String,
    /// The file with what was there before.
    pub(crate) backup: Option<PathBuf>,
}

/// The file cannot be read or written; it is as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiskError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// It is too long for the editor.
    #[error("{} has more than {LONGEST_REQUEST} bytes, which is too long to be edited here", .0.display())]
    TooLong(PathBuf),
    /// Its owner has made it read-only.
    #[error("{} is read-only; nothing was changed", .0.display())]
    ReadOnly(PathBuf),
    /// One of the steps failed.
    #[error("cannot write {}: {source}; nothing was changed", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// A single file is mounted, as in a container, and cannot be replaced.
    #[error(
        "{} cannot be replaced, as it is mounted by itself: mount its folder instead; nothing was \
         changed", .0.display()
    )]
    Mounted(PathBuf),
}

/// Reads the file; one that is not there is empty.
pub(crate) fn read(path: &Path) -> Result<OnDisk, DiskError> {
    let read = || -> io::Result<String> {
        let mut text = String::new();
        let most = LONGEST_REQUEST as u64 + 1;
        File::open(path)?.take(most).read_to_string(&mut text)?;
        Ok(text)
    };
    let text = match read() {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(DiskError::Read { path: path.to_path_buf(), source }),
    };
    if text.len() > LONGEST_REQUEST {
        return Err(DiskError::TooLong(path.to_path_buf()));
    }
    Ok(OnDisk { revision: revision(&text), text })
}

fn revision(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the reason why the file cannot be written, as far as it can be seen without writing.
pub(crate) fn read_only(path: &Path) -> Option<String> {
    let target = target(path);
    let checked = if target.exists() { check(&target) } else { Ok(()) };
    let folder = folder(&target);
    let is_closed = || fs::metadata(folder).is_ok_and(|folder| folder.permissions().readonly());
    match checked {
        Ok(()) if is_closed() => Some(format!("the folder {} is read-only", folder.display())),
        Ok(()) => None,
        Err(error) => Some(error.to_string()),
    }
}

/// Follows links, so that the file and not the link is replaced.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Checks that a file may be written: replacing needs only its folder.
fn check(target: &Path) -> Result<(), DiskError> {
    let failed = |source| DiskError::Write { path: target.to_path_buf(), source };
    if fs::metadata(target).map_err(failed)?.permissions().readonly() {
        return Err(DiskError::ReadOnly(target.to_path_buf()));
    }
    OpenOptions::new().append(true).open(target).map(drop).map_err(failed)
}

/// Writes the file: beside it first, then in its place. What was there before is kept beside it
/// with `.bak` at the end.
pub(crate) fn write(path: &Path, text: &str) -> Result<Written, DiskError> {
    let target = target(path);
    let is_there = target.exists();
    if is_there {
        check(&target)?;
    }
    let draft = Beside::new(&target, ".new");
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        |source| DiskError::Write { path, source }
    };
    fill(&draft.0, text, is_there.then_some(target.as_path())).map_err(failed(&draft.0))?;
    let backup = match is_there {
        true => Some(back_up(&target)?),
        false => None,
    };
    fs::rename(&draft.0, &target).map_err(|source| match source.kind() {
        io::ErrorKind::ResourceBusy => DiskError::Mounted(target.clone()),
        _ => DiskError::Write { path: target.clone(), source },
    })?;
    // The names too have to reach the disk; where a folder cannot be opened, they do in time.
    let _ = File::open(folder(&target)).and_then(|folder| folder.sync_all());
    Ok(Written { revision: revision(text), backup })
}

/// Writes a new file with the rights of `like`; without one, only its owner may read it.
fn fill(path: &Path, text: &str, like: Option<&Path>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    if let Some(like) = like {
        let rights = fs::metadata(like)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, fchown};
            // Only root may give a file away; another user's file becomes this server's.
            let _ = fchown(&file, Some(rights.uid()), Some(rights.gid()));
        }
        file.set_permissions(rights.permissions())?;
    }
    file.sync_all()
}

/// Keeps the file under its second name, in place of an older one.
fn back_up(target: &Path) -> Result<PathBuf, DiskError> {
    let backup = beside(target, ".bak");
    let second = Beside::new(target, ".old");
    let kept = fs::hard_link(target, &second.0)
        // Some file systems have one name for a file only.
        .or_else(|_| fs::copy(target, &second.0).map(drop))
        .and_then(|()| fs::rename(&second.0, &backup));
    kept.map_err(|source| DiskError::Write { path: backup.clone(), source })?;
    Ok(backup)
}

fn beside(target: &Path, end: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// A file for a moment, removed at the end unless it was renamed.
struct Beside(PathBuf);

impl Beside {
    fn new(target: &Path, end: &str) -> Self {
        let path = beside(target, end);
        // What a crash left over; a folder of that name stays, and is told by the next step.
        let _ = fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests;
