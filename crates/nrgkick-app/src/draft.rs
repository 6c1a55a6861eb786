//! The draft of a charging current: a change that is not sent yet.

use leptos::prelude::*;
use nrgkick_model::command::{ChargingCurrent, Command};
use nrgkick_model::field::FieldId;
use nrgkick_model::number::{fixed, within};
use web_sys::HtmlInputElement;

use crate::app::App;
use crate::timer::Debounce;
use crate::words::control as words;
use crate::{format, parse_input, send};

/// The draft, and the setting that it is a change of.
///
/// Polls never move it. It is sent when the slider is released, not while it is dragged.
#[derive(Clone, Copy)]
pub struct Draft {
    app: App,
    text: RwSignal<Option<String>>,
    debounce: Debounce,
    /// Set after a cancelled gesture, whose remaining slider events are ignored.
    is_discarded: StoredValue<bool>,
}

impl Draft {
    /// No change.
    pub fn new(app: App) -> Self {
        let text = RwSignal::new(None);
        Self { app, text, debounce: Debounce::new(), is_discarded: StoredValue::new(false) }
    }

    /// The setting that the draft is a change of, A.
    fn shown(self) -> Option<f64> {
        match self.app.current.desired(self.app.settings_read()) {
            Some(Command::CurrentSet(current)) => Some(current.amperes()),
            _ => self.app.with_current(|snapshot| snapshot.number(FieldId::CurrentSet)),
        }
    }

    /// Whether nothing can be changed.
    pub fn is_disabled(self) -> bool {
        self.shown().is_none() || !self.app.why_locked().is_empty()
    }

    /// The text of the number field.
    pub fn text(self) -> String {
        self.text.get().unwrap_or_else(|| format::current(self.shown()).number)
    }

    /// The value of the slider, A: the draft, where it can be parsed.
    pub fn amperes(self) -> Option<f64> {
        let max = self.max_amperes();
        let draft = self.text.with(|text| parse_input::current(text.as_ref()?, max).ok());
        draft.map(ChargingCurrent::amperes).or_else(|| self.shown())
    }

    fn max_amperes(self) -> f64 {
        let max = self.app.with_last(|snapshot| Some(snapshot.readings().offered_current()));
        max.unwrap_or(ChargingCurrent::MAX)
    }

    /// The value attribute of the slider.
    pub fn slider(self) -> String {
        fixed(self.amperes().unwrap_or(ChargingCurrent::MIN), 1)
    }

    /// The end of the slider, A.
    pub fn max(self) -> String {
        fixed(self.max_amperes(), 1)
    }

    /// The width of the filled part of the slider, as CSS.
    pub fn fill(self) -> String {
        let (min, max) = (ChargingCurrent::MIN, self.max_amperes());
        let share = (self.amperes().unwrap_or(min) - min) / (max - min).max(0.1);
        // The thumb stays inside the track, so its centre is offset from the share.
        format!("calc({} * (100% - 28px) + 14px)", fixed(within(share, 0.0, 1.0), 4))
    }

    /// The hint about the range and the reason for its end.
    pub fn range(self) -> String {
        let (min, max) = (ChargingCurrent::MIN, self.max_amperes());
        let rated = self.app.with_last(|snapshot| snapshot.readings().rated_current());
        let [from, to] = [min, max].map(|end| format::grouped(&fixed(end, 1)));
        match rated {
            Some(rated) if max < rated => words::range_attachment(&to, &from),
            Some(_) => words::range_rated(&to, &from),
            None => words::range_unknown(&to, &from),
        }
    }

    /// The state's name in the style sheet.
    pub fn state_name(self) -> String {
        let name = if self.text.with(Option::is_some) {
            "draft"
        } else if self.app.current.is_pending() {
            "pending"
        } else {
            "idle"
        };
        name.to_owned()
    }

    /// `true` if the draft cannot be parsed.
    pub fn is_invalid(self) -> bool {
        let max = self.max_amperes();
        self.text
            .with(|text| text.as_ref().is_some_and(|text| parse_input::current(text, max).is_err()))
    }

    /// Replaces the draft.
    pub fn change(self, text: String) {
        self.debounce.cancel();
        self.text.set(Some(text));
    }

    /// Begins a new gesture.
    pub fn begin(self) {
        self.is_discarded.set_value(false);
    }

    /// `true` if slider events are ignored. A range input has no read-only state of its own.
    fn ignores_slider(self) -> bool {
        self.is_discarded.get_value() || untrack(|| self.is_disabled())
    }

    /// Handles a move of the slider, whose own value has no decimals if it is whole.
    pub fn slide(self, value: &str) {
        if self.ignores_slider() {
            return;
        }
        let max = untrack(|| self.max_amperes());
        let text =
            parse_input::current(value, max).map_or_else(|_| value.to_owned(), |c| c.to_string());
        self.change(text);
    }

    /// Handles the end of a move. A pointer's move has been sent by then; key presses come in a
    /// row, so they are debounced.
    pub fn release(self, slider: &HtmlInputElement) {
        if self.ignores_slider() {
            slider.set_value(&untrack(|| self.slider()));
            return;
        }
        let value = &slider.value();
        let max = untrack(|| self.max_amperes());
        let moved =
            parse_input::current(value, max).ok().map(|c| c.to_string()) != self.shown_text();
        if moved || self.text.with_untracked(Option::is_some) {
            self.slide(value);
            self.commit_later();
        }
    }

    /// Changes the draft by one step, `by` in A.
    pub fn step(self, by: f64) {
        let max = untrack(|| self.max_amperes());
        self.begin();
        if let Some(amperes) = untrack(|| self.amperes()) {
            let next = within(amperes + by, ChargingCurrent::MIN, max);
            self.change(fixed(next, 1));
            self.commit_later();
        }
    }

    /// Discards the draft, and further events of the gesture: a touch that scrolls the page starts
    /// like one that moves the slider.
    pub fn discard(self) {
        self.is_discarded.set_value(true);
        self.debounce.cancel();
        self.text.set(None);
        self.app.current.reject(String::new());
    }

    /// Sends the draft, unless it is already set.
    pub fn commit(self) {
        self.debounce.cancel();
        let Some(text) = self.text.get_untracked() else {
            return;
        };
        match parse_input::current(&text, untrack(|| self.max_amperes())) {
            Err(reason) => self.app.current.reject(reason),
            Ok(current) => {
                let set = self.shown_text();
                if set.as_deref() == Some(current.to_string().as_str()) {
                    self.app.current.reject(String::new());
                } else {
                    send::send(self.app, self.app.current, Command::CurrentSet(current));
                }
                self.text.set(None);
            }
        }
    }

    fn shown_text(self) -> Option<String> {
        untrack(|| self.shown()).map(|amperes| fixed(amperes, 1))
    }

    /// Sends the draft after the debounce delay. One that cannot be parsed is rejected at once.
    pub fn commit_later(self) {
        if untrack(|| self.is_invalid()) {
            return self.commit();
        }
        self.debounce.schedule(move || self.commit());
    }
}
