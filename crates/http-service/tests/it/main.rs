//! The servers' shared behaviour over real sockets and through all layers.

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

mod app;
mod bundle;
mod connections;
mod cross_origin;
#[cfg(feature = "tls")]
mod https;
mod ingress;
mod random;
mod support;
mod timing;
