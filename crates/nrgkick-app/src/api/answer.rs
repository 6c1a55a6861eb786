//! Parses the gateway's own answers, by hand.
//!
//! `gateway_api` describes them as serde types. Derived readers would add a tenth to the page's
//! size, so the few values that the page needs are read here, and the tests keep both consistent.

use gateway_api::{Gateway, Outcome, Upstream, code};
use serde_json::Value;

use crate::request_error::RequestError;
use crate::words::link;

/// Parses the answer of `/api`; `None` unless a gateway answers.
pub(super) fn gateway(answer: &Value) -> Option<Gateway> {
    let gateway = answer.get("gateway")?;
    let text = |key: &str| gateway.get(key)?.as_str().map(str::to_owned);
    let is_set = |key: &str| gateway.get(key).and_then(Value::as_bool) == Some(true);
    Some(Gateway {
        name: text("name")?,
        version: text("version")?,
        upstream: match gateway.get("upstream")?.as_str()? {
            "modbus" => Upstream::Modbus,
            _ => Upstream::Http,
        },
        read_only: gateway.get("read_only")?.as_bool()?,
        charger_open: is_set("charger_open"),
        events: is_set("events"),
        record: is_set("record"),
        chargers: gateway
            .get("chargers")
            .and_then(Value::as_u64)
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(1),
    })
}

/// Parses the names in the answer of `/chargers`; `None` for any other answer.
pub(super) fn chargers(answer: &Value) -> Option<Vec<String>> {
    let name = |charger: &Value| Some(charger.get("name")?.as_str()?.to_owned());
    answer.get("chargers")?.as_array()?.iter().map(name).collect()
}

/// The registers from which the last documents were made, by the address of their row. Private rows
/// are left out.
#[derive(Debug, Default, PartialEq)]
pub struct Registers {
    /// The words of each row.
    pub words: Vec<(u16, Vec<u16>)>,
    /// The value found in each row that cannot be decoded.
    pub errors: Vec<(u16, String)>,
}

/// Parses the rows in the answer of `/registers`.
pub(super) fn registers(answer: &Value) -> Registers {
    let word = |word: &Value| u16::try_from(word.as_u64()?).ok();
    let list = |value: &Value, key| value.get(key).and_then(Value::as_array).cloned();
    let blocks = list(answer, "blocks").unwrap_or_default();
    let mut found = Registers::default();
    let mut take = |row: &Value| {
        let address = word(row.get("address")?)?;
        let words = row.get("words")?.as_array()?.iter().map(word).collect::<Option<_>>()?;
        found.words.push((address, words));
        let error = row.get("error")?.as_str()?;
        // Path and type are shown in the row already.
        let shown = error.split_once(", found ").map_or(error, |(_, found)| found);
        found.errors.push((address, shown.to_owned()));
        Some(())
    };
    for row in blocks.iter().flat_map(|block| list(block, "rows").unwrap_or_default()) {
        take(&row);
    }
    found
}

/// Parses the error body in `answer`; `None` if it is not an error body.
///
/// A failure on the way to the charger gets the page's own words: the gateway's messages are for
/// its operator.
pub(super) fn error(status: u16, answer: &Value) -> Option<RequestError> {
    let error = answer.get("error")?;
    let message = error.get("message")?.as_str()?.to_owned();
    let named = error.get("code").and_then(Value::as_str).unwrap_or_default();
    Some(match named {
        code::UNAUTHORIZED => RequestError::Token(message),
        code::UNREACHABLE | code::CLOSED | code::CHARGER_DOWN => RequestError::Away,
        code::TIMEOUT => RequestError::Timeout,
        code::PROTOCOL | code::TOO_LARGE_ANSWER | code::UNDECIDED => {
            RequestError::Unreadable(message)
        }
        code::NOT_SENT => RequestError::Gateway(link::charger_silent().into()),
        code::OUTCOME_LOST => RequestError::OutcomeLost(message),
        // A server that is too busy or refuses the request has done nothing. After any other
        // failure of its own, the write may have been applied.
        _ if status == 503 || (400..500).contains(&status) => RequestError::Gateway(message),
        _ => RequestError::OutcomeLost(message),
    })
}

