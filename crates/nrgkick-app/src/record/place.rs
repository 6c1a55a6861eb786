//! What of the record is seen, as the address bar names it behind the screen's own address.

use gateway_api::record::is_charge_id;

use super::zone::Month;

/// A part of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The curve of now, and the list.
    List,
    /// A charge, by its id.
    Charge(String),
    /// The sheet of a month.
    MonthSheet(Month),
    /// The sheet of a charge.
    ChargeSheet(String),
}

const SHEET: &str = "sheet-";

impl Place {
    /// The part that is named behind the screen's address; the list where there is no such part.
    pub fn parse(name: &str) -> Self {
        let sheet = name.strip_prefix(SHEET);
        let named = sheet.unwrap_or(name);
        match (sheet, Month::parse(named), is_charge_id(named)) {
            (Some(_), Some(month), _) => Self::MonthSheet(month),
            (Some(_), None, true) => Self::ChargeSheet(named.to_owned()),
            (None, _, true) => Self::Charge(named.to_owned()),
            _ => Self::List,
        }
    }

    /// Its name, which [`Place::parse`] reads.
    pub fn name(&self) -> String {
        match self {
            Self::List => String::new(),
            Self::Charge(id) => id.clone(),
            Self::MonthSheet(month) => format!("{SHEET}{}", month.text()),
            Self::ChargeSheet(id) => format!("{SHEET}{id}"),
        }
    }

    /// The id of the charge that it shows.
    pub fn charge(&self) -> Option<&str> {
        match self {
            Self::Charge(id) | Self::ChargeSheet(id) => Some(id),
            Self::List | Self::MonthSheet(_) => None,
        }
    }

    /// Whether it is a sheet.
    pub const fn is_sheet(&self) -> bool {
        matches!(self, Self::MonthSheet(_) | Self::ChargeSheet(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_name_and_the_rest_is_the_list() {
        let id = "0123456789abcdef";
        for place in [
            Place::List,
            Place::Charge(id.to_owned()),
            Place::MonthSheet(Month { year: 2026, month: 11 }),
            Place::ChargeSheet(id.to_owned()),
        ] {
            assert_eq!(Place::parse(&place.name()), place);
        }
        for rest in ["2026-11", "sheet-", "0123", "../../control/xx", "0123456789ABCDEF", "sheet-x"]
        {
            assert_eq!(Place::parse(rest), Place::List, "{rest}");
        }
    }
}
