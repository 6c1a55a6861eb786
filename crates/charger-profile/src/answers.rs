//! The findings, by the API that answered. `None` and empty lists: not asked.

use nrgkick_model::field::DocumentName;
use nrgkick_model::{Field, Readings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::Http;
use crate::modbus::Modbus;

/// Everything that is replayed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// The unit.
    pub charger: Charger,
    /// The JSON API.
    pub http: Http,
    /// The Modbus API.
    pub modbus: Modbus,
    /// The charger as a client of the Custom API.
    pub custom_api: CustomApi,
}

/// The unit, without what names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Charger {
    /// Set if it is this project's simulator.
    pub simulated: bool,
    /// `/info` with codes as numbers, without serial numbers, names, networks and positions.
    pub info: Value,
    /// Set if it has a modem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modem: Option<bool>,
    /// Set if it reports a position; the position itself is kept out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<bool>,
    /// Paths of values that every unit has and that its documents lack.
    pub missing: Vec<String>,
    /// The energy limit after the vehicle was unplugged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_after_unplug: Option<AfterUnplug>,
}

/// The effect of unplugging on a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterUnplug {
    /// It stays.
    Kept,
    /// It is gone.
    Cleared,
}

/// The charger as a client: how it polls the server of values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomApi {
    /// The shortest and the longest time between two polls, ms, 10 to 3,600,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_ms: Option<[u64; 2]>,
    /// Version of HTTP in its requests: `HTTP/1.0` or `HTTP/1.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Set if a connection was used for a second request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<bool>,
    /// Names of the headers in its requests, in lower case; their values are not kept.
    pub headers: Vec<String>,
    /// Time after which it gives up an answer that does not come, ms, at most 600,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

impl Answers {
    /// Checks what types alone cannot; the error has the path inside of the answers and the
    /// problem.
    pub(crate) fn check(&self) -> Result<(), (String, String)> {
        let at = |path: &str, problem: String| (path.to_owned(), problem);
        self.charger.check().map_err(|(key, e)| at(&format!("charger.{key}"), e))?;
        self.http.check().map_err(|(key, e)| at(&format!("http.{key}"), e))?;
        self.modbus.check().map_err(|(key, e)| at(&format!("modbus.{key}"), e))?;
        self.custom_api.check().map_err(|(key, e)| at(&format!("custom_api.{key}"), e))
    }
}

impl Charger {
    /// Returns the values of `/info`.
    pub fn readings(&self) -> Readings {
        let readings = Readings::from_json(DocumentName::Info, &self.info);
        readings.unwrap_or_default()
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        if !self.info.is_null() {
            let readings = Readings::from_json(DocumentName::Info, &self.info);
            let whole = readings.and_then(Readings::whole);
            whole.map_err(|error| ("info", error.to_string()))?;
        }
        match self.missing.iter().find(|path| Field::at(path).is_none()) {
            Some(path) => Err(("missing", format!("`{path}` is no path of a value"))),
            None => Ok(()),
        }
    }
}

impl CustomApi {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if let Some([least, most]) = self.every_ms
            && !(10 <= least && least <= most && most <= 3_600_000)
        {
            let problem = format!("{least} to {most} are not two times in order, 10 to 3600000");
            return Err(("every_ms", problem));
        }
        match self.timeout_ms.filter(|time| !(1..=600_000).contains(time)) {
            Some(time) => Err(("timeout_ms", format!("{time} is not 1 to 600000"))),
            None => Ok(()),
        }
    }
}
