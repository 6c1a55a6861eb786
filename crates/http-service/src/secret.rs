//! Reads secrets from files, never from the command line, where `ps` shows them.
//!
//! A file `credential:NAME` is the credential NAME that systemd hands to a unit (`LoadCredential=`),
//! and `FILE.json#KEY` the text under KEY in a file of JSON, as Home Assistant hands to an add-on.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Maximum bytes of a secret file.
const MAX_BYTES: u64 = 4096;
/// Maximum bytes of a file of JSON that holds a secret.
const MAX_JSON_BYTES: u64 = 64 * 1024;

/// The error of an unusable secret file. Names the file, never its content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The file cannot be opened or read, or is not UTF-8.
    #[error("cannot read the secret file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A credential outside of a unit that has some.
    #[error("{}: systemd has handed this program no credentials; name a file", path.display())]
    NoCredentials {
        /// The file, as it was named.
        path: PathBuf,
    },
    /// The file is empty.
    #[error("the secret file {} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file has more than one line, or more than 4096 bytes.
    #[error("the secret file {} must hold one line of at most {MAX_BYTES} bytes", path.display())]
    NotOneLine {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the only line of `path`, without the newline at its end. Logs a warning if everyone on the
/// machine may read the file.
///
/// # Errors
/// If the file cannot be read, is empty, or holds more than one short line.
pub fn secret_file(path: &Path) -> Result<String, SecretError> {
    let path = &place(path, std::env::var_os(CREDENTIALS))?;
    let path_buf = || path.clone();
    if let Some((file, key)) = of_json(path) {
        return member(Path::new(file), key);
    }
    let mut text = String::new();
    open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text))
        .map_err(|source| SecretError::Read { path: path_buf(), source })?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(SecretError::Empty { path: path_buf() });
    }
    if text.len() as u64 > MAX_BYTES || line.contains(['\n', '\r']) {
        return Err(SecretError::NotOneLine { path: path_buf() });
    }
    Ok(line.to_owned())
}

/// The end of a file of JSON with a key behind it.
const JSON_KEY: &str = ".json#";

/// The name of a secret under `key` in a file of JSON.
pub(crate) fn in_json(file: &Path, key: &str) -> String {
    format!("{}#{key}", file.display())
}

/// The file and the key of such a name.
fn of_json(path: &Path) -> Option<(&str, &str)> {
    let text = path.to_str()?;
    let end = text.find(JSON_KEY)? + JSON_KEY.len();
    Some((&text[..end - 1], &text[end..]))
}

/// Reads the text under `key` in a file of JSON.
fn member(file: &Path, key: &str) -> Result<String, SecretError> {
    let path = || PathBuf::from(in_json(file, key));
    let read = || {
        let mut text = String::new();
        open(file)?.take(MAX_JSON_BYTES).read_to_string(&mut text)?;
        serde_json::from_str::<serde_json::Value>(&text).map_err(io::Error::from)
    };
    let all = read().map_err(|source| SecretError::Read { path: path(), source })?;
    match all.get(key).and_then(serde_json::Value::as_str) {
        Some(line) if line.contains(['\n', '\r']) => Err(SecretError::NotOneLine { path: path() }),
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(SecretError::Empty { path: path() }),
    }
}

/// The environment's variable with the folder of a unit's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Where a file is that may be a credential in `folder`.
fn place(path: &Path, folder: Option<OsString>) -> Result<PathBuf, SecretError> {
    match path.to_str().and_then(|path| path.strip_prefix("credential:")) {
        None => Ok(path.to_path_buf()),
        Some(name) => match folder {
            Some(folder) => Ok(Path::new(&folder).join(name)),
            None => Err(SecretError::NoCredentials { path: path.to_path_buf() }),
        },
    }
}

/// Reads a text of any length that may hold secrets, with the same warning.
///
/// # Errors
/// If the file cannot be read or is not UTF-8.
pub fn secret_text(path: &Path) -> io::Result<String> {
    let path = place(path, std::env::var_os(CREDENTIALS)).map_err(io::Error::other)?;
    let mut text = String::new();
    open(&path)?.read_to_string(&mut text)?;
    Ok(text)
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if is_open_to_all(&file) {
        let file = path.display();
        tracing::warn!(
            "everyone on this machine may read the secret file {file}; its owner alone should: \
             chmod 600 {file}"
        );
    }
    Ok(file)
}

#[cfg(unix)]
fn is_open_to_all(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS_READ: u32 = 0o004;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & OTHERS_READ != 0)
}

/// Not checked on other systems, where rights do not depend on the file alone.
#[cfg(not(unix))]
fn is_open_to_all(_: &File) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<String, SecretError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, content).unwrap();
        secret_file(&path)
    }

    #[test]
    fn one_newline_is_trimmed_and_nothing_else() {
        assert_eq!(read("pass word \n").unwrap(), "pass word ");
        assert_eq!(read("päss\r\n").unwrap(), "päss");
        assert_eq!(read("none").unwrap(), "none");
    }

    #[test]
    fn empty_long_and_many_lines_are_refused_by_name_without_the_content() {
        assert!(matches!(read("\n"), Err(SecretError::Empty { .. })));
        let error = read("hidden\nsecond\n").unwrap_err();
        assert!(matches!(error, SecretError::NotOneLine { .. }));
        let text = error.to_string();
        assert!(text.contains("secret") && !text.contains("hidden"), "{text}");
        assert!(matches!(read(&"x".repeat(5000)), Err(SecretError::NotOneLine { .. })));
    }

    #[test]
    fn a_credential_is_in_the_folder_of_the_unit() {
        let folder = Some(OsString::from("/run/credentials/unit"));
        let found = place(Path::new("credential:token"), folder.clone()).unwrap();
        assert_eq!(found, Path::new("/run/credentials/unit/token"));
        assert_eq!(place(Path::new("/etc/token"), folder).unwrap(), Path::new("/etc/token"));
        let error = place(Path::new("credential:token"), None).unwrap_err().to_string();
        assert!(error.contains("credential:token"), "{error}");
    }

    #[test]
    fn a_secret_may_stand_in_the_options_of_an_add_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("options.json");
        std::fs::write(&file, r#"{"password": "pass word", "token": "", "port": 8080}"#).unwrap();
        let read = |key| secret_file(Path::new(&in_json(&file, key)));
        assert_eq!(read("password").unwrap(), "pass word");
        for key in ["token", "port", "none"] {
            let error = read(key).unwrap_err();
            assert!(matches!(error, SecretError::Empty { .. }), "{error}");
            assert!(error.to_string().contains(&format!("options.json#{key}")), "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = secret_file(Path::new("/no/such/file")).unwrap_err();
        assert!(error.to_string().contains("/no/such/file"));
    }

    #[cfg(unix)]
    #[test]
    fn only_what_everyone_may_read_is_warned_of() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, is_open) in [(0o600, false), (0o640, false), (0o644, true), (0o604, true)] {
            let rights = std::fs::Permissions::from_mode(mode);
            file.as_file().set_permissions(rights).unwrap();
            assert_eq!(is_open_to_all(file.as_file()), is_open, "{mode:o}");
        }
    }
}
