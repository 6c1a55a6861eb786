//! The charging current while someone changes it.

use leptos::prelude::*;
use nrgkick_model::command::{ChargingCurrent, Command};
use nrgkick_model::field::FieldId;
use nrgkick_model::number::{fixed, within};
use web_sys::HtmlInputElement;

use crate::app::App;
use crate::timer::Debounce;
use crate::{format, memo, parse_input, send};

/// What is shown and what is not sent yet.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    app: App,
    text: RwSignal<Option<String>>,
    shown: Memo<Option<f64>>,
    max: Memo<Option<f64>>,
    debounce: Debounce,
    /// Whether nothing can be changed.
    pub(super) disabled: Memo<bool>,
    /// What the slider still says of a gesture that was given up is not meant.
    is_discarded: StoredValue<bool>,
}

impl Draft {
    pub(super) fn new(app: App, locked: Memo<String>) -> Self {
        let reported = app.number(FieldId::CurrentSet);
        let shown = memo::number(move || match app.current.desired(app.settings_read()) {
            Some(Command::CurrentSet(current)) => Some(current.amperes()),
            _ => reported.get(),
        });
        let max = memo::number(move || {
            app.with_last(|snapshot| Some(snapshot.readings().offered_current()))
        });
        let text = RwSignal::new(None);
        let (debounce, is_discarded) = (Debounce::new(), StoredValue::new(false));
        let disabled =
            memo::flag(move || shown.get().is_none() || locked.with(|why| !why.is_empty()));
        Self { app, text, shown, max, debounce, disabled, is_discarded }
    }

    /// What the number says.
    pub(super) fn text(self) -> String {
        self.text.get().unwrap_or_else(|| format::current(self.shown.get()).number)
    }

    /// What the slider says: the draft, where it is a current.
    pub(super) fn amperes(self) -> Option<f64> {
        let max = self.max_amperes();
        let draft = self.text.with(|text| parse_input::current(text.as_ref()?, max).ok());
        draft.map(ChargingCurrent::amperes).or_else(|| self.shown.get())
    }

    fn max_amperes(self) -> f64 {
        self.max.get().unwrap_or(ChargingCurrent::MAX)
    }

    /// Where the slider stands.
    pub(super) fn slider(self) -> String {
        fixed(self.amperes().unwrap_or(ChargingCurrent::MIN), 1)
    }

    /// The end of the slider, A.
    pub(super) fn max(self) -> String {
        fixed(self.max_amperes(), 1)
    }

    /// How much of the slider is filled.
    pub(super) fn fill(self) -> String {
        let (min, max) = (ChargingCurrent::MIN, self.max_amperes());
        let share = (self.amperes().unwrap_or(min) - min) / (max - min).max(0.1);
        // The thumb stays inside the track, so its middle is not where the share is.
        format!("calc({} * (100% - 28px) + 14px)", fixed(within(share, 0.0, 1.0), 4))
    }

    /// From where to where, and why not further.
    pub(super) fn range(self) -> String {
        let (min, max) = (ChargingCurrent::MIN, self.max_amperes());
        let rated = self.app.with_last(|snapshot| snapshot.readings().rated_current());
        let why = match rated {
            Some(rated) if max < rated => ", limited by the attachment",
            Some(_) => ", the rated current",
            None => " while the rated current is not known",
        };
        format!("{} to {} A{why}", fixed(min, 1), fixed(max, 1))
    }

    /// The word for the style sheet.
    pub(super) fn phase(self) -> String {
        let phase = if self.text.with(Option::is_some) {
            "draft"
        } else if self.app.current.is_pending() {
            "pending"
        } else {
            "idle"
        };
        phase.to_owned()
    }

    /// Whether the draft is no current.
    pub(super) fn is_invalid(self) -> bool {
        let max = self.max_amperes();
        self.text
            .with(|text| text.as_ref().is_some_and(|text| parse_input::current(text, max).is_err()))
    }

    /// Something is typed.
    pub(super) fn change(self, text: String) {
        self.debounce.cancel();
        self.text.set(Some(text));
    }

    /// A new gesture begins.
    pub(super) fn begin(self) {
        self.is_discarded.set_value(false);
    }

    /// Whether what the slider says is not meant. It has no way of its own to be read only.
    fn ignores_slider(self) -> bool {
        self.is_discarded.get_value() || self.disabled.get_untracked()
    }

    /// The slider is moved. Its own words leave a whole number without decimals.
    pub(super) fn slide(self, value: &str) {
        if self.ignores_slider() {
            return;
        }
        let max = untrack(|| self.max_amperes());
        let text =
            parse_input::current(value, max).map_or_else(|_| value.to_owned(), |c| c.to_string());
        self.change(text);
    }

    /// The slider stands still. After a pointer has let go nothing is left to do; keys come in
    /// a row, so they are waited for.
    pub(super) fn release(self, slider: &HtmlInputElement) {
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

    /// One step up or down.
    pub(super) fn step(self, by: f64) {
        let max = untrack(|| self.max_amperes());
        self.begin();
        if let Some(amperes) = untrack(|| self.amperes()) {
            let next = within(amperes + by, ChargingCurrent::MIN, max);
            self.change(fixed(next, 1));
            self.commit_later();
        }
    }

    /// Gives the draft up, and whatever the gesture still brings: a finger that scrolls the page
    /// begins as one that moves the slider.
    pub(super) fn discard(self) {
        self.is_discarded.set_value(true);
        self.debounce.cancel();
        self.text.set(None);
        self.app.current.reject(String::new());
    }

    /// Sends the draft, unless it is what is set already.
    pub(super) fn commit(self) {
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
        self.shown.get_untracked().map(|amperes| fixed(amperes, 1))
    }

    /// Sends the draft after a moment, so that what is done next in the same card replaces it. One
    /// that is no current is named at once.
    pub(super) fn commit_later(self) {
        if untrack(|| self.is_invalid()) {
            return self.commit();
        }
        self.debounce.schedule(move || self.commit());
    }
}
