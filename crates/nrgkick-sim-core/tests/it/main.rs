//! The simulated charger through its public interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod control;
mod patching;
mod physics;
mod reads;
mod recorded;
mod scenarios;
mod support;
mod vectors;
