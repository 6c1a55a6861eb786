//! What is written, each function in one transaction.

use redb::{Database, ReadableTable as _, WriteTransaction};

use super::tables::{BY_START, CHARGES, CURVES, NAMES, RUNNING, SAMPLES, SERIALS};
use super::{Batch, StoreError};
use crate::charge::{Charge, ChargeId};
use crate::curve;
use crate::ring::KEPT_S;
use crate::sample::{SAMPLE_BYTES, Sample};
use crate::wall::Wall;

/// Curves that one call removes at most, so that no commit takes long.
const PRUNED: usize = 1_000;

pub(super) fn commit(database: &Database, batch: &Batch) -> Result<(), StoreError> {
    let transaction = begin(database)?;
    for (charge, points) in &batch.closed {
        let number = number(&transaction, &charge.serial)?;
        put_charge(&transaction, number, charge)?;
        put_curve(&transaction, charge.id, points)?;
    }
    for (unit, running) in &batch.running {
        let number = number(&transaction, &unit.serial)?;
        let mut table = transaction.open_table(RUNNING).map_err(redb::Error::from)?;
        match running {
            Some(running) => {
                let bytes = serde_json::to_vec(running)?;
                table.insert(number, bytes.as_slice()).map_err(redb::Error::from)?;
                put_curve(&transaction, running.charge.id, running.curve.points())?;
            }
            None => {
                table.remove(number).map_err(redb::Error::from)?;
            }
        }
    }
    for (unit, samples) in &batch.samples {
        let number = number(&transaction, &unit.serial)?;
        put_samples(&transaction, number, samples)?;
    }
    for (name, unit) in &batch.names {
        let mut table = transaction.open_table(NAMES).map_err(redb::Error::from)?;
        let unit = (unit.serial.as_str(), unit.simulated);
        table.insert(name.as_str(), unit).map_err(redb::Error::from)?;
    }
    Ok(transaction.commit().map_err(redb::Error::from)?)
}

pub(super) fn label(
    database: &Database,
    serial: &str,
    id: ChargeId,
    label: Option<&str>,
) -> Result<Charge, StoreError> {
    let transaction = begin(database)?;
    let mut charge = find(&transaction, serial, id)?.ok_or(StoreError::Unknown)?;
    charge.label = label.map(str::to_owned);
    let number = number(&transaction, serial)?;
    put_charge(&transaction, number, &charge)?;
    transaction.commit().map_err(redb::Error::from)?;
    Ok(charge)
}

pub(super) fn delete(
    database: &Database,
    serial: &str,
    id: Option<ChargeId>,
) -> Result<u64, StoreError> {
    let transaction = begin(database)?;
    let number = number(&transaction, serial)?;
    let doomed: Vec<(i64, u64)> = match id {
        Some(id) => find(&transaction, serial, id)?
            .map(|charge| (charge.start, charge.id.0))
            .into_iter()
            .collect(),
        None => {
            let table = transaction.open_table(BY_START).map_err(redb::Error::from)?;
            let range = table.range((number, i64::MIN, 0)..=(number, i64::MAX, u64::MAX));
            let mut doomed = Vec::new();
            for entry in range.map_err(redb::Error::from)? {
                let (_, start, id) = entry.map_err(redb::Error::from)?.0.value();
                doomed.push((start, id));
            }
            doomed
        }
    };
    for (start, id) in &doomed {
        let mut by_start = transaction.open_table(BY_START).map_err(redb::Error::from)?;
        by_start.remove((number, *start, *id)).map_err(redb::Error::from)?;
        let mut charges = transaction.open_table(CHARGES).map_err(redb::Error::from)?;
        charges.remove(*id).map_err(redb::Error::from)?;
        let mut curves = transaction.open_table(CURVES).map_err(redb::Error::from)?;
        curves.remove(*id).map_err(redb::Error::from)?;
    }
    transaction.commit().map_err(redb::Error::from)?;
    Ok(u64::try_from(doomed.len()).unwrap_or(u64::MAX))
}

pub(super) fn prune(database: &Database, before: Wall) -> Result<u64, StoreError> {
    let transaction = begin(database)?;
    let mut pruned = 0;
    {
        let mut curves = transaction.open_table(CURVES).map_err(redb::Error::from)?;
        let mut doomed = Vec::new();
        for entry in curves.iter().map_err(redb::Error::from)? {
            let (id, bytes) = entry.map_err(redb::Error::from)?;
            let starts = bytes.value().first_chunk::<8>().map(|at| Wall::from_le_bytes(*at));
            if starts.is_some_and(|start| start < before) {
                doomed.push(id.value());
            }
            if doomed.len() >= PRUNED {
                break;
            }
        }
        for id in doomed {
            curves.remove(id).map_err(redb::Error::from)?;
            pruned += 1;
        }
    }
    if pruned > 0 {
        transaction.commit().map_err(redb::Error::from)?;
    }
    Ok(pruned)
}

