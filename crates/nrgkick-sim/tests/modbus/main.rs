//! The Modbus face on real sockets. The client is made of bytes: it knows nothing of the codec.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod faults;
mod functions;
mod over_http;
mod rows;
mod support;
mod writes;
