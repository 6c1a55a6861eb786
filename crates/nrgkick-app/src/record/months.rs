//! Charges by month, and their sums.

use std::collections::BTreeMap;

use gateway_api::record::Charge;
use gateway_api::utc;

use super::cost::NoCost;
use super::money::Amount;
use super::zone::{Month, Zone};

/// What some charges have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Number of charges.
    pub count: usize,
    /// Energy of those that have one, Wh.
    pub energy_wh: u64,
    /// Number of those of which not all was seen, or whose energy is not known.
    pub incomplete: usize,
    /// Cost of those that have one.
    pub cost: Amount,
    /// Number of those that have none.
    pub without_cost: usize,
    /// Set if some of those have none only because it was not worked out yet.
    pub is_waiting: bool,
}

impl Sums {
    /// The sums of `charges`; `cost` says what each costs.
    pub fn of<'a>(
        charges: impl IntoIterator<Item = &'a Charge>,
        cost: impl Fn(&Charge) -> Result<Amount, NoCost>,
    ) -> Self {
        let mut sums = Self::default();
        for charge in charges {
            sums.count += 1;
            sums.energy_wh = sums.energy_wh.saturating_add(charge.energy_wh.unwrap_or_default());
            sums.incomplete += usize::from(!charge.complete || charge.energy_wh.is_none());
            match cost(charge) {
                Ok(amount) => sums.cost = sums.cost.plus(amount),
                Err(reason) => {
                    sums.without_cost += 1;
                    sums.is_waiting |= reason == NoCost::NotRead;
                }
            }
        }
        sums
    }
}

/// The month in which `charge` began, by the clocks of `zone`. Without a time it is that of 1970.
pub fn month(charge: &Charge, zone: Zone) -> Month {
    zone.month(utc::parse(&charge.start).unwrap_or_default())
}

/// The months of `charges`, the latest first, each with its charges in their order.
pub fn months(charges: &[Charge], zone: Zone) -> Vec<(Month, Vec<Charge>)> {
    let mut found: BTreeMap<Month, Vec<Charge>> = BTreeMap::new();
    for charge in charges {
        found.entry(month(charge, zone)).or_default().push(charge.clone());
    }
    found.into_iter().rev().collect()
}

/// The charges of each label, in the order of the labels; those without one last.
pub fn labels(charges: &[Charge]) -> Vec<(Option<String>, Vec<Charge>)> {
    let mut found: BTreeMap<(bool, &Option<String>), Vec<Charge>> = BTreeMap::new();
    for charge in charges {
        let key = (charge.label.is_none(), &charge.label);
        found.entry(key).or_default().push(charge.clone());
    }
    found.into_iter().map(|((_, label), charges)| (label.clone(), charges)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::money::Price;
    use super::super::sample::charge;
    use super::super::zone::tests::VIENNA;
    use super::*;

    fn begun(start: &str, energy_wh: Option<u64>, label: Option<&str>) -> Charge {
        Charge { start: start.into(), energy_wh, label: label.map(str::to_owned), ..charge() }
    }

    fn some() -> Vec<Charge> {
        vec![
            begun("2026-11-02T10:00:00Z", Some(4_000), Some("Anna")),
            begun("2026-11-01T10:00:00Z", Some(500), None),
            // Half past midnight on the first of November in Vienna.
            begun("2026-10-31T23:30:00Z", None, Some("Anna")),
            Charge { complete: false, ..begun("2026-10-01T10:00:00Z", Some(250), Some("Ben")) },
        ]
    }

    #[test]
    fn a_charge_is_of_the_month_in_which_it_began_here() {
        let months = months(&some(), VIENNA);
        let counts: Vec<_> =
            months.iter().map(|(month, charges)| (month.text(), charges.len())).collect();
        assert_eq!(counts, [("2026-11".to_owned(), 3), ("2026-10".to_owned(), 1)]);
        assert_eq!(months[0].1[0], some()[0], "the latest first, as before");
    }

    /// 4 kWh and 0.5 kWh at 0.31: 1.24 + 0.155, which is rounded to 0.16.
    #[test]
    fn sums_are_those_of_what_is_known_and_say_what_is_not() {
        let price = Price::parse("0.31").unwrap();
        let cost = |charge: &Charge| {
            let energy = charge.energy_wh.ok_or(NoCost::NoEnergy)?;
            Ok(Amount::of(&[(energy, price)]))
        };
        let sums = Sums::of(&some()[..3], cost);
        assert_eq!((sums.count, sums.energy_wh, sums.incomplete), (3, 4_500, 1));
        assert_eq!((sums.cost.text(), sums.without_cost), ("1.40".to_owned(), 1));
        assert!(!sums.is_waiting);
        assert_eq!(Sums::of(&some()[3..], cost).incomplete, 1);
        assert!(Sums::of(&some(), |_| Err(NoCost::NotRead)).is_waiting);
    }

    #[test]
    fn labels_are_in_their_order_and_those_without_come_last() {
        let labels = labels(&some());
        let counts: Vec<_> =
            labels.iter().map(|(label, charges)| (label.as_deref(), charges.len())).collect();
        assert_eq!(counts, [(Some("Anna"), 2), (Some("Ben"), 1), (None, 1)]);
    }
}
