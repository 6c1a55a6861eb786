//! The two tokens of a server, in files as it reads them.

use std::path::Path;

use tempfile::TempDir;

/// Files with the token that may do everything and the one that only looks.
#[derive(Debug)]
pub struct Tokens(TempDir);

impl Tokens {
    /// The token that may do everything.
    pub const FULL: &str = "0123456789abcdef";
    /// The token that only looks.
    pub const VIEW: &str = "fedcba9876543210";

    /// Writes the files; they last as long as this.
    ///
    /// # Panics
    /// If they cannot be written.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, token) in [("full", Self::FULL), ("view", Self::VIEW)] {
            std::fs::write(folder.path().join(name), token).unwrap();
        }
        Self(folder)
    }

    /// The flags that name them.
    pub fn flags(&self) -> [String; 4] {
        let file = |name: &str| Path::display(&self.0.path().join(name)).to_string();
        ["--token-file".into(), file("full"), "--view-token-file".into(), file("view")]
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new()
    }
}
