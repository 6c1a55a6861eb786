//! The faces of the charger, one module each. All of them show the same [`Unit`](crate::Unit).

pub(crate) mod http;
pub(crate) mod mdns;
