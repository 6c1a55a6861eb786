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
    /// The notice of a new version.
    Version,
    /// The screen for the curious.
    Curious,
    /// The screen with all chargers.
    Chargers,
    /// The screen with the record of charges.
    Charges,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Control,
        Self::Details,
        Self::Form,
        Self::Kiosk,
        Self::Settings,
        Self::Version,
        Self::Curious,
        Self::Chargers,
        Self::Charges,
    ];

    /// The name of its place in the markup.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Control => "later-control",
            Self::Details => "later-details",
            Self::Form => "later-form",
            Self::Kiosk => "later-kiosk",
            Self::Settings => "later-settings",
            Self::Version => "later-version",
            Self::Curious => "later-curious",
            Self::Chargers => "later-chargers",
            Self::Charges => "later-charges",
        }
    }
}
