//! Switches that can be changed at run time: the user's settings in the app, and one switch for
//! each unpublished behaviour of the device.

use std::collections::BTreeMap;

use nrgkick_model::Field;
use nrgkick_model::field::FIELDS;
use serde::{Deserialize, Serialize};

use crate::modbus_answers::ModbusAnswers;
use crate::numbers::Numbers;
use crate::recorded::{self, Occasion, RecordedAnswer};

/// Answer of a 16 A unit to a current between its rated one and 32 A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AboveRated {
    /// Refused: the manufacturer's table ends the range at the rated current.
    #[default]
    Refuse,
    /// Accepted up to 32 A, as the manufacturer's own page does.
    Accept,
}

/// Answer to a write with an unknown key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownKey {
    /// Status 501 for the whole write, as real units answer reads with unknown flags.
    #[default]
    Refuse,
    /// The key is ignored, as the manufacturer's page does; alone it gets an empty object.
    Ignore,
}

/// Meaning of `raw=0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawZero {
    /// Status 501.
    #[default]
    Refuse,
    /// The flag is present, so it is on.
    On,
    /// The flag is off.
    Off,
}

/// A refusal whose status or text is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// HTTP status, 200 to 599.
    pub status: u16,
    /// The text.
    pub text: String,
}

/// The switches of a simulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// JSON API enabled in the app.
    pub json: bool,
    /// Modbus API enabled in the app.
    pub modbus: bool,
    /// Phase switching allowed in the app.
    pub phase_switch: bool,
    /// Solar charging is in control: a write of the pause is refused.
    pub solar: bool,
    /// An attachment is plugged in. Without one the unit warns and cannot charge (inferred).
    pub attachment: bool,
    /// Paths of values or groups that the documents omit.
    pub missing: Vec<String>,
    /// Status of a refusal by solar charging; 405 was seen, 200 is suspected.
    pub solar_status: u16,
    /// Solar charging blocks current and phases too (inferred).
    pub solar_blocks_all: bool,
    /// Answer to a current between the rated one and 32 A.
    pub above_rated: AboveRated,
    /// Answer to a write with an unknown key.
    pub unknown_key: UnknownKey,
    /// Meaning of `raw=0` in a read.
    pub raw_zero: RawZero,
    /// Answer to a write of the phase count that the app does not allow.
    pub phase_refusal: Wording,
    /// The text of a 401; the status is confirmed.
    pub unauthorized: String,
    /// Set if a 401 carries `WWW-Authenticate`.
    pub challenge: bool,
    /// Set if the page at `/` asks for the password too.
    pub guarded_page: bool,
    /// Set if `/api` asks for the password too.
    pub guarded_api: bool,
    /// Set if the energy limit ends when the vehicle is unplugged.
    pub unplug_clears_limit: bool,
    /// The form of numbers with decimals. A patch replaces all of it.
    pub numbers: Numbers,
    /// Headers, as name and value, of every answer that is not recorded.
    pub headers: Vec<(String, String)>,
    /// Answers as a real unit gave them, in place of the simulator's own.
    pub recorded: BTreeMap<Occasion, RecordedAnswer>,
    /// Answers of the Modbus API. A patch replaces all of them; missing keys get their default.
    pub modbus_answers: ModbusAnswers,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            json: true,
            modbus: true,
            phase_switch: true,
            solar: false,
            attachment: true,
            missing: Vec::new(),
            solar_status: 405,
            solar_blocks_all: false,
            above_rated: AboveRated::default(),
            unknown_key: UnknownKey::default(),
            raw_zero: RawZero::default(),
            phase_refusal: Wording {
                status: 405,
                text: "Phase switching is not enabled within the NRGkick App".to_owned(),
            },
            unauthorized: "401 Unauthorized".to_owned(),
            challenge: true,
            guarded_page: false,
            guarded_api: false,
            unplug_clears_limit: false,
            numbers: Numbers::default(),
            headers: Vec::new(),
            recorded: BTreeMap::new(),
            modbus_answers: ModbusAnswers::default(),
        }
    }
}

impl Switches {
    /// Checks the values; the error has the switch and the problem.
    pub(crate) fn validate(&self) -> Result<(), (&'static str, String)> {
        let sendable = 200..=599;
        for (name, status) in
            [("solar_status", self.solar_status), ("phase_refusal", self.phase_refusal.status)]
        {
            if !sendable.contains(&status) {
                return Err((name, format!("{status} is no status from 200 to 599")));
            }
        }
        self.numbers.validate().map_err(|problem| ("numbers", problem))?;
        recorded::check_headers(&self.headers).map_err(|problem| ("headers", problem))?;
        for answer in self.recorded.values() {
            answer.validate().map_err(|problem| ("recorded", problem))?;
        }
        self.modbus_answers.validate().map_err(|problem| ("modbus_answers", problem))?;
        match self.missing.iter().find(|path| !FIELDS.iter().any(|field| covers(path, field))) {
            Some(path) => Err(("missing", format!("`{path}` is no path of a value or a group"))),
            None => Ok(()),
        }
    }

    /// `true` if the documents omit `field`.
    pub(crate) fn hides(&self, field: &Field) -> bool {
        self.missing.iter().any(|path| covers(path, field))
    }
}

fn covers(path: &str, field: &Field) -> bool {
    let rest = field.path.strip_prefix(path);
    !path.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
