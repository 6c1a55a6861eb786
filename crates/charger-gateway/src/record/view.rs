//! The record as the routes see it: what is in the file together with what is not written yet.

use std::sync::Arc;

use charge_record::curve::{self, Point};
use charge_record::store::{Page, Query, StoreError};
use charge_record::wall::Wall;
use charge_record::{Charge, ChargeId};
use gateway_api::record::{ChargeWithCurve, HistoryPoint};
use tokio::task::spawn_blocking;

use super::Record;

/// A page that is asked for; see [`Query`].
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) from: Wall,
    pub(crate) to: Wall,
    pub(crate) before: Option<(Wall, u64)>,
    pub(crate) limit: usize,
}

/// The reason for which a charge is not removed.
#[derive(Debug)]
pub(crate) enum NotRemoved {
    /// It runs.
    Runs,
    /// As said.
    Store(StoreError),
}

impl Record {
    /// A page of charges, the latest first; those that run and those that wait included.
    pub(crate) async fn charges(&self, serial: &str, asked: Asked) -> Result<Page, StoreError> {
        // Before the file: what is written meanwhile is then seen twice, and not never.
        let mut fresh = self.unwritten(serial);
        let (store, owned, query) = (Arc::clone(&self.store), serial.to_owned(), asked.clone());
        let page = spawn_blocking(move || {
            let Asked { from, to, before, limit } = query;
            store.charges(&Query { serial: &owned, from, to, before, limit })
        });
        let Page { mut charges, mut next } = joined(page.await)?;
        fresh.retain(|charge| {
            let place = (charge.start, charge.id.0);
            (asked.from..asked.to).contains(&charge.start)
                && asked.before.is_none_or(|before| place < before)
                && next.is_none_or(|next| place > next)
                && !charges.iter().any(|known| known.id == charge.id)
        });
        charges.extend(fresh);
        charges.sort_by_key(|charge| std::cmp::Reverse((charge.start, charge.id.0)));
        if charges.len() > asked.limit {
            charges.truncate(asked.limit);
            next = charges.last().map(|charge| (charge.start, charge.id.0));
        }
        Ok(Page { charges, next })
    }

    /// The last charge that has ended.
    #[cfg(feature = "mqtt")]
    pub(crate) async fn last_ended(&self, serial: &str) -> Result<Option<Charge>, StoreError> {
        // One alone can run.
        let asked = Asked { from: 0, to: Wall::MAX, before: None, limit: 2 };
        let page = self.charges(serial, asked).await?;
        Ok(page.charges.into_iter().find(|charge| charge.end.is_some()))
    }

    fn unwritten(&self, serial: &str) -> Vec<Charge> {
        let state = self.state();
        let running = state.books.values().filter_map(|book| book.running().map(|r| &r.charge));
        let waiting = state.pending.charges().map(|(charge, _)| charge);
        running.chain(waiting).filter(|charge| charge.serial == serial).cloned().collect()
    }

    /// A charge with its curve.
    pub(crate) async fn charge(
        &self,
        serial: &str,
        id: ChargeId,
    ) -> Result<ChargeWithCurve, StoreError> {
        let shown = |charge: &Charge, points: &[Point]| ChargeWithCurve {
            charge: charge.shown(),
            curve: curve::shown(points),
        };
        let is_it = |charge: &Charge| charge.serial == serial && charge.id == id;
        {
            let state = self.state();
            let mut running = state.books.values().filter_map(|book| book.running());
            if let Some(running) = running.find(|running| is_it(&running.charge)) {
                return Ok(shown(&running.charge, running.curve.points()));
            }
            if let Some((charge, points)) = state.pending.charges().find(|(c, _)| is_it(c)) {
                return Ok(shown(charge, points));
            }
        }
        let (store, serial) = (Arc::clone(&self.store), serial.to_owned());
        let (charge, points) = joined(spawn_blocking(move || store.charge(&serial, id)).await)?;
        Ok(shown(&charge, &points))
    }

    /// The last 24 h in points.
    pub(crate) fn points(
        &self,
        serial: &str,
        from: Wall,
        to: Wall,
        points: usize,
    ) -> Vec<HistoryPoint> {
        let state = self.state();
        let is_its = |unit: &charge_record::Unit| unit.serial == serial;
        let book = state.books.values().find(|book| book.unit().is_some_and(is_its));
        book.map(|book| book.ring().points(from, to, points)).unwrap_or_default()
    }

    /// Changes a label; when this returns, it is on the disk.
    pub(crate) async fn label(
        &self,
        serial: &str,
        id: ChargeId,
        label: Option<String>,
    ) -> Result<Charge, StoreError> {
        let labelled = if let Some(charge) = self.label_unwritten(serial, id, label.as_deref()) {
            self.commit().await.map(|()| charge)
        } else {
            let _one = self.committing.lock().await;
            let (store, serial) = (Arc::clone(&self.store), serial.to_owned());
            joined(spawn_blocking(move || store.label(&serial, id, label.as_deref())).await)
        };
        self.changed();
        labelled
    }

    fn label_unwritten(&self, serial: &str, id: ChargeId, label: Option<&str>) -> Option<Charge> {
        let is_it = |charge: &Charge| charge.serial == serial && charge.id == id;
        let mut state = self.state();
        for book in state.books.values_mut() {
            if book.running().is_some_and(|running| is_it(&running.charge)) {
                book.relabel(id, label);
                return book.running().map(|running| running.charge.clone());
            }
        }
        let charge = state.pending.charge_mut(is_it)?;
        charge.label = label.map(str::to_owned);
        Some(charge.clone())
    }

    /// Removes a charge, or all; when this returns, they are gone from the disk. One that runs stays.
    pub(crate) async fn remove(
        &self,
        serial: &str,
        id: Option<ChargeId>,
    ) -> Result<u64, NotRemoved> {
        let mut forgotten = 0;
        {
            let mut state = self.state();
            for book in state.books.values_mut() {
                let Some(running) = book.running() else { continue };
                let is_it = |id: ChargeId| running.charge.id == id;
                if running.charge.serial != serial || !id.is_none_or(is_it) {
                    continue;
                }
                if running.charge.end.is_some() {
                    book.forget(id);
                    forgotten += 1;
                } else if id.is_some() {
                    return Err(NotRemoved::Runs);
                }
            }
        }
        // What waits is written first, and what was forgotten is then no more in the file either.
        self.commit().await.map_err(NotRemoved::Store)?;
        let _one = self.committing.lock().await;
        let (store, serial) = (Arc::clone(&self.store), serial.to_owned());
        let removed = joined(spawn_blocking(move || store.delete(&serial, id)).await);
        self.changed();
        Ok(removed.map_err(NotRemoved::Store)? + forgotten)
    }
}

/// A panic while reading is a damaged file.
fn joined<T>(
    result: Result<Result<T, StoreError>, tokio::task::JoinError>,
) -> Result<T, StoreError> {
    result.unwrap_or_else(|panic| Err(StoreError::Damaged(panic.to_string())))
}
