//! The shown state: one value for each row.

use nrgkick_model::code::{ChargingStatus, Code, ErrorCode, RelayState};
use nrgkick_model::field::{DocumentName, FIELDS};
use nrgkick_model::reading::Form;
use nrgkick_model::{FieldId, Readings, Scalar};
use serde_json::json;

use crate::Simulator;
use crate::unit::fit;

/// Consumption of a medium-sized vehicle, Wh/km; on a real unit the user enters it in the app.
const CONSUMPTION: f64 = 180.0;

/// The rows that are missing without an attachment.
const ATTACHMENT: [FieldId; 4] = [
    FieldId::AttachmentPhaseCount,
    FieldId::AttachmentMaxCurrent,
    FieldId::AttachmentType,
    FieldId::AttachmentSerial,
];

impl Simulator {
    /// Returns all values as shown now. Both the JSON and the Modbus API print these.
    ///
    /// Each value fits its register; only a code that was patched with an unlisted name has no
    /// number and so no register word.
    pub fn readings(&self) -> Readings {
        let mut readings = self.info.clone();
        let rows = self
            .settings
            .rows(self.now())
            .into_iter()
            .chain(self.charge.rows())
            .chain(self.flow.rows().map(decimal))
            .chain(self.thermal.rows(self.is_domestic(), &self.held).map(decimal))
            .chain(self.condition());
        for (id, scalar) in rows {
            readings.set(id, Some(scalar));
        }
        self.held.cover(&mut readings);
        for field in FIELDS.iter().filter(|field| self.switches.hides(field)) {
            readings.set(field.id, None);
        }
        if !self.switches.attachment {
            for id in ATTACHMENT {
                readings.set(id, None);
            }
        }
        readings
    }

    /// Returns the whole state as JSON, in the form that [`Simulator::patch`] takes: the three
    /// documents with codes as numbers, the switches and the vehicle; in addition the held rows,
    /// and the simulated time in seconds.
    pub fn state(&self) -> String {
        let readings = self.readings();
        let documents: Vec<_> = DocumentName::ALL
            .into_iter()
            .map(|name| format!("\"{name}\":{}", readings.to_json(name, &[], Form::Raw)))
            .collect();
        let held: Vec<_> = self.held.fields().map(|field| field.path).collect();
        format!(
            "{{{},\"switches\":{},\"vehicle\":{},\"held\":{},\"at\":{}}}",
            documents.join(","),
            json!(self.switches),
            json!(self.vehicle),
            json!(held),
            self.now().as_secs_f64(),
        )
    }

    fn condition(&self) -> [(FieldId, Scalar); 8] {
        let decision = &self.decision;
        let code = Scalar::Code;
        let relays = match self.drive.is_closed() {
            true => decision.relays(),
            false => RelayState::of([]),
        };
        let rate = fit(FieldId::ChargingRate, self.flow.active() / CONSUMPTION);
        // The unit's own consumption is not charging.
        let rate = if self.drive.is_closed() { rate } else { 0.0 };
        [
            (FieldId::Status, code(Code::ChargingStatus(self.status()))),
            (FieldId::ChargePermitted, Scalar::Flag(decision.permitted)),
            (FieldId::RelayState, code(Code::RelayState(relays))),
            (FieldId::RcdTrigger, code(Code::RcdTrigger(decision.rcd))),
            (FieldId::WarningCode, code(Code::WarningCode(decision.warning))),
            (FieldId::ErrorCode, code(Code::ErrorCode(decision.error))),
            (FieldId::SignalledCurrent, Scalar::Decimal(decision.signalled)),
            (FieldId::ChargingRate, Scalar::Decimal(rate)),
        ]
    }

    fn status(&self) -> ChargingStatus {
        if self.decision.error != ErrorCode::NoError {
            ChargingStatus::Error
        } else if !self.vehicle.plugged {
            ChargingStatus::Standby
        } else if self.drive.is_closed() {
            ChargingStatus::Charging
        } else if self.drive.is_waking() {
            ChargingStatus::WakeUp
        } else {
            ChargingStatus::Connected
        }
    }
}

fn decimal((id, value): (FieldId, f64)) -> (FieldId, Scalar) {
    (id, Scalar::Decimal(value))
}
