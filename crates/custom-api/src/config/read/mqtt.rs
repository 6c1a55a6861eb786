//! Reading a value from messages of a broker.

use nrgkick_model::custom_api::Place;

use super::super::Context;
use super::super::address;
use super::super::adjust::Adjust;
use super::super::broker::Broker;
use super::super::reader::Reader;
use super::super::source::{Alive, MqttSource};
use super::pick::{read_pick, read_pointer};

pub(super) fn read_mqtt(
    reader: &Reader<'_, '_>,
    place: Option<Place>,
    adjust: Adjust,
    context: &Context,
) -> Option<MqttSource> {
    let name = reader.string("mqtt");
    let topic = reader.required("topic");
    if let Some(topic) = topic {
        check_topic(reader, "topic", topic);
    }
    let pick = read_pick(reader, place, adjust);
    let retained = reader.flag("retained");
    let alive = read_alive(reader);
    let name = name?;
    let known = context.brokers.borrow().iter().position(|broker| broker.name == name);
    let broker = match known {
        Some(broker) => broker,
        None => match address::host_port(name, 1883, &context.allow_hosts) {
            Ok(at) => {
                let mut brokers = context.brokers.borrow_mut();
                brokers.push(Broker::plain(name, at));
                brokers.len() - 1
            }
            Err(message) => {
                let message = format!("there is no section [brokers.{name}], and {message}");
                reader.wrong_at("mqtt", message);
                return None;
            }
        },
    };
    Some(MqttSource { broker, topic: topic?.to_owned(), pick, retained, alive })
}

fn check_topic(reader: &Reader<'_, '_>, key: &str, topic: &str) {
    if topic.is_empty() || topic.contains(['#', '+', '\0']) {
        reader.wrong_at(key, "a topic is one name, without + and #");
    }
}

/// Reads `alive`, or `availability` as its short form.
fn read_alive(reader: &Reader<'_, '_>) -> Option<Alive> {
    if reader.has("alive") && reader.has("availability") {
        reader.wrong("write alive or availability, not both");
    }
    if let Some(topic) = reader.string("availability") {
        check_topic(reader, "availability", topic);
        let equals = vec!["online".to_owned()];
        return Some(Alive { topic: topic.to_owned(), pointer: String::new(), equals });
    }
    let table = reader.get("alive")?.table()?;
    table.only(&["topic", "pointer", "equals"]);
    let topic = table.required("topic");
    if let Some(topic) = topic {
        check_topic(&table, "topic", topic);
    }
    let pointer = read_pointer(&table, "pointer").unwrap_or_default();
    let equals = table.words_of("equals");
    Some(Alive { topic: topic?.to_owned(), pointer, equals })
}
