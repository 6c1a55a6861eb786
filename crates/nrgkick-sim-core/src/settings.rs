//! The settings of `/control`, and the delay of writes; a phase switch under load shows 0 in
//! between.

use std::collections::VecDeque;
use std::time::Duration;

use nrgkick_model::command::{Command, ControlWrite};
use nrgkick_model::{FieldId, Scalar};

use crate::held::Held;

/// Time for which `/control` shows 0 phases while they are switched under load.
pub(crate) const SWITCHING: Duration = Duration::from_millis(1500);

/// The active settings and the pending writes.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    current: f64,
    pause: bool,
    limit: u32,
    phases: u8,
    switching_until: Duration,
    on_their_way: VecDeque<(Duration, Command)>,
}

impl Settings {
    /// Creates settings without pending writes; `current` in A.
    pub(crate) fn new(current: f64, phases: u8) -> Self {
        Self {
            current,
            pause: false,
            limit: 0,
            phases,
            switching_until: Duration::ZERO,
            on_their_way: VecDeque::new(),
        }
    }

    /// Pauses charging.
    pub(crate) fn paused(self) -> Self {
        Self { pause: true, ..self }
    }

    /// Sets an energy limit in Wh.
    pub(crate) fn limited(self, limit: u32) -> Self {
        Self { limit, ..self }
    }

    /// Removes the energy limit.
    pub(crate) fn clear_limit(&mut self) {
        self.limit = 0;
    }

    /// Accepts `write`, to take effect at `due`.
    pub(crate) fn accept(&mut self, write: &ControlWrite, due: Duration) {
        self.on_their_way.extend(write.commands().map(|command| (due, command)));
    }

    /// Drops pending writes to `field`.
    pub(crate) fn forget(&mut self, field: FieldId) {
        self.on_their_way.retain(|(_, command)| command.field().id != field);
    }

    /// Applies writes that are due; each releases the held value of its row. Returns `true` if a
    /// phase switch under load begins.
    pub(crate) fn settle(&mut self, now: Duration, charging: bool, held: &mut Held) -> bool {
        let mut switched = false;
        while let Some((_, command)) = self.on_their_way.pop_front_if(|(due, _)| *due <= now) {
            held.set(command.field().id, None);
            match command {
                Command::CurrentSet(current) => self.current = current.amperes(),
                Command::ChargePause(pause) => self.pause = pause,
                Command::EnergyLimit(limit) => self.limit = limit.watt_hours(),
                Command::PhaseCount(count) => {
                    if charging && self.phases != count.number() {
                        self.switching_until = now + SWITCHING;
                        switched = true;
                    }
                    self.phases = count.number();
                }
            }
        }
        switched
    }

    /// Prepares for a clock that restarts at 0.
    pub(crate) fn restart(&mut self) {
        self.switching_until = Duration::ZERO;
    }

    /// Returns the settings as shown at `now`, without held values.
    pub(crate) fn rows(&self, now: Duration) -> [(FieldId, Scalar); 4] {
        let phases = if now < self.switching_until { 0 } else { self.phases };
        [
            (FieldId::CurrentSet, Scalar::Decimal(self.current)),
            (FieldId::ChargePause, Scalar::Flag(self.pause)),
            (FieldId::EnergyLimit, Scalar::Unsigned(self.limit.into())),
            (FieldId::PhaseCount, Scalar::Unsigned(phases.into())),
        ]
    }
}
