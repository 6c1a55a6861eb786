//! One value in words: its label, the number that the charger gets, its source.
//!
//! Not here: its age ([`freshness_text`](super::freshness_text)).

use gateway_api::custom_api::{DeviceStatus, SourceKind, Stale, ValueStatus};
use nrgkick_model::custom_api::Quantity as Fitted;
use nrgkick_model::custom_api::{Observed, Place, Section};
use nrgkick_model::number::shortest;

use crate::format::{self, Quantity};
use crate::words::{self, sources};

/// Returns the place of `value` in the documents; `None` for a part of others.
pub fn place(value: &ValueStatus) -> Option<Place> {
    value.name.parse().ok().filter(|_| value.is_shown)
}

/// Returns the label of `value`.
pub fn label(value: &ValueStatus) -> String {
    place(value)
        .map_or_else(|| value.name.clone(), |place| words::device_label(place.field()).to_owned())
}

/// Returns the label of `value` with its device; the own name of a part of others.
pub fn named(value: &ValueStatus) -> String {
    match &value.device {
        Some(device) => sources::named(&self::device(device), &label(value)),
        None => label(value),
    }
}

/// Returns the name of a device, or its kind and number.
pub fn device(device: &DeviceStatus) -> String {
    let kind = Section::find(&device.kind).map(words::device).unwrap_or_default();
    device.name.clone().unwrap_or_else(|| format!("{kind} {}", device.index))
}

/// Returns the explanation of `value`; empty for a part of others.
pub fn about(value: &ValueStatus) -> String {
    place(value).map(|place| words::device_about(place.field()).to_owned()).unwrap_or_default()
}

/// Returns the number that the charger gets now, in the document's form, so powers are whole.
/// Without a number if it does not fit there.
pub fn quantity(value: &ValueStatus) -> Quantity {
    value.value.map_or_else(Quantity::none, |observed| number(value, observed))
}

/// Returns `observed` as the charger would get it for `value`; no number if it does not fit there.
pub(super) fn number(value: &ValueStatus, observed: Observed) -> Quantity {
    let Some(place) = place(value) else {
        return Quantity::new(plain(observed), "");
    };
    let number = match place.field().fit(observed) {
        Ok(Fitted::Integer(number)) => format::grouped(&number.to_string()),
        Ok(Fitted::Decimal(number)) => format::grouped(&shortest(number)),
        Ok(Fitted::Flag(flag)) => words::flag(flag).to_owned(),
        Err(_) => return Quantity::none(),
    };
    Quantity::new(number, place.field().unit.symbol())
}

/// Formats an observed value as it is, not fitted to a field.
pub(super) fn plain(observed: Observed) -> String {
    match observed {
        Observed::Number(number) => format::grouped(&shortest(number)),
        Observed::Flag(flag) => words::flag(flag).to_owned(),
    }
}

/// Describes the source of `value`, its period, and its substitute when it is too old.
pub fn source(value: &ValueStatus) -> String {
    let source = &value.source;
    let mut text = match source.kind {
        // The value itself is shown above.
        SourceKind::Fixed => return sources::fixed().to_owned(),
        kind => sources::source(&source.from, name(kind)),
    };
    if let Some(every) = source.every_ms {
        text = sources::source_every(&length(every), &text);
    }
    if let Some(most) = source.max_age_ms {
        text = sources::source_too_old(&length(most), &text);
    }
    match source.stale {
        None => text,
        Some(Stale::Unavailable) => sources::source_none(&text),
        Some(Stale::Zero) => sources::source_zero(&text),
        Some(Stale::Last) => sources::source_last(&text),
        Some(Stale::Omit) => sources::source_omit(&text),
    }
}

fn name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Fixed => sources::kind_fixed(),
        SourceKind::Http => sources::kind_http(),
        SourceKind::Mqtt => sources::kind_mqtt(),
        SourceKind::Modbus => sources::kind_modbus(),
        SourceKind::Push => sources::kind_push(),
        SourceKind::Sum => sources::kind_sum(),
        SourceKind::Difference => sources::kind_difference(),
        SourceKind::Product => sources::kind_product(),
        SourceKind::Derived => sources::kind_derived(),
    }
}

