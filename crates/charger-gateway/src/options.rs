//! The options of a gateway.

use http_service::cli::ListenArgs;

use crate::args::{GatewayArgs, UnprotectedGetWrites};
use crate::program::Program;
use crate::timing::Timing;

/// The rule for writes by `GET /control?current_set=…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GetWrites {
    /// Refused, as any web page can send a GET.
    #[default]
    Refused,
    /// Allowed. The charger has a password, which only this program holds.
    Open,
    /// Allowed for callers with the token.
    Trusted,
}

/// The behaviour of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The program's identity.
    pub program: Program,
    /// Set if every write is refused.
    pub read_only: bool,
    /// The rule for writes by GET.
    pub get_writes: GetWrites,
    /// Set if private values are shown to everyone on the network.
    pub show_private: bool,
    /// All time limits.
    pub timing: Timing,
}

impl Options {
    /// Creates the default options: writes by GET and private values are off.
    pub fn new(program: Program) -> Self {
        Self {
            program,
            read_only: false,
            get_writes: GetWrites::Refused,
            show_private: false,
            timing: Timing::default(),
        }
    }

    /// Builds the options from the flags. `has_password`: this program has the charger's password.
    ///
    /// # Errors
    /// If GET writes are allowed without a password or token to protect them.
    pub fn from_args(
        program: Program,
        gateway: &GatewayArgs,
        server: &ListenArgs,
        has_password: bool,
    ) -> Result<Self, UnprotectedGetWrites> {
        let get_writes = match (gateway.allow_get_writes, server.token_file.is_some()) {
            (false, _) => GetWrites::Refused,
            (true, true) => GetWrites::Trusted,
            (true, false) if has_password => GetWrites::Open,
            (true, false) => return Err(UnprotectedGetWrites),
        };
        Ok(Self {
            read_only: gateway.read_only,
            get_writes,
            show_private: gateway.show_private,
            timing: Timing {
                max_age: gateway.max_age,
                per_exchange: gateway.max_rate.0,
                ..Timing::default()
            },
            ..Self::new(program)
        })
    }
}
