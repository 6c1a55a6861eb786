//! Answers as a real unit gave them, which are sent in place of the simulator's own.
//!
//! The simulator still decides if it refuses; only status, headers and body come from here.

use serde::{Deserialize, Serialize};

/// A request whose answer can be a recorded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Without the password, where one is needed.
    Unauthorized,
    /// While the JSON API is off in the app.
    Disabled,
    /// `/api`.
    Api,
    /// `OPTIONS`, as a browser sends it before a request.
    Preflight,
    /// A path that does not exist.
    UnknownPath,
    /// A flag that a document does not have.
    UnknownFlag,
    /// `raw=0`, where it is refused.
    RawZero,
    /// A group that this unit does not have, named alone.
    AbsentGroup,
    /// A write with an unknown key alone.
    UnknownKey,
    /// A current above the rated one, where it is refused.
    AboveRated,
    /// The phase count, where the app does not allow it.
    PhaseSwitch,
    /// The pause, where solar charging is in control.
    SolarPause,
    /// The current, where solar charging is in control.
    SolarCurrent,
    /// The phase count, where solar charging is in control.
    SolarPhases,
}

/// A recorded answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedAnswer {
    /// HTTP status, 200 to 599.
    pub status: u16,
    /// Headers, as name and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl RecordedAnswer {
    /// Most bytes of a body.
    const MOST: usize = 64 * 1024;

    pub(crate) fn validate(&self) -> Result<(), String> {
        if !(200..=599).contains(&self.status) {
            return Err(format!("{} is no status from 200 to 599", self.status));
        }
        if self.body.len() > Self::MOST {
            return Err(format!("a body of more than {} bytes", Self::MOST));
        }
        check_headers(&self.headers)
    }
}

/// Checks that headers can be sent; the error names the first that cannot.
pub(crate) fn check_headers(headers: &[(String, String)]) -> Result<(), String> {
    let sendable = |(name, value): &&(String, String)| {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte);
        let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        !name.is_empty() && name.bytes().all(token) && value.bytes().all(visible)
    };
    match headers.iter().find(|header| !sendable(header)) {
        Some((name, _)) => Err(format!("`{name}` is no header that can be sent")),
        None => Ok(()),
    }
}
