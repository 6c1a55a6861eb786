//! What follows from the charges that were read: sums, months, costs.

use gateway_api::record::{Charge, ChargeWithCurve};
use leptos::prelude::*;

use super::{HERE, Ledger};
use crate::record::cost::{self, NoCost};
use crate::record::money::Amount;
use crate::record::months::{self, Sums};
use crate::record::zone::Month;

impl Ledger {
    /// The charge that the place shows, as it was read last.
    pub fn shown(self) -> Option<ChargeWithCurve> {
        let id = self.place.with(|place| place.charge().map(str::to_owned))?;
        self.curves.with(|curves| curves.get(&id).cloned())
    }

    /// The cost of a charge; `None` without a price.
    pub fn cost(self, charge: &Charge) -> Option<Result<Amount, NoCost>> {
        let rates = self.tariff.get().rates()?;
        Some(self.curves.with(|curves| {
            let curve = curves.get(&charge.id).map(|read| &*read.curve);
            cost::cost(charge, curve, rates, HERE)
        }))
    }

    /// The sums of `charges`.
    pub fn sums(self, charges: &[Charge]) -> Sums {
        Sums::of(charges, |charge| self.cost(charge).unwrap_or(Err(NoCost::NoEnergy)))
    }

    /// The months of the charges that were read.
    pub fn months(self) -> Vec<(Month, Vec<Charge>)> {
        self.charges.with(|charges| months::months(charges, HERE))
    }

    /// The charges of `month` that were read.
    pub fn of_month(self, month: Month) -> Vec<Charge> {
        let is_of = |charge: &&Charge| months::month(charge, HERE) == month;
        self.charges.with(|charges| charges.iter().filter(is_of).cloned().collect())
    }

    /// The month of which not all charges were read.
    pub fn open_month(self) -> Option<Month> {
        self.next.get()?;
        self.charges.with(|charges| charges.last().map(|last| months::month(last, HERE)))
    }

    /// Whether charges of `month` may be among those that were not read.
    pub fn lacks(self, month: Month) -> bool {
        self.open_month().is_some_and(|open| month <= open)
    }
}
