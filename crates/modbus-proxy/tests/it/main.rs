//! The proxy against a Modbus server with scripted bytes.

#![expect(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

mod bad_input;
mod counts;
mod fake;
mod faults;
mod faults_end;
mod frames;
mod late;
mod limits;
mod proxy;
mod rows;
mod writes;
