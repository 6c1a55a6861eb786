//! Encodes a checked write as Modbus requests, adjacent registers in one.
//!
//! The charger's settings are in neighbouring registers. Adjacent settings of a write form one
//! request of function 16, which a device takes or refuses as a whole. A gap would have to be
//! filled with values that nobody asked for, so a new request begins after it.

use nrgkick_model::{Command, ControlWrite};

use modbus_client::Request;

/// Splits `write` into parts that each fit into one request, in the order of the registers.
pub(crate) fn parts(write: ControlWrite) -> Vec<ControlWrite> {
    let mut parts: Vec<(ControlWrite, u16)> = Vec::new();
    for command in write.commands() {
        let register = command.field().register;
        match parts.last_mut() {
            Some((part, end)) if *end == register.address => {
                *part = part.with(command);
                *end = register.end();
            }
            _ => parts.push((command.into(), register.end())),
        }
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

/// Returns the request for `write`: function 6 for a single register, else 16; `None` if it has
/// gaps.
pub(crate) fn request(write: &ControlWrite) -> Option<Request> {
    if parts(*write).len() != 1 {
        return None;
    }
    let mut writes = write.commands().map(Command::registers);
    let first = writes.next()?;
    let address = first.address;
    let mut words = first.words;
    words.extend(writes.flat_map(|next| next.words));
    Some(match words[..] {
        [word] => Request::WriteOne { address, word },
        _ => Request::WriteMany { address, words },
    })
}

#[cfg(test)]
mod tests {
    use nrgkick_model::command::{ChargingCurrent, EnergyLimit, PhaseCount};

    use super::*;

    fn requests(commands: &[Command]) -> Vec<Request> {
        let write = commands.iter().copied().fold(ControlWrite::new(), ControlWrite::with);
        parts(write).iter().filter_map(request).collect()
    }

    #[test]
    fn neighbours_go_together_and_a_gap_divides() {
        let current = Command::CurrentSet(ChargingCurrent::from_amperes(16.0).unwrap());
        let pause = Command::ChargePause(true);
        let limit = Command::EnergyLimit(EnergyLimit::from_watt_hours(0x1_0002).unwrap());
        let phases = Command::PhaseCount(PhaseCount::One);
        let one = |address, word| Request::WriteOne { address, word };
        let many = |address, words: &[u16]| Request::WriteMany { address, words: words.to_vec() };
        assert_eq!(requests(&[current]), [one(194, 160)]);
        assert_eq!(requests(&[pause]), [one(195, 1)]);
        assert_eq!(requests(&[limit]), [many(196, &[2, 1])]);
        assert_eq!(requests(&[phases]), [one(198, 1)]);
        assert_eq!(requests(&[phases, limit, pause, current]), [many(194, &[160, 1, 2, 1, 1])]);
        assert_eq!(requests(&[current, phases]), [one(194, 160), one(198, 1)]);
        assert_eq!(requests(&[current, pause, phases]), [many(194, &[160, 1]), one(198, 1)]);
        assert_eq!(requests(&[current, limit]), [one(194, 160), many(196, &[2, 1])]);
        assert_eq!(requests(&[]), []);
        assert_eq!(request(&ControlWrite::from(current).with(phases)), None);
    }
}
