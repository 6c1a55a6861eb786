//! The looks at all values, a few seconds apart, of which the curves of a day are made.
//!
//! Not here: the curves ([`history`](crate::history)).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::document::View;
use crate::shared::Shared;

/// Looks for as long as the server runs, at this interval.
pub(crate) async fn watch(shared: Arc<Shared>, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        look(&shared);
    }
}

/// Records what the charger would get now.
pub(crate) fn look(shared: &Shared) {
    let running = shared.running();
    let cells = running.store.cells();
    let view = View::new(&running.config, &running.store, &cells, Instant::now());
    let values = running.config.values.iter().enumerate();
    shared.day.record(values.map(|(index, value)| (&*value.name, view.state(index).shown)));
}
