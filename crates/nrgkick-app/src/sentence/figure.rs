//! The picture that goes with a sentence.

use super::Tone;

/// The picture of a state: charger, cable and vehicle, and the sign on the cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The state is not known.
    Unknown,
    /// The plug is in no vehicle.
    NoVehicle,
    /// A vehicle is there, and nothing needs a sign.
    Connected,
    /// Something is about to begin or to end.
    Beginning,
    /// Paused by the user.
    Paused,
    /// The energy limit is reached.
    LimitReached,
    /// The charger does not let the vehicle charge.
    Held,
    /// A warning.
    Warned,
    /// Something is wrong.
    Fault,
}

impl Figure {
    /// The usual picture of `tone`.
    pub(super) const fn of(tone: Tone) -> Self {
        match tone {
            Tone::Charging | Tone::Waiting => Self::Connected,
            Tone::Idle => Self::Unknown,
            Tone::Error => Self::Fault,
        }
    }

    /// Whether a vehicle is drawn. A fault is told of a vehicle that may not be there.
    pub const fn has_vehicle(self) -> bool {
        !matches!(self, Self::Unknown | Self::NoVehicle)
    }

    /// The sign on the cable, as the data of an SVG path in a square of 24; empty for none.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::NoVehicle | Self::Connected => "",
            Self::Unknown => "M9.4 9.6q.2-2.6 2.6-2.6t2.6 2.3q0 1.5-1.5 2.3-1.1.6-1.1 1.8m0 3.3v.1",
            Self::Beginning => "M7.5 12h.1m4.3 0h.1m4.3 0h.1",
            Self::Paused => "M9.5 8.5v7m5 0v-7",
            Self::LimitReached => "m7.5 12.5 3 3 6-7",
            Self::Held => "M7.5 12h9",
            Self::Warned => "M12 6.5v6.5m0 3.7v.1",
            Self::Fault => "m8.5 8.5 7 7m0-7-7 7",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Without colour, too, each state looks different from the others.
    #[test]
    fn no_two_figures_look_alike() {
        let all = [
            Figure::Unknown,
            Figure::NoVehicle,
            Figure::Connected,
            Figure::Beginning,
            Figure::Paused,
            Figure::LimitReached,
            Figure::Held,
            Figure::Warned,
            Figure::Fault,
        ];
        let looks: BTreeSet<_> =
            all.into_iter().map(|figure| (figure.has_vehicle(), figure.sign())).collect();
        assert_eq!(looks.len(), all.len());
    }
}
