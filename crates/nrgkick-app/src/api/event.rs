//! Parsing the events of `GET /events`, by hand as the gateway's other answers.

use std::time::Duration;

use gateway_api::event;
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Readings, Refusal, json};
use serde_json::Value;

use super::answer;
use crate::request_error::RequestError;

/// An event of a gateway's stream.
#[derive(Debug, PartialEq)]
pub struct Event {
    /// Whether it holds all that is known, in place of what changed.
    pub is_snapshot: bool,
    /// By document; `None` where the gateway has none.
    pub documents: [Option<Told>; DocumentName::ALL.len()],
    /// The error of the gateway's last poll.
    pub failed: Option<RequestError>,
}

/// One document in an event.
#[derive(Debug, PartialEq)]
pub struct Told {
    /// Its age when the event was made.
    pub age: Duration,
    /// Its values: all of them in a snapshot, else those that changed. `None` where none did.
    pub readings: Option<Readings>,
}

impl Event {
    /// Parses the `data` of an event with this `name`; `None` where it is none of a gateway.
    pub(super) fn parse(name: &str, data: &str) -> Option<Self> {
        let data = json::parse(data.as_bytes()).ok()?;
        // Every event has it, so that other JSON is told from one.
        data.get(event::LINK)?;
        let document = |document: DocumentName| {
            let age = data.get(event::age_key(document))?.as_u64()?;
            let values = data.get(document.name());
            let readings = values.and_then(|values| Readings::from_json(document, values).ok());
            Some(Told { age: Duration::from_millis(age), readings })
        };
        Some(Self {
            is_snapshot: name == event::SNAPSHOT,
            documents: DocumentName::ALL.map(document),
            failed: data.get(event::FAILED).map(failed),
        })
    }
}

/// The error that a poll would have had.
fn failed(failed: &Value) -> RequestError {
    let status = failed.get("status").and_then(Value::as_u64).unwrap_or_default();
    let status = u16::try_from(status).unwrap_or_default();
    let body = failed.get("body").unwrap_or(&Value::Null);
    answer::error(status, body).unwrap_or_else(|| {
        let refusal = Refusal::find(status, body.get("Response"));
        refusal.map_or(RequestError::Status(status), RequestError::from)
    })
}

#[cfg(test)]
mod tests {
    use nrgkick_model::{FieldId, Scalar};
    use serde_json::json;

    use super::*;

    fn parsed(name: &str, data: &Value) -> Event {
        Event::parse(name, &data.to_string()).unwrap()
    }

    fn told(event: &Event, document: DocumentName) -> &Told {
        event.documents[document as usize].as_ref().unwrap()
    }

    #[test]
    fn a_snapshot_has_documents_with_their_ages() {
        let event = parsed(
            "snapshot",
            &json!({"link": "live", "values_age_ms": 300, "control_age_ms": 200,
                "values": {"powerflow": {"total_active_power": 1000.5}},
                "control": {"current_set": 6.0}}),
        );
        assert!(event.is_snapshot && event.failed.is_none());
        let values = told(&event, DocumentName::Values);
        assert_eq!(values.age, Duration::from_millis(300));
        let power = values.readings.as_ref().unwrap().get(FieldId::ActivePower).cloned();
        assert_eq!(power, Some(Scalar::Decimal(1000.5)));
        assert_eq!(told(&event, DocumentName::Control).age, Duration::from_millis(200));
        assert_eq!(event.documents[DocumentName::Info as usize], None);
    }

    #[test]
    fn a_change_may_bring_nothing_but_ages() {
        let event = parsed("change", &json!({"link": "live", "values_age_ms": 90}));
        assert!(!event.is_snapshot);
        let values = Told { age: Duration::from_millis(90), readings: None };
        assert_eq!(told(&event, DocumentName::Values), &values);
    }

    #[test]
    fn a_failure_is_the_one_that_a_poll_would_have_had() {
        let failed = |status: u16, body: Value| {
            let failed = json!({"status": status, "body": body});
            parsed("change", &json!({"link": "stale", "failed": failed})).failed.unwrap()
        };
        let error = |code: &str| json!({"error": {"code": code, "message": "m"}});
        assert_eq!(failed(504, error("timeout")), RequestError::Timeout);
        assert_eq!(failed(502, error("unreachable")), RequestError::Away);
        assert_eq!(failed(200, json!({"Response": Refusal::DISABLED})), RequestError::Disabled);
        assert_eq!(failed(401, json!({"Response": "x"})), RequestError::Unauthorized);
        assert_eq!(failed(500, json!("x")), RequestError::Status(500));
    }

    #[test]
    fn what_is_no_event_of_a_gateway_is_none() {
        for data in ["", "{", "[1]", "{}", r#"{"values":{}}"#, "<html>"] {
            assert_eq!(Event::parse("snapshot", data), None, "{data}");
        }
    }
}
