//! The number of connections, which is a switch: how many a real unit takes is not known.

use http_service::Limits;

/// Returns `limits` with at most so many connections, from wherever.
pub(crate) fn limited(limits: Limits, connections: Option<usize>) -> Limits {
    match connections {
        Some(most) => Limits { connections: most, per_address: most, per_loopback: most, ..limits },
        None => limits,
    }
}
