//! Log lines to standard error, and errors printed with their causes.
//!
//! What may be logged is decided where it is logged; this crate logs method, path and status of
//! a request, never its query, headers or body.

use std::error::Error;
use std::fmt;
use std::io::{self, IsTerminal as _};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// Starts logging to standard error for the life of the process.
///
/// # Errors
/// Where logging has been started already.
pub fn init(filter: Targets) -> Result<(), TryInitError> {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines).with(filter).try_init()
}

/// Shows an error and, after colons, every cause below it.
#[derive(Clone, Copy)]
pub struct Chain<'a>(pub &'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConfigError;
    use crate::secret::secret_file;

    #[test]
    fn a_chain_names_every_cause_once() {
        let cause = secret_file(std::path::Path::new("/no/such/file")).unwrap_err();
        let text =
            Chain(&ConfigError::TokenFile { flag: "--token-file", source: cause }).to_string();
        assert!(
            text.starts_with(
                "--token-file cannot be used: cannot read the secret file /no/such/file: "
            ),
            "{text}"
        );
        assert_eq!(text.matches("cannot read").count(), 1);
    }
}