/// Parses the outcome of a write, with the charger's own words or the reason.
pub(super) fn outcome(answer: &Value) -> Option<(Outcome, String)> {
    let outcome = match answer.get("outcome")?.as_str()? {
        "verified" => Outcome::Verified,
        "refused" => Outcome::Refused,
        "mismatch" => Outcome::Mismatch,
        "unknown" => Outcome::Unknown,
        _ => return None,
    };
    let message = answer.get("message").and_then(Value::as_str).unwrap_or_default();
    Some((outcome, message.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use gateway_api::{
        ApiStatus, ChargerEntry, ChargerState, Chargers, ErrorBody, ErrorDetail, FoundBy,
        WriteAnswer,
    };
    use nrgkick_model::field::{Field, FieldId};
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn a_gateway_is_told_from_a_charger() {
        for (upstream, read_only) in [(Upstream::Http, false), (Upstream::Modbus, true)] {
            let written = Gateway {
                name: "n".into(),
                version: "1".into(),
                upstream,
                read_only,
                charger_open: !read_only,
                events: read_only,
                record: !read_only,
                chargers: 3,
            };
            let status = ApiStatus { json: None, modbus: None, gateway: Some(written.clone()) };
            assert_eq!(gateway(&to_value(status).unwrap()), Some(written));
        }
        let older = json!({"gateway":
            {"name": "n", "version": "1", "upstream": "http", "read_only": false}});
        assert!(gateway(&older).is_some_and(|older| !older.events
            && !older.record
            && !older.charger_open
            && older.chargers == 1));
        let charger = ApiStatus { json: Some(true), modbus: Some(true), gateway: None };
        assert_eq!(gateway(&to_value(charger).unwrap()), None);
        assert_eq!(gateway(&json!([])), None);
    }

    #[test]
    fn names_and_errors_are_what_was_written() {
        let parse_input = |name: &str| ChargerEntry {
            name: name.into(),
            state: ChargerState::Live,
            simulated: false,
            found_by: FoundBy::Mdns,
            measured: None,
        };
        let written = Chargers { chargers: vec![parse_input("garage"), parse_input("yard")] };
        let read = chargers(&to_value(written).unwrap()).unwrap();
        assert_eq!(read, ["garage", "yard"]);
        assert_eq!(chargers(&json!({"Response": "no"})), None);
        let detail = ErrorDetail { code: "c".into(), message: "m".into(), retryable: true };
        let written = to_value(ErrorBody { error: detail }).unwrap();
        assert_eq!(error(422, &written), Some(RequestError::Gateway("m".into())));
        assert_eq!(error(422, &json!({"error": "text"})), None);
    }

    #[test]
    fn what_the_system_says_never_reaches_the_owner() {
        for code in [
            code::UNREACHABLE,
            code::CLOSED,
            code::CHARGER_DOWN,
            code::TIMEOUT,
            code::PROTOCOL,
            code::NOT_SENT,
        ] {
            let message = "connection error: Connection reset by peer (os error 104)";
            let error = error(502, &json!({"error": {"code": code, "message": message}})).unwrap();
            let advice = crate::words::advice(&error, &crate::endpoint::Endpoint::Searching);
            for words in [advice.title, advice.text] {
                assert!(!words.contains("os error") && !words.contains("peer"), "{code}: {words}");
            }
        }
    }

    /// Statuses as `http-service` and the gateway use them; `false`: the write was never begun.
    #[test]
    fn what_leaves_a_write_open_never_says_that_nothing_was_changed() {
        for (status, code, begun) in [
            (503, "busy", false),
            (503, "stopping", false),
            (409, "superseded", false),
            (422, "invalid_value", false),
            (403, "view_only", false),
            (502, code::OUTCOME_LOST, true),
            (504, "deadline", true),
            (500, "internal", true),
            (599, "from another version", true),
        ] {
            let answer = json!({"error": {"code": code, "message": "m"}});
            let is_open = error(status, &answer) == Some(RequestError::OutcomeLost("m".into()));
            assert_eq!(is_open, begun, "{status} {code}");
        }
    }

    #[test]
    fn registers_that_are_hidden_are_left_out() {
        let answer = json!({"blocks": [
            {"rows": [{"address": 0, "words": [1, 2]}, {"address": 2, "words": null}]},
            {"rows": [{"address": 194, "words": [160]}, {"address": -1, "words": [1]}]},
        ]});
        assert_eq!(registers(&answer).words, [(0, vec![1, 2]), (194, vec![160])]);
        assert_eq!(registers(&json!({"error": {}})), Registers::default());
    }

    #[test]
    fn what_was_found_in_a_register_that_cannot_be_decoded_comes_with_it() {
        let field = Field::of(FieldId::Status);
        let (address, words) = (field.register.address, [300]);
        let error = field.decode(&words).unwrap_err().to_string();
        let rows = json!([{"address": address, "words": words, "value": null, "error": error}]);
        let read = registers(&json!({"blocks": [{"rows": rows}]}));
        assert_eq!(read.words, [(address, vec![300])]);
        assert_eq!(read.errors, [(address, format!("300 in register {address}"))]);
    }

    #[test]
    fn every_outcome_is_read_as_it_was_written() {
        for written in [Outcome::Verified, Outcome::Refused, Outcome::Mismatch, Outcome::Unknown] {
            for message in [None, Some("why".to_owned())] {
                let answer = WriteAnswer {
                    outcome: written,
                    keys: BTreeMap::new(),
                    control: None,
                    message: message.clone(),
                };
                let read = outcome(&to_value(answer).unwrap());
                assert_eq!(read, Some((written, message.unwrap_or_default())));
            }
        }
    }
}
