//! The looks at one charger.

use std::sync::Arc;
use std::time::Duration;

use charge_record::{Reading, Unit};
use gateway_api::link::{INFO_PERIOD, LinkState};
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::time::Moment;
use nrgkick_model::{FieldId, Readings};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::Record;
use crate::handle::Handle;
use crate::timing::milliseconds;

/// Looks at `handle` for good. Moments count from `begun`.
pub(super) async fn follow(
    record: Arc<Record>,
    handle: Arc<Handle>,
    begun: Instant,
    limit: Duration,
) {
    let mut eye = Eye { handle: Arc::clone(&handle), limit, unit: None, counter: None };
    let mut was_lost = false;
    let mut ticks = interval(record.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let answer = eye.look().await;
        if answer.is_none() {
            // Whoever answers next may be another.
            eye.unit = None;
        }
        let is_lost = handle.known.status.seen(Instant::now()).link == LinkState::Lost;
        if is_lost && !std::mem::replace(&mut was_lost, is_lost) {
            record.lost(&handle.known.name);
        }
        was_lost = is_lost;
        let at = milliseconds(begun.elapsed());
        record.take(&handle.known.name, Moment::from_millis(at), answer.as_ref());
    }
}

struct Eye {
    handle: Arc<Handle>,
    limit: Duration,
    /// Who answered last, and when it said so.
    unit: Option<(Unit, Instant)>,
    counter: Option<u64>,
}

impl Eye {
    /// What the charger says, and which it is; `None` if that is not known of both.
    async fn look(&mut self) -> Option<(Unit, Reading)> {
        if self.unit.as_ref().is_none_or(|(_, asked)| asked.elapsed() >= INFO_PERIOD) {
            self.ask_who().await?;
        }
        let mut rows = self.read(Read::raw(DocumentName::Values)).await?;
        let counter = Reading::of(&rows).counter_wh;
        if self.counter.zip(counter).is_some_and(|(before, now)| now < before) {
            // Another may have taken its place between the two questions.
            self.ask_who().await?;
            rows = self.read(Read::raw(DocumentName::Values)).await?;
        }
        if let Some(control) = self.read(Read::text(DocumentName::Control)).await {
            rows.merge(control);
        }
        let reading = Reading::of(&rows);
        self.counter = reading.counter_wh.or(self.counter);
        self.unit.as_ref().map(|(unit, _)| (unit.clone(), reading))
    }

    async fn ask_who(&mut self) -> Option<()> {
        self.unit = None;
        let info = self.read(Read::raw(DocumentName::Info)).await?;
        let serial = info.text(FieldId::SerialNumber)?.to_owned();
        let unit = Unit { serial, simulated: info.is_simulated() };
        self.unit = Some((unit, Instant::now()));
        Some(())
    }

    async fn read(&self, read: Read) -> Option<Readings> {
        let answer = self.handle.read(read, self.limit).await.ok()?;
        answer.value.readings.as_ref().ok().cloned()
    }
}
