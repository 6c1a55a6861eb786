//! The message by which Home Assistant finds a charger: one for each, with all its sensors.
//!
//! Source: Home Assistant's documentation of MQTT, "Device discovery payload" (2024.12 and newer).
//! The sensors are the rows of the model's table; nothing here can be switched.

use std::time::Duration;

use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, FIELDS, Field, FieldId, Kind, Presence, Unit};
use serde_json::{Map, Value, json};

use super::topics::{Topic, Topics, id};
use crate::program::Program;

/// Values expire after so many times their interval, and not before [`LEAST`].
const EXPIRES: u32 = 3;
/// As the link counts as lost.
const LEAST: Duration = gateway_api::link::LOST_AFTER;

/// What a description is made of.
pub(super) struct Described<'a> {
    pub(super) program: Program,
    pub(super) topics: &'a Topics,
    pub(super) charger: &'a str,
    pub(super) serial: &'a str,
    pub(super) info: &'a Readings,
    pub(super) every: Duration,
    pub(super) shows_private: bool,
    /// A record is kept.
    pub(super) has_record: bool,
}

impl Described<'_> {
    /// The payload.
    pub(super) fn payload(&self) -> Value {
        let known = |topic| json!({"topic": topic});
        let mut components = Map::new();
        for field in FIELDS.iter().filter(|field| self.has(field)) {
            components.insert(id(field.path), self.sensor(field));
        }
        if self.has_record {
            self.last_charge(&mut components);
        }
        json!({
            "device": self.device(),
            "origin": {"name": self.program.name, "sw_version": self.program.version},
            "availability": [
                known(self.topics.gateway()),
                known(self.topics.of(self.charger, Topic::Status)),
            ],
            "availability_mode": "all",
            "components": components,
        })
    }

    fn device(&self) -> Value {
        let is_simulated = self.info.is_simulated();
        let name = self.info.display_name().unwrap_or(self.charger);
        let name = if is_simulated { format!("SIMULATED {name}") } else { name.to_owned() };
        let model = self.info.text(FieldId::ModelType).unwrap_or("NRGkick Gen2");
        let model = if is_simulated { format!("SIMULATED {model}") } else { model.to_owned() };
        let mut device = json!({
            "identifiers": [format!("nrgkick_{}", id(self.serial))],
            "name": name,
            "model": model,
            "serial_number": self.serial,
        });
        if !is_simulated {
            device["manufacturer"] = "DiniTech".into();
        }
        for (key, field) in [
            ("sw_version", FieldId::SoftwareSmartModule),
            ("hw_version", FieldId::HardwareSmartModule),
        ] {
            if let Some(version) = self.info.text(field) {
                device[key] = version.into();
            }
        }
        device
    }

    /// `true` for a row that this charger has and that may be shown.
    fn has(&self, field: &Field) -> bool {
        let may = self.shows_private || !field.is_private();
        may && (field.presence == Presence::Always || self.info.reported(field.id).is_some())
    }

    fn sensor(&self, field: &Field) -> Value {
        let topic = self.topics.of(self.charger, Topic::Document(field.document()));
        let mut sensor = self.component(field.path, &label(field), &topic, &template(field));
        let is_measured = field.document() == DocumentName::Values;
        match field.kind {
            Kind::Flag => {
                sensor["platform"] = "binary_sensor".into();
                sensor["payload_on"] = "1".into();
                sensor["payload_off"] = "0".into();
            }
            Kind::Decimal | Kind::Unsigned { .. } | Kind::Int8 => {
                let (device_class, state_class) = classes(field.unit);
                if let Some(device_class) = device_class {
                    sensor["device_class"] = device_class.into();
                }
                if is_measured {
                    sensor["state_class"] = state_class.into();
                    sensor["suggested_display_precision"] = field.decimals.into();
                }
                if field.unit != Unit::None {
                    sensor["unit_of_measurement"] = field.unit.symbol().into();
                }
            }
            Kind::Text | Kind::Code(_) => {}
        }
        if is_measured {
            sensor["expire_after"] = (self.every * EXPIRES).max(LEAST).as_secs().into();
        } else if field.document() == DocumentName::Info {
            sensor["entity_category"] = "diagnostic".into();
        }
        sensor
    }

    /// The last charge that ended, by keys of [`gateway_api::record::Charge`].
    fn last_charge(&self, components: &mut Map<String, Value>) {
        let topic = self.topics.of(self.charger, Topic::Charge);
        let mut add = |key: &str, name: &str, classes: &[(&str, &str)]| {
            let path = format!("charge.{key}");
            let template = format!("{{{{ value_json['{key}'] | default(none) }}}}");
            let mut sensor = self.component(&path, name, &topic, &template);
            classes.iter().for_each(|(key, class)| sensor[*key] = (*class).into());
            components.insert(id(&path), sensor);
        };
        let energy = [("device_class", "energy"), ("unit_of_measurement", Unit::WattHour.symbol())];
        add("energy_wh", "Energy of the last charge", &energy);
        let time = [("device_class", "timestamp")];
        add("start", "Start of the last charge", &time);
        add("end", "End of the last charge", &time);
    }

    fn component(&self, path: &str, name: &str, topic: &str, template: &str) -> Value {
        json!({
            "platform": "sensor",
            "unique_id": format!("nrgkick_{}_{}", id(self.serial), id(path)),
            "name": name,
            "state_topic": topic,
            "value_template": template,
        })
    }
}

/// The name of a row: its label, which is unique in its section only.
fn label(field: &Field) -> String {
    match field.unit {
        Unit::Celsius => format!("Temperature: {}", field.label()),
        _ => field.label().to_owned(),
    }
}

/// Reads a row out of its document. What has no key there is `None`, Home Assistant's word for
/// unknown.
fn template(field: &Field) -> String {
    let keys: Vec<_> = field.keys().collect();
    let [above @ .., last] = keys.as_slice() else { return String::new() };
    let branch = above.iter().fold("value_json".to_owned(), |branch, key| {
        format!("({branch}['{key}'] | default({{}}))")
    });
    format!("{{{{ {branch}['{last}'] | default(none) }}}}")
}

/// The class of device and of state for a number with this unit; an energy is a counter.
const fn classes(unit: Unit) -> (Option<&'static str>, &'static str) {
    const MEASURED: &str = "measurement";
    match unit {
        Unit::Ampere => (Some("current"), MEASURED),
        Unit::Celsius => (Some("temperature"), MEASURED),
        Unit::DecibelMilliwatt => (Some("signal_strength"), MEASURED),
        Unit::Hertz => (Some("frequency"), MEASURED),
        Unit::KilometrePerHour => (Some("speed"), MEASURED),
        Unit::Metre => (Some("distance"), MEASURED),
        Unit::Second => (Some("duration"), MEASURED),
        Unit::Volt => (Some("voltage"), MEASURED),
        Unit::VoltAmpere => (Some("apparent_power"), MEASURED),
        Unit::VoltAmpereReactive => (Some("reactive_power"), MEASURED),
        Unit::Watt => (Some("power"), MEASURED),
        Unit::WattHour => (Some("energy"), "total_increasing"),
        // Degrees have no class; the enum of units is non-exhaustive.
        _ => (None, MEASURED),
    }
}

#[cfg(test)]
mod tests;
