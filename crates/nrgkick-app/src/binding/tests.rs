//! Rows of values, the limit that binds, and its line.

use nrgkick_model::code::{Code, WarningCode};
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;
use nrgkick_model::{Readings, Scalar};

use super::*;
use crate::sentence::{History, sentence};

/// The values that decide, A; `None` is not reported.
#[derive(Clone, Copy)]
struct Row {
    rated: Option<f64>,
    attachment: Option<f64>,
    set: Option<f64>,
    offered: Option<f64>,
    drawn: [Option<f64>; 3],
}

/// A 16 A unit with a 13 A attachment, set to 10 A, and a vehicle that takes what it is offered.
const ROW: Row = Row {
    rated: Some(16.0),
    attachment: Some(13.0),
    set: Some(10.0),
    offered: Some(10.0),
    drawn: [Some(9.8), Some(9.7), Some(9.8)],
};

const fn all(drawn: f64) -> [Option<f64>; 3] {
    [Some(drawn); 3]
}

impl Row {
    fn snapshot(self, status: ChargingStatus, warning: WarningCode, watts: f64) -> Snapshot {
        let document = |values: &[(FieldId, Option<f64>)]| {
            let mut readings = Readings::default();
            for (field, value) in values {
                readings.set(*field, value.map(Scalar::Decimal));
            }
            readings
        };
        let info = document(&[
            (FieldId::RatedCurrent, self.rated),
            (FieldId::AttachmentMaxCurrent, self.attachment),
        ]);
        let mut values = document(&[
            (FieldId::SignalledCurrent, self.offered),
            (FieldId::CurrentL1, self.drawn[0]),
            (FieldId::CurrentL2, self.drawn[1]),
            (FieldId::CurrentL3, self.drawn[2]),
            (FieldId::ActivePower, Some(watts)),
        ]);
        values.set(FieldId::Status, Some(Scalar::Code(Code::ChargingStatus(status))));
        values.set(FieldId::WarningCode, Some(Scalar::Code(Code::WarningCode(warning))));
        let control = document(&[(FieldId::CurrentSet, self.set)]);
        let now = Moment::default();
        Snapshot::default()
            .with(now, DocumentName::Info, info)
            .with(now, DocumentName::Values, values)
            .with(now, DocumentName::Control, control)
    }

    fn charging(self) -> Snapshot {
        self.snapshot(ChargingStatus::Charging, WarningCode::NoWarning, 6_000.0)
    }
}

fn said(snapshot: &Snapshot) -> Sentence {
    sentence(snapshot, History::default().after(snapshot, false))
}

#[track_caller]
fn assert_binds(row: Row, expected: Option<Binding>, text: &str) {
    let snapshot = row.charging();
    assert_eq!(binding(&snapshot), expected);
    assert_eq!(why(&snapshot, &said(&snapshot)).unwrap_or_default(), text);
}

#[test]
fn the_least_of_the_limits_binds_and_is_named() {
    assert_binds(ROW, Some(Binding::Set(10.0)), "10.0 A: you allow no more.");
    let full = Row { set: Some(16.0), offered: Some(13.0), drawn: all(12.9), ..ROW };
    let attachment = Some(Binding::Attachment(13.0));
    assert_binds(full, attachment, "13.0 A: the attachment allows no more.");
    // Raising the current would change nothing.
    let raised = Row { set: Some(13.0), ..full };
    assert_binds(raised, attachment, "13.0 A: the attachment allows no more.");
    let wide = Row { attachment: Some(32.0), offered: Some(16.0), drawn: all(15.6), ..full };
    assert_binds(wide, Some(Binding::Rated(16.0)), "16.0 A: this charger is made for no more.");
    assert_binds(
        Row { attachment: Some(16.0), ..wide },
        Some(Binding::RatedAndAttachment(16.0)),
        "16.0 A: neither the charger nor its attachment allows more.",
    );
}

