//! Listens to an MQTT broker: one connection for all topics, reopened when lost.
//!
//! A retained message has an unknown age, so it counts only if the configuration allows it.

use std::convert::Infallible;
use std::time::Duration;

use http_service::Backoff;
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS, SubscribeFilter,
    SubscribeReasonCode,
};
use tokio::time::{Instant, sleep};

use super::{SourceContext, Timeouts};
use crate::config::{Broker, MqttSource, Publish, Source};

/// Most bytes of a message.
const LONGEST_MESSAGE: usize = 256 * 1024;
/// Keep-alive interval of MQTT.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Capacity of the queue of requests; never more are made at once.
const REQUESTS: usize = 16;

/// Listens for `values`, which share one broker, until the task is dropped.
pub(super) async fn listen(context: SourceContext, broker: usize, values: Vec<usize>) {
    let Some(broker) = context.config.brokers.get(broker) else { return };
    let Timeouts { first_retry, last_retry, .. } = context.timeouts;
    let mut backoff = Backoff::new(first_retry, last_retry);
    loop {
        // A new client each time, so that no state of a lost connection remains.
        let (client, mut events) = client(broker);
        let began = Instant::now();
        let error = tokio::select! {
            error = session(&context, broker, &values, &client, &mut events) => error,
            never = keep_asking(&client, broker) => match never {},
        };
        context.record_all(&values, &format!("broker {}: {}", broker.at, told(&error)));
        if began.elapsed() > last_retry {
            backoff.reset();
        }
        sleep(backoff.next_pause()).await;
    }
}

fn client(broker: &Broker) -> (AsyncClient, EventLoop) {
    let id = getrandom::u32().unwrap_or_default();
    let mut options = MqttOptions::new(
        format!("nrgkick-custom-api-{id:08x}"),
        broker.at.host.clone(),
        broker.at.port,
    );
    options.set_keep_alive(KEEP_ALIVE).set_max_packet_size(LONGEST_MESSAGE, LONGEST_MESSAGE);
    if let Some(login) = &broker.login {
        options.set_credentials(&login.username, &login.password);
    }
    AsyncClient::new(options, REQUESTS)
}

/// Listens until the connection is lost; returns the cause.
async fn session(
    context: &SourceContext,
    broker: &Broker,
    values: &[usize],
    client: &AsyncClient,
    events: &mut EventLoop,
) -> ConnectionError {
    events.network_options.set_connection_timeout(context.timeouts.connect.as_secs().max(1));
    let topics = topics(context, values);
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                let filter = |topic: &&str| SubscribeFilter::new((*topic).into(), QoS::AtMostOnce);
                // The queue is empty on a new connection.
                let _ = client.try_subscribe_many(topics.iter().map(filter));
                ask_to_talk(client, broker);
            }
            Ok(Event::Incoming(Packet::SubAck(answer))) => {
                for (topic, code) in topics.iter().zip(answer.return_codes) {
                    match code {
                        SubscribeReasonCode::Failure => refuse(context, values, topic),
                        SubscribeReasonCode::Success(_) => await_topic(context, values, topic),
                    }
                }
            }
            Ok(Event::Incoming(Packet::Publish(message))) => {
                for value in values {
                    let Some(source) = source(context, *value) else { continue };
                    if source.topic == message.topic {
                        take(context, *value, source, message.retain, &message.payload);
                    }
                }
            }
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

fn refuse(context: &SourceContext, values: &[usize], topic: &str) {
    for value in values {
        if source(context, *value).is_some_and(|source| source.topic == topic) {
            let message = format!("the broker refuses the topic {topic}");
            context.store.record(&context.config, *value, Err(message));
        }
    }
}

/// Ends earlier failures after a subscription and notes that a message is still missing.
fn await_topic(context: &SourceContext, values: &[usize], topic: &str) {
    for value in values {
        if source(context, *value).is_some_and(|source| source.topic == topic) {
            let message = format!("connected to the broker; waiting for a message on {topic}");
            context.store.reconnected(&context.config, *value, message);
        }
    }
}

/// Publishes the configured message at its interval, until dropped.
async fn keep_asking(client: &AsyncClient, broker: &Broker) -> Infallible {
    match &broker.publish {
        Some(publish) => loop {
            sleep(publish.every).await;
            ask_to_talk(client, broker);
        },
        None => std::future::pending().await,
    }
}

fn take(
    context: &SourceContext,
    value: usize,
    source: &MqttSource,
    retained: bool,
    payload: &[u8],
) {
    if retained && !source.retained {
        let topic = &source.topic;
        let message = format!(
            "{topic}: the broker kept this message from an unknown time; waiting for a new one \
             (retained = true counts it all the same)"
        );
        context.store.remark(value, message);
        return;
    }
    let found = source.pick.of_text(payload);
    let found = found.map_err(|message| format!("{}: {message}", source.topic));
    context.store.record(&context.config, value, found);
}

fn topics<'d>(context: &'d SourceContext, values: &[usize]) -> Vec<&'d str> {
    let mut topics: Vec<&str> =
        values.iter().filter_map(|value| Some(source(context, *value)?.topic.as_str())).collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

/// Publishes the configured message: some brokers stop sending without it.
fn ask_to_talk(client: &AsyncClient, broker: &Broker) {
    if let Some(Publish { topic, payload, .. }) = &broker.publish {
        let _ = client.try_publish(topic, QoS::AtMostOnce, false, payload.as_bytes());
    }
}

fn source(context: &SourceContext, value: usize) -> Option<&MqttSource> {
    match &context.config.values[value].source {
        Source::Mqtt(source) => Some(source),
        _ => None,
    }
}

fn told(error: &ConnectionError) -> String {
    match error {
        ConnectionError::ConnectionRefused(code) => format!("refuses the connection ({code:?})"),
        ConnectionError::NetworkTimeout => "no connection in time".to_owned(),
        ConnectionError::Io(error) => format!("no connection: {error}"),
        ConnectionError::NotConnAck(_) | ConnectionError::MqttState(_) => {
            "what answers does not speak MQTT as it should".to_owned()
        }
        other => format!("the connection was lost: {other}"),
    }
}
