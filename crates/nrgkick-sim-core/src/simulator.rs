//! The simulator, and one step of its time.

use std::time::Duration;

use nrgkick_model::code::{AttachmentType, Code, ErrorCode, GridPhases};
use nrgkick_model::document::Document as _;
use nrgkick_model::{FieldId, Readings, Scalar};

use crate::charge::Charge;
use crate::decision::{Decision, Inputs};
use crate::flow::Flow;
use crate::held::Held;
use crate::log::{WriteLog, WriteRecord};
use crate::settings::Settings;
use crate::setup::Setup;
use crate::thermal::{Heat, Thermal};
use crate::vehicle::{Drive, Vehicle};
use crate::{Scenario, Switches, identity};

/// The length of a step. Only whole steps are taken, so that the state does not depend on how a
/// time span is divided.
const STEP: Duration = Duration::from_millis(100);

/// Relative currents of the phases: those of an on-board charger are never quite equal.
const BALANCE: [f64; 3] = [1.0, 0.994, 0.997];

/// A simulated charger. See the [crate] for its scope.
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(crate) setup: Setup,
    pub(crate) switches: Switches,
    pub(crate) info: Readings,
    pub(crate) vehicle: Vehicle,
    /// Set if the vehicle was plugged in at the end of the last step.
    was_plugged: bool,
    pub(crate) settings: Settings,
    pub(crate) held: Held,
    pub(crate) drive: Drive,
    pub(crate) thermal: Thermal,
    pub(crate) charge: Charge,
    pub(crate) decision: Decision,
    pub(crate) flow: Flow,
    pub(crate) log: WriteLog,
    /// The end of the last step.
    now: Duration,
    /// Time that does not yet fill a step.
    carry: Duration,
}

impl Simulator {
    /// Creates a charger in the state of the setup's scenario.
    pub fn new(setup: Setup) -> Self {
        let start = setup.scenario.start(setup.model, &setup.switches);
        let mut info = identity::info(&setup).readings();
        info.merge(setup.info.clone());
        let mut simulator = Self {
            switches: start.switches,
            info,
            was_plugged: start.vehicle.plugged,
            vehicle: start.vehicle,
            settings: start.settings,
            held: start.held,
            drive: Drive::default(),
            thermal: start.thermal,
            charge: Charge::with(start.charged),
            decision: Decision::none(),
            flow: Flow::default(),
            log: WriteLog::default(),
            now: Duration::ZERO,
            carry: Duration::ZERO,
            setup,
        };
        simulator.advance(simulator.setup.scenario.warm_up());
        simulator.now = Duration::ZERO;
        simulator.settings.restart();
        simulator.refresh();
        simulator
    }

    /// Advances time. A simulated day is about 900,000 steps of about a microsecond each.
    pub fn advance(&mut self, time: Duration) {
        self.carry = self.carry.saturating_add(time);
        while let Some(rest) = self.carry.checked_sub(STEP) {
            self.carry = rest;
            self.step(STEP);
        }
    }

    /// Returns the simulated time since start or reset.
    pub fn now(&self) -> Duration {
        self.now + self.carry
    }

    /// Restores the setup: state, switches, vehicle, held values, clock and record of writes.
    pub fn reset(&mut self) {
        *self = Self::new(self.setup.clone());
    }

    /// Resets to another scenario.
    pub fn reset_to(&mut self, scenario: Scenario) {
        self.setup.scenario = scenario;
        self.reset();
    }

    /// Returns the setup.
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Returns the current switches.
    pub const fn switches(&self) -> &Switches {
        &self.switches
    }

    /// Returns the count of writes since start or reset, refused ones included.
    pub const fn write_count(&self) -> usize {
        self.log.count()
    }

    /// Returns the latest of those writes, oldest first.
    pub fn writes(&self) -> impl Iterator<Item = &WriteRecord> {
        self.log.iter()
    }

    /// Applies an external change without advancing time.
    pub(crate) fn refresh(&mut self) {
        self.step(Duration::ZERO);
    }

    fn step(&mut self, dt: Duration) {
        let before = self.now;
        self.now += dt;
        if let Some(plugged) = self.setup.scenario.moves(before, self.now) {
            self.vehicle.plugged = plugged;
        }
        if self.settings.settle(self.now, self.drive.is_closed(), &mut self.held) {
            self.drive.cut();
        }
        if self.vehicle.plugged && !self.was_plugged {
            self.charge.begin();
        }
        if self.was_plugged && !self.vehicle.plugged && self.switches.unplug_clears_limit {
            self.settings.clear_limit();
        }
        self.was_plugged = self.vehicle.plugged;

        self.decision = self.judge();
        let Decision { error, permitted, signalled, phases, .. } = self.decision;
        if !self.vehicle.plugged {
            self.drive = Drive::default();
        } else if error != ErrorCode::NoError || !phases.contains(&true) {
            self.drive.cut();
        } else {
            self.drive.step(dt, &mut self.vehicle, permitted.then_some(signalled));
        }

        let drawn = self.drive.is_closed().then(|| {
            let share = |phase: usize| if phases[phase] { BALANCE[phase] } else { 0.0 };
            [0, 1, 2].map(|phase| self.drive.current() * share(phase))
        });
        self.flow = Flow::measure(self.now, drawn, &self.held);
        if self.vehicle.plugged {
            self.charge.connect(dt);
        }
        if self.drive.is_closed() {
            self.charge.add(dt, self.flow.active());
        }
        self.thermal.step(dt, self.flow.currents());
    }

    fn judge(&self) -> Decision {
        let settings = self.settings.rows(self.now);
        let set = |id: FieldId| {
            let own = settings.iter().find(|(row, _)| *row == id);
            self.held.number(id).or_else(|| own.and_then(|(_, scalar)| scalar.number()))
        };
        let set = |id| set(id).unwrap_or_default();
        let charged = self.held.number(FieldId::ChargedEnergy);
        let grid: Vec<_> = match self.shown(FieldId::GridPhases) {
            Some(Scalar::Code(Code::GridPhases(phases))) => *phases,
            _ => GridPhases::from_number(0),
        }
        .members()
        .collect();
        Decision::of(&Inputs {
            plugged: self.vehicle.plugged,
            attachment: self.switches.attachment,
            paused: set(FieldId::ChargePause) > 0.0,
            charged: charged.unwrap_or_else(|| self.charge.energy()),
            limit: set(FieldId::EnergyLimit),
            currents: [
                self.number(FieldId::RatedCurrent),
                self.number(FieldId::AttachmentMaxCurrent),
                set(FieldId::CurrentSet),
            ],
            phase_counts: [
                self.number(FieldId::AttachmentPhaseCount),
                set(FieldId::PhaseCount),
                f64::from(self.vehicle.phases),
            ],
            grid: &grid,
            heat: Heat::of(self.thermal.rows(self.is_domestic(), &self.held)),
            held: &|id| self.held.get(id).cloned(),
        })
    }

    /// Returns the value of a row of `/info`, held or built in.
    fn shown(&self, id: FieldId) -> Option<&Scalar> {
        self.held.get(id).or_else(|| self.info.reported(id))
    }

    pub(crate) fn number(&self, id: FieldId) -> f64 {
        self.shown(id).and_then(Scalar::number).unwrap_or_default()
    }

    /// `true` for a household plug, which has sensors of its own.
    pub(crate) fn is_domestic(&self) -> bool {
        let domestic = Scalar::Code(Code::AttachmentType(AttachmentType::Domestic));
        self.switches.attachment && self.shown(FieldId::AttachmentType) == Some(&domestic)
    }
}
