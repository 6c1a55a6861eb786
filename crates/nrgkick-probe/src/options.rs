//! The permissions of a run, and its time limits.

use http_service::HostPort;
use std::path::PathBuf;
use std::time::Duration;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The JSON API.
    pub http: Option<HostPort>,
    /// User name and password of the JSON API.
    pub credentials: Option<(String, String)>,
    /// The Modbus API.
    pub modbus: Option<HostPort>,
    /// The file that is written.
    pub output: PathBuf,
    /// Writes nothing to the charger.
    pub no_writes: bool,
    /// Does not ask before reading, nor before the file is saved.
    pub yes_to_reads: bool,
    /// Writes while a vehicle charges, too. Each write is asked for all the same.
    pub may_interrupt: bool,
    /// The port on which the charger's polling of the Custom API is watched.
    pub custom_api: Option<u16>,
    /// The limits of all waits.
    pub times: Times,
}

/// The limits of all waits.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The least time between two requests.
    pub gap: Duration,
    /// For a connection.
    pub connect: Duration,
    /// For an answer.
    pub exchange: Duration,
    /// For an answer that may well not come, such as that of another Modbus unit.
    pub silence: Duration,
    /// Between two readings while something is waited for.
    pub look: Duration,
    /// Time after which a write shows in `/control`, or not at all.
    pub settle: Duration,
    /// For the charger to be back, while settings are not yet put back.
    pub patience: Duration,
    /// For something that the owner is asked to do.
    pub owner: Duration,
    /// For watching the Custom API.
    pub watch: Duration,
}

impl Default for Times {
    /// At most two requests a second, as the gateways; a write shows about 2 s later.
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            gap: Duration::from_millis(500),
            connect: s(3),
            exchange: s(8),
            silence: s(3),
            look: Duration::from_millis(500),
            settle: s(6),
            patience: s(180),
            owner: s(900),
            watch: s(90),
        }
    }
}
