//! The socket side: connections, their bounds, and the steps of a reply.

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

/// Connections open at once; a charger allows fewer, and tests need no more.
const CONNECTIONS: usize = 32;
/// Between two requests. Clients that ask once in minutes are common.
const IDLE: Duration = Duration::from_secs(600);
/// From the first byte of a request to its last.
const FRAME: Duration = Duration::from_secs(10);
/// For one reply to be taken.
const WRITE: Duration = Duration::from_secs(10);
/// A byte for each that a frame of the largest length would still have.
const DRIPS: u32 = 65_534;

/// Serves `modbus` on `listener` until `shutdown` completes; what is under way then is cut.
///
/// Where the Modbus API is off, connections are reset on arrival, and open ones on their next
/// request.
pub async fn serve(
    modbus: Modbus,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Drained {
    let limits = Limits { connections: CONNECTIONS, per_address: CONNECTIONS, ..Limits::default() };
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

/// Takes the steps of a reply. Breaks off where the connection is over.
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
                    // The peer may have the byte before the next one is on its way.
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

/// Completes once the peer has closed. A client that gives up on a late reply comes back on a new
/// connection; those it has left must not use up the places.
async fn gone(stream: &TcpStream) {
    if !matches!(stream.peek(&mut [0]).await, Ok(0) | Err(_)) {
        // Its next request is there already and hides what comes behind.
        std::future::pending::<()>().await;
    }
}
