//! The certificates that are trusted: the ones that the owner named, and no others.

use std::fmt;
use std::path::PathBuf;

/// A certificate that an encrypted connection has to show.
#[derive(Clone, PartialEq, Eq)]
pub enum Trust {
    /// The certificate with this SHA-256 fingerprint, whatever name and dates are in it.
    Fingerprint([u8; 32]),
    /// A certificate of this file, or one for the host's name that is signed by one of it.
    File {
        /// The file.
        path: PathBuf,
        /// Its certificates, in DER.
        certificates: Vec<Vec<u8>>,
    },
}

impl Trust {
    /// Begins a fingerprint in the file and in messages.
    pub const PREFIX: &'static str = "sha256:";

    /// Parses `sha256:` and 64 hexadecimal digits, with or without colons between.
    pub fn fingerprint(text: &str) -> Option<Self> {
        let digits: String = text.strip_prefix(Self::PREFIX)?.split([':', ' ']).collect();
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() || !digits.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self::Fingerprint(bytes))
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fingerprint(bytes) => write!(f, "{}", Fingerprint(bytes)),
            Self::File { path, .. } => path.display().fmt(f),
        }
    }
}

/// A fingerprint as the file has it.
#[derive(Debug)]
pub struct Fingerprint<'a>(pub &'a [u8; 32]);

impl fmt::Display for Fingerprint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Trust::PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_shown_and_as_other_tools_show_it() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 8).unwrap());
        let shown = Fingerprint(&bytes).to_string();
        let upper = shown[Trust::PREFIX.len()..].to_uppercase();
        let pairs: Vec<String> = upper
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8(pair.to_vec()).unwrap())
            .collect();
        for text in [shown.clone(), format!("sha256:{}", pairs.join(":"))] {
            assert_eq!(Trust::fingerprint(&text), Some(Trust::Fingerprint(bytes)), "{text}");
        }
        for text in ["sha256:", &shown[..70], &upper, "sha256:zz", &format!("{shown}00")] {
            assert_eq!(Trust::fingerprint(text), None, "{text}");
        }
    }
}
