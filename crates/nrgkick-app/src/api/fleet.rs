//! What a list of chargers shows of each: the list of the gateway that served the page, what it finds
//! in its network, and single questions to chargers that are not the page's own.
//!
//! Not here: who is asked and how often ([`chooser`](crate::chooser)).

use std::time::Duration;

use gateway_api::ChargerState;
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Readings, Request};
use serde_json::Value;

use super::call::{Call, answer_of, basic, bearer, check_gateway_error, relative};
use super::send::send;
use crate::request_error::RequestError;
use crate::store::Credentials;

/// A charger in the gateway's list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its name there.
    pub name: String,
    /// Whether it answers the gateway.
    pub state: ChargerState,
    /// Whether it is known to be no real charger.
    pub is_simulated: bool,
    /// Measured values with their age, where the gateway has fresh ones.
    pub measured: Option<(Readings, Duration)>,
}

/// A charger that announced itself in the network of the gateway. Anybody can announce anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// Its name.
    pub name: String,
    /// Its model, where it says one.
    pub model: Option<String>,
    /// Its serial number, where it is known.
    pub serial_number: Option<String>,
    /// Whether it says that it is no real charger.
    pub is_simulated: bool,
    /// Its address, where the gateway reaches it.
    pub address: Option<String>,
    /// The command that starts a proxy for it, where one can.
    pub start: Option<String>,
    /// Its name at the gateway, where that serves it.
    pub served_as: Option<String>,
}

/// Where a charger is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Under this name at the gateway that served the page.
    Named(String),
    /// At this origin.
    At(String, Option<Credentials>),
}

/// Reads the list of the gateway that served the page.
///
/// # Errors
/// See [`RequestError`].
pub async fn fleet() -> Result<Vec<Listed>, RequestError> {
    answer_of(&*send(&Call::get(relative("", "/chargers"))).await?, parse)
}

/// Lets the gateway that served the page search its network, which takes some seconds.
///
/// # Errors
/// See [`RequestError`].
pub async fn discover() -> Result<Vec<Announced>, RequestError> {
    answer_of(&*send(&Call::get(relative("", "/discover"))).await?, announced)
}

/// Reads `document` of a charger, or of a gateway in front of it, once. Returns it with the age
/// that it had when it was sent.
///
/// It does not wait for requests to other chargers, as those of the page's own do.
///
/// # Errors
/// See [`RequestError`].
pub async fn glance(
    source: &Source,
    document: DocumentName,
) -> Result<(Readings, Duration), RequestError> {
    let request = if document == DocumentName::Info { Request::info() } else { Request::values() };
    let (base, authorization) = match source {
        Source::Named(name) => (format!("c/{name}"), None),
        Source::At(origin, credentials) => {
            let token = bearer(credentials.as_ref());
            (origin.clone(), token.or_else(|| credentials.as_ref().and_then(basic)))
        }
    };
    let call = Call { authorization, ..Call::get(relative(&base, &request.target())) };
    let answer = check_gateway_error(send(&call).await?)?;
    Ok((answer.readings(document)?, answer.age))
}

fn parse(answer: &Value) -> Option<Vec<Listed>> {
    answer.get("chargers")?.as_array()?.iter().map(listed).collect()
}

fn listed(entry: &Value) -> Option<Listed> {
    Some(Listed {
        name: entry.get("name")?.as_str()?.to_owned(),
        state: match entry.get("state")?.as_str()? {
            "searching" => ChargerState::Searching,
            "live" => ChargerState::Live,
            "stale" => ChargerState::Stale,
            "lost" => ChargerState::Lost,
            _ => ChargerState::Connecting,
        },
        is_simulated: entry.get("simulated").and_then(Value::as_bool) == Some(true),
        measured: entry.get("measured").and_then(measured),
    })
}

fn announced(answer: &Value) -> Option<Vec<Announced>> {
    let one = |found: &Value| {
        let text = |key| Some(found.get(key)?.as_str()?.to_owned());
        Some(Announced {
            name: text("name")?,
            model: text("model"),
            serial_number: text("serial_number"),
            is_simulated: found.get("simulated").and_then(Value::as_bool) == Some(true),
            address: text("address"),
            start: text("start"),
            served_as: text("served_as"),
        })
    };
    answer.get("found")?.as_array()?.iter().map(one).collect()
}

fn measured(measured: &Value) -> Option<(Readings, Duration)> {
    let age = Duration::from_millis(measured.get("age_ms")?.as_u64()?);
    Some((Readings::from_json(DocumentName::Values, measured.get("values")?).ok()?, age))
}

#[cfg(test)]
mod tests {
    use gateway_api::found::{Found, FoundCharger};
    use gateway_api::{ChargerEntry, Chargers, FoundBy, Measured};
    use nrgkick_model::FieldId;
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn the_list_is_what_a_gateway_writes() {
        let values = json!({"powerflow":{"total_active_power":11040.0}});
        let entry = |name: &str, state, measured| ChargerEntry {
            name: name.into(),
            state,
            simulated: true,
            found_by: FoundBy::Address,
            measured,
        };
        let chargers = vec![
            entry("garage", ChargerState::Live, Some(Measured { age_ms: 1_500, values })),
            entry("yard", ChargerState::Lost, None),
            entry("cellar", ChargerState::Searching, None),
        ];
        let read = parse(&to_value(Chargers { chargers: chargers.clone() }).unwrap()).unwrap();
        for (listed, written) in read.iter().zip(&chargers) {
            assert_eq!((&listed.name, listed.state), (&written.name, written.state));
            assert!(listed.is_simulated);
            assert_eq!(listed.measured.is_some(), written.measured.is_some());
        }
        let (readings, age) = read[0].measured.clone().unwrap();
        assert_eq!(readings.number(FieldId::ActivePower), Some(11_040.0));
        assert_eq!(age, Duration::from_millis(1_500));
        assert_eq!(parse(&json!({"Response": "no"})), None, "a charger");
    }

    #[test]
    fn what_is_found_is_what_a_gateway_writes() {
        let found = FoundCharger {
            name: "Garage".into(),
            serial_number: Some("A1".into()),
            address: Some("192.168.1.40".into()),
            start: Some("cors-proxy --charger http://192.168.1.40".into()),
            served_as: Some("yard".into()),
            ..FoundCharger::default()
        };
        let expected = Announced {
            name: "Garage".into(),
            serial_number: Some("A1".into()),
            address: Some("192.168.1.40".into()),
            start: Some("cors-proxy --charger http://192.168.1.40".into()),
            served_as: Some("yard".into()),
            ..Announced::default()
        };
        let written = to_value(Found { found: vec![found] }).unwrap();
        assert_eq!(announced(&written), Some(vec![expected]));
        assert_eq!(announced(&json!({"Response": "no"})), None, "a charger");
    }

    #[test]
    fn an_older_gateway_says_nothing_of_what_its_chargers_do() {
        let older = json!({"chargers":[{"name":"garage","state":"live","simulated":false}]});
        assert!(parse(&older).unwrap()[0].measured.is_none());
    }
}
