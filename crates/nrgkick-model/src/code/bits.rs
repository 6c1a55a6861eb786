//! The two codes that are sets of bits: phases on the grid side, and closed relays.

use std::ops::RangeInclusive;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::UNKNOWN;
use super::listed::{deserialize, serialize_number};

/// A phase conductor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// First phase.
    L1,
    /// Second phase.
    L2,
    /// Third phase.
    L3,
}

impl Phase {
    /// All three, in order.
    pub const ALL: [Self; 3] = [Self::L1, Self::L2, Self::L3];

    /// Returns the field's standard name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        }
    }
}

/// A relay that the charger closes to charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relay {
    /// Neutral conductor.
    N,
    /// A phase conductor.
    Phase(Phase),
}

impl Relay {
    /// All four, in the order of their bits.
    pub const ALL: [Self; 4] =
        [Self::N, Self::Phase(Phase::L1), Self::Phase(Phase::L2), Self::Phase(Phase::L3)];

    /// Returns the field's standard name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::Phase(phase) => phase.name(),
        }
    }
}

macro_rules! bit_set {
    (
        $(#[$attribute:meta])*
        $type:ident of $member:ident, 0..=$last:literal, [$($name:literal),* $(,)?]
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $type(Option<u8>);

        impl $type {
            /// The numbers that have a name.
            pub const LISTED: RangeInclusive<u8> = 0..=$last;

            const NAMES: &'static [&'static str] = &[$($name),*];

            /// Returns the set of `number`'s bits; a number that is not listed is kept.
            pub const fn from_number(number: u8) -> Self {
                Self(Some(number))
            }

            /// Returns the set of the manufacturer's `name`, such as `L1, L2`.
            pub fn from_name(name: &str) -> Self {
                let listed = Self::LISTED.zip(Self::NAMES).find(|(_, listed)| **listed == name);
                Self(listed.map(|(number, _)| number))
            }

            /// Returns the set that holds exactly `members`.
            pub fn of(members: impl IntoIterator<Item = $member>) -> Self {
                let bit = |member: $member| {
                    $member::ALL.iter().position(|m| *m == member).map_or(0, |place| 1 << place)
                };
                Self(Some(members.into_iter().map(bit).fold(0, |set, bit: u8| set | bit)))
            }

            /// Returns the number, unless only an unlisted name was reported.
            pub const fn number(self) -> Option<u8> {
                self.0
            }

            /// Returns the manufacturer's name, `UNKNOWN` if there is none.
            pub fn name(self) -> &'static str {
                self.0
                    .and_then(|number| Self::NAMES.get(usize::from(number)))
                    .copied()
                    .unwrap_or(UNKNOWN)
            }

            /// Returns `true` if the number has a name, so that its bits have a meaning.
            pub fn is_listed(self) -> bool {
                self.0.is_some_and(|number| Self::LISTED.contains(&number))
            }

            /// Returns the members of the set; none if the number is not listed.
            pub fn members(self) -> impl Iterator<Item = $member> {
                let bits = self.0.filter(|number| Self::LISTED.contains(number)).unwrap_or(0);
                $member::ALL
                    .into_iter()
                    .enumerate()
                    .filter(move |(place, _)| bits & (1 << place) != 0)
                    .map(|(_, member)| member)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_number(self.0, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer, Self::from_number, Self::from_name)
            }
        }
    };
}

bit_set! {
    /// The phases found on the grid side. Register 45; bit 0 is L1.
    ///
    /// 0 is named `UNKNOWN`: the charger has not reported them yet.
    GridPhases of Phase, 0..=7,
    ["UNKNOWN", "L1", "L2", "L1, L2", "L3", "L1, L3", "L2, L3", "L1, L2, L3"]
}

bit_set! {
    /// The relays that are closed. Register 253; bit 0 is N.
    RelayState of Relay, 0..=15,
    [
        "NO_RELAY", "N", "L1", "N, L1", "L2", "N, L2", "L1, L2", "N, L1, L2",
        "L3", "N, L3", "L1, L3", "N, L1, L3", "L2, L3", "N, L2, L3", "L1, L2, L3", "N, L1, L2, L3",
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_what_the_name_says() {
        for number in GridPhases::LISTED.skip(1) {
            let set = GridPhases::from_number(number);
            let names: Vec<_> = set.members().map(Phase::name).collect();
            assert_eq!(names.join(", "), set.name());
            assert_eq!(GridPhases::of(set.members()), set);
        }
        for number in RelayState::LISTED.skip(1) {
            let set = RelayState::from_number(number);
            let names: Vec<_> = set.members().map(Relay::name).collect();
            assert_eq!(names.join(", "), set.name());
            assert_eq!(RelayState::of(set.members()), set);
        }
    }

    #[test]
    fn a_number_that_is_not_listed_has_no_members() {
        assert_eq!(RelayState::from_number(0x31).members().count(), 0);
        assert!(!RelayState::from_number(0x31).is_listed());
    }
}
