//! Builds a reply, with its fault, as steps for the connection.
//!
//! Pure: no socket, no clock, so that each fault is one line here.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::codec::{self, Exception};
use super::fault::Fault;
use super::frame::{Frame, HEADER, PREFIX};

/// One step on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Wait.
    Wait(Duration),
    /// Send all bytes at once.
    Send(Vec<u8>),
    /// Send the bytes in segments of one byte.
    SendBytewise(Vec<u8>),
    /// Send a zero byte at this interval, as many as the largest frame could have.
    Drip(Duration),
    /// Reset the connection.
    Reset,
    /// Close the connection normally.
    Close,
}

const HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\
    Content-Length: 15\r\nConnection: close\r\n\r\n400 Bad Request";

/// Returns the steps for `reply`, the answer to a request with the code `function`.
pub(super) fn script(fault: Option<Fault>, function: u8, reply: Frame) -> Vec<Step> {
    let send = |frame: Frame| vec![Step::Send(frame.to_bytes())];
    let pdu = |pdu: Vec<u8>| Frame { pdu, ..reply.clone() };
    let Some(fault) = fault else { return send(reply) };
    match fault {
        Fault::Silence | Fault::ApplyAndLose => vec![],
        Fault::Late(time) => vec![Step::Wait(time), Step::Send(reply.to_bytes())],
        Fault::WrongTransaction => send(Frame { transaction: reply.transaction ^ 0x8000, ..reply }),
        Fault::WrongUnit => send(Frame { unit: reply.unit.wrapping_add(1), ..reply }),
        // 3 becomes 4, read input registers; 6 becomes 1 and 16 becomes 23.
        Fault::WrongFunction => send(pdu(changed(&reply.pdu, 0, |function| function ^ 0x07))),
        Fault::WrongProtocol => vec![Step::Send(changed(&reply.to_bytes(), 3, |_| 1))],
        Fault::Length(length) => {
            let mut bytes = reply.to_bytes();
            bytes[PREFIX - 2..PREFIX].copy_from_slice(&length.to_be_bytes());
            bytes.truncate(PREFIX + usize::from(length));
            vec![Step::Send(bytes)]
        }
        _ if codec::is_exception(&reply.pdu) && is_about_registers(fault) => send(reply),
        Fault::ByteCount(by) => {
            send(pdu(changed(&reply.pdu, 1, |count| count.wrapping_add_signed(by))))
        }
        Fault::FewerRegisters => {
            let mut fewer = changed(&reply.pdu, 1, |count| count.saturating_sub(2));
            fewer.truncate(fewer.len().saturating_sub(2).max(2));
            send(pdu(fewer))
        }
        Fault::MoreRegisters => {
            let mut more = changed(&reply.pdu, 1, |count| count.wrapping_add(2));
            more.extend([0, 1]);
            send(pdu(more))
        }
        Fault::EchoOther => {
            let last = reply.pdu.len() - 1;
            send(pdu(changed(&reply.pdu, last, |byte| byte ^ 1)))
        }
        Fault::ByteByByte => vec![Step::SendBytewise(reply.to_bytes())],
        Fault::TwoInOne => {
            let ahead = Frame { transaction: reply.transaction.wrapping_add(1), ..reply.clone() };
            vec![Step::Send([reply.to_bytes(), ahead.to_bytes()].concat())]
        }
        Fault::Garbage => {
            let mut noise = vec![0; reply.to_bytes().len()];
            StdRng::seed_from_u64(reply.transaction.into()).fill(noise.as_mut_slice());
            vec![Step::Send(noise)]
        }
        Fault::HttpText => vec![Step::Send(HTTP.to_vec()), Step::Close],
        Fault::Endless(pause) => {
            let mut header = reply.to_bytes();
            header.truncate(HEADER + 1);
            header[PREFIX - 2..PREFIX].fill(0xFF);
            vec![Step::Send(header), Step::Drip(pause)]
        }
        Fault::ResetBefore => vec![Step::Reset],
        Fault::ResetInside => vec![half(&reply), Step::Reset],
        Fault::ResetAfter => vec![Step::Send(reply.to_bytes()), Step::Reset],
        Fault::CloseBefore => vec![Step::Close],
        Fault::CloseInside => vec![half(&reply), Step::Close],
        Fault::Exception(code) => send(pdu(codec::exception(function, Exception(code)))),
        Fault::ExceptionWithoutCode => {
            let mut short = codec::exception(function, Exception::FAILURE);
            short.truncate(1);
            send(pdu(short))
        }
    }
}

/// `true` for faults that change registers or an echo; an exception has neither.
fn is_about_registers(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::ByteCount(_) | Fault::FewerRegisters | Fault::MoreRegisters | Fault::EchoOther
    )
}

fn half(reply: &Frame) -> Step {
    let mut bytes = reply.to_bytes();
    bytes.truncate(bytes.len() / 2);
    Step::Send(bytes)
}

fn changed(bytes: &[u8], place: usize, change: impl FnOnce(u8) -> u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(byte) = bytes.get_mut(place) {
        *byte = change(*byte);
    }
    bytes
}
