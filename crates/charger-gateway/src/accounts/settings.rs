//! Distinguishes settings changed elsewhere from those changed by writes of this gateway.
//!
//! The charger does not record the author of a change. A change counts as ours while a write of
//! that setting is under way, and afterwards if it shows the written value: `/control` lags.

use nrgkick_model::command::Command;
use nrgkick_model::document::Document as _;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::{Control, ControlWrite, Readings};

/// A charger's settings as last read, and the writes since.
#[derive(Debug, Default)]
pub(crate) struct SettingsWatch {
    shown: Readings,
    /// Commands sent and not yet shown.
    written: Vec<Command>,
    is_writing: bool,
}

/// A setting changed elsewhere, with its numbers in the unit of the row; a pause is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) field: FieldId,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl SettingsWatch {
    /// Notes that `write` is about to be sent.
    pub(crate) fn sending(&mut self, write: &ControlWrite) {
        for command in write.commands() {
            self.forget_written(command.field().id);
            self.written.push(command);
        }
        self.is_writing = true;
    }

    /// Notes that the outcome of `write` is known. `is_refused`: nothing of it was applied.
    pub(crate) fn finished(&mut self, write: &ControlWrite, is_refused: bool) {
        self.is_writing = false;
        if is_refused {
            write.commands().for_each(|command| self.forget_written(command.field().id));
        }
    }

    /// Compares a reading with the last one. Returns the changes made elsewhere.
    pub(crate) fn observe(&mut self, control: &Control) -> Vec<Change> {
        let readings = control.readings();
        let mut changes = Vec::new();
        for field in DocumentName::Control.fields() {
            let Some(scalar) = readings.get(field.id) else { continue };
            let Some(to) = scalar.number() else { continue };
            // The charger shows 0 phases while it switches them, which is not a setting.
            if field.id == FieldId::PhaseCount && to == 0.0 {
                continue;
            }
            let written = self.written.iter().find(|command| command.field().id == field.id);
            let is_ours = match written {
                Some(command) => self.is_writing || command.shown_by(control) == Some(true),
                None => false,
            };
            let from = self.shown.number(field.id);
            self.shown.set(field.id, Some(scalar.clone()));
            if let Some(from) = from.filter(|from| (from - to).abs() > TOLERANCE && !is_ours) {
                changes.push(Change { field: field.id, from, to });
            }
        }
        if !self.is_writing {
            self.written.retain(|command| command.shown_by(control) != Some(true));
        }
        changes
    }

    /// Forgets everything, as another charger answers.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    fn forget_written(&mut self, field: FieldId) {
        self.written.retain(|command| command.field().id != field);
    }
}

/// Half of the finest step of any setting, 0.1 A.
const TOLERANCE: f64 = 0.05;

#[cfg(test)]
mod tests {
    use nrgkick_model::command::{ChargingCurrent, PhaseCount};

    use super::*;

    fn shows(amperes: f64, phases: u8) -> Control {
        Control {
            current_set: Some(amperes),
            charge_pause: Some(false),
            energy_limit: Some(0),
            phase_count: Some(phases),
        }
    }

    fn current(amperes: f64) -> ControlWrite {
        Command::CurrentSet(ChargingCurrent::from_amperes(amperes).unwrap()).into()
    }

    fn changed(from: f64, to: f64) -> Vec<Change> {
        vec![Change { field: FieldId::CurrentSet, from, to }]
    }

    #[test]
    fn what_others_set_is_told_and_the_first_reading_is_no_change() {
        let mut watch = SettingsWatch::default();
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
        assert_eq!(watch.observe(&shows(10.0, 3)), changed(16.0, 10.0));
        let paused = Control { charge_pause: Some(true), ..shows(10.0, 3) };
        let pause = Change { field: FieldId::ChargePause, from: 0.0, to: 1.0 };
        assert_eq!(watch.observe(&paused), [pause]);
        watch.forget();
        assert_eq!(watch.observe(&shows(6.0, 1)), [], "another charger");
    }

    #[test]
    fn our_own_writes_are_no_change_however_late_they_show() {
        let mut watch = SettingsWatch::default();
        watch.observe(&shows(16.0, 3));
        watch.sending(&current(10.0));
        assert_eq!(watch.observe(&shows(16.0, 3)), [], "it lags");
        watch.finished(&current(10.0), false);
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
        assert_eq!(watch.observe(&shows(10.0, 3)), [], "ours, late");
        assert_eq!(watch.observe(&shows(12.0, 3)), changed(10.0, 12.0));
        assert_eq!(watch.observe(&shows(10.0, 3)), changed(12.0, 10.0), "not ours a second time");
    }

    #[test]
    fn a_clamped_value_is_ours_while_the_write_is_under_way() {
        let mut watch = SettingsWatch::default();
        watch.observe(&shows(10.0, 3));
        watch.sending(&current(20.0));
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
        watch.finished(&current(20.0), false);
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
    }

    #[test]
    fn what_was_refused_explains_nothing() {
        let mut watch = SettingsWatch::default();
        watch.observe(&shows(16.0, 3));
        watch.sending(&current(10.0));
        watch.finished(&current(10.0), true);
        assert_eq!(watch.observe(&shows(10.0, 3)), changed(16.0, 10.0));
    }

    #[test]
    fn no_phases_while_they_are_switched_is_no_reading() {
        let mut watch = SettingsWatch::default();
        watch.observe(&shows(16.0, 3));
        assert_eq!(watch.observe(&shows(16.0, 0)), []);
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
        assert_eq!(watch.observe(&shows(16.0, 0)), []);
        let change = Change { field: FieldId::PhaseCount, from: 3.0, to: 1.0 };
        assert_eq!(watch.observe(&shows(16.0, 1)), [change]);
        watch.sending(&Command::PhaseCount(PhaseCount::from_number(3).unwrap()).into());
        assert_eq!(watch.observe(&shows(16.0, 3)), []);
    }
}
