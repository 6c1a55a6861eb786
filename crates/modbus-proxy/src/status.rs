//! What a Modbus exception is over HTTP.

use modbus_client::Exception;

/// The status of an answer to a read that is this exception.
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

/// The status of an answer to a write that is this exception. A refusal is no error of the server's
/// kind (5xx), which would leave open what became of the write.
pub(crate) const fn of_write(exception: Exception) -> u16 {
    match of_read(exception) {
        500.. if !exception.leaves_open() => 409,
        status => status,
    }
}