/// Begins a transaction with all tables, so that reads find each.
fn begin(database: &Database) -> Result<WriteTransaction, StoreError> {
    let transaction = database.begin_write().map_err(redb::Error::from)?;
    transaction.open_table(CHARGES).map_err(redb::Error::from)?;
    transaction.open_table(BY_START).map_err(redb::Error::from)?;
    transaction.open_table(CURVES).map_err(redb::Error::from)?;
    transaction.open_table(SERIALS).map_err(redb::Error::from)?;
    transaction.open_table(NAMES).map_err(redb::Error::from)?;
    transaction.open_table(RUNNING).map_err(redb::Error::from)?;
    transaction.open_table(SAMPLES).map_err(redb::Error::from)?;
    Ok(transaction)
}

/// The number of a charger, a new one if it has none.
fn number(transaction: &WriteTransaction, serial: &str) -> Result<u32, StoreError> {
    let mut table = transaction.open_table(SERIALS).map_err(redb::Error::from)?;
    if let Some(number) = table.get(serial).map_err(redb::Error::from)? {
        return Ok(number.value());
    }
    let mut next = 0;
    for entry in table.iter().map_err(redb::Error::from)? {
        next = next.max(entry.map_err(redb::Error::from)?.1.value() + 1);
    }
    table.insert(serial, next).map_err(redb::Error::from)?;
    Ok(next)
}

fn find(
    transaction: &WriteTransaction,
    serial: &str,
    id: ChargeId,
) -> Result<Option<Charge>, StoreError> {
    let table = transaction.open_table(CHARGES).map_err(redb::Error::from)?;
    let found = table.get(id.0).map_err(redb::Error::from)?;
    let Some(bytes) = found else { return Ok(None) };
    let charge: Charge = serde_json::from_slice(bytes.value())?;
    Ok(Some(charge).filter(|charge| charge.serial == serial))
}

fn put_charge(
    transaction: &WriteTransaction,
    number: u32,
    charge: &Charge,
) -> Result<(), StoreError> {
    let mut charges = transaction.open_table(CHARGES).map_err(redb::Error::from)?;
    let bytes = serde_json::to_vec(charge)?;
    charges.insert(charge.id.0, bytes.as_slice()).map_err(redb::Error::from)?;
    let mut by_start = transaction.open_table(BY_START).map_err(redb::Error::from)?;
    by_start.insert((number, charge.start, charge.id.0), ()).map_err(redb::Error::from)?;
    Ok(())
}

fn put_curve(
    transaction: &WriteTransaction,
    id: ChargeId,
    points: &[curve::Point],
) -> Result<(), StoreError> {
    let mut curves = transaction.open_table(CURVES).map_err(redb::Error::from)?;
    curves.insert(id.0, curve::write(points).as_slice()).map_err(redb::Error::from)?;
    Ok(())
}

/// Adds a block, and removes blocks from the front that are older than a day.
fn put_samples(
    transaction: &WriteTransaction,
    number: u32,
    samples: &[Sample],
) -> Result<(), StoreError> {
    let Some(newest) = samples.last() else { return Ok(()) };
    let mut bytes = Vec::with_capacity(samples.len() * SAMPLE_BYTES);
    samples.iter().for_each(|sample| sample.write(&mut bytes));
    let mut table = transaction.open_table(SAMPLES).map_err(redb::Error::from)?;
    let all = (number, 0)..=(number, u64::MAX);
    let (mut next, mut old) = (0, Vec::new());
    for entry in table.range(all).map_err(redb::Error::from)? {
        let (key, block) = entry.map_err(redb::Error::from)?;
        next = key.value().1 + 1;
        // Recorded more than a day ago, or by a clock that was ahead.
        let last = Sample::read_all(block.value()).last();
        if last.is_none_or(|last| last.at < newest.at - KEPT_S || last.at > newest.at) {
            old.push(key.value());
        }
    }
    for key in old {
        table.remove(key).map_err(redb::Error::from)?;
    }
    table.insert((number, next), bytes.as_slice()).map_err(redb::Error::from)?;
    Ok(())
}
