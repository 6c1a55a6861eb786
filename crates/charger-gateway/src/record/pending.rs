//! What is not written yet. Bounded: where a disk has no room for long, curves go first, then looks.

use std::collections::{BTreeMap, HashMap, HashSet};

use charge_record::curve::Point;
use charge_record::store::Batch;
use charge_record::{Book, Charge, Sample, Unit};

/// Looks of one charger at most, a day of them.
const LOOKS: usize = 8_640;
/// Closed charges at most, and those of them with a curve.
const CLOSED: usize = 1_000;
const CURVES: usize = 50;

#[derive(Debug, Default)]
pub(super) struct Pending {
    closed: Vec<(Charge, Vec<Point>)>,
    looks: HashMap<String, (Unit, Vec<Sample>)>,
    names: BTreeMap<String, Unit>,
    /// Chargers for which the file may have a charge that runs.
    running: HashSet<String>,
    /// Chargers that are gone from their name, so that nothing of them runs.
    left: Vec<Unit>,
}

impl Pending {
    /// Number of changes that wait, looks aside.
    pub(super) fn len(&self) -> usize {
        self.closed.len() + self.names.len() + self.left.len()
    }

    pub(super) fn closed(&mut self, charge: Charge, curve: Vec<Point>) {
        self.closed.push((charge, curve));
        let full = self.closed.len().saturating_sub(CURVES);
        self.closed.iter_mut().take(full).for_each(|(_, curve)| curve.clear());
        let most = self.closed.len().saturating_sub(CLOSED);
        self.closed.drain(..most);
    }

    pub(super) fn looked(&mut self, unit: &Unit, sample: Sample) {
        let entry = self.looks.entry(unit.serial.clone());
        let (_, looks) = entry.or_insert_with(|| (unit.clone(), Vec::new()));
        if looks.len() >= LOOKS {
            looks.remove(0);
        }
        looks.push(sample);
    }

    pub(super) fn named(&mut self, name: &str, unit: &Unit) {
        self.names.insert(name.to_owned(), unit.clone());
        self.running.insert(unit.serial.clone());
    }

    pub(super) fn stopped(&mut self, unit: &Unit) {
        self.left.push(unit.clone());
    }

    /// Charges that are closed and wait.
    pub(super) fn charges(&self) -> impl Iterator<Item = &(Charge, Vec<Point>)> {
        self.closed.iter()
    }

    pub(super) fn charge_mut(&mut self, is_it: impl Fn(&Charge) -> bool) -> Option<&mut Charge> {
        self.closed.iter_mut().map(|(charge, _)| charge).find(|charge| is_it(charge))
    }

    /// Everything that waits, with what runs in `books`.
    pub(super) fn batch<'a>(&self, books: impl Iterator<Item = &'a Book>) -> Batch {
        let mut running: Vec<_> = self.left.iter().map(|unit| (unit.clone(), None)).collect();
        for book in books {
            let Some(unit) = book.unit() else { continue };
            if book.running().is_some() || self.running.contains(&unit.serial) {
                running.push((unit.clone(), book.running().cloned()));
            }
        }
        Batch {
            closed: self.closed.clone(),
            running,
            samples: self.looks.values().cloned().collect(),
            names: self.names.iter().map(|(name, unit)| (name.clone(), unit.clone())).collect(),
        }
    }

    /// Forgets what was written in `batch`; what came meanwhile stays.
    pub(super) fn written(&mut self, batch: &Batch) {
        self.closed.retain(|waiting| !batch.closed.contains(waiting));
        for (unit, written) in &batch.samples {
            if let Some((_, looks)) = self.looks.get_mut(&unit.serial) {
                looks.drain(..written.len().min(looks.len()));
            }
        }
        self.looks.retain(|_, (_, looks)| !looks.is_empty());
        self.names.retain(|name, unit| !batch.names.contains(&(name.clone(), unit.clone())));
        self.left.retain(|unit| !batch.running.iter().any(|(other, _)| other == unit));
        for (unit, running) in &batch.running {
            match running {
                Some(_) => self.running.insert(unit.serial.clone()),
                None => self.running.remove(&unit.serial),
            };
        }
    }
}
