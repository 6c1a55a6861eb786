//! Listens to an MQTT broker: one connection for all topics, reopened when lost.
//!
//! A retained message has an unknown age unless it tells its time, so it counts only if the
//! configuration allows it, or names a topic that tells if its publisher is there.

mod encryption;
mod presence;

use std::convert::Infallible;
use std::time::Duration;

use http_service::Backoff;
use nrgkick_model::custom_api::Observed;
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, Publish as Message, QoS,
    SubscribeFilter, SubscribeReasonCode,
};
use tokio::time::{Instant, sleep};

use super::pick::Reply;
use super::{SourceContext, Timeouts};
use crate::config::{Alive, Broker, Clock, MqttSource, Publish, Source};
use crate::store::Sighting;
use encryption::Encryption;
use presence::{Presence, presence};

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
    let encryption = Encryption::of(broker);
    loop {
        // A new client each time, so that no state of a lost connection remains.
        let (client, mut events) = client(broker, &encryption);
        let began = Instant::now();
        let error = if let Encryption::Unusable(message) = &encryption {
            message.clone()
        } else {
            tokio::select! {
                error = session(&context, broker, &values, &client, &mut events) => {
                    encryption.refusal().unwrap_or_else(|| told(&error))
                }
                never = keep_asking(&client, broker) => match never {},
            }
        };
        gone(&context, &values, &format!("broker {}: {error}", broker.at));
        if began.elapsed() > last_retry {
            backoff.reset();
        }
        sleep(backoff.next_pause()).await;
    }
}

/// Records the loss of the connection: nobody tells any more if a publisher is there.
fn gone(context: &SourceContext, values: &[usize], message: &str) {
    for value in values {
        if source(context, *value).is_some_and(|source| source.alive.is_some()) {
            context.store.live(*value, Some(false), false);
        }
    }
    let failed = values.iter().map(|value| (*value, Err(message.to_owned())));
    context.store.record_all(&context.config, failed);
}

fn client(broker: &Broker, encryption: &Encryption) -> (AsyncClient, EventLoop) {
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
    encryption.set(&mut options);
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
            Ok(Event::Incoming(Packet::Publish(message))) => receive(context, values, &message),
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

/// Takes a message for all values that it concerns; what it tells of them is of one moment.
fn receive(context: &SourceContext, values: &[usize], message: &Message) {
    let reply = Reply::parse(&message.payload);
    if let Some(replies) = &context.replies {
        let is_from = |value: &&usize| {
            source(context, **value).is_some_and(|source| source.topic == message.topic)
        };
        let from: Vec<usize> = values.iter().filter(is_from).copied().collect();
        replies.keep(message.topic.clone(), from, &message.payload);
    }
    let mut found = Vec::new();
    let mut signs = Vec::new();
    for value in values {
        let Some(source) = source(context, *value) else { continue };
        if let Some(alive) = &source.alive
            && alive.topic == message.topic
        {
            look(context, *value, alive, message.retain, &reply);
        }
        if source.topic == message.topic
            && let Some(sighting) = take(context, *value, source, message.retain, &reply)
        {
            found.push((*value, sighting));
            if !message.retain && source.alive.is_some() {
                signs.push(*value);
            }
        }
    }
    if !found.is_empty() {
        context.store.record_all(&context.config, found);
    }
    // Only now: a sign of life must not make the value of before fresh.
    for value in signs {
        context.store.live(value, None, true);
    }
}

fn refuse(context: &SourceContext, values: &[usize], topic: &str) {
    for value in values {
        if source(context, *value).is_some_and(|source| source.topic == topic) {
            let message = format!("the broker refuses the topic {topic}");
            context.store.record(&context.config, *value, Err::<Observed, _>(message));
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

/// Reads a value; `None` if the message does not count.
fn take(
    context: &SourceContext,
    value: usize,
    source: &MqttSource,
    retained: bool,
    reply: &Reply,
) -> Option<Result<Sighting, String>> {
    let tells_time = matches!(source.pick.clock, Clock::Time(_));
    if retained && !source.retained && source.alive.is_none() && !tells_time {
        let topic = &source.topic;
        let message = format!(
            "{topic}: the broker kept this message from an unknown time; waiting for a new one \
             (retained = true counts it all the same)"
        );
        context.store.remark(value, message);
        return None;
    }
    let found = source.pick.sighting(reply, retained);
    Some(found.map_err(|message| format!("{}: {message}", source.topic)))
}

/// Takes a message about the publisher of a value.
fn look(context: &SourceContext, value: usize, alive: &Alive, retained: bool, reply: &Reply) {
    match presence(alive, reply) {
        Presence::There => context.store.live(value, Some(true), true),
        Presence::Sign if retained => {}
        Presence::Sign => context.store.live(value, Some(false), true),
        Presence::Gone(said) => {
            context.store.live(value, Some(false), false);
            let message = format!("{} says {said:?}: the value is not updated", alive.topic);
            context.store.remark(value, message);
        }
        Presence::Unclear(said) => {
            context.store.live(value, Some(false), false);
            let topic = &alive.topic;
            let message = format!(
                "{topic} says {said:?}, and nothing names the state in it: pointer is missing, as \
                 alive = {{ topic = {topic:?}, pointer = \"/state\" }}"
            );
            context.store.remark(value, message);
        }
    }
}

fn topics<'d>(context: &'d SourceContext, values: &[usize]) -> Vec<&'d str> {
    let mut topics: Vec<&str> = values
        .iter()
        .filter_map(|value| source(context, *value))
        .flat_map(|source| {
            let alive = source.alive.as_ref().map(|alive| alive.topic.as_str());
            alive.into_iter().chain([source.topic.as_str()])
        })
        .collect();
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
