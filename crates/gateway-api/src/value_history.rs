//! The last day of one value of the Custom API server: the body of `GET /history?value=NAME`.
//!
//! Ages in place of times of day, as in the [status](crate::custom_api).

use serde::{Deserialize, Serialize};

/// The path of a value's last day; the parameter `value` names it as the status does.
pub const VALUE_HISTORY_PATH: &str = "/history";

/// The body of `GET /history?value=NAME`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueHistory {
    /// The value's name, as in the status.
    pub name: String,
    /// Time from one point to the next, ms.
    pub step_ms: u64,
    /// Time since the last point began, ms; that one may still grow.
    pub age_ms: u64,
    /// The mean of what the charger would have got in each step, the oldest first; `None` where it
    /// would have got nothing. A switch that is on counts as 1.
    pub points: Vec<Option<f64>>,
}
