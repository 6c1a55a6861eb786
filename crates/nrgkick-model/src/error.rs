//! What can be wrong with an answer.

/// A value that cannot be what the field says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {expected}, found {found}")]
pub struct DecodeError {
    /// Where: a JSON path such as `values.general.status`, or a register such as `register 251`.
    pub place: String,
    /// What would have been right.
    pub expected: &'static str,
    /// What was there, shortened.
    pub found: String,
}

impl DecodeError {
    /// The most of a foreign value that an error repeats.
    const SHOWN: usize = 60;

    /// An error at `place`; `found` is shortened so that a long body does not fill a log.
    pub fn new(place: impl Into<String>, expected: &'static str, found: &str) -> Self {
        let mut found: String = found.chars().take(Self::SHOWN + 1).collect();
        if found.chars().count() > Self::SHOWN {
            found = found.chars().take(Self::SHOWN - 1).collect();
            found.push('…');
        }
        Self { place: place.into(), expected, found }
    }
}
