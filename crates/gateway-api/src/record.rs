//! The record of charges: what `GET /history`, `/charges` and `/charges/ID` answer, and what
//! `PATCH /charges/ID` takes.
//!
//! Times are RFC 3339 in UTC, energies whole Wh, powers W, currents A, temperatures °C. A key that
//! is absent, or `null`, was not reported or not seen: nothing is filled in.
//!
//! | route | answer |
//! | --- | --- |
//! | `GET /history?from&to&points` | [`History`]; the last 24 h and [`DEFAULT_POINTS`] unless told otherwise |
//! | `GET /charges?from&to&limit&before` | [`Charges`], the latest first; `from` and `to` bound the start |
//! | `GET /charges/ID` | [`ChargeWithCurve`] |
//! | `PATCH /charges/ID` | [`LabelChange`] in, the [`Charge`] out |
//! | `DELETE /charges/ID`, `DELETE /charges` | [`Deleted`] |
//!
//! `from` and `to` are RFC 3339 or seconds since 1970. With `?format=csv` or `Accept: text/csv` the
//! first three answer CSV (RFC 4180). Changes need the header of a write, as `POST /control` does.
//! Without `--data` all of them are 404 with the code [`NO_RECORD`](crate::code::NO_RECORD).

use serde::{Deserialize, Serialize};

/// Charges of one page at most.
pub const MAX_PAGE: usize = 200;
/// Charges of a page unless told otherwise.
pub const DEFAULT_PAGE: usize = 50;
/// Points of a history at most.
pub const MAX_POINTS: usize = 1_000;
/// Points of a history unless told otherwise.
pub const DEFAULT_POINTS: usize = 300;
/// Bytes of a label at most, as UTF-8.
pub const MAX_LABEL: usize = 200;

/// Whether a text has the form of [`Charge::id`], which goes into the path of a request: 16 digits and
/// small letters.
pub fn is_charge_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

/// The reason for which a charge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndedBy {
    /// The vehicle was unplugged while it charged.
    Unplugged,
    /// The energy limit was reached.
    Limit,
    /// It was paused, and unplugged before it went on.
    Paused,
    /// The charger reported an error.
    Error,
    /// The vehicle took no more, though it might.
    Vehicle,
    /// Nobody saw how, or nothing that was seen explains it.
    Unknown,
}

impl EndedBy {
    /// The word in JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unplugged => "unplugged",
            Self::Limit => "limit",
            Self::Paused => "paused",
            Self::Error => "error",
            Self::Vehicle => "vehicle",
            Self::Unknown => "unknown",
        }
    }
}

/// The reason for which a part of a charge was not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapReason {
    /// The gateway was off, or had no answer of the charger.
    Away,
    /// The charger's counter jumped: what it counted meanwhile is not known.
    Counter,
}

/// The source of a charge's energy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnergyFrom {
    /// The charger's total counter.
    Counter,
    /// The charger's count of this charge, as the total counter was not reported.
    Charge,
}

/// A part of a charge that was not seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The last that was seen before it.
    pub from: String,
    /// The first that was seen after it.
    pub to: String,
    /// Why.
    pub reason: GapReason,
    /// By how much the charger's counter rose over it, Wh; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_wh: Option<u64>,
    /// `true` if that energy is in the charge's: the charger says that it is the same charge.
    pub counted: bool,
}

