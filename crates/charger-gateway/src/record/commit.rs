//! When the record is written, by one task, off the runtime's thread, one commit at a time.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use charge_record::store::{Batch, StoreError};
use charge_record::{Book, wall};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};

use super::{Record, poll};
use crate::fleet::Fleet;

/// Time from one commit to the next while a charge runs.
const WHILE_CHARGING: Duration = Duration::from_secs(300);
/// The same while none does.
const ELSE: Duration = Duration::from_secs(900);
/// Time until a commit that failed is tried again.
const AGAIN: Duration = Duration::from_secs(30);
/// Limit for the last commit when the server stops.
const LAST: Duration = Duration::from_secs(3);
/// Curves are removed only by a clock that was right for so long: one that is wrong by a year must
/// not cost them.
const STEADY: Duration = Duration::from_secs(86_400);

impl Record {
    /// Writes what waits, now, and returns when it is on the disk or cannot be.
    pub(crate) async fn commit(&self) -> Result<(), StoreError> {
        let _one = self.committing.lock().await;
        let batch = {
            let state = self.state();
            state.pending.batch(state.books.values())
        };
        if batch.is_empty() {
            return Ok(());
        }
        let batch = Arc::new(batch);
        let (store, written) = (Arc::clone(&self.store), Arc::clone(&batch));
        let result = spawn_blocking(move || store.commit(&written)).await;
        let result = result.unwrap_or_else(|panic| Err(StoreError::Damaged(panic.to_string())));
        self.committed(&batch, result.clone());
        result
    }

    fn committed(&self, batch: &Batch, result: Result<(), StoreError>) {
        let mut state = self.state();
        match result {
            Ok(()) => {
                state.pending.written(batch);
                state.committed = Some(SystemTime::now());
                if state.error.take().is_some() {
                    tracing::info!("the record is written again");
                }
            }
            Err(error) => {
                if state.error.as_ref() != Some(&error) {
                    tracing::error!(%error, "the record is not written; it is tried again");
                }
                state.error = Some(error);
            }
        }
    }

    /// The bytes of the file, with everything that waited.
    pub(crate) async fn backup(&self) -> Result<Vec<u8>, StoreError> {
        self.commit().await?;
        // Between two commits the file does not change.
        let _one = self.committing.lock().await;
        let path = self.path.clone();
        let read = spawn_blocking(move || std::fs::read(path)).await;
        let read = read.map_err(|panic| StoreError::Failed(panic.to_string()))?;
        read.map_err(|error| StoreError::from(&error))
    }

    /// Writes what waits when the server stops.
    pub(crate) async fn flush(&self) {
        if timeout(LAST, self.commit()).await.is_err() {
            tracing::warn!("the record was not written to its end");
        }
    }

    fn is_charging(&self) -> bool {
        let runs = |book: &Book| book.running().is_some_and(|r| r.charge.end.is_none());
        self.state().books.values().any(runs)
    }
}

/// Keeps the record until it is dropped.
pub(crate) async fn keep(record: Arc<Record>, fleet: Fleet, limit: Duration) {
    let (mut tasks, mut looked_at) = (JoinSet::new(), Vec::new());
    let (begun, mut last) = (Instant::now(), Instant::now());
    let mut failed = false;
    let postman = record.postman.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(postman) = postman {
        tasks.spawn(postman.run());
    }
    loop {
        for handle in fleet.all() {
            if !looked_at.contains(&handle.known.name) {
                looked_at.push(handle.known.name.clone());
                tasks.spawn(poll::follow(Arc::clone(&record), handle, begun, limit));
            }
        }
        let is_urgent = tokio::select! {
            () = record.wake.notified() => true,
            () = sleep(Duration::from_secs(1)) => false,
        };
        let pause = match (failed, record.is_charging()) {
            (true, _) => AGAIN,
            (false, true) => WHILE_CHARGING,
            (false, false) => ELSE,
        };
        if (is_urgent && !failed) || last.elapsed() >= pause {
            last = Instant::now();
            failed = record.commit().await.is_err();
            prune(&record, begun).await;
        }
    }
}

async fn prune(record: &Record, begun: Instant) {
    if begun.elapsed() < STEADY {
        return;
    }
    let keep = i64::try_from(record.keep.as_secs()).unwrap_or(i64::MAX);
    let before = wall::of(SystemTime::now()).saturating_sub(keep);
    let store = Arc::clone(&record.store);
    // What is not removed now is removed later.
    let _ = spawn_blocking(move || store.prune(before)).await;
}
