//! Errors of requests to a charger, and their HTTP status and code.

use std::time::Duration;

use gateway_api::code;
use http::StatusCode;
use http_service::ApiError;
use nrgkick_model::InvalidCommand;

use crate::failure::{ChargerError, FailureKind};

/// The reason for a request without an answer of the charger.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum GatewayError {
    /// A read failed.
    #[error(transparent)]
    Read(ChargerError),
    /// A write failed before anything of it was sent.
    #[error("Nothing was changed. {0}")]
    NotSent(ChargerError),
    /// The charger was unreachable a moment ago; nothing is sent during the pause.
    #[error("The charger could not be reached a moment ago and will be asked again soon. {last}")]
    Down { wait: Duration, last: String },
    /// The queue is full.
    #[error("Too many requests wait for this charger.")]
    Full,
    /// A write did not get its turn.
    #[error("Nothing was changed: other requests kept the charger busy for {0:?}.")]
    NoTurn(Duration),
    /// A write that waited for the relays was superseded by one of the same setting.
    #[error("Nothing was changed: while this waited for the relays, {by} was asked for.")]
    Superseded { by: String },
    /// A read was not answered in time.
    #[error("The charger did not answer within {0:?}.")]
    Late(Duration),
    /// The server is stopping, or the charger's owner has ended.
    #[error("The server is stopping.")]
    Stopped,
    /// The current exceeds the unit's rated current.
    #[error(transparent)]
    Rated(#[from] InvalidCommand),
    /// The id was used for another write.
    #[error("This write id was already used for a different write; every write needs its own.")]
    IdReused,
    /// The outcome of the write was lost inside the server.
    #[error("The write's outcome got lost inside the server; look at the charger's settings.")]
    OutcomeLost,
}

impl GatewayError {
    /// `true` if a write with this error certainly did not reach the charger, so that the same
    /// write may be tried again.
    pub(crate) const fn is_unsent(&self) -> bool {
        // A repeat of a superseded write would undo the later one.
        !matches!(self, Self::OutcomeLost | Self::Superseded { .. })
    }
}

impl From<GatewayError> for ApiError {
    fn from(error: GatewayError) -> Self {
        let message = error.to_string();
        let unavailable = |code: &'static str| {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message.clone()).retryable()
        };
        match error {
            GatewayError::Read(error) => {
                let (status, code) = match error.failure().kind {
                    FailureKind::Connect => (StatusCode::BAD_GATEWAY, code::UNREACHABLE),
                    FailureKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, code::TIMEOUT),
                    FailureKind::Closed => (StatusCode::BAD_GATEWAY, code::CLOSED),
                    FailureKind::Protocol => (StatusCode::BAD_GATEWAY, code::PROTOCOL),
                    FailureKind::TooLarge => (StatusCode::BAD_GATEWAY, code::TOO_LARGE_ANSWER),
                    FailureKind::Undecided => (StatusCode::BAD_GATEWAY, code::UNDECIDED),
                };
                Self::new(status, code, message).retryable()
            }
            GatewayError::NotSent(_) => unavailable(code::NOT_SENT),
            GatewayError::Down { wait, .. } => unavailable(code::CHARGER_DOWN).retry_after(wait),
            GatewayError::Full | GatewayError::NoTurn(_) => unavailable(code::BUSY),
            GatewayError::Stopped => unavailable(code::STOPPING),
            GatewayError::Late(_) => {
                Self::new(StatusCode::GATEWAY_TIMEOUT, code::TIMEOUT, message).retryable()
            }
            GatewayError::Rated(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID_VALUE, message)
            }
            GatewayError::Superseded { .. } => {
                Self::new(StatusCode::CONFLICT, code::SUPERSEDED, message)
            }
            GatewayError::IdReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, code::WRITE_ID_REUSED, message)
            }
            GatewayError::OutcomeLost => {
                Self::new(StatusCode::BAD_GATEWAY, code::OUTCOME_LOST, message)
            }
        }
    }
}
