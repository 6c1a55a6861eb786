//! Decides if an observation is acceptable for a value: one rule for polled, pushed, fixed and
//! computed values.

use nrgkick_model::custom_api::{DeviceKind, Observed, Place};

use super::adjust::Adjust;
use super::{Bounds, Value};

impl Value {
    /// Converts an observation and checks it against the field and the bounds; 0 and 1 become a
    /// switch where the field is one.
    ///
    /// # Errors
    /// A message with the observation and what is allowed.
    pub fn take(&self, observed: Observed) -> Result<Observed, String> {
        // A switch that comes as 0 or 1 is turned over as a switch.
        let observed = self.accept_kind(observed);
        self.accept(adjusted(self.adjust, observed)?)
    }

    /// As [`take`](Self::take), without converting.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn accept(&self, observed: Observed) -> Result<Observed, String> {
        accept(self.place, self.bounds, observed)
    }

    fn accept_kind(&self, observed: Observed) -> Observed {
        as_flag(self.place.map(|place| place.field().kind), observed)
    }
}

/// Converts an observation.
pub(super) fn adjusted(adjust: Adjust, observed: Observed) -> Result<Observed, String> {
    match observed {
        Observed::Flag(flag) => Ok(adjust.flag(flag)),
        Observed::Number(number) => {
            adjust.number(number).ok_or_else(|| format!("{number}{adjust} is no finite number"))
        }
    }
}

/// Registers and many devices write a switch as 0 or 1.
fn as_flag(kind: Option<DeviceKind>, observed: Observed) -> Observed {
    match (kind, observed) {
        (Some(DeviceKind::Flag), Observed::Number(number)) if number == 0.0 || number == 1.0 => {
            Observed::Flag(number == 1.0)
        }
        _ => observed,
    }
}

pub(super) fn accept(
    place: Option<Place>,
    bounds: Bounds,
    observed: Observed,
) -> Result<Observed, String> {
    let kind = place.map(|place| place.field().kind);
    let observed = match (kind, observed) {
        (None, Observed::Flag(flag)) => return Err(format!("{flag} is not a number")),
        _ => as_flag(kind, observed),
    };
    if let Observed::Number(number) = observed {
        match (bounds.min, bounds.max) {
            (Some(min), _) if number < min => {
                return Err(format!("{number} is below min = {min}, so it counts as no value"));
            }
            (_, Some(max)) if number > max => {
                return Err(format!("{number} is above max = {max}, so it counts as no value"));
            }
            _ => {}
        }
    }
    match place {
        Some(place) => {
            place.field().fit(observed).map(|_| observed).map_err(|misfit| misfit.to_string())
        }
        None => Ok(observed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_a_value_is_taken_and_nothing_is_cut_to_fit() {
        let bounds = Bounds { min: Some(-5.0), max: Some(10_000.0) };
        let number = Observed::Number;
        let power: Place = "inverters.0.inv_power_ac_w".parse().unwrap();
        let switch: Place = "inverters.0.battery_connected".parse().unwrap();
        let charge: Place = "batteries.0.soc".parse().unwrap();
        for (place, observed, expected) in [
            (Some(power), number(10_000.0), Ok(number(10_000.0))),
            (Some(power), number(10_000.1), Err("above max = 10000")),
            (None, number(-5.1), Err("below min = -5")),
            (None, number(-5.0), Ok(number(-5.0))),
            (None, Observed::Flag(true), Err("true is not a number")),
            (Some(switch), number(1.0), Ok(Observed::Flag(true))),
            (Some(switch), number(0.0), Ok(Observed::Flag(false))),
            (Some(switch), number(2.0), Err("not true or false")),
            (Some(charge), number(101.0), Err("from 0 to 100 %")),
        ] {
            match (accept(place, bounds, observed), expected) {
                (Err(error), Err(words)) => assert!(error.contains(words), "{error}"),
                (found, expected) => assert_eq!(found, expected.map_err(str::to_owned)),
            }
        }
    }
}
