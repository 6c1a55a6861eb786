//! Errors of exchanges with a charger, in words for owners.

use std::{fmt, io};

/// The error of an exchange. The variant states whether a write may have been applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChargerError {
    /// Certainly not sent: the charger has received nothing of the request.
    #[error(transparent)]
    NotSent(Failure),
    /// At least a part was sent: a write may have been applied.
    #[error(transparent)]
    Lost(Failure),
}

impl ChargerError {
    /// The same, with a reason and a way out; see [`Failure::explained`].
    #[must_use]
    pub fn explained(self, hint: &str) -> Self {
        match self {
            Self::NotSent(failure) => Self::NotSent(failure.explained(hint)),
            Self::Lost(failure) => Self::Lost(failure.explained(hint)),
        }
    }

    /// Returns the failure.
    pub const fn failure(&self) -> &Failure {
        match self {
            Self::NotSent(failure) | Self::Lost(failure) => failure,
        }
    }
}

/// The kind of a failure and its context.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The charger at {address} {kind}{}", detail_after(detail))]
pub struct Failure {
    /// The kind, which decides the status.
    pub kind: FailureKind,
    /// The charger's address.
    pub address: String,
    /// Details in words for owners; may be empty.
    pub detail: String,
    /// The error of the system or a library, for the log only; may be empty.
    pub cause: String,
    /// Set if the connection had no answer since the last failure: then a pause follows, as for an
    /// unreachable charger.
    pub is_unproven: bool,
}

fn detail_after(detail: &str) -> String {
    if detail.is_empty() { ".".to_owned() } else { format!(": {detail}.") }
}

impl Failure {
    /// Creates a failure of `kind` at `address`; `detail` without a full stop, or empty.
    pub fn new(kind: FailureKind, address: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            address: address.into(),
            detail: detail.into(),
            cause: String::new(),
            is_unproven: false,
        }
    }

    /// The same, with a reason and a way out, as a part of a sentence.
    #[must_use]
    pub fn explained(mut self, hint: &str) -> Self {
        let separator = if self.detail.is_empty() { "" } else { "; " };
        self.detail += &format!("{separator}{hint}");
        self
    }

    /// Sets the error of the system or a library.
    #[must_use]
    pub fn because(self, cause: impl fmt::Display) -> Self {
        Self { cause: cause.to_string(), ..self }
    }

    /// Sets whether the connection had no answer since the last failure.
    #[must_use]
    pub fn unproven(self, is_unproven: bool) -> Self {
        Self { is_unproven, ..self }
    }

    /// The charger at `address`, which is not known yet, was not found.
    pub fn not_found(address: impl Into<String>) -> Self {
        Self::new(FailureKind::Connect, address, "none has announced itself in this network yet")
    }

    /// Creates the failure to connect to `address`, in words for owners; the system's error is kept
    /// for the log.
    pub fn connecting(address: impl Into<String>, error: &io::Error) -> Self {
        let words = match error.kind() {
            io::ErrorKind::ConnectionRefused => "it refused the connection",
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                "there is no way to it in this network"
            }
            io::ErrorKind::TimedOut => "it did not take the connection in time",
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
                "it ended the connection at once"
            }
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::InvalidInput => {
                "the address cannot be used from here"
            }
            // The error of an unknown host name has no kind of its own.
            _ => "no connection could be made, or its name is not known",
        };
        Self::new(FailureKind::Connect, address, words).because(error)
    }
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// No connection: refused, no route, or unknown name.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection ended before the answer was complete.
    Closed,
    /// The reply is not valid HTTP or Modbus.
    Protocol,
    /// The answer exceeds the limit of its size.
    TooLarge,
    /// The answer leaves the outcome of the request open.
    Undecided,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "cannot be reached",
            Self::Timeout => "did not answer in time",
            Self::Closed => "ended the connection before its answer was complete",
            Self::Protocol => "answered with something that is not its protocol",
            Self::TooLarge => "sent more than an answer can hold",
            Self::Undecided => "did not say what became of the request",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_address_and_the_cause() {
        let failure = Failure::new(FailureKind::Connect, "192.168.1.20", "connection refused");
        let text = ChargerError::NotSent(failure).to_string();
        assert_eq!(text, "The charger at 192.168.1.20 cannot be reached: connection refused.");
        let text = Failure::not_found("an unknown address").explained("try discover").to_string();
        assert!(
            text.ends_with("has announced itself in this network yet; try discover."),
            "{text}"
        );
        let failure = Failure::new(FailureKind::Timeout, "192.168.1.20", "");
        assert_eq!(failure.to_string(), "The charger at 192.168.1.20 did not answer in time.");
    }
}
