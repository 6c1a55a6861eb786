//! MQTT brokers: the sections `[brokers.NAME]`.

use std::fmt;
use std::time::Duration;

use http_service::secret::secret_file;

use super::Context;
use super::address::{self, HostPort};
use super::reader::Reader;

/// An MQTT broker.
#[derive(Debug)]
pub struct Broker {
    /// The name of its section.
    pub name: String,
    /// Host and port; 1883 by default.
    pub at: HostPort,
    /// User name and password, if the broker asks for them.
    pub login: Option<Login>,
    /// A message to publish at intervals, which some brokers need to keep sending.
    pub publish: Option<Publish>,
}

/// A user name with a password that is not shown.
#[derive(Clone)]
pub struct Login {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, ***)", self.username)
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
        broker.only(&["address", "username", "password_file", "publish"]);
        let at = broker.required("address").and_then(|text| {
            address::host_port(text, 1883, &context.allow_hosts)
                .map_err(|message| broker.wrong_at("address", message))
                .ok()
        });
        let login = read_login(&broker, context);
        let publish = read_publish(&broker);
        // Kept without an address too, so that the values that name it are not reported as well.
        let at = at.unwrap_or(HostPort { host: String::new(), port: 0 });
        brokers.push(Broker { name: name.to_owned(), at, login, publish });
    }
    brokers
}

fn read_login(broker: &Reader<'_, '_>, context: &Context) -> Option<Login> {
    let username = broker.string("username");
    let file = broker.file("password_file", &context.folder);
    match (username, file) {
        (Some(username), Some(file)) => match secret_file(&file) {
            Ok(password) => Some(Login { username: username.to_owned(), password }),
            Err(error) => {
                let message = http_service::logging::Chain(&error).to_string();
                broker.wrong_at("password_file", message);
                None
            }
        },
        (None, None) => None,
        _ => {
            broker.wrong("username and password_file stand together or not at all");
            None
        }
    }
}

fn read_publish(broker: &Reader<'_, '_>) -> Option<Publish> {
    let reader = broker.get("publish")?.table()?;
    reader.only(&["topic", "payload", "every"]);
    let topic = reader.required("topic")?.to_owned();
    let payload = reader.string("payload").unwrap_or_default().to_owned();
    let every = reader.duration("every").unwrap_or(Duration::from_secs(30));
    Some(Publish { topic, payload, every })
}
