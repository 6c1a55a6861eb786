//! One connection to the broker, from the first packet to its end.
//!
//! Nothing is subscribed, and a message that comes all the same is dropped. The connection is ended
//! where the broker does not confirm what is sent: it would else hold up the newest values for good.

use std::convert::Infallible;
use std::sync::Arc;

use rumqttc::{
    AsyncClient, ClientError, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill,
    MqttOptions, Outgoing, Packet, QoS, StateError,
};
use tokio::sync::watch;
use tokio::time::timeout;

use super::args::MqttSettings;
use super::link::MqttLink;
use super::outbox::{Message, Outbox};
use super::topics::{OFFLINE, ONLINE};

/// Keep-alive interval of MQTT. A broker that answers no ping is gone after two.
const KEEP_ALIVE: std::time::Duration = std::time::Duration::from_secs(15);
/// Messages on their way that the broker has not confirmed.
const UNCONFIRMED: u16 = 16;
/// Messages that have left the outbox and are not on their way: newer ones cannot take their place.
const BETWEEN: usize = 1;
/// Bytes of a packet from the broker; nothing long is expected.
const LONGEST_IN: usize = 64 * 1024;
/// Bytes of a message to the broker; a description with all rows has 25 kB.
const LONGEST_OUT: usize = 256 * 1024;

/// The end of a connection that nobody here asked for, with the reason in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ended(pub(super) String);

/// A connection to be.
pub(super) struct Session<'s> {
    settings: &'s MqttSettings,
    link: &'s MqttLink,
    outbox: Arc<Outbox>,
    client: AsyncClient,
    events: EventLoop,
}

impl<'s> Session<'s> {
    /// Prepares a connection that sends what is in `outbox`.
    pub(super) fn new(settings: &'s MqttSettings, link: &'s MqttLink, outbox: Arc<Outbox>) -> Self {
        let broker = &settings.broker;
        let id = format!("nrgkick-{:08x}", getrandom::u32().unwrap_or_default());
        let mut options = MqttOptions::new(id, broker.host.clone(), broker.port);
        let gone = LastWill::new(settings.topics.gateway(), OFFLINE, QoS::AtLeastOnce, true);
        options
            .set_keep_alive(KEEP_ALIVE)
            .set_max_packet_size(LONGEST_IN, LONGEST_OUT)
            .set_inflight(UNCONFIRMED)
            .set_last_will(gone);
        if let Some((name, password)) = settings.login() {
            options.set_credentials(name, password);
        }
        let (client, mut events) = AsyncClient::new(options, BETWEEN);
        let limit = settings.pace.connect.as_secs().max(1);
        events.network_options.set_connection_timeout(limit).set_tcp_nodelay(true);
        Self { settings, link, outbox, client, events }
    }

    /// Connects, then sends what `report` puts into the outbox, until the connection is lost, or the
    /// outbox is closed and all of it sent.
    pub(super) async fn run(self, report: impl Future<Output = Infallible>) -> Ended {
        let Self { settings, link, outbox, client, mut events } = self;
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => break,
                Ok(_) => {}
                Err(error) => return Ended(told(&error)),
            }
        }
        link.connected();
        outbox.put(Message { topic: settings.topics.gateway(), payload: ONLINE.to_owned() });
        let confirmed = watch::Sender::new(0);
        tokio::select! {
            ended = receive(&mut events, link, &confirmed) => ended,
            ended = send(&client, &outbox, settings, confirmed.subscribe()) => ended,
            never = report => match never {},
        }
    }
}

async fn receive(events: &mut EventLoop, link: &MqttLink, confirmed: &watch::Sender<u64>) -> Ended {
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::PubAck(_))) => {
                link.confirmed();
                confirmed.send_modify(|count| *count += 1);
            }
            Ok(Event::Outgoing(Outgoing::Disconnect)) => return Ended("goodbye".to_owned()),
            Ok(_) => {}
            Err(error) => return Ended(told(&error)),
        }
    }
}

async fn send(
    client: &AsyncClient,
    outbox: &Outbox,
    settings: &MqttSettings,
    mut confirmed: watch::Receiver<u64>,
) -> Ended {
    let limit = settings.pace.confirm;
    let mut given = 0;
    while let Some(Message { topic, payload }) = outbox.next().await {
        let sent = client.publish(topic, QoS::AtLeastOnce, true, payload);
        match timeout(limit, sent).await {
            Ok(Ok(())) => given += 1,
            Ok(Err(error)) => return lost(error).await,
            Err(_) => return Ended(format!("it has confirmed nothing for {limit:?}")),
        }
    }
    // A connection that is closed with confirmations unread may take the last messages with it.
    let _ = confirmed.wait_for(|count| *count >= given).await;
    match client.disconnect().await {
        // The other half sees it leave.
        Ok(()) => std::future::pending().await,
        Err(error) => lost(error).await,
    }
}

/// The other half has the reason.
async fn lost(_: ClientError) -> Ended {
    std::future::pending().await
}

#[allow(
    clippy::match_wildcard_for_single_variants,
    reason = "where another crate wants rumqttc with TLS, there are more variants"
)]
fn told(error: &ConnectionError) -> String {
    use ConnectReturnCode::{BadUserNamePassword, NotAuthorized};
    match error {
        ConnectionError::ConnectionRefused(BadUserNamePassword | NotAuthorized) => {
            "it refuses the user name or password (--mqtt-username, --mqtt-password-file)"
                .to_owned()
        }
        ConnectionError::ConnectionRefused(code) => format!("it refuses the connection ({code:?})"),
        ConnectionError::NetworkTimeout => "it does not answer in time".to_owned(),
        ConnectionError::FlushTimeout => "it takes nothing more".to_owned(),
        ConnectionError::Io(error) => format!("no connection: {error}"),
        ConnectionError::MqttState(StateError::AwaitPingResp) => {
            "it does not answer any more".to_owned()
        }
        ConnectionError::MqttState(StateError::ConnectionAborted | StateError::Io(_)) => {
            "it has ended the connection".to_owned()
        }
        ConnectionError::NotConnAck(_) | ConnectionError::MqttState(_) => {
            "what answers does not speak MQTT as it should".to_owned()
        }
        other => format!("the connection was lost: {other}"),
    }
}
