//! The draft of an energy limit: a change that is not sent yet.

use leptos::prelude::*;
use nrgkick_model::Command;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use super::finish::{about, time_to_limit};
use crate::app::App;
use crate::sentence::State;
use crate::timer::Debounce;
use crate::words::{self, control};
use crate::{format, memo, parse_input, send};

/// The draft, and the setting that it is a change of.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    app: App,
    text: RwSignal<Option<String>>,
    /// The limit that the charger reports, Wh; 0 is none.
    reported: Memo<Option<f64>>,
    /// The limit that the control shows, Wh; 0 is none.
    shown: Memo<Option<f64>>,
    /// The limit that the charger has confirmed, Wh.
    applied: Memo<Option<f64>>,
    /// The energy of the present charge, Wh; `None` without a vehicle.
    charged: Memo<Option<f64>>,
    debounce: Debounce,
    /// Set while changes are locked.
    pub(super) disabled: Memo<bool>,
}

impl Draft {
    pub(super) fn new(app: App, locked: Memo<String>) -> Self {
        let reported = app.number(FieldId::EnergyLimit);
        let shown = memo::number(move || match app.limit.desired(app.settings_read()) {
            Some(Command::EnergyLimit(limit)) => Some(limit.watt_hours().into()),
            _ => reported.get(),
        });
        let applied = memo::number(move || match app.limit.confirmed(app.settings_read()) {
            Some(Command::EnergyLimit(limit)) => Some(limit.watt_hours().into()),
            _ => reported.get(),
        });
        let energy = app.number(FieldId::ChargedEnergy);
        let charged = memo::number(move || {
            let status = app.with_current(|snapshot| State::of(snapshot).status);
            energy.get().filter(|_| !matches!(status, None | Some(ChargingStatus::Standby)))
        });
        let (text, debounce) = (RwSignal::new(None), Debounce::new());
        let disabled =
            memo::flag(move || shown.get().is_none() || locked.with(|why| !why.is_empty()));
        Self { app, text, reported, shown, applied, charged, debounce, disabled }
    }

    /// The text of the number field.
    pub(super) fn text(self) -> String {
        match (self.text.get(), self.shown.get()) {
            (Some(text), _) => text,
            (None, Some(shown)) if shown > 0.0 => format::limit(Some(shown)).number,
            (None, _) => String::new(),
        }
    }

    /// The placeholder of the number field.
    pub(super) fn placeholder(self) -> String {
        if self.shown.get().is_some() { control::no_limit() } else { words::NONE }.to_owned()
    }

    /// The hint about the meaning of the limit, and why the `least` preset, Wh, cannot be chosen
    /// any more.
    pub(super) fn hint(self, least: f64) -> String {
        let Some(charged) = self.charged.get() else { return control::limit_hint().to_owned() };
        let energy = format::energy(Some(charged)).text();
        if is_spent(least, charged) {
            control::limit_hint_passed(&energy)
        } else {
            control::limit_hint_charged(&energy)
        }
    }

    /// The reason why changes are `locked`, or else the time in which the limit is reached; empty
    /// where neither is known, and while another limit is on its way.
    pub(super) fn note(self, locked: Memo<String>) -> String {
        let locked = locked.get();
        if !locked.is_empty() || self.shown.get() != self.reported.get() {
            return locked;
        }
        let seconds = self.app.with_current(time_to_limit);
        seconds.map(|seconds| control::limit_to_go(&about(seconds))).unwrap_or_default()
    }

    /// `true` if the draft cannot be parsed.
    pub(super) fn is_invalid(self) -> bool {
        self.text
            .with(|text| text.as_ref().is_some_and(|text| parse_input::energy_limit(text).is_err()))
    }

    /// `true` if a limit of `watt_hours` cannot be chosen: it would end this charge at once.
    pub(super) fn is_unusable(self, watt_hours: f64) -> bool {
        let charged = self.charged.get();
        self.disabled.get() || charged.is_some_and(|charged| is_spent(watt_hours, charged))
    }

    /// `true` if the charger has confirmed a limit of `watt_hours`.
    pub(super) fn is_applied(self, watt_hours: f64) -> bool {
        self.applied.get() == Some(watt_hours)
    }

    /// `true` while a limit of `watt_hours` is pending.
    pub(super) fn is_pending(self, watt_hours: f64) -> bool {
        self.app.limit.is_pending() && self.shown.get() == Some(watt_hours)
    }

    /// Replaces the draft.
    pub(super) fn change(self, text: String) {
        self.text.set(Some(text));
    }

    /// Discards the draft.
    pub(super) fn discard(self) {
        self.debounce.cancel();
        self.text.set(None);
        self.app.limit.reject(String::new());
    }

    /// Sends the draft after the debounce delay.
    pub(super) fn commit_later(self) {
        self.debounce.schedule(move || {
            if let Some(text) = self.text.get_untracked() {
                self.send(&text);
            }
        });
    }

    /// Sends the limit in `text`, kWh, in place of the draft, unless it is already set.
    pub(super) fn send(self, text: &str) {
        self.debounce.cancel();
        let writer = self.app.limit;
        match parse_input::energy_limit(text) {
            Err(reason) => writer.reject(reason),
            Ok(limit) => {
                self.text.set(None);
                if self.shown.get_untracked() == Some(limit.watt_hours().into()) {
                    writer.reject(String::new());
                } else {
                    send::send(self.app, writer, Command::EnergyLimit(limit));
                }
            }
        }
    }
}

/// `true` if a limit of `limit` Wh would end a charge that has `charged` Wh at once. 0 is no limit.
fn is_spent(limit: f64, charged: f64) -> bool {
    limit > 0.0 && limit <= charged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_spent_at_the_energy_of_the_charge_and_none_never_is() {
        for (limit, charged, spent) in [
            (0.0, 0.0, false),
            (0.0, 12_340.0, false),
            (5_000.0, 4_999.0, false),
            (5_000.0, 5_000.0, true),
            (5_000.0, 5_001.0, true),
        ] {
            assert_eq!(is_spent(limit, charged), spent, "{limit} Wh at {charged} Wh");
        }
    }
}
