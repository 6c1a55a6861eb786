//! Log lines to standard error, and errors printed with their causes.
//!
//! The code that logs decides what is safe to log; this crate logs method, path and status of
//! a request, never its query, headers or body. Logging never blocks, even if nobody reads the log,
//! and an event is always one line.

mod escape;
mod queue;

use std::error::Error;
use std::io::{self, IsTerminal as _};
use std::time::Duration;
use std::{fmt, panic};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use queue::Queue;

/// Maximum wait at the end of the program for its last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// A guard for running logging. Keep it until the end of `main`: on drop it waits up to 1 s for the
/// last lines.
#[must_use]
pub struct Logging(Queue);

impl Drop for Logging {
    fn drop(&mut self) {
        self.0.finish(LAST_LINES);
    }
}

/// Starts logging to standard error for the life of the process, panics included.
///
/// # Errors
/// If logging has been started already, or the system cannot start a thread.
pub fn init(filter: Targets) -> Result<Logging, Box<dyn Error + Send + Sync>> {
    let has_colours = io::stderr().is_terminal();
    let queue = Queue::start(io::stderr(), has_colours)?;
    let writer = queue.clone();
    let lines =
        tracing_subscriber::fmt::layer().with_writer(move || writer.clone()).with_ansi(has_colours);
    tracing_subscriber::registry().with(lines).with(filter).try_init()?;
    // The default hook writes to standard error itself, and could block there.
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(Logging(queue))
}

/// Returns the number of lines lost since the start of the process, because nobody read them in
/// time.
pub fn lost_lines() -> u64 {
    queue::lost()
}

/// Displays an error and, after colons, every cause below it.
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
