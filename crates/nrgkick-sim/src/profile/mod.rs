//! A simulator that answers as a profiled charger: `--profile FILE`.
//!
//! Every switch that stands for an unknown is set from the profile, or left at its default where
//! the profile has no answer. The literals in `switches` and here name every one, so that a new one does not
//! compile until it is decided what sets it.
//!
//! Not here: the measured values, which the physics make; the format of the file
//! (`charger-profile`).

mod switches;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use charger_profile::{Answers, Charger, InvalidProfile, MAX_BYTES, Profile};
use nrgkick_model::code::{AttachmentType, Code};
use nrgkick_model::{FieldId, Readings};
use nrgkick_sim_core::{Model, Setup};

use crate::Config;
use crate::custom_api::{Every, HttpVersion, Limits, Manner, Settings};

/// A profile that cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file cannot be read.
    #[error("--profile {file}: cannot be read: {source}")]
    Read {
        /// The file.
        file: String,
        /// The system's error.
        source: io::Error,
    },
    /// The file is no profile for this version.
    #[error("--profile {file}: {source}")]
    Invalid {
        /// The file.
        file: String,
        /// The problem.
        source: InvalidProfile,
    },
}

/// Reads `file`, of which no more is read than a profile can have.
///
/// # Errors
/// Names the file, and the path of a wrong value in it.
pub fn read(file: &Path) -> Result<Profile, ProfileError> {
    let named = || file.display().to_string();
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|source| ProfileError::Read { file: named(), source })?;
    Profile::read(&bytes).map_err(|source| ProfileError::Invalid { file: named(), source })
}

/// Returns `config` with everything that the profile knows, and what of it this simulator cannot
/// do, a line each.
pub fn apply(answers: &Answers, config: Config) -> (Config, Vec<String>) {
    let mut notes = Vec::new();
    let info = answers.charger.readings();
    let http = &answers.http;
    let firmware = info.text(FieldId::SoftwareSmartModule).and_then(|text| text.parse().ok());
    let setup = Setup {
        model: model(&answers.charger, &info),
        firmware: firmware.unwrap_or_else(|| config.setup.firmware.clone()),
        control_lag: http
            .control_lag_ms
            .map_or(config.setup.control_lag, |ms| Duration::from_millis(ms.into())),
        switches: switches::switches(answers, &mut notes),
        info,
        ..config.setup
    };
    if http.version.as_deref().is_some_and(|version| version != "HTTP/1.1") {
        notes.push(format!("http.version: {:?} is answered as HTTP/1.1", http.version));
    }
    let parallel = [http.parallel, answers.modbus.parallel].into_iter().flatten();
    let fewest = parallel.filter(|p| p.answered < p.tried).map(|p| usize::from(p.answered)).min();
    let config = Config {
        setup,
        cors: false,
        keep_alive: http.keep_alive.unwrap_or(true),
        connections: fewest,
        custom_api: custom_api(answers, config.custom_api),
        ..config
    };
    (config, notes)
}

/// The model that comes nearest; values of `/info` that differ are replaced by the profile's.
fn model(charger: &Charger, info: &Readings) -> Model {
    let domestic = match info.code(FieldId::AttachmentType) {
        Some(kind) => kind == Code::AttachmentType(AttachmentType::Domestic),
        // Without an attachment the grid tells: a household socket has one phase.
        None => matches!(
            info.code(FieldId::GridPhases),
            Some(Code::GridPhases(phases)) if phases.members().count() == 1
        ),
    };
    match () {
        () if charger.position == Some(true) => Model::Modem,
        () if charger.modem == Some(true) => Model::ModemNoFix,
        () if domestic => Model::Domestic,
        () if info.rated_current().is_some_and(|rated| rated < 32.0) => Model::Rated16,
        () => Model::Rated32,
    }
}

fn custom_api(answers: &Answers, settings: Settings) -> Settings {
    let asked = &answers.custom_api;
    let every = asked.every_ms.map(|bounds| bounds.map(Duration::from_millis));
    let defaults = Manner::default();
    Settings {
        url: settings.url,
        every: every.and_then(|[least, most]| Every::new(least, most)).unwrap_or(settings.every),
        manner: Manner {
            keep_alive: asked.keep_alive.unwrap_or(defaults.keep_alive),
            version: match asked.version.as_deref() {
                Some("HTTP/1.0") => HttpVersion::Http10,
                _ => HttpVersion::Http11,
            },
            host: match asked.version {
                Some(_) => asked.headers.iter().any(|name| name == "host"),
                None => defaults.host,
            },
        },
        limits: Limits {
            connect: settings.limits.connect,
            exchange: asked.timeout_ms.map_or(settings.limits.exchange, Duration::from_millis),
            body: settings.limits.body,
        },
    }
}
