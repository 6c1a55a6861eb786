//! The end of a run: the file, or the reason why there is none.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use charger_profile::Profile;

use crate::owner::Owner;
use crate::report;
use crate::session::Session;

/// Name and version in the file.
pub const PROGRAM: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// The end of a run in which all settings are as before.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// The profile was written.
    Saved(Box<Profile>),
    /// It was made, and not wanted as a file.
    NotSaved(Box<Profile>),
    /// It was interrupted, or could not go on; no profile was made.
    Early(String),
}

/// A run that did not end well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The options cannot be used.
    #[error("{0}")]
    Options(String),
    /// Settings are not as before.
    #[error("not all settings are as before ({}). {}", left.join("; "), advice(journal))]
    NotPutBack {
        /// The settings that are not, with the reason.
        left: Vec<String>,
        /// The file that knows how they were.
        journal: PathBuf,
    },
    /// The file cannot be written.
    #[error("--output {}: {problem}", file.display())]
    Output {
        /// The file.
        file: PathBuf,
        /// The system's error.
        problem: String,
    },
}

pub(crate) fn advice(journal: &Path) -> String {
    format!(
        "When the charger answers again, run: nrgkick-probe restore {} with the same --charger or \
         --modbus",
        journal.display()
    )
}

/// Shows the file, and writes it if it is wanted.
pub(crate) async fn save<O: Owner>(
    session: Session<'_, O>,
    interrupt: impl Future<Output = ()>,
) -> Result<Ended, RunError> {
    let Session { owner, options, answers, evidence, secrets, .. } = session;
    let profile = Profile::new(PROGRAM, answers, evidence).without(&secrets);
    let text = profile.to_text();
    owner.say(&text);
    owner.say("Found out:");
    for line in report::summary(&profile.answers) {
        owner.say(&line);
    }
    let file = options.output.clone();
    let question = format!("Above is the whole file. Save it as {}?", file.display());
    let wanted = options.yes_to_reads
        || tokio::select! {
            wanted = owner.ask(&question) => wanted,
            () = interrupt => false,
        };
    if !wanted {
        return Ok(Ended::NotSaved(Box::new(profile)));
    }
    let written =
        OpenOptions::new().write(true).create_new(true).open(&file).and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.sync_all()
        });
    match written {
        Ok(()) => Ok(Ended::Saved(Box::new(profile))),
        Err(error) => Err(RunError::Output { file, problem: error.to_string() }),
    }
}
