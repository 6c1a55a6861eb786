//! The list of chargers, and whose it is.

/// Whose list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// That of the gateway that served the page.
    Gateway,
    /// That of this device.
    Own,
    /// The demo has one charger, and no other is asked.
    Demo,
}

/// A charger of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name at the gateway, or its origin.
    pub key: String,
    /// The name that the user gave it; empty where none was given.
    pub name: String,
    /// Whether it is the one that the page shows.
    pub is_shown: bool,
}
