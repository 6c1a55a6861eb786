//! Why a charger gave no answer, in an owner's words, and whether a write may have been applied.

use std::{fmt, io};

/// Why there is no reply. The variant says whether a write may have been applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChargerError {
    /// Certainly not sent: the charger knows nothing of the request.
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

    /// What failed.
    pub const fn failure(&self) -> &Failure {
        match self {
            Self::NotSent(failure) | Self::Lost(failure) => failure,
        }
    }
}

/// What failed, with the charger's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The charger at {address} {kind}{}", detail_after(detail))]
pub struct Failure {
    /// The kind, which decides the status.
    pub kind: FailureKind,
    /// The charger's address.
    pub address: String,
    /// What there is to add in an owner's words; may be empty.
    pub detail: String,
    /// What the system or a library says, for the log only; may be empty.
    pub cause: String,
    /// Whether the connection had brought no answer since the last failure, so that the charger is
    /// left alone for a while as where it cannot be reached.
    pub is_unproven: bool,
}

fn detail_after(detail: &str) -> String {
    if detail.is_empty() { ".".to_owned() } else { format!(": {detail}.") }
}

impl Failure {
    /// A failure of `kind` at `address`; `detail` without a full stop, or empty.
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

    /// The same, with what the system or a library says of it.
    #[must_use]
    pub fn because(self, cause: impl fmt::Display) -> Self {
        Self { cause: cause.to_string(), ..self }
    }

    /// The same, on a connection that had brought no answer since the last failure.
    #[must_use]
    pub fn unproven(self, is_unproven: bool) -> Self {
        Self { is_unproven, ..self }
    }

    /// The charger at `address`, which is not known yet, was not found.
    pub fn not_found(address: impl Into<String>) -> Self {
        Self::new(FailureKind::Connect, address, "none has announced itself in this network yet")
    }

    /// There is no connection to `address`, in an owner's words; the system's are kept for the log.
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
            // A name that nobody knows has no kind of its own.
            _ => "no connection could be made, or its name is not known",
        };
        Self::new(FailureKind::Connect, address, words).because(error)
    }
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// No connection: refused, no route, or no such name.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection ended before the answer did.
    Closed,
    /// What came is not the protocol.
    Protocol,
    /// More than an answer can be.
    TooLarge,
    /// An answer that leaves open what became of the request.
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
