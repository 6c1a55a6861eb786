//! Faults on request: what a reply can suffer, which replies do, and how a test asks for it.
//!
//! Not here: the bytes that come of it, see `script`.

use std::num::NonZeroU32;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::codec;

/// What happens to one exchange. Unless it says otherwise the request is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No reply, and the request is not carried out.
    Silence,
    /// The request is carried out and its reply never comes. Writes only.
    ApplyAndLose,
    /// The reply comes after this time; requests behind it wait.
    Late(Duration),
    /// The reply carries another transaction number.
    WrongTransaction,
    /// The reply comes from another unit.
    WrongUnit,
    /// The reply is that of another function, for a read one whose reply looks the same.
    WrongFunction,
    /// The protocol number is 1.
    WrongProtocol,
    /// The header says this length. A longer reply is cut there, a shorter one never goes on.
    Length(u16),
    /// The byte count of a read is off by this; everything else is right.
    ByteCount(i8),
    /// A read has one register too few, lengths and all.
    FewerRegisters,
    /// A read has one register too many, lengths and all.
    MoreRegisters,
    /// The reply comes in segments of one byte.
    ByteByByte,
    /// The reply comes twice in one segment, the second time under the number that the client's
    /// next request may have.
    TwoInOne,
    /// The reply is noise.
    Garbage,
    /// The reply is that of a web server, which then closes.
    HttpText,
    /// The header says 65535, and a byte comes every so often.
    Endless(Duration),
    /// The connection is reset instead of a reply; the request is not carried out.
    ResetBefore,
    /// The connection is reset after half of the reply.
    ResetInside,
    /// The connection is reset after the reply.
    ResetAfter,
    /// The connection is closed in good order instead of a reply; the request is not carried out.
    CloseBefore,
    /// The connection is closed in good order after half of the reply.
    CloseInside,
    /// A write is carried out and the reply echoes another value.
    EchoOther,
    /// The reply is this exception; the request is not carried out.
    Exception(u8),
    /// The reply is an exception that lacks its number; the request is not carried out.
    ExceptionWithoutCode,
}

impl Fault {
    /// Whether the request is carried out.
    pub const fn applies(self) -> bool {
        !matches!(
            self,
            Self::Silence
                | Self::ResetBefore
                | Self::CloseBefore
                | Self::Exception(_)
                | Self::ExceptionWithoutCode
        )
    }

    /// Whether a request with this function code can suffer it.
    const fn concerns(self, function: u8) -> bool {
        match self {
            Self::ApplyAndLose | Self::EchoOther => {
                matches!(function, codec::WRITE_ONE | codec::WRITE_MANY)
            }
            Self::ByteCount(_) | Self::FewerRegisters | Self::MoreRegisters => {
                function == codec::READ
            }
            _ => true,
        }
    }
}

/// Which requests a plan is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// All.
    #[default]
    All,
    /// Function 3.
    Reads,
    /// Functions 6 and 16.
    Writes,
}

/// A fault and the replies that suffer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What happens.
    pub fault: Fault,
    /// To how many replies; without a number it goes on until faults are cleared.
    pub count: Option<NonZeroU32>,
    /// To one in so many, at random; 1 is every one.
    pub every: NonZeroU32,
    /// The beginning of that randomness, so that a run can be repeated.
    pub seed: u64,
    /// To replies of which requests.
    pub on: On,
}

impl Plan {
    /// `fault` for every reply.
    pub const fn always(fault: Fault) -> Self {
        Self { fault, count: None, every: NonZeroU32::MIN, seed: 0, on: On::All }
    }

    /// `fault` for the next reply that it concerns.
    pub const fn once(fault: Fault) -> Self {
        Self { count: Some(NonZeroU32::MIN), ..Self::always(fault) }
    }

    /// `fault` for one reply in `every`, at random from `seed`.
    pub const fn one_in(every: NonZeroU32, fault: Fault, seed: u64) -> Self {
        Self { every, seed, ..Self::always(fault) }
    }
}

/// The plans in force, and what is added to every reply's way.
#[derive(Debug, Default)]
pub(super) struct Faults {
    plans: Vec<(Plan, StdRng)>,
    pub(super) delay: Duration,
}

impl Faults {
    /// More plans than any test needs.
    const MAX_FAULTS: usize = 64;

    /// Adds a plan behind those in force; `false` where there are too many.
    pub(super) fn add(&mut self, plan: Plan) -> bool {
        let room = self.plans.len() < Self::MAX_FAULTS;
        if room {
            self.plans.push((plan, StdRng::seed_from_u64(plan.seed)));
        }
        room
    }

    /// The fault of the next reply: that of the first plan that strikes.
    pub(super) fn next(&mut self, function: u8) -> Option<Fault> {
        let place = self.plans.iter_mut().position(|(plan, random)| {
            let asked = match plan.on {
                On::All => true,
                On::Reads => function == codec::READ,
                On::Writes => matches!(function, codec::WRITE_ONE | codec::WRITE_MANY),
            };
            asked && plan.fault.concerns(function) && random.random_ratio(1, plan.every.get())
        })?;
        let plan = &mut self.plans[place].0;
        let fault = plan.fault;
        if let Some(count) = plan.count {
            match NonZeroU32::new(count.get() - 1) {
                Some(rest) => plan.count = Some(rest),
                None => drop(self.plans.remove(place)),
            }
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: u8 = codec::READ;

    #[test]
    fn plans_strike_in_order_and_end() {
        let mut faults = Faults::default();
        let two = NonZeroU32::new(2);
        assert!(faults.add(Plan { count: two, ..Plan::always(Fault::Silence) }));
        assert!(faults.add(Plan::once(Fault::Garbage)));
        let struck: Vec<_> = (0..4).map(|_| faults.next(READ)).collect();
        let expected =
            [Some(Fault::Silence), Some(Fault::Silence), Some(Fault::Garbage), None].to_vec();
        assert_eq!(struck, expected);
    }

    #[test]
    fn a_fault_waits_for_a_reply_that_it_concerns() {
        let mut faults = Faults::default();
        assert!(faults.add(Plan::once(Fault::EchoOther)));
        assert!(faults.add(Plan { on: On::Writes, ..Plan::once(Fault::Silence) }));
        assert_eq!(faults.next(READ), None);
        assert_eq!(faults.next(codec::WRITE_MANY), Some(Fault::EchoOther));
        assert_eq!(faults.next(READ), None);
        assert_eq!(faults.next(codec::WRITE_ONE), Some(Fault::Silence));
    }

    #[test]
    fn one_in_a_hundred_is_about_that_and_the_same_again() {
        let run = |seed| {
            let mut faults = Faults::default();
            let every = NonZeroU32::new(100).unwrap();
            assert!(faults.add(Plan::one_in(every, Fault::Silence, seed)));
            (0..10_000).map(|_| faults.next(READ).is_some()).collect::<Vec<_>>()
        };
        let struck = run(1).into_iter().filter(|struck| *struck).count();
        assert!((60..140).contains(&struck), "{struck}");
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn the_number_of_plans_is_bounded() {
        let mut faults = Faults::default();
        let added = (0..100).filter(|_| faults.add(Plan::always(Fault::Silence))).count();
        assert_eq!(added, Faults::MAX_FAULTS);
    }
}
