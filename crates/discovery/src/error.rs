//! Why nothing can be found or announced.

/// Multicast DNS does not work on this machine.
#[derive(Debug, thiserror::Error)]
#[error("chargers cannot be looked for in this network (mDNS)")]
pub struct DiscoveryError(#[from] mdns_sd::Error);
