//! The charger's Modbus interface: registers over TCP, with a codec of its own.
//!
//! A [`Modbus`] shows the registers of the same simulator as the HTTP interface, at the same
//! instant, and applies the same rules to writes. On request it also misbehaves, see [`Fault`].
//! [`serve`] puts it on a socket.
//!
//! Read the modules in this order: `frame` and `codec`, bytes to requests; [`registers`], reads and
//! writes; [`fault`] and `script`, faulty replies; `server`, the socket.
//!
//! Not here: register numbers (the model's table has them), physics, and the rules for writes (the
//! core's).

mod codec;
mod counters;
pub mod fault;
mod frame;
pub mod registers;
pub mod request;
mod script;
mod server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use codec::Exception;
pub use counters::{Counters, ReadRecord};
pub use fault::{Fault, On, Plan};
pub use request::{FaultRequest, InvalidFault};
pub use server::serve;

use codec::Request;
use fault::Faults;
use frame::Frame;
use registers::Function;
use script::{Step, script};

use crate::Unit;

/// The unit id that gets answers.
const UNIT: u8 = 1;

/// The Modbus interface of a simulated charger. Clones share one state.
#[derive(Clone, Debug)]
pub struct Modbus(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    unit: Unit,
    /// Set while the whole unit is off: every connection is reset.
    gone: AtomicBool,
    faults: Mutex<Faults>,
    counters: Mutex<Counters>,
}

impl Modbus {
    /// Creates the Modbus interface of `unit`.
    pub fn new(unit: Unit) -> Self {
        Self(Arc::new(Inner {
            unit,
            gone: AtomicBool::new(false),
            faults: Mutex::default(),
            counters: Mutex::default(),
        }))
    }

    /// Returns the charger.
    pub fn unit(&self) -> &Unit {
        &self.0.unit
    }

    /// Switches the whole unit off or on; while off, connections are reset as with the API
    /// disabled.
    pub fn set_gone(&self, gone: bool) {
        self.0.gone.store(gone, Ordering::Relaxed);
    }

    /// Adds a fault behind the active ones; returns `false` if there are too many.
    pub fn add_fault(&self, plan: Plan) -> bool {
        lock(&self.0.faults).add(plan)
    }

    /// Delays every reply by this time, as a slow network would, in addition to faults.
    pub fn set_delay(&self, delay: Duration) {
        lock(&self.0.faults).delay = delay;
    }

    /// Clears all faults and the delay.
    pub fn clear_faults(&self) {
        *lock(&self.0.faults) = Faults::default();
    }

    /// Returns a copy of the counters.
    pub fn counters(&self) -> Counters {
        lock(&self.0.counters).clone()
    }

    /// Clears all faults and counters, and switches the unit on.
    pub fn reset(&self) {
        self.set_gone(false);
        self.clear_faults();
        *lock(&self.0.counters) = Counters::default();
    }

    /// `true` if the unit is on and the Modbus API is enabled in the app.
    fn is_open(&self) -> bool {
        !self.0.gone.load(Ordering::Relaxed)
            && self.0.unit.with(|simulator| simulator.switches().modbus)
    }

    fn connected(&self) {
        lock(&self.0.counters).connections += 1;
    }

    /// Carries out a request and returns the steps to take on its connection.
    fn exchange(&self, frame: &Frame) -> Vec<Step> {
        let request = Request::decode(&frame.pdu);
        // Every frame has a function code.
        let function = frame.pdu.first().copied().unwrap_or_default();
        let reply = |pdu| Frame { transaction: frame.transaction, unit: frame.unit, pdu };
        lock(&self.0.counters).transactions += 1;
        if frame.unit != UNIT {
            let code = self.0.unit.with(|unit| unit.switches().modbus_answers.other_unit);
            let code = code.map(Exception);
            let refusal = code.map(|code| reply(codec::exception(function, code)));
            return refusal.map(|reply| Step::Send(reply.to_bytes())).into_iter().collect();
        }
        if let Ok(request) = &request {
            lock(&self.0.counters).request(request);
        }
        let (fault, delay) = {
            let mut faults = lock(&self.0.faults);
            (faults.next(function), faults.delay)
        };
        let answer = match request {
            Ok(request) if fault.is_none_or(Fault::applies) => self.carry_out(request),
            Ok(_) => Err(Exception::FAILURE),
            Err(exception) => Err(exception),
        };
        let pdu = answer.unwrap_or_else(|code| codec::exception(function, code));
        let mut steps = script(fault, function, reply(pdu));
        if !delay.is_zero() {
            steps.insert(0, Step::Wait(delay));
        }
        steps
    }

    fn carry_out(&self, request: Request) -> Result<Vec<u8>, Exception> {
        self.0.unit.with(|simulator| match request {
            Request::Read { address, quantity } => {
                registers::read(simulator, address, quantity).map(|words| codec::registers(&words))
            }
            Request::WriteOne { address, word } => {
                registers::write(simulator, Function::One, address, &[word])?;
                Ok(codec::echo(codec::WRITE_ONE, address, word))
            }
            Request::WriteMany { address, words } => {
                registers::write(simulator, Function::Many, address, &words)?;
                let quantity = u16::try_from(words.len()).map_err(|_| Exception::VALUE)?;
                Ok(codec::echo(codec::WRITE_MANY, address, quantity))
            }
        })
    }
}

/// Locks and ignores poisoning: after a panic, tests shall see the state and not another panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
