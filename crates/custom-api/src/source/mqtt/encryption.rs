//! The encryption of the connections to a broker.

use rumqttc::MqttOptions;

#[cfg(feature = "tls")]
use super::super::tls::Tls;
use crate::config::{Broker, BrokerTls};

/// The encryption of the connections to a broker.
pub(super) enum Encryption {
    Plain,
    #[cfg(feature = "tls")]
    Tls(Tls),
    /// It cannot be had, for this reason.
    Unusable(String),
}

impl Encryption {
    /// Returns the encryption of a broker.
    pub(super) fn of(broker: &Broker) -> Self {
        let BrokerTls::Tls(trust) = &broker.tls else { return Self::Plain };
        #[cfg(feature = "tls")]
        return Tls::new(trust.as_ref()).map_or_else(Self::Unusable, Self::Tls);
        #[cfg(not(feature = "tls"))]
        Self::Unusable(format!("this program was built without TLS, as {trust:?} needs"))
    }

    /// Returns the message about a certificate that was refused just now.
    pub(super) fn refusal(&self) -> Option<String> {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.take_refusal(),
            _ => None,
        }
    }
    /// Sets it for the next connection.
    #[cfg_attr(not(feature = "tls"), allow(unused_variables))]
    pub(super) fn set(&self, options: &mut MqttOptions) {
        #[cfg(feature = "tls")]
        if let Self::Tls(tls) = self {
            let config = rumqttc::TlsConfiguration::Rustls(tls.config());
            options.set_transport(rumqttc::Transport::tls_with_config(config));
        }
    }
}
