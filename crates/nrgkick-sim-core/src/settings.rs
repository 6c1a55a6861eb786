//! What is set in `/control`, and how a write gets there: after a while, and for the phases
//! through a moment of 0.

use std::collections::VecDeque;
use std::time::Duration;

use nrgkick_model::command::{Command, ControlWrite};
use nrgkick_model::{FieldId, Scalar};

use crate::held::Held;

/// How long `/control` shows 0 phases while they are switched under load.
pub(crate) const SWITCHING: Duration = Duration::from_millis(1500);

/// The settings as they are in force, and the writes that are on their way.
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
    /// Settings without any write on its way: amperes, phases.
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

    /// With charging paused.
    pub(crate) fn paused(self) -> Self {
        Self { pause: true, ..self }
    }

    /// With an energy limit in Wh.
    pub(crate) fn limited(self, limit: u32) -> Self {
        Self { limit, ..self }
    }

    /// Accepts `write`, to be in force from `due` on.
    pub(crate) fn accept(&mut self, write: &ControlWrite, due: Duration) {
        self.on_their_way.extend(write.commands().map(|command| (due, command)));
    }

    /// Forgets what is on its way to `field`.
    pub(crate) fn forget(&mut self, field: FieldId) {
        self.on_their_way.retain(|(_, command)| command.field().id != field);
    }

    /// Puts in force what is due. A write ends the hold of what it sets. Answers whether phases
    /// are being switched from now on.
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

    /// Ends the clock of what came before: the new clock begins at 0.
    pub(crate) fn restart(&mut self) {
        self.switching_until = Duration::ZERO;
    }

    /// The settings as they are shown at `now`, without holds.
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
