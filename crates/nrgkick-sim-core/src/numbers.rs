//! The form in which numbers with decimals are printed, which is not known of real units.

use std::collections::BTreeMap;

use nrgkick_model::Field;
use nrgkick_model::field::{DocumentName, Kind};
use nrgkick_model::json::leaves;
use serde::{Deserialize, Serialize};

/// The form of numbers with decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbers {
    /// Prints a whole number as `6.0`, otherwise as `6`.
    pub point: bool,
    /// Number of decimals, always printed, by the path of the value. A value that is not named is
    /// printed with as many as it needs.
    pub decimals: BTreeMap<String, u8>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { point: true, decimals: BTreeMap::new() }
    }
}

impl Numbers {
    /// Most decimals; a float of the device has fewer that mean something.
    const MOST: u8 = 9;

    /// Checks paths and numbers; the error names the path.
    pub(crate) fn validate(&self) -> Result<(), String> {
        for (path, decimals) in &self.decimals {
            if Field::at(path).is_none_or(|field| field.kind != Kind::Decimal) {
                return Err(format!("`{path}` is no path of a value with decimals"));
            }
            if *decimals > Self::MOST {
                return Err(format!("{path}: {decimals} decimals are more than {}", Self::MOST));
            }
        }
        Ok(())
    }

    /// Returns `body`, a printed `document`, with its numbers in this form.
    pub(crate) fn print(&self, document: DocumentName, body: String) -> String {
        if *self == Self::default() {
            return body;
        }
        let mut printed = body.clone();
        // From the end on, so that places before stay what they are.
        for leaf in leaves(&body).unwrap_or_default().into_iter().rev() {
            let path = format!("{document}.{}", leaf.path);
            let is_decimal = Field::at(&path).is_some_and(|field| field.kind == Kind::Decimal);
            let number: Option<f64> = body[leaf.range.clone()].parse().ok();
            if let Some(number) = number.filter(|_| is_decimal) {
                let text = match self.decimals.get(&path) {
                    Some(decimals) => format!("{number:.*}", usize::from(*decimals)),
                    None if !self.point && number.fract() == 0.0 => format!("{number:.0}"),
                    None => continue,
                };
                printed.replace_range(leaf.range, &text);
            }
        }
        printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_asked() {
        let body = r#"{"current_set":6.0,"energy_limit":5}"#;
        let print = |numbers: Numbers| numbers.print(DocumentName::Control, body.to_owned());
        assert_eq!(print(Numbers::default()), body);
        let bare = Numbers { point: false, ..Numbers::default() };
        assert_eq!(print(bare), r#"{"current_set":6,"energy_limit":5}"#);
        let decimals: BTreeMap<_, _> = [("control.current_set".to_owned(), 3)].into();
        let fixed = Numbers { decimals, ..Numbers::default() };
        assert_eq!(print(fixed.clone()), r#"{"current_set":6.000,"energy_limit":5}"#);
        assert_eq!(fixed.validate(), Ok(()));
        for (path, number) in [("control.energy_limit", 1), ("control.current_set", 10)] {
            let decimals = [(path.to_owned(), number)].into();
            let wrong = Numbers { decimals, ..Numbers::default() };
            assert!(wrong.validate().unwrap_err().contains(path));
        }
    }
}
