//! Light, dark, or as the device says.

use crate::{browser, store};

/// The user's choice of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The name in storage and in the style sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Sets the attribute that the style sheet reads.
    pub fn apply(self) {
        let Some(root) = browser::document().and_then(|document| document.document_element())
        else {
            return;
        };
        // Neither call can fail with a constant name.
        let _ = match self {
            Self::Auto => root.remove_attribute("data-theme"),
            Self::Light | Self::Dark => root.set_attribute("data-theme", self.name()),
        };
    }
}

/// The choice that was saved.
pub fn saved() -> Theme {
    let name = store::theme().unwrap_or_default();
    Theme::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
}