/// A charge: from the first power for a vehicle until that vehicle is unplugged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Its name in `/charges/ID`, 16 hexadecimal digits.
    pub id: String,
    /// Start.
    pub start: String,
    /// The last time at which power flowed; `null` while it runs. It may go on while the vehicle
    /// stays plugged in, after a limit was raised for example.
    pub end: Option<String>,
    /// Energy, from the charger's counter; `null` if the charger counted nothing.
    pub energy_wh: Option<u64>,
    /// The source of the energy; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_from: Option<EnergyFrom>,
    /// What the charger had counted for this vehicle before the gateway saw it; not part of the
    /// energy above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_wh: Option<u64>,
    /// Highest power.
    pub peak_w: Option<u32>,
    /// From start to end or until now, pauses included, by a clock that nobody sets.
    pub duration_s: u64,
    /// The most phases that carried current at once.
    pub phases: Option<u8>,
    /// Why it ended; `null` while it runs.
    pub ended_by: Option<EndedBy>,
    /// `true` if the gateway saw all of it.
    pub complete: bool,
    /// From when it was seen, where it had begun before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_from: Option<String>,
    /// What was not seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Further gaps, which are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_gaps: u32,
    /// By how many seconds the gateway's clock was set while it ran; its times are by the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_set_s: Option<i64>,
    /// Serial number of the charger.
    pub serial_number: String,
    /// `true` for a simulated charger.
    pub simulated: bool,
    /// The charger's total counter at the start.
    pub counter_start_wh: Option<u64>,
    /// The charger's total counter at the end, or now.
    pub counter_end_wh: Option<u64>,
    /// The owner's words: vehicle, driver, note.
    pub label: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A page of `GET /charges`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charges {
    /// The charges, the latest first.
    pub charges: Vec<Charge>,
    /// The `before` of the next page; `null` on the last.
    pub next: Option<String>,
}

/// A point of a charge's curve; points of one charge are a minute apart where it was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Time.
    pub at: String,
    /// Mean power since the point before.
    pub power_w: Option<i32>,
    /// Set current.
    pub current_set_a: Option<f32>,
    /// The charger's total counter.
    pub counter_wh: Option<u64>,
}

/// The body of `GET /charges/ID`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChargeWithCurve {
    /// The charge.
    #[serde(flatten)]
    pub charge: Charge,
    /// Its curve; empty where it was kept no longer.
    pub curve: Vec<CurvePoint>,
}

/// The body of `PATCH /charges/ID`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelChange {
    /// The label, of at most [`MAX_LABEL`] bytes without control characters; `null` or empty removes
    /// it.
    pub label: Option<String>,
}

/// The answer to a `DELETE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// Number of charges that are gone.
    pub deleted: u64,
}

/// The body of `GET /history`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Start of the first point's time.
    pub from: String,
    /// End of the last point's time.
    pub to: String,
    /// Time from one point to the next, s.
    pub step_s: f64,
    /// Serial number of the charger; `null` where it is not known.
    pub serial_number: Option<String>,
    /// The points in which something was seen, the oldest first.
    pub points: Vec<HistoryPoint>,
}

/// Least, largest and mean value, in this order.
pub type Spread = [f32; 3];

/// A point of the history: what was seen from `at` on, for [`History::step_s`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HistoryPoint {
    /// Its start.
    pub at: String,
    /// Looks at the charger.
    pub seen: u32,
    /// Those that had no answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missed: u32,
    /// Power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power_w: Option<Spread>,
    /// Set current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_set_a: Option<Spread>,
    /// Current signalled to the vehicle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signalled_a: Option<Spread>,
    /// Current of each phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l1_a: Option<Spread>,
    /// As before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l2_a: Option<Spread>,
    /// As before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l3_a: Option<Spread>,
    /// Temperature of the housing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub housing_c: Option<Spread>,
    /// The last state of charging, as the charger's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u8>,
}

/// The state of the record in `GET /healthz`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHealth {
    /// `ok`, `full` (no room on the disk; it goes on by itself), or `failed` (see `message`).
    pub state: String,
    /// What happened and what to do; absent while all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The name that a damaged file was given at the start of this gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<String>,
    /// Time of the last commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<String>,
    /// Changes that wait to be written.
    pub waiting: usize,
}

/// The body of a post to `--notify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What happened.
    pub event: NoticeKind,
    /// When.
    pub at: String,
    /// The charger's name in the gateway.
    pub charger: String,
    /// Its serial number, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// `true` for a simulated charger.
    pub simulated: bool,
    /// The charge that started or ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// The charger's error, as its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<u8>,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A charge started.
    ChargeStarted,
    /// A charge ended.
    ChargeEnded,
    /// The charger reports an error.
    Error,
    /// The charger has not answered for long.
    LinkLost,
}
