//! The units that replies name.

/// The quantities of which several units are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Power,
    Energy,
    Share,
    Heat,
    Other,
}

/// Units with their multiple of the one that the charger's document has (or of the plain one).
const UNITS: &[(&str, Measure, f64)] = &[
    ("W", Measure::Power, 1.0),
    ("kW", Measure::Power, 1e3),
    ("MW", Measure::Power, 1e6),
    ("mW", Measure::Power, 1e-3),
    ("Wh", Measure::Energy, 1.0),
    ("kWh", Measure::Energy, 1e3),
    ("MWh", Measure::Energy, 1e6),
    ("%", Measure::Share, 1.0),
    ("°C", Measure::Heat, 1.0),
    ("℃", Measure::Heat, 1.0),
    ("V", Measure::Other, 1.0),
    ("A", Measure::Other, 1.0),
    ("mA", Measure::Other, 1e-3),
    ("Hz", Measure::Other, 1.0),
];

fn find(unit: &str) -> Option<(Measure, f64)> {
    let unit = unit.trim();
    let exact = UNITS.iter().find(|(name, ..)| *name == unit);
    // Upper and lower case decide between milli and mega, and nothing else.
    let like = || {
        UNITS
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(unit) && !unit.starts_with(['m', 'M']))
    };
    exact.or_else(like).map(|(_, measure, multiple)| (*measure, *multiple))
}

/// `true` for a unit that is known.
pub(super) fn is_known(unit: &str) -> bool {
    find(unit).is_some()
}

/// Returns the factor from `unit` to `wanted`, which is empty where the file does not tell.
///
/// # Errors
/// A message if the unit is not known, or is one of something else.
pub(super) fn factor(unit: &str, wanted: &str) -> Result<f64, String> {
    let known: Vec<_> = UNITS.iter().map(|(name, ..)| *name).collect();
    let (measure, multiple) = find(unit)
        .ok_or_else(|| format!("has the unit {unit:?}; known are {}", known.join(", ")))?;
    match find(wanted) {
        Some((other, _)) if other != measure => {
            Err(format!("has the unit {unit:?}, where {wanted} is wanted"))
        }
        _ => Ok(multiple),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_converted_or_refused() {
        for (unit, wanted, expected) in [
            ("kW", "W", Some(1000.0)),
            ("KW", "W", Some(1000.0)),
            ("kw", "", Some(1000.0)),
            ("MW", "W", Some(1e6)),
            ("mW", "W", Some(1e-3)),
            ("mw", "W", None),
            ("kWh", "Wh", Some(1000.0)),
            ("kWh", "W", None),
            ("W", "Wh", None),
            ("%", "%", Some(1.0)),
            ("A", "", Some(1.0)),
            ("apples", "", None),
        ] {
            assert_eq!(factor(unit, wanted).ok(), expected, "{unit} {wanted}");
        }
    }
}
