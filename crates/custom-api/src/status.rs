//! The body of `GET /status`: the state of all values, in the model's types and without secrets.

use gateway_api::custom_api::{
    ConfigurationStatus, ErrorStatus, SourceStatus, Status, ValueStatus, ValuesAnswer,
};
use nrgkick_model::custom_api::house::HouseLoad;
use tokio::time::Instant;

use crate::config::{Broker, Config, ModbusSource, Pick, Source, Value};
use crate::document::View;
use crate::fetches::milliseconds;
use crate::shared::Shared;
use crate::store::Cell;
use crate::{NAME, VERSION};

/// Builds the status as of `now`.
pub(crate) fn status(shared: &Shared, now: Instant) -> Status {
    let config = &shared.config;
    let cells = shared.store.cells();
    let view = View::new(config, &shared.store, &cells, now);
    let values = match view.document() {
        Ok(document) => ValuesAnswer::Document(document),
        Err(reason) => ValuesAnswer::Unavailable(reason),
    };
    let sources = config.values.iter().zip(cells.iter()).enumerate();
    let sources = sources
        .map(|(index, (value, cell))| value_status(config, &view, index, value, cell, now))
        .collect();
    Status {
        name: NAME.to_owned(),
        version: VERSION.to_owned(),
        uptime_ms: milliseconds(now.duration_since(shared.store.start())),
        values,
        info: config.info.clone(),
        house: view.house().to_string(),
        sources,
        fetched: shared.fetches.status(now),
        configuration: ConfigurationStatus {
            file: config.file.display().to_string(),
            push: config.push_token.is_some(),
            allow_hosts: config.allow_hosts.clone(),
            brokers: config.brokers.iter().map(describe_broker).collect(),
        },
    }
}

fn value_status(
    config: &Config,
    view: &View<'_>,
    index: usize,
    value: &Value,
    cell: &Cell,
    now: Instant,
) -> ValueStatus {
    let state = view.state(index);
    let unit = value.place.map_or("", |place| place.field().unit.symbol());
    ValueStatus {
        name: value.name.clone(),
        is_shown: value.place.is_some(),
        unit: unit.to_owned(),
        source: SourceStatus {
            kind: value.source.kind(),
            from: describe(config, &value.source, view.house()),
            every_ms: value.source.every().map(milliseconds),
            max_age_ms: value.ageing.map(|ageing| milliseconds(ageing.max_age)),
            stale: value.ageing.map(|ageing| ageing.stale),
        },
        value: state.shown,
        observed: state.observed,
        age_ms: state.age.map(milliseconds),
        freshness: state.freshness,
        error: match (&state.misfit, &cell.error) {
            (Some(misfit), _) => Some(ErrorStatus { message: misfit.clone(), age_ms: 0 }),
            (None, Some(failure)) => Some(ErrorStatus {
                message: failure.message.clone(),
                age_ms: milliseconds(now.duration_since(failure.at)),
            }),
            (None, None) => None,
        },
    }
}

/// Describes the source of a value in words.
pub(crate) fn describe(config: &Config, source: &Source, house: &HouseLoad) -> String {
    let names = |parts: &[usize], sign: &str| {
        let names = parts.iter().map(|part| config.values[*part].name.as_str());
        names.collect::<Vec<_>>().join(sign)
    };
    match source {
        Source::Fixed(observed) => observed.to_string(),
        Source::Http(source) => format!("{}{}", source.url, describe_pick(&source.pick)),
        Source::Mqtt(source) => {
            let broker = config.brokers.get(source.broker).map(|broker| broker.at.to_string());
            let broker = broker.unwrap_or_default();
            format!("{} at {broker}{}", source.topic, describe_pick(&source.pick))
        }
        Source::Modbus(source) => describe_modbus(source),
        Source::Push(name) => format!("PUT /push/{name}"),
        Source::Sum(parts) => names(parts, " + "),
        Source::Difference(parts) => names(parts, " - "),
        Source::House(_) => match house {
            HouseLoad::Derived(balance) => balance.to_string(),
            HouseLoad::Configured | HouseLoad::LeftOut(_) => "the other values".to_owned(),
        },
    }
}

fn describe_pick(pick: &Pick) -> String {
    let pointers = pick.pointers.join(" or ");
    let pointers = if pointers.is_empty() { pointers } else { format!(" {pointers}") };
    let null = pick.null.map(|null| format!(", null is {null}")).unwrap_or_default();
    format!("{pointers}{}{null}", describe_sum(pick.factor, pick.offset))
}

#[expect(clippy::float_cmp, reason = "1 and 0 are what the file says, or its default")]
fn describe_sum(factor: f64, offset: f64) -> String {
    let factor = if factor == 1.0 { String::new() } else { format!(" × {factor}") };
    let offset = if offset == 0.0 { String::new() } else { format!(" + {offset}") };
    factor + &offset
}

fn describe_modbus(source: &ModbusSource) -> String {
    let function = if source.input { 4 } else { 3 };
    let scale = match source.scale_factor {
        Some(register) => format!(" × 10^(register {register})"),
        None => String::new(),
    };
    let ModbusSource { at, unit, address, word_type, .. } = source;
    let sum = describe_sum(source.factor, source.offset);
    let word = word_type.word();
    format!("{at} unit {unit} function {function} register {address} {word}{scale}{sum}")
}

fn describe_broker(broker: &Broker) -> String {
    let login = match &broker.login {
        Some(login) => format!(" as {} (with a password)", login.username),
        None => String::new(),
    };
    let publish = match &broker.publish {
        Some(publish) => format!(", asked to talk at {} every {:?}", publish.topic, publish.every),
        None => String::new(),
    };
    format!("{}: {}{login}{publish}", broker.name, broker.at)
}
