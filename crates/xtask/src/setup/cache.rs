//! The cache folder of tools, and atomic installation into it.

use crate::{
    error::{Error, Result, other},
    process::LONG,
};
use std::{
    env,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Returns the folder of one tool in one version, present or not.
pub(super) fn folder(tool: &str, version: &str) -> Result<PathBuf> {
    Ok(root()?.join(format!("{tool}-{version}")))
}

fn root() -> Result<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = variable("HOME");
    let cache = variable("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(|| {
        if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home.map(|home| home.join("Library/Caches"))
        } else {
            home.map(|home| home.join(".cache"))
        }
    });
    match cache {
        Some(cache) => Ok(cache.join("nrgkick-web")),
        None => other("no folder for tools: neither XDG_CACHE_HOME nor a home folder is set"),
    }
}

/// Installs into a temporary folder and renames it to `target` once `is_good` accepts it.
///
/// An interrupted installation leaves only the temporary folder, which the next one clears. A lock
/// excludes parallel installations; one that waited uses the result of the first.
pub(super) fn install(
    target: &Path,
    is_good: impl Fn(&Path) -> bool,
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let beside = |ending: &str| {
        let mut path = target.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    };
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
    }
    let _lock = lock(&beside(".lock"))?;
    if is_good(target) {
        return Ok(());
    }
    let unfinished = beside(".unfinished");
    remove(&unfinished)?;
    install(&unfinished)?;
    if !is_good(&unfinished) {
        return other(format!("{} was installed but does not work", target.display()));
    }
    // Checked above: an existing folder is broken or incomplete.
    remove(target)?;
    fs::rename(&unfinished, target).map_err(Error::file("complete", target))
}

/// Acquires the lock; held until dropped, and released by the system if the process is killed.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).map_err(Error::file("create", path))?;
    let deadline = Instant::now() + LONG;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Error::file("lock", path)(error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return other(format!("{} is held by another installation", path.display()));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if !told {
            println!("  waiting for another installation of it ({})", path.display());
            told = true;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file("remove", folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary folder of one test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn write(folder: &Path, text: &str) -> Result<()> {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("tool"), text).unwrap();
        Ok(())
    }

    fn is(text: &'static str) -> impl Fn(&Path) -> bool {
        move |folder| fs::read_to_string(folder.join("tool")).is_ok_and(|found| found == text)
    }

    #[test]
    fn what_was_interrupted_is_not_there_and_is_cleared_by_the_next() {
        let scratch = Scratch::new("interrupted");
        let target = scratch.0.join("tool-1.0");
        let interrupted = install(&target, is("whole"), |folder| {
            write(folder, "half")?;
            other("interrupted")
        });
        assert!(interrupted.is_err() && !target.exists());
        install(&target, is("whole"), |folder| {
            assert!(!folder.exists());
            write(folder, "whole")
        })
        .unwrap();
        assert!(is("whole")(&target));
        assert!(!scratch.0.join("tool-1.0.unfinished").exists());
    }

    #[test]
    fn a_broken_one_is_replaced_only_by_a_good_one() {
        let scratch = Scratch::new("broken");
        let target = scratch.0.join("tool-1.0");
        write(&target, "broken").unwrap();
        assert!(install(&target, is("good"), |folder| write(folder, "worse")).is_err());
        assert!(is("broken")(&target));
        install(&target, is("good"), |folder| write(folder, "good")).unwrap();
        assert!(is("good")(&target));
    }

    #[test]
    fn what_another_one_brought_in_the_meantime_is_taken() {
        let scratch = Scratch::new("other");
        let target = scratch.0.join("tool-1.0");
        write(&target, "good").unwrap();
        install(&target, is("good"), |_| other("not needed")).unwrap();
    }
}
