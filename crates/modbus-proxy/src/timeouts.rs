//! Every wait of the Modbus client, as parameters.

use std::time::Duration;

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To accept a connection, finding its name included.
    pub connect: Duration,
    /// From a request to the last byte of its answer.
    pub request: Duration,
    /// From a new connection to the first request on it.
    pub settle: Duration,
    /// For which one read of registers may serve the other of `/values` and `/control` too.
    pub keep: Duration,
}

impl Timeouts {
    /// Those of one connection.
    pub(crate) const fn connection(&self) -> modbus_client::Timeouts {
        modbus_client::Timeouts { connect: self.connect, settle: self.settle }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            request: Duration::from_secs(3),
            settle: Duration::ZERO,
            keep: Duration::from_millis(500),
        }
    }
}

#[cfg(test)]
mod tests {
    use gateway_api::budget;

    use super::*;
    use crate::args::MAX_SETTLE;

    #[test]
    fn a_new_connection_and_a_request_on_it_fit_into_the_budget_of_an_exchange() {
        let Timeouts { connect, request, .. } = Timeouts::default();
        assert!(connect + MAX_SETTLE + request <= budget::EXCHANGE);
    }
}
