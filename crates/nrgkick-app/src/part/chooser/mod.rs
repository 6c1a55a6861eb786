//! The screen with all chargers: the list, the form for those of this device, the search of the
//! network, and the code for a phone.
//!
//! Not here: what is known of each charger ([`chooser`](crate::chooser)).

pub mod editor;
pub mod list;
pub mod network;
pub mod phone;

pub use editor::Editor;
pub use list::List;
pub use network::Network;
pub use phone::Phone;

use leptos::prelude::*;

use crate::browser;
use crate::saved_chargers::SavedCharger;

/// The field with the name.
const NAME: &str = "charger-name";
/// The field with the address.
const ADDRESS: &str = "charger-address";
/// The heading of the list, which takes the focus when what had it is gone.
const HEADING: &str = "chargers-list";

/// What is done to the list of this device.
#[derive(Clone, Copy)]
pub struct Edit {
    /// The origin of the charger that is changed; `None` to add one.
    changed: RwSignal<Option<String>>,
    /// The charger that was removed last, and its place.
    removed: RwSignal<Option<(usize, SavedCharger)>>,
}

impl Edit {
    /// Nothing is done yet.
    pub fn new() -> Self {
        Self { changed: RwSignal::new(None), removed: RwSignal::new(None) }
    }
}

impl Default for Edit {
    fn default() -> Self {
        Self::new()
    }
}

fn fill(id: &str, text: &str) {
    if let Some(input) = browser::input(id) {
        input.set_value(text);
    }
}
