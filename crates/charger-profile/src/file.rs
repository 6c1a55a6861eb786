//! The file: its format, and reading it with suspicion, as anybody may have edited it.

use nrgkick_model::json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answers::Answers;

/// The format that this version writes, and the newest that it reads.
pub const FORMAT: u64 = 1;
/// Most bytes of a file; one with every answer has about 40,000.
pub const MAX_BYTES: usize = 1_000_000;

/// A text as it came from the charger, without what names anybody. Not replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The request, or the reason of the note.
    pub of: String,
    /// The answer.
    pub text: String,
}

/// A profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u64,
    /// Name and version of that program.
    pub program: String,
    /// The findings.
    pub answers: Answers,
    /// The texts behind them.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// A text that is not a profile for this version. The message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProfile {
    /// Too long.
    #[error("more than {MAX_BYTES} bytes, which no profile has")]
    TooLong,
    /// Not JSON, or an object has a key twice.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// Without the number of its format.
    #[error("`format` is not there, so this is no profile of nrgkick-probe")]
    NoProfile,
    /// Written by a later version.
    #[error(
        "format {0} is newer than {FORMAT}, the newest that this version reads; use the \
             version of nrgkick-sim that came with the nrgkick-probe that wrote it, or a later one"
    )]
    Newer(u64),
    /// A value that cannot be.
    #[error("{path}: {problem}")]
    Value {
        /// Its path in the file.
        path: String,
        /// The problem.
        problem: String,
    },
}

impl Profile {
    /// Creates a profile of this format.
    pub fn new(program: impl Into<String>, answers: Answers, evidence: Vec<Evidence>) -> Self {
        Self { format: FORMAT, program: program.into(), answers, evidence }
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// See [`InvalidProfile`].
    pub fn read(bytes: &[u8]) -> Result<Self, InvalidProfile> {
        if bytes.len() > MAX_BYTES {
            return Err(InvalidProfile::TooLong);
        }
        let value =
            json::parse(bytes).map_err(|error| InvalidProfile::NotJson(error.to_string()))?;
        match value.get("format").and_then(Value::as_u64) {
            None => return Err(InvalidProfile::NoProfile),
            Some(format) if format > FORMAT => return Err(InvalidProfile::Newer(format)),
            Some(0) => {
                let (path, problem) = ("format".to_owned(), "0 was never written".to_owned());
                return Err(InvalidProfile::Value { path, problem });
            }
            Some(_) => {}
        }
        let profile: Self = serde_path_to_error::deserialize(value).map_err(|error| {
            let path = error.path().to_string();
            InvalidProfile::Value { path, problem: error.into_inner().to_string() }
        })?;
        profile.answers.check().map_err(|(path, problem)| InvalidProfile::Value {
            path: format!("answers.{path}"),
            problem,
        })?;
        Ok(profile)
    }

    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        // Structs, maps with text keys and finite numbers always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<Profile, String> {
        Profile::read(value.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read() {
        let profile = Profile::new("nrgkick-probe 0", Answers::default(), Vec::new());
        assert_eq!(Profile::read(profile.to_text().as_bytes()), Ok(profile));
    }

    #[test]
    fn what_was_edited_is_refused_by_its_path() {
        let with = |answers: Value| json!({"format": 1, "program": "x", "answers": answers});
        for (answers, path) in [
            (json!({"http": {"colour": 1}}), "answers.http"),
            (json!({"http": {"raw_zero": "maybe"}}), "answers.http.raw_zero"),
            (
                json!({"http": {"unauthorized": {"status": 7, "headers": [], "body": ""}}}),
                "answers.http.unauthorized",
            ),
            (
                json!({"http": {"numbers": {"while_charging": true, "point": true,
                "decimals": {"values.general.status": 3}}}}),
                "answers.http.numbers",
            ),
            (json!({"modbus": {"most_registers": 0}}), "answers.modbus.most_registers"),
            (json!({"modbus": {"absent": {"exception": 0}}}), "answers.modbus.absent"),
            (json!({"modbus": {"absent": {"exception": 256}}}), "answers.modbus.absent"),
            (json!({"modbus": {"parallel": {"tried": 2, "answered": 3}}}), "modbus.parallel"),
            (json!({"custom_api": {"every_ms": [7, 5]}}), "answers.custom_api.every_ms"),
            (json!({"charger": {"info": {"general": {"rated_current": "x"}}}}), "charger.info"),
            (json!({"charger": {"missing": ["info.colour"]}}), "answers.charger.missing"),
        ] {
            let error = read(&with(answers.clone())).unwrap_err();
            assert!(error.contains(path), "{answers}: {error}");
        }
        let twice = br#"{"format":1,"format":1}"#;
        assert!(Profile::read(twice).unwrap_err().to_string().contains("twice"));
    }

    #[test]
    fn what_is_newer_longer_or_something_else_says_so() {
        let newer = read(&json!({"format": 2, "news": {}})).unwrap_err();
        assert!(newer.contains("format 2 is newer") && newer.contains("later one"), "{newer}");
        assert!(read(&json!({"general": {}})).unwrap_err().contains("no profile"));
        assert!(read(&json!({"format": 0})).unwrap_err().contains("format: 0"));
        assert!(read(&json!([])).unwrap_err().contains("no profile"));
        let long = vec![b' '; 10_000_000];
        assert_eq!(Profile::read(&long), Err(InvalidProfile::TooLong));
        assert!(matches!(Profile::read(b"{"), Err(InvalidProfile::NotJson(_))));
    }
}
