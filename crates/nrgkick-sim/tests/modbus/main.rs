//! The Modbus interface on real sockets. The client works on bytes and shares no codec.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod faults;
mod functions;
mod over_http;
mod rows;
mod support;
mod writes;
