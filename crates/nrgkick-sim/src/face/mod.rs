//! The network interfaces over HTTP; all show the same [`Unit`](crate::Unit).

pub(crate) mod http;
pub(crate) mod mdns;
