//! Sources and brokers in words, without secrets.

use modbus_client::Framing;
use nrgkick_model::custom_api::house::HouseLoad;

use crate::config::{
    Broker, BrokerTls, Clock, Config, HttpRequest, ModbusSource, MqttSource, Operand, Operands,
    Order, Pick, Source, Value,
};

/// Describes the source of a value and what is computed from it.
pub(crate) fn describe(config: &Config, value: &Value, house: &HouseLoad) -> String {
    let from = match &value.source {
        Source::Fixed(observed) => return observed.to_string(),
        Source::Http(source) => describe_http(config, &source.request, &source.pick),
        Source::Mqtt(source) => describe_mqtt(config, source),
        Source::Modbus(source) => describe_modbus(source),
        Source::Push(name) => format!("PUT /push/{name}"),
        Source::Sum(of) => describe_operands(config, of, " + ", " - "),
        Source::Difference(of) => describe_operands(config, of, " - ", " + "),
        Source::Product(of) => describe_operands(config, of, " × ", " × -"),
        Source::House(_) => match house {
            HouseLoad::Derived(balance) => balance.to_string(),
            HouseLoad::Configured | HouseLoad::LeftOut(_) => "the other values".to_owned(),
        },
    };
    format!("{from}{}", value.adjust)
}

/// Joins operands; the signs after the first depend on what joins them.
fn describe_operands(config: &Config, of: &Operands, plus: &str, minus: &str) -> String {
    let mut text = String::new();
    for (at, term) in of.terms.iter().enumerate() {
        text += match (at, term.is_negative) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => plus,
            (_, true) => minus,
        };
        text += &match term.of {
            Operand::Value(index) => config.values[index].name.clone(),
            Operand::Number(number) => number.to_string(),
        };
    }
    text
}

fn describe_http(config: &Config, request: &HttpRequest, pick: &Pick) -> String {
    let method = if request.post.is_some() { "POST " } else { "" };
    let login = match (&request.user, request.login.and_then(|index| config.logins.get(index))) {
        (Some(user), _) => format!(" as {}", user.username),
        (None, Some(step)) => format!(" after the log-in {}", step.name),
        (None, None) => String::new(),
    };
    format!("{method}{}{login}{}", request.url, describe_pick(pick))
}

fn describe_mqtt(config: &Config, source: &MqttSource) -> String {
    let broker = config.brokers.get(source.broker).map(|broker| broker.at.to_string());
    let broker = broker.unwrap_or_default();
    let alive = source.alive.as_ref();
    let alive = alive.map(|alive| format!(", alive as {} says", alive.topic)).unwrap_or_default();
    format!("{} at {broker}{}{alive}", source.topic, describe_pick(&source.pick))
}

fn describe_pick(pick: &Pick) -> String {
    let place = pick.place.to_string();
    let place = if place.is_empty() { place } else { format!(" {place}") };
    let unit = pick.unit_pointer.as_ref().map(|at| format!(" in {at}")).unwrap_or_default();
    let clock = match &pick.clock {
        Clock::Answer => String::new(),
        Clock::Age(pointers, _) | Clock::Time(pointers) => {
            format!(", age by {}", pointers.join(" or "))
        }
    };
    let valid = match &pick.valid_if {
        Some(valid_if) => format!(", if {} fits", valid_if.pointer),
        None => String::new(),
    };
    format!("{place}{unit}{clock}{valid}{}", describe_null(pick.null))
}

fn describe_null(null: Option<f64>) -> String {
    null.map(|null| format!(", null is {null}")).unwrap_or_default()
}

fn describe_modbus(source: &ModbusSource) -> String {
    let function = if source.input { 4 } else { 3 };
    let ModbusSource { at, unit, address, word_type, .. } = source;
    let word = word_type.word();
    let mut text = format!("{at} unit {unit} function {function} register {address} {word}");
    if let Some(mask) = source.mask {
        text += &format!(" bits {mask:#x}");
    }
    for (order, what) in [(source.word_order, "words"), (source.byte_order, "bytes")] {
        if order == Order::LowFirst {
            text += &format!(", low {what} first");
        }
    }
    if let Some(register) = source.scale_factor {
        text += &format!(" × 10^(register {register})");
    }
    if let Some(sign) = source.negative_if {
        text += &format!(", negative by bits {:#x} of register {}", sign.mask, sign.address);
    }
    if source.link.framing == Some(Framing::Rtu) {
        text += ", RTU";
    }
    text + &describe_null(source.null)
}

/// Describes a broker.
pub(crate) fn describe_broker(broker: &Broker) -> String {
    let tls = match &broker.tls {
        BrokerTls::Plain => String::new(),
        BrokerTls::Tls(None) => " over TLS".to_owned(),
        BrokerTls::Tls(Some(trust)) => format!(" over TLS, trusting {trust:?}"),
    };
    let login = match &broker.login {
        Some(login) => format!(" as {} (with a password)", login.username),
        None => String::new(),
    };
    let publish = match &broker.publish {
        Some(publish) => format!(", asked to talk at {} every {:?}", publish.topic, publish.every),
        None => String::new(),
    };
    format!("{}: {}{tls}{login}{publish}", broker.name, broker.at)
}
