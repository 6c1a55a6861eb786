//! The state of a page besides its data: the time, the screen, the colours.

use leptos::prelude::{RwSignal, Update as _};
use nrgkick_model::time::Moment;

use crate::route::Route;
use crate::theme::Theme;

/// The state of a page besides its data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ui {
    /// The time, once a second while the page is visible.
    pub now: Moment,
    /// The screen.
    pub route: Route,
    /// The colours.
    pub theme: Theme,
}

impl Ui {
    /// The first screen in the device's own colours.
    pub const fn new(now: Moment) -> Self {
        Self { now, route: Route::Overview, theme: Theme::Auto }
    }
}

/// Shows the page in `theme`, and marks the choice.
pub fn set_theme(ui: RwSignal<Ui>, theme: Theme) {
    ui.update(|ui| ui.theme = theme);
    theme.apply();
}
