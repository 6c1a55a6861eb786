//! What is read, each function in one transaction.

use redb::{Database, ReadTransaction, ReadableDatabase as _, TableError};

use super::tables::{BY_START, CHARGES, CURVES, NAMES, RUNNING, SAMPLES, SERIALS};
use super::{Kept, StoreError};
use crate::charge::{Charge, ChargeId};
use crate::curve::{self, Curve, Point};
use crate::reading::Unit;
use crate::running::Running;
use crate::sample::Sample;
use crate::wall::Wall;

/// A request for a page of charges, the latest first.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The charger.
    pub serial: &'a str,
    /// They started at or after this.
    pub from: Wall,
    /// They started before this.
    pub to: Wall,
    /// They stand behind this place; see [`Page::next`].
    pub before: Option<(Wall, u64)>,
    /// At most so many.
    pub limit: usize,
}

/// A page of charges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The charges, the latest first.
    pub charges: Vec<Charge>,
    /// The place behind which the next page begins; `None` on the last.
    pub next: Option<(Wall, u64)>,
}

pub(super) fn charges(database: &Database, query: &Query<'_>) -> Result<Page, StoreError> {
    let transaction = begin(database)?;
    let Some(number) = number(&transaction, query.serial)? else { return Ok(Page::default()) };
    let (Some(by_start), Some(charges)) =
        (table(transaction.open_table(BY_START))?, table(transaction.open_table(CHARGES))?)
    else {
        return Ok(Page::default());
    };
    let least = (number, query.from, 0);
    let until = query.before.unwrap_or((query.to, 0)).min((query.to, 0));
    let most = (number, until.0, until.1);
    let mut page = Page::default();
    if most <= least {
        return Ok(page);
    }
    for entry in by_start.range(least..most).map_err(redb::Error::from)?.rev() {
        let (_, start, id) = entry.map_err(redb::Error::from)?.0.value();
        if page.charges.len() >= query.limit {
            page.next = page.charges.last().map(|charge| (charge.start, charge.id.0));
            break;
        }
        match charges.get(id).map_err(redb::Error::from)? {
            Some(bytes) => page.charges.push(serde_json::from_slice(bytes.value())?),
            None => return Err(StoreError::Damaged(format!("no charge {id:016x} at {start}"))),
        }
    }
    Ok(page)
}

pub(super) fn charge(
    database: &Database,
    serial: &str,
    id: ChargeId,
) -> Result<(Charge, Vec<Point>), StoreError> {
    let transaction = begin(database)?;
    let charges = table(transaction.open_table(CHARGES))?.ok_or(StoreError::Unknown)?;
    let bytes = charges.get(id.0).map_err(redb::Error::from)?.ok_or(StoreError::Unknown)?;
    let charge: Charge = serde_json::from_slice(bytes.value())?;
    if charge.serial != serial {
        return Err(StoreError::Unknown);
    }
    Ok((charge, points(&transaction, id)?))
}

pub(super) fn kept(database: &Database, name: &str) -> Result<Option<Kept>, StoreError> {
    let transaction = begin(database)?;
    let Some(names) = table(transaction.open_table(NAMES))? else { return Ok(None) };
    let Some(unit) = names.get(name).map_err(redb::Error::from)? else { return Ok(None) };
    let (serial, simulated) = unit.value();
    kept_of(database, &Unit { serial: serial.to_owned(), simulated }).map(Some)
}

pub(super) fn kept_of(database: &Database, unit: &Unit) -> Result<Kept, StoreError> {
    let transaction = begin(database)?;
    let mut kept = Kept { unit: unit.clone(), running: None, samples: Vec::new() };
    let Some(number) = number(&transaction, &unit.serial)? else { return Ok(kept) };
    if let Some(running) = table(transaction.open_table(RUNNING))?
        && let Some(bytes) = running.get(number).map_err(redb::Error::from)?
    {
        let mut running: Running = serde_json::from_slice(bytes.value())?;
        running.curve = Curve::resumed(points(&transaction, running.charge.id)?);
        kept.running = Some(running);
    }
    if let Some(samples) = table(transaction.open_table(SAMPLES))? {
        for entry in samples.range((number, 0)..=(number, u64::MAX)).map_err(redb::Error::from)? {
            kept.samples.extend(Sample::read_all(entry.map_err(redb::Error::from)?.1.value()));
        }
    }
    Ok(kept)
}

fn points(transaction: &ReadTransaction, id: ChargeId) -> Result<Vec<Point>, StoreError> {
    let Some(curves) = table(transaction.open_table(CURVES))? else { return Ok(Vec::new()) };
    let bytes = curves.get(id.0).map_err(redb::Error::from)?;
    Ok(bytes.map(|bytes| curve::read(bytes.value())).unwrap_or_default())
}

fn number(transaction: &ReadTransaction, serial: &str) -> Result<Option<u32>, StoreError> {
    let Some(serials) = table(transaction.open_table(SERIALS))? else { return Ok(None) };
    let number = serials.get(serial).map_err(redb::Error::from)?;
    Ok(number.map(|number| number.value()))
}

fn begin(database: &Database) -> Result<ReadTransaction, StoreError> {
    Ok(database.begin_read().map_err(redb::Error::from)?)
}

/// A table that nothing was ever written to is none.
fn table<T>(opened: Result<T, TableError>) -> Result<Option<T>, StoreError> {
    match opened {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(redb::Error::from(error).into()),
    }
}
