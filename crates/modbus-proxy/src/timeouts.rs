//! Time limits of the Modbus connection.

use std::time::Duration;

/// Time limits of a charger's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Limit for connecting, name resolution included.
    pub connect: Duration,
    /// Limit from a request to the last byte of its answer.
    pub request: Duration,
    /// Delay between connecting and the first request.
    pub settle: Duration,
    /// Time during which a read for `/values` may serve `/control` too, and the reverse.
    pub keep: Duration,
}

impl Timeouts {
    /// Returns the limits for opening a connection.
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
