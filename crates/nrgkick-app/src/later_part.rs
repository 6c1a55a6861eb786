//! The parts of the page whose code comes later.

/// A part of the page that comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Energy limit and phases.
    Control,
    /// The screen with all values.
    Details,
    /// The form for the charger's address.
    Form,
    /// What a display on the wall has besides the overview.
    Kiosk,
    /// The screen with the settings.
    Settings,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Control, Self::Details, Self::Form, Self::Kiosk, Self::Settings];

    /// The name of its place in the markup.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Control => "later-control",
            Self::Details => "later-details",
            Self::Form => "later-form",
            Self::Kiosk => "later-kiosk",
            Self::Settings => "later-settings",
        }
    }
}
