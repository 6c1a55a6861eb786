//! The socket side: connections, their limits, and the steps of a reply.

use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use http_service::{Drained, Limits, accept_loop};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::Modbus;
use super::frame::Frame;
use super::script::Step;
use crate::limits::limited;

/// Most open connections; a charger allows fewer, and tests need no more.
const CONNECTIONS: usize = 32;
/// Longest time between two requests. Clients that ask every few minutes are common.
const IDLE: Duration = Duration::from_secs(600);
/// Longest time from the first byte of a request to its last.
const FRAME: Duration = Duration::from_secs(10);
/// Longest time to send one reply.
const WRITE: Duration = Duration::from_secs(10);
/// Count of bytes that a frame of the largest length would still need.
const DRIPS: u32 = 65_534;

/// Serves `modbus` on `listener` until `shutdown` completes; open connections are then cut.
///
/// At most `connections` are open at a time, 32 where none is given.
///
/// With the Modbus API off, new connections are reset at once, and open ones on their next request.
pub async fn serve(
    modbus: Modbus,
    connections: Option<usize>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Drained {
    let limits = Limits { connections: CONNECTIONS, per_address: CONNECTIONS, ..Limits::default() };
    let limits = limited(limits, connections);
    accept_loop(listener, shutdown, &limits, |stream, peer, mut draining| {
        let modbus = modbus.clone();
        async move {
            tokio::select! {
                () = draining.started() => {}
                ended = connection(&modbus, stream) => if let Err(error) = ended {
                    tracing::debug!(%peer, %error, "Modbus connection ended");
                }
            }
        }
    })
    .await
}

async fn connection(modbus: &Modbus, mut stream: TcpStream) -> io::Result<()> {
    modbus.connected();
    let mut pending = Vec::new();
    let mut chunk = [0; 512];
    loop {
        if !modbus.is_open() {
            return stream.set_zero_linger();
        }
        let split = Frame::split(&pending);
        if let Some((frame, used)) =
            split.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?
        {
            pending.drain(..used);
            if run(&mut stream, modbus.exchange(&frame)).await?.is_break() {
                return Ok(());
            }
            continue;
        }
        let limit = if pending.is_empty() { IDLE } else { FRAME };
        match timeout(limit, stream.read(&mut chunk)).await?? {
            0 => return Ok(()),
            length => pending.extend_from_slice(&chunk[..length]),
        }
    }
}

/// Executes the steps of a reply; returns `Break` when the connection has ended.
async fn run(stream: &mut TcpStream, steps: Vec<Step>) -> io::Result<ControlFlow<()>> {
    for step in steps {
        match step {
            Step::Wait(time) => tokio::select! {
                () = sleep(time) => {}
                () = gone(stream) => return Ok(ControlFlow::Break(())),
            },
            Step::Send(bytes) => timeout(WRITE, stream.write_all(&bytes)).await??,
            Step::SendBytewise(bytes) => {
                for byte in bytes {
                    timeout(WRITE, stream.write_all(&[byte])).await??;
                    // Lets the peer read the byte before the next one is sent.
                    tokio::task::yield_now().await;
                }
            }
            Step::Drip(pause) => {
                for _ in 0..DRIPS {
                    sleep(pause).await;
                    timeout(WRITE, stream.write_all(&[0])).await??;
                }
            }
            Step::Reset => {
                stream.set_zero_linger()?;
                return Ok(ControlFlow::Break(()));
            }
            Step::Close => {
                stream.shutdown().await?;
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Completes once the peer has closed. A client that gives up on a late reply reconnects; the
/// connections it leaves must not use up the limit.
async fn gone(stream: &TcpStream) {
    if !matches!(stream.peek(&mut [0]).await, Ok(0) | Err(_)) {
        // Its next request has arrived and hides a close behind it.
        std::future::pending::<()>().await;
    }
}
