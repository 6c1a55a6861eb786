//! The body of `GET /status`: the state of all values, in the model's types and without secrets.

use gateway_api::custom_api::{
    ConfigurationStatus, DeviceStatus, ErrorStatus, SourceStatus, Status, ValueStatus, ValuesAnswer,
};
use nrgkick_model::custom_api::Place;
use tokio::time::Instant;

use crate::config::{Config, Value};
use crate::describe::{describe, describe_broker};
use crate::document::View;
use crate::fetches::milliseconds;
use crate::shared::Shared;
use crate::store::Cell;
use crate::{NAME, VERSION};

/// Builds the status as of `now`.
pub(crate) fn status(shared: &Shared, now: Instant) -> Status {
    let running = shared.running();
    let (config, store) = (&running.config, &running.store);
    let cells = store.cells();
    let view = View::new(config, store, &cells, now);
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
        uptime_ms: milliseconds(now.duration_since(store.start())),
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
            edit: shared.is_editable,
            problem: shared.problem().clone(),
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
    ValueStatus {
        name: value.name.clone(),
        is_shown: value.place.is_some(),
        device: value.place.and_then(|place| device(config, place)),
        unit: value.unit().to_owned(),
        source: SourceStatus {
            kind: value.source.kind(),
            from: describe(config, value, view.house()),
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

fn device(config: &Config, place: Place) -> Option<DeviceStatus> {
    let kind = place.section()?;
    let name = config.info.device_info.name(kind, place.index()).map(str::to_owned);
    Some(DeviceStatus { kind: kind.key().to_owned(), index: place.index().get(), name })
}
