//! Reads the documents of the record by hand, as the other answers of a gateway
//! (see `api/answer.rs`).

use gateway_api::record::{
    Charge, ChargeWithCurve, Charges, CurvePoint, EndedBy, EnergyFrom, Gap, GapReason, History,
    HistoryPoint, Spread, is_charge_id,
};
use gateway_api::utc;
use serde_json::Value;

pub(super) fn charges(answer: &Value) -> Option<Charges> {
    Some(Charges { charges: list(answer, "charges", charge)?, next: text(answer, "next") })
}

pub(super) fn charge(entry: &Value) -> Option<Charge> {
    Some(Charge {
        id: text(entry, "id").filter(|id| is_charge_id(id))?,
        start: time(entry, "start")?,
        end: time(entry, "end"),
        energy_wh: number(entry, "energy_wh"),
        energy_from: text(entry, "energy_from").and_then(|from| match &*from {
            "counter" => Some(EnergyFrom::Counter),
            "charge" => Some(EnergyFrom::Charge),
            _ => None,
        }),
        before_wh: number(entry, "before_wh"),
        peak_w: small(entry, "peak_w"),
        duration_s: number(entry, "duration_s").unwrap_or_default(),
        phases: small(entry, "phases"),
        ended_by: text(entry, "ended_by").map(|by| ended_by(&by)),
        complete: is_set(entry, "complete"),
        seen_from: time(entry, "seen_from"),
        gaps: list(entry, "gaps", gap).unwrap_or_default(),
        more_gaps: small(entry, "more_gaps").unwrap_or_default(),
        clock_set_s: entry.get("clock_set_s").and_then(Value::as_i64),
        serial_number: text(entry, "serial_number")?,
        simulated: is_set(entry, "simulated"),
        counter_start_wh: number(entry, "counter_start_wh"),
        counter_end_wh: number(entry, "counter_end_wh"),
        label: text(entry, "label"),
    })
}

pub(super) fn charge_with_curve(answer: &Value) -> Option<ChargeWithCurve> {
    let curve = list(answer, "curve", |point| {
        #[expect(clippy::cast_possible_truncation, reason = "tenths of an ampere")]
        let set = point.get("current_set_a").and_then(Value::as_f64).map(|set| set as f32);
        Some(CurvePoint {
            at: time(point, "at")?,
            power_w: point.get("power_w").and_then(Value::as_i64).and_then(|w| w.try_into().ok()),
            current_set_a: set,
            counter_wh: number(point, "counter_wh"),
        })
    });
    Some(ChargeWithCurve { charge: charge(answer)?, curve: curve? })
}

/// A history with its power and set current; the page draws no more of it.
pub(super) fn history(answer: &Value) -> Option<History> {
    let points = list(answer, "points", |point| {
        Some(HistoryPoint {
            at: time(point, "at")?,
            seen: small(point, "seen")?,
            missed: small(point, "missed").unwrap_or_default(),
            power_w: spread(point, "power_w"),
            current_set_a: spread(point, "current_set_a"),
            ..HistoryPoint::default()
        })
    });
    Some(History {
        from: time(answer, "from")?,
        to: time(answer, "to")?,
        step_s: answer.get("step_s")?.as_f64()?,
        serial_number: text(answer, "serial_number"),
        points: points?,
    })
}

fn spread(from: &Value, key: &str) -> Option<Spread> {
    let all = from.get(key)?.as_array()?;
    #[expect(clippy::cast_possible_truncation, reason = "as many digits as it was sent with")]
    let number = |at: usize| all.get(at)?.as_f64().map(|number| number as f32);
    Some([number(0)?, number(1)?, number(2)?])
}

fn gap(entry: &Value) -> Option<Gap> {
    Some(Gap {
        from: time(entry, "from")?,
        to: time(entry, "to")?,
        reason: match &*text(entry, "reason")? {
            "counter" => GapReason::Counter,
            _ => GapReason::Away,
        },
        energy_wh: number(entry, "energy_wh"),
        counted: is_set(entry, "counted"),
    })
}

