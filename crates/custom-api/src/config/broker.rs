//! MQTT brokers: the sections `[brokers.NAME]`.

use std::time::Duration;

use super::Context;
use http_service::HostPort;

use super::address;
use super::files::{read_trust, read_user};
use super::login::Login;
use super::reader::Reader;
use super::trust::Trust;

/// An MQTT broker.
#[derive(Debug)]
pub struct Broker {
    /// The name of its section.
    pub name: String,
    /// Host and port; 1883 by default, 8883 over TLS.
    pub at: HostPort,
    /// The certificate of a broker over TLS.
    pub tls: BrokerTls,
    /// User name and password, if the broker asks for them.
    pub login: Option<Login>,
    /// A message to publish at intervals, which some brokers need to keep sending.
    pub publish: Option<Publish>,
}

/// The encryption of the connection to a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BrokerTls {
    /// None.
    #[default]
    Plain,
    /// TLS with this certificate; `None` refuses every one, and tells its fingerprint.
    Tls(Option<Trust>),
}

impl Broker {
    /// Returns a broker without a section of its own.
    pub(super) fn plain(name: &str, at: HostPort) -> Self {
        Self { name: name.to_owned(), at, tls: BrokerTls::Plain, login: None, publish: None }
    }
}

/// A message to publish at intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The topic.
    pub topic: String,
    /// The payload; often empty.
    pub payload: String,
    /// The interval; 30 s by default.
    pub every: Duration,
}

/// Reads all sections `[brokers.NAME]`.
pub(super) fn read_brokers(root: &Reader<'_, '_>, context: &Context) -> Vec<Broker> {
    let Some(reader) = root.get("brokers").and_then(|entry| entry.table()) else {
        return Vec::new();
    };
    let mut brokers = Vec::new();
    for (name, _, entry) in reader.entries() {
        let Some(broker) = entry.table() else { continue };
        broker.only(&["address", "tls", "trust", "username", "password_file", "publish"]);
        let tls = read_tls(&broker, context);
        let port = if tls == BrokerTls::Plain { 1883 } else { 8883 };
        let at = broker.required("address").and_then(|text| {
            address::host_port(text, port, &context.allow_hosts)
                .map_err(|message| broker.wrong_at("address", message))
                .ok()
        });
        let login = read_user(&broker, context);
        let publish = read_publish(&broker);
        // Kept without an address too, so that the values that name it are not reported as well.
        let at = at.unwrap_or(HostPort { host: String::new(), port: 0 });
        brokers.push(Broker { name: name.to_owned(), at, tls, login, publish });
    }
    brokers
}

/// Reads `tls` and `trust`, of which the second alone is enough.
fn read_tls(broker: &Reader<'_, '_>, context: &Context) -> BrokerTls {
    let trust = read_trust(broker, "trust", context);
    let is_tls = broker.flag("tls") || broker.has("trust");
    if is_tls && !cfg!(feature = "tls") {
        broker.wrong("this program was built without TLS (the feature tls)");
    }
    if is_tls { BrokerTls::Tls(trust) } else { BrokerTls::Plain }
}

fn read_publish(broker: &Reader<'_, '_>) -> Option<Publish> {
    let reader = broker.get("publish")?.table()?;
    reader.only(&["topic", "payload", "every"]);
    let topic = reader.required("topic")?.to_owned();
    let payload = reader.string("payload").unwrap_or_default().to_owned();
    let every = reader.duration("every").unwrap_or(Duration::from_secs(30));
    Some(Publish { topic, payload, every })
}
