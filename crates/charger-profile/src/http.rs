//! The answers of the JSON API.

use std::collections::BTreeMap;

use nrgkick_model::Field;
use nrgkick_model::field::Kind;
use serde::{Deserialize, Serialize};

use crate::exchange::{Exchange, check_headers};
use crate::parallel::Parallel;

/// Meaning of `raw=0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawZero {
    /// It is refused.
    Refused,
    /// Codes are numbers.
    On,
    /// Codes are names.
    Off,
}

/// The form of numbers with decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Set if they were seen while a vehicle charged, when most of them are not 0.
    pub while_charging: bool,
    /// Set if whole numbers are printed as `6.0`, otherwise as `6`.
    pub point: bool,
    /// Number of decimals by path, 0 to 9, where it is the same whatever the value. Empty: as many
    /// as a value needs.
    pub decimals: BTreeMap<String, u8>,
}

/// The answers of the JSON API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Set if it is enabled in the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The version of HTTP in an answer: `HTTP/1.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Set if a connection served a second request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<bool>,
    /// Headers of a read that comes from a page of another origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(String, String)>>,
    /// `/api`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<Exchange>,
    /// A read while the API is off in the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Exchange>,
    /// `OPTIONS` as a browser sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Exchange>,
    /// A read without the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unauthorized: Option<Exchange>,
    /// Status of the page at `/` without the password, where reads need one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_page: Option<u16>,
    /// Status of `/api` without the password, where reads need one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_api: Option<u16>,
    /// A path that does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_path: Option<Exchange>,
    /// A read with a flag that does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_flag: Option<Exchange>,
    /// A read of one group that this unit lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent_group: Option<Exchange>,
    /// Meaning of `raw=0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_zero: Option<RawZero>,
    /// The refusal of `raw=0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_zero_refusal: Option<Exchange>,
    /// `/control` with a parameter that does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_key: Option<Exchange>,
    /// A current above the rated one, up to 32 A; only of units that are rated for less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above_rated: Option<Exchange>,
    /// A write of the phase count that is set already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_phases: Option<Exchange>,
    /// A write of the pause that is set already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_pause: Option<Exchange>,
    /// A write of the current that is set already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_current: Option<Exchange>,
    /// Time until a write shows, ms, at most 60,000, in steps of a reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_lag_ms: Option<u32>,
    /// The form of numbers with decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
    /// Several connections at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<Parallel>,
}

impl Http {
    /// Returns every exchange that is there, with its key.
    fn exchanges_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Exchange)> {
        [
            ("api", &mut self.api),
            ("disabled", &mut self.disabled),
            ("preflight", &mut self.preflight),
            ("unauthorized", &mut self.unauthorized),
            ("unknown_path", &mut self.unknown_path),
            ("unknown_flag", &mut self.unknown_flag),
            ("absent_group", &mut self.absent_group),
            ("raw_zero_refusal", &mut self.raw_zero_refusal),
            ("unknown_key", &mut self.unknown_key),
            ("above_rated", &mut self.above_rated),
            ("same_phases", &mut self.same_phases),
            ("same_pause", &mut self.same_pause),
            ("same_current", &mut self.same_current),
        ]
        .into_iter()
        .filter_map(|(key, exchange)| Some((key, exchange.as_mut()?)))
    }

    /// Changes every exchange and every header in a text of its own.
    pub(crate) fn each_text(&mut self, change: impl Fn(&str) -> String) {
        for (_, exchange) in self.exchanges_mut() {
            exchange.body = change(&exchange.body);
            for (_, value) in &mut exchange.headers {
                *value = change(value);
            }
        }
        for (_, value) in self.headers.iter_mut().flatten() {
            *value = change(value);
        }
    }

    pub(crate) fn check(&self) -> Result<(), (&'static str, String)> {
        for (key, exchange) in self.clone().exchanges_mut() {
            exchange.check().map_err(|problem| (key, problem))?;
        }
        check_headers(self.headers.as_deref().unwrap_or_default()).map_err(|e| ("headers", e))?;
        if let Some(lag) = self.control_lag_ms.filter(|lag| *lag > 60_000) {
            return Err(("control_lag_ms", format!("{lag} is more than 60000")));
        }
        if let Some(numbers) = &self.numbers {
            for (path, decimals) in &numbers.decimals {
                let known = Field::at(path).is_some_and(|field| field.kind == Kind::Decimal);
                if !known || *decimals > 9 {
                    let problem = format!("decimals: `{path}` with {decimals} cannot be");
                    return Err(("numbers", problem));
                }
            }
        }
        self.parallel.map_or(Ok(()), Parallel::check).map_err(|error| ("parallel", error))
    }
}