/// A reason that a newer gateway knows is not known here.
fn ended_by(name: &str) -> EndedBy {
    use EndedBy::{Error, Limit, Paused, Unknown, Unplugged, Vehicle};
    let all = [Unplugged, Limit, Paused, Error, Vehicle];
    all.into_iter().find(|by| by.name() == name).unwrap_or(Unknown)
}

/// All entries of a list; `None` if one of them cannot be read.
fn list<T>(from: &Value, key: &str, parse: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    from.get(key)?.as_array()?.iter().map(parse).collect()
}

fn text(from: &Value, key: &str) -> Option<String> {
    from.get(key)?.as_str().map(str::to_owned)
}

fn time(from: &Value, key: &str) -> Option<String> {
    text(from, key).filter(|text| utc::parse(text).is_some())
}

fn number(from: &Value, key: &str) -> Option<u64> {
    from.get(key)?.as_u64()
}

fn small<T: TryFrom<u64>>(from: &Value, key: &str) -> Option<T> {
    number(from, key)?.try_into().ok()
}

fn is_set(from: &Value, key: &str) -> bool {
    from.get(key).and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    fn written() -> Charge {
        Charge {
            before_wh: Some(7),
            complete: false,
            seen_from: Some("2026-11-29T17:00:00Z".into()),
            gaps: vec![Gap {
                from: "2026-11-29T17:10:00Z".into(),
                to: "2026-11-29T17:20:00Z".into(),
                reason: GapReason::Counter,
                energy_wh: Some(5),
                counted: true,
            }],
            more_gaps: 3,
            clock_set_s: Some(-60),
            label: Some("Anna".into()),
            ..crate::record::sample::charge()
        }
    }

    #[test]
    fn charges_are_read_as_they_were_written() {
        for by in ["unplugged", "limit", "paused", "error", "vehicle", "unknown"] {
            let mut page = Charges { charges: vec![written()], next: Some("1.a1".into()) };
            page.charges[0].ended_by = Some(ended_by(by));
            let value = to_value(&page).unwrap();
            assert_eq!(value["charges"][0]["ended_by"], by);
            assert_eq!(charges(&value), Some(page));
        }
        let running = Charge { end: None, ended_by: None, energy_wh: None, ..written() };
        assert_eq!(charge(&to_value(&running).unwrap()), Some(running));
        assert_eq!(charges(&json!({"charges": [{"id": 5}]})), None);
        assert_eq!(charges(&json!({"error": {}})), None);
    }

    #[test]
    fn a_curve_is_read_as_it_was_written() {
        let point = CurvePoint {
            at: "2026-11-29T17:01:00Z".into(),
            power_w: Some(-3),
            current_set_a: Some(15.5),
            counter_wh: Some(1_000_100),
        };
        let bare =
            CurvePoint { power_w: None, current_set_a: None, counter_wh: None, ..point.clone() };
        let written = ChargeWithCurve { charge: written(), curve: vec![point, bare] };
        assert_eq!(charge_with_curve(&to_value(&written).unwrap()), Some(written));
    }

    #[test]
    fn a_history_is_read_as_it_was_written() {
        let point = |power_w| HistoryPoint {
            at: "2026-11-29T17:00:00Z".into(),
            seen: 2,
            missed: 1,
            power_w,
            current_set_a: power_w,
            ..HistoryPoint::default()
        };
        let written = History {
            from: "2026-11-29T17:00:00Z".into(),
            to: "2026-11-30T17:00:00Z".into(),
            step_s: 288.0,
            serial_number: Some("S1".into()),
            points: vec![point(Some([1.0, 3.5, 2.25])), point(None)],
        };
        assert_eq!(history(&to_value(&written).unwrap()), Some(written));
    }
}
