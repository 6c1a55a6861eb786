//! Light, dark, or as the device says.

use crate::{browser, store};

/// The parameter of the address bar that chooses the colours.
pub const PARAMETER: &str = "theme";

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

    /// The choice with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
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

/// The choice of the address bar, or else the one that was saved.
pub fn choice() -> Theme {
    let names = [browser::parameter(PARAMETER), store::theme()];
    names.into_iter().flatten().find_map(|name| Theme::named(&name)).unwrap_or_default()
}
