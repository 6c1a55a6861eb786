//! The state of the connection to the broker, for `/healthz`, `/metrics` and the log.

use http_service::HostPort;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use gateway_api::accounts::MqttHealth;
use humantime::format_rfc3339_seconds;

/// The state of the connection; written by the session.
#[derive(Debug)]
pub(crate) struct MqttLink {
    broker: HostPort,
    state: Mutex<(State, SystemTime)>,
    published: AtomicU64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Connecting,
    Connected,
    /// With the reason.
    Failed(String),
}

impl MqttLink {
    pub(super) fn new(broker: HostPort) -> Self {
        let state = Mutex::new((State::Connecting, SystemTime::now()));
        Self { broker, state, published: AtomicU64::new(0) }
    }

    /// Returns whether that is news.
    fn becomes(&self, state: State) -> bool {
        let mut now = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = now.0 != state;
        if is_news {
            *now = (state, SystemTime::now());
        }
        is_news
    }

    /// The broker has taken the connection.
    pub(super) fn connected(&self) {
        if self.becomes(State::Connected) {
            tracing::info!(broker = %self.broker, "the chargers are published to the MQTT broker");
        }
    }

    /// There is no connection, for this reason. What is still so is not logged again.
    pub(super) fn failed(&self, reason: &str) {
        if self.becomes(State::Failed(reason.to_owned())) {
            tracing::warn!(
                broker = %self.broker,
                reason,
                "the MQTT broker (--mqtt) cannot be reached; it is tried again"
            );
        }
    }

    /// The broker has confirmed a message.
    pub(super) fn confirmed(&self) {
        self.published.fetch_add(1, Ordering::Relaxed);
    }

    /// The state for `/healthz`.
    pub(crate) fn health(&self) -> MqttHealth {
        let (state, since) = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (word, message) = match state {
            State::Connecting => ("connecting", None),
            State::Connected => (MqttHealth::CONNECTED, None),
            State::Failed(reason) => ("failed", Some(reason)),
        };
        MqttHealth {
            broker: self.broker.to_string(),
            state: word.to_owned(),
            since: format_rfc3339_seconds(since).to_string(),
            message,
            published: self.published.load(Ordering::Relaxed),
        }
    }
}
