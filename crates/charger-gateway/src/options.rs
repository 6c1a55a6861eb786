//! What a gateway is started with.

use std::net::SocketAddr;

use http_service::cli::ListenArgs;

use crate::args::{GatewayArgs, UnprotectedGetWrites};
use crate::timing::Timing;

/// The program: what `GET /api` tells of it, and where it listens unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Where it listens unless told otherwise.
    pub listen: SocketAddr,
}

/// Whether `GET /control?current_set=…` writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GetWrites {
    /// It does not: any web page can send a GET.
    #[default]
    Refused,
    /// It does. The charger has a password, which only this program holds.
    Open,
    /// It does for callers with the token.
    Trusted,
}

/// How a gateway behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Who it is.
    pub program: Program,
    /// Every write is refused.
    pub read_only: bool,
    /// Whether a GET can write.
    pub get_writes: GetWrites,
    /// Private values are shown to everyone on the network.
    pub show_private: bool,
    /// All waits.
    pub timing: Timing,
}

impl Options {
    /// Options that refuse whatever has to be allowed.
    pub fn new(program: Program) -> Self {
        Self {
            program,
            read_only: false,
            get_writes: GetWrites::Refused,
            show_private: false,
            timing: Timing::default(),
        }
    }

    /// What the flags say. `has_password`: whether the charger's password is held here.
    ///
    /// # Errors
    /// Where GET writes are allowed and nothing protects them.
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
