//! Faults of Modbus replies: the kinds, and the plans that choose the replies.
//!
//! Not here: the bytes of a faulty reply, see `script`.

use std::num::NonZeroU32;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::codec;

/// A fault of one exchange. The request is carried out unless stated otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No reply, and the request is not carried out.
    Silence,
    /// The request is carried out and its reply is never sent. Writes only.
    ApplyAndLose,
    /// The reply is delayed by this time; requests behind it wait.
    Late(Duration),
    /// The reply has another transaction number.
    WrongTransaction,
    /// The reply has another unit id.
    WrongUnit,
    /// The reply has another function code; for a read, one whose reply has the same form.
    WrongFunction,
    /// The protocol number is 1.
    WrongProtocol,
    /// The header has this length. A longer reply is cut there, a shorter one is never completed.
    Length(u16),
    /// The byte count of a read is off by this number; everything else is right.
    ByteCount(i8),
    /// A read has one register too few; all lengths match.
    FewerRegisters,
    /// A read has one register too many; all lengths match.
    MoreRegisters,
    /// The reply is sent in segments of one byte.
    ByteByByte,
    /// The reply is sent twice in one segment, the second time with the transaction number that the
    /// client's next request may have.
    TwoInOne,
    /// The reply is random bytes.
    Garbage,
    /// The reply is that of a web server, which then closes the connection.
    HttpText,
    /// The header has length 65535, and one byte is sent at this interval.
    Endless(Duration),
    /// The connection is reset instead of a reply; the request is not carried out.
    ResetBefore,
    /// The connection is reset after half of the reply.
    ResetInside,
    /// The connection is reset after the reply.
    ResetAfter,
    /// The connection is closed normally instead of a reply; the request is not carried out.
    CloseBefore,
    /// The connection is closed normally after half of the reply.
    CloseInside,
    /// A write is carried out and the reply echoes another value.
    EchoOther,
    /// The reply is this exception; the request is not carried out.
    Exception(u8),
    /// The reply is an exception without its code; the request is not carried out.
    ExceptionWithoutCode,
}

impl Fault {
    /// `true` if the request is carried out.
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

    /// `true` if the fault can apply to a request with this function code.
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

/// The requests that a plan applies to.
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

/// A fault with the choice of its replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The fault.
    pub fault: Fault,
    /// Count of replies; `None` means until faults are cleared.
    pub count: Option<NonZeroU32>,
    /// Applies to one reply in so many, at random; 1 is every one.
    pub every: NonZeroU32,
    /// Seed of that randomness, so that a run can be repeated.
    pub seed: u64,
    /// Limits the plan to reads or writes.
    pub on: On,
}

impl Plan {
    /// Applies `fault` to every reply.
    pub const fn always(fault: Fault) -> Self {
        Self { fault, count: None, every: NonZeroU32::MIN, seed: 0, on: On::All }
    }

    /// Applies `fault` to the next reply that can have it.
    pub const fn once(fault: Fault) -> Self {
        Self { count: Some(NonZeroU32::MIN), ..Self::always(fault) }
    }

    /// Applies `fault` to one reply in `every`, at random from `seed`.
    pub const fn one_in(every: NonZeroU32, fault: Fault, seed: u64) -> Self {
        Self { every, seed, ..Self::always(fault) }
    }
}

/// The active plans, and a delay of every reply.
#[derive(Debug, Default)]
pub(super) struct Faults {
    plans: Vec<(Plan, StdRng)>,
    pub(super) delay: Duration,
}

impl Faults {
    /// Most plans at a time; more than any test needs.
    const MAX_FAULTS: usize = 64;

    /// Adds a plan behind the active ones; returns `false` if there are too many.
    pub(super) fn add(&mut self, plan: Plan) -> bool {
        let room = self.plans.len() < Self::MAX_FAULTS;
        if room {
            self.plans.push((plan, StdRng::seed_from_u64(plan.seed)));
        }
        room
    }

    /// Returns the fault of the next reply: that of the first plan that applies.
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