#[test]
fn a_vehicle_that_takes_less_binds_whatever_it_is_offered() {
    let slow = Row { set: Some(16.0), attachment: Some(16.0), offered: Some(16.0), ..ROW };
    let row = Row { drawn: all(10.2), ..slow };
    let binds = Some(Binding::Vehicle { drawn: 10.2, offered: 16.0 });
    assert_binds(row, binds, "The vehicle takes 10.2 A of the 16.0 A that it is offered.");
    // One phase that takes all of it is the vehicle's way to charge.
    let one = Row { drawn: [Some(15.8), Some(0.0), Some(0.0)], ..slow };
    let text = "16.0 A: neither the charger nor its attachment allows more.";
    assert_binds(one, Some(Binding::RatedAndAttachment(16.0)), text);
    assert_binds(Row { drawn: [Some(15.8), None, None], ..slow }, binding(&one.charging()), text);
    // It keeps a little below the signal.
    assert_binds(Row { drawn: all(15.0), ..slow }, binding(&one.charging()), text);
}

#[test]
fn an_offer_below_all_limits_is_told_by_the_sentence_and_its_cause_only_where_it_is_known() {
    let lowered = Row { offered: Some(8.0), drawn: all(7.8), ..ROW };
    assert_binds(lowered, Some(Binding::NotTold), "The charger does not say why.");
    let reason = said(&lowered.charging()).reason;
    assert_eq!(reason, "The charger offers 8.0 A of the 10.0 A you allow.");
    for warning in [
        WarningCode::IncreasedTemperature,
        WarningCode::IncreasedHousingTemperature,
        WarningCode::IncreasedAttachmentTemperature,
        WarningCode::IncreasedDomesticPlugTemperature,
    ] {
        let warm = lowered.snapshot(ChargingStatus::Charging, warning, 5_000.0);
        assert_eq!(binding(&warm), Some(Binding::Warm));
        let said = said(&warm);
        assert!(said.reason.contains("warm"), "{said:?}");
        assert_eq!(why(&warm, &said), None, "it is not said twice");
    }
    // The attachment was not read, and may be the cause.
    for unread in [
        Row { attachment: None, ..lowered },
        Row { attachment: Some(0.0), ..lowered },
        Row { rated: None, ..lowered },
        Row { set: None, ..lowered },
    ] {
        assert_binds(unread, None, "");
    }
}

#[test]
fn nothing_is_said_where_a_value_is_missing_or_values_contradict_each_other() {
    assert_binds(Row { offered: None, ..ROW }, None, "");
    assert_binds(Row { drawn: [None; 3], ..ROW }, None, "");
    assert_binds(Row { rated: None, attachment: None, set: None, ..ROW }, None, "");
    // The setting was lowered a moment ago: the signal, and then the vehicle, follow.
    assert_binds(Row { set: Some(6.0), ..ROW }, None, "");
    assert_binds(Row { set: Some(6.0), offered: Some(6.0), ..ROW }, None, "");
    // The set current is known to bind even where the limits above it are not.
    let alone = Row { rated: None, attachment: None, ..ROW };
    assert_binds(alone, Some(Binding::Set(10.0)), "10.0 A: you allow no more.");
}

#[test]
fn only_a_vehicle_that_charges_has_a_bound_and_danger_comes_first() {
    for status in [
        ChargingStatus::Standby,
        ChargingStatus::Connected,
        ChargingStatus::WakeUp,
        ChargingStatus::Error,
        ChargingStatus::Unknown(4),
    ] {
        assert_eq!(binding(&ROW.snapshot(status, WarningCode::NoWarning, 6_000.0)), None);
    }
    let trickle = Row { drawn: all(0.0), ..ROW };
    let trickle = trickle.snapshot(ChargingStatus::Charging, WarningCode::NoWarning, 2.0);
    assert_eq!(binding(&trickle), None, "the sentence says what is known of it");
    let earth = WarningCode::NoProtectiveEarth;
    let danger = ROW.snapshot(ChargingStatus::Charging, earth, 6_000.0);
    assert_eq!(why(&danger, &said(&danger)), None);
    // While phases are switched the sentence tells of that.
    let charging = ROW.charging();
    let switching = sentence(&charging, History::default().after(&charging, true));
    assert_eq!(why(&charging, &switching), None);
}
