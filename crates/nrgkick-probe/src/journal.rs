//! The settings as they were, on disk before the first write, so that they can be put back after a
//! crash or a power cut.
//!
//! The file stands beside the output and holds the charger's serial number; it is for this machine
//! only and is removed when everything is back.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use nrgkick_model::command::{ChargingCurrent, Command, EnergyLimit, PhaseCount};
use nrgkick_model::document::{Control, Document as _};
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::{FieldId, Readings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most bytes of a journal.
const MOST_BYTES: u64 = 16 * 1024;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    format: u8,
    serial_number: Option<String>,
    control: Value,
    /// Keys that were written; `true` with another value than the one before.
    written: BTreeMap<String, bool>,
}

/// The settings before the first write, and what was written since.
#[derive(Clone, Debug)]
pub struct Journal {
    path: PathBuf,
    data: Data,
    before: Control,
}

/// A journal that cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct JournalError {
    file: String,
    problem: String,
}

impl JournalError {
    fn new(path: &Path, problem: &dyn Display) -> Self {
        Self { file: path.display().to_string(), problem: problem.to_string() }
    }
}

/// Returns the journal's place for an output file.
pub fn place(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".restore");
    name.into()
}

impl Journal {
    /// Writes the settings `before` to `path`.
    ///
    /// # Errors
    /// If there is one already, or it cannot be written.
    pub fn begin(
        path: &Path,
        serial_number: Option<&str>,
        before: &Readings,
    ) -> Result<Self, JournalError> {
        if path.exists() {
            let problem = "it is there already, from a run that did not put everything back";
            return Err(JournalError::new(path, &problem));
        }
        let text = before.to_json(DocumentName::Control, &[], Form::Raw);
        let data = Data {
            format: 1,
            serial_number: serial_number.map(str::to_owned),
            control: serde_json::from_str(&text).unwrap_or_default(),
            written: BTreeMap::new(),
        };
        let journal = Self { path: path.to_owned(), data, before: Control::from_readings(before) };
        journal.save().map_err(|error| JournalError::new(path, &error))?;
        Ok(journal)
    }

    /// Reads the journal at `path`.
    ///
    /// # Errors
    /// If it cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        let wrong = |problem: String| JournalError::new(path, &problem);
        let mut text = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MOST_BYTES).read_to_end(&mut text))
            .map_err(|error| wrong(error.to_string()))?;
        let data: Data = serde_json::from_slice(&text)
            .map_err(|error| wrong(format!("no journal of nrgkick-probe: {error}")))?;
        if data.format != 1 {
            return Err(wrong(format!("format {} is not known to this version", data.format)));
        }
        let before = Readings::from_json(DocumentName::Control, &data.control)
            .and_then(Readings::whole)
            .map_err(|error| wrong(error.to_string()))?;
        let before = Control::from_readings(&before);
        Ok(Self { path: path.to_owned(), data, before })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The charger's serial number, if it was known.
    pub fn serial_number(&self) -> Option<&str> {
        self.data.serial_number.as_deref()
    }

    /// The settings as they were.
    pub const fn before(&self) -> &Control {
        &self.before
    }

    /// Notes, on disk, that `field` is about to be written; `changes` if with another value.
    ///
    /// # Errors
    /// If it cannot be written; then nothing may be sent.
    pub fn about_to_write(&mut self, field: FieldId, changes: bool) -> Result<(), JournalError> {
        let key = nrgkick_model::Field::of(field).key().to_owned();
        let noted = self.data.written.get(&key).copied();
        if noted == Some(true) || noted == Some(changes) {
            return Ok(());
        }
        self.data.written.insert(key, changes);
        self.save().map_err(|error| JournalError::new(&self.path, &error))
    }

    /// Returns the settings to put back: each written one, and `true` if it was changed.
    pub fn to_put_back(&self) -> Vec<(Command, bool)> {
        let all = commands(&self.before);
        let written = |command: &Command| self.data.written.get(command.key()).copied();
        all.into_iter().filter_map(|command| Some((command, written(&command)?))).collect()
    }

    /// Notes that everything that was changed is back.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn all_back(&mut self) -> Result<(), JournalError> {
        for changed in self.data.written.values_mut() {
            *changed = false;
        }
        self.save().map_err(|error| JournalError::new(&self.path, &error))
    }

    /// Removes the file.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub fn forget(self) -> Result<(), JournalError> {
        fs::remove_file(&self.path).map_err(|error| JournalError::new(&self.path, &error))
    }

    /// Replaces the file, so that it is whole at any moment, and waits until it is on the disk.
    fn save(&self) -> io::Result<()> {
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(serde_json::to_string_pretty(&self.data)?.as_bytes())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, &self.path)?;
        #[cfg(unix)]
        {
            let folder = self.path.parent().filter(|path| !path.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(())
    }
}

/// Returns the writes that set `control`; a value that no write could set has none.
pub(crate) fn commands(control: &Control) -> Vec<Command> {
    let current = control.current_set.and_then(|set| ChargingCurrent::from_amperes(set).ok());
    let limit = control.energy_limit.and_then(|set| EnergyLimit::from_watt_hours(set).ok());
    let phases = control.phase_count.and_then(|n| PhaseCount::from_number(n.into()).ok());
    [
        current.map(Command::CurrentSet),
        control.charge_pause.map(Command::ChargePause),
        limit.map(Command::EnergyLimit),
        phases.map(Command::PhaseCount),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use nrgkick_model::Scalar;

    use super::*;

    #[test]
    fn what_was_changed_is_known_after_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let path = place(&folder.path().join("x.json"));
        let mut before = Readings::default();
        before.set(FieldId::CurrentSet, Some(Scalar::Decimal(13.5)));
        before.set(FieldId::EnergyLimit, Some(Scalar::Unsigned(0)));
        before.set(FieldId::PhaseCount, Some(Scalar::Unsigned(0)));
        let mut journal = Journal::begin(&path, Some("S1"), &before).unwrap();
        journal.about_to_write(FieldId::CurrentSet, true).unwrap();
        journal.about_to_write(FieldId::EnergyLimit, false).unwrap();
        // A phase count of 0 is no setting that could be put back.
        journal.about_to_write(FieldId::PhaseCount, true).unwrap();
        let read = Journal::read(&path).unwrap();
        let current = Command::CurrentSet(ChargingCurrent::from_amperes(13.5).unwrap());
        let limit = Command::EnergyLimit(EnergyLimit::NONE);
        assert_eq!(read.to_put_back(), [(current, true), (limit, false)]);
        assert_eq!(read.serial_number(), Some("S1"));
        let error = Journal::begin(&path, None, &before).unwrap_err().to_string();
        assert!(error.contains("x.json.restore") && error.contains("there already"), "{error}");
        read.forget().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn what_is_no_journal_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.restore");
        for text in [
            "",
            "{}",
            r#"{"format":2,"serial_number":null,"control":{},"written":{}}"#,
            r#"{"format":1,"serial_number":null,"control":{"current_set":"x"},"written":{}}"#,
        ] {
            fs::write(&path, text).unwrap();
            assert!(Journal::read(&path).unwrap_err().to_string().contains("x.restore"));
        }
    }
}