/// Formats a time of the configuration; short ones with all their decimals.
#[expect(clippy::cast_precision_loss, reason = "less than two minutes")]
fn length(milliseconds: u64) -> String {
    match milliseconds {
        0..=119_999 => format::grouped(&shortest(milliseconds as f64 / 1000.0)) + " s",
        _ => format::length(milliseconds / 1000),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use gateway_api::custom_api::{
        ConfigurationStatus, FetchStatus, Freshness, SourceStatus, Status, ValuesAnswer,
    };
    use nrgkick_model::custom_api::{INFO_PATH, InfoDocument, VALUES_PATH, ValuesDocument};

    use super::*;

    /// A server without values and without clients.
    pub(in crate::sources) fn status() -> Status {
        let fetch = |path: &str| FetchStatus { path: path.into(), count: 0, clients: Vec::new() };
        Status {
            name: "custom-api".into(),
            version: "1".into(),
            uptime_ms: 0,
            values: ValuesAnswer::Document(ValuesDocument::default()),
            info: InfoDocument::default(),
            house: "as configured".to_owned(),
            sources: Vec::new(),
            fetched: [fetch(VALUES_PATH), fetch(INFO_PATH)],
            configuration: ConfigurationStatus {
                file: "pv.toml".into(),
                push: false,
                allow_hosts: Vec::new(),
                brokers: Vec::new(),
                edit: false,
                problem: None,
            },
        }
    }

    /// The device of a place, without a name.
    fn device_of(name: &str) -> Option<DeviceStatus> {
        let place: Place = name.parse().ok()?;
        let (kind, index) = (place.section()?.key().to_owned(), place.index().get());
        Some(DeviceStatus { kind, index, name: None })
    }

    /// A value of 7.6, 3 s old.
    pub(in crate::sources) fn value(name: &str) -> ValueStatus {
        ValueStatus {
            name: name.into(),
            is_shown: true,
            device: device_of(name),
            unit: String::new(),
            source: SourceStatus {
                kind: SourceKind::Http,
                from: "http://192.168.1.20/ /w".into(),
                every_ms: Some(5_000),
                max_age_ms: Some(2_500),
                stale: Some(Stale::Unavailable),
            },
            value: Some(Observed::Number(7.6)),
            observed: Some(Observed::Number(7.6)),
            age_ms: Some(3_000),
            freshness: Freshness::Fresh,
            error: None,
        }
    }

    #[test]
    fn a_value_is_shown_as_the_charger_gets_it() {
        assert_eq!(quantity(&value("inverters.0.inv_power_ac_w")).text(), "8 W");
        assert_eq!(quantity(&value("batteries.0.soc")).text(), "7.6 %");
        assert_eq!(quantity(&value("roof")).text(), "7.6");
        let mut flag = value("inverters.0.battery_connected");
        flag.value = Some(Observed::Flag(true));
        assert_eq!(quantity(&flag).text(), "Yes");
        flag.value = None;
        assert_eq!(quantity(&flag).text(), "—");
        let mut much = value("batteries.0.soc");
        much.value = Some(Observed::Number(200.0));
        assert_eq!(quantity(&much).text(), "—", "the charger does not get it");
    }

    #[test]
    fn names_come_from_the_table_and_parts_keep_their_own() {
        let charge = value("batteries.0.soc");
        assert_eq!(label(&charge), "State of charge");
        assert_eq!(about(&charge), "How full the battery is.");
        let mut part = value("roof");
        part.is_shown = false;
        assert_eq!((label(&part).as_str(), about(&part).as_str()), ("roof", ""));
    }

    #[test]
    fn a_value_is_named_with_its_device() {
        let mut charge = value("batteries.0.soc");
        assert_eq!(named(&charge), "State of charge (Battery 0)");
        charge.device.as_mut().unwrap().name = Some("Cellar".into());
        assert_eq!(named(&charge), "State of charge (Cellar)");
        assert_eq!(named(&value("load_power_w")), label(&value("load_power_w")));
    }

    #[test]
    fn a_source_says_where_how_often_and_how_old() {
        let text = source(&value("batteries.0.soc"));
        assert_eq!(
            text,
            "HTTP: http://192.168.1.20/ /w, asked at least every 5 s; too old after 2.5 s, and then \
             the charger gets no values"
        );
        let mut fixed = value("batteries.0.soc");
        fixed.source.kind = SourceKind::Fixed;
        assert_eq!(source(&fixed), "Fixed in the configuration");
        assert_eq!([500, 119_999, 3_600_000].map(length), ["0.5 s", "119.999 s", "60 min"]);
    }
}
