//! For which chargers the network is searched.

/// What is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Chargers that nobody named.
    pub auto: bool,
    /// Chargers whose password is held here, too, when they have moved.
    pub follow: bool,
}
