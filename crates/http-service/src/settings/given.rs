//! An option as a file has it, of either format.

/// An option with its value.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) name: String,
    /// Where the name stands, in bytes of the text; `None` where the format does not tell.
    pub(super) at: Option<usize>,
    pub(super) value: Value,
    /// Where the value stands.
    pub(super) value_at: Option<usize>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Switch(bool),
    /// A text, or a number as it is written.
    Text(String),
    List(Vec<Self>),
    /// Anything else; no option takes it.
    Other,
}

/// The reason for which a text is none of its format.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// Bytes before it.
    pub(super) at: Option<usize>,
    pub(super) message: String,
}
