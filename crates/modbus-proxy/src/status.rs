//! HTTP status of Modbus exceptions.

use modbus_client::Exception;

/// Returns the HTTP status for a read refused with this exception.
pub(crate) const fn of_read(exception: Exception) -> u16 {
    match exception.0 {
        0x01 => 501,
        0x02 => 404,
        0x03 => 422,
        0x05 => 202,
        0x06 => 503,
        0x0b => 504,
        _ => 502,
    }
}

/// Returns the HTTP status for a write refused with this exception. A definite refusal is 409 and
/// not 5xx, which would leave the outcome of the write open.
pub(crate) const fn of_write(exception: Exception) -> u16 {
    match of_read(exception) {
        500.. if !exception.leaves_open() => 409,
        status => status,
    }
}
