//! A web server in front of another one, which can answer in its place.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Its own answer's body.
const WORDS: &str = "<!doctype html><title>Bad gateway</title><p>nothing behind me</p>";

/// Forwards every request except those to paths that it answers itself.
#[derive(Debug)]
pub struct Front {
    /// The listening address.
    pub address: SocketAddr,
    broken: Arc<Mutex<Vec<(&'static str, u16)>>>,
    task: JoinHandle<()>,
}

impl Front {
    /// Starts in front of the server at `behind`.
    ///
    /// # Panics
    /// If it cannot listen.
    pub async fn start(behind: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let broken = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&broken);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let told = Arc::clone(&told);
                // An error is a failed request of the client.
                tokio::spawn(async move { drop(serve(stream, behind, &told).await) });
            }
        });
        Self { address, broken, task }
    }

    /// Answers each of these paths with its status and a page from now on, and forwards the rest.
    ///
    /// # Panics
    /// Never: no code panics while it holds the lock.
    pub fn answers(&self, paths: &[(&'static str, u16)]) {
        *self.broken.lock().unwrap() = paths.to_vec();
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    behind: SocketAddr,
    broken: &Mutex<Vec<(&'static str, u16)>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let path = String::from_utf8_lossy(&bytes[..head]);
    let path = path.split(' ').nth(1).unwrap_or_default().to_owned();
    let status = broken.lock().unwrap().iter().find(|(of, _)| *of == path).map(|(_, s)| *s);
    if let Some(status) = status {
        let length = WORDS.len();
        let answer = format!(
            "HTTP/1.1 {status} x\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{WORDS}"
        );
        stream.write_all(answer.as_bytes()).await?;
        return stream.shutdown().await;
    }
    let mut server = TcpStream::connect(behind).await?;
    // One request for each connection, so that each path is checked.
    server.write_all(&bytes[..head]).await?;
    server.write_all(b"\r\nconnection: close").await?;
    server.write_all(&bytes[head..]).await?;
    copy_bidirectional(&mut stream, &mut server).await.map(drop)
}
