//! The error of a request that got no answer.

/// No answer, with the reason in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// Nothing was sent: no connection.
    #[error("no connection to {address}: {reason}")]
    Connect {
        /// The charger's address.
        address: String,
        /// The reason.
        reason: String,
    },
    /// The request may have been carried out.
    #[error("no whole answer from {address}: {reason}")]
    Lost {
        /// The charger's address.
        address: String,
        /// The reason.
        reason: String,
    },
    /// An answer without the document that was asked for.
    #[error("{0}")]
    Unusable(String),
}
