//! A web server in front of another one, which can answer in its place.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Its own answer's body.
const WORDS: &str = "<!doctype html><title>Bad gateway</title><p>nothing behind me</p>";

/// Used as a status: the request is accepted and never answered.
pub const NO_ANSWER: u16 = 0;

/// Forwards every request except those to paths that it answers itself.
#[derive(Debug)]
pub struct Front {
    /// The listening address.
    pub address: SocketAddr,
    told: Arc<Mutex<Told>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Told {
    broken: Vec<(&'static str, u16)>,
    /// What it says at a path, as JSON.
    said: HashMap<&'static str, String>,
    /// Method and target of each request.
    asked: Vec<String>,
    /// The same of those that are not over.
    open: Vec<String>,
}

impl Front {
    /// Starts in front of the server at `behind`.
    ///
    /// # Panics
    /// If it cannot listen.
    pub async fn start(behind: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let told = Arc::<Mutex<Told>>::default();
        let shared = Arc::clone(&told);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let told = Arc::clone(&shared);
                // An error is a failed request of the client.
                tokio::spawn(async move { drop(serve(stream, behind, &told).await) });
            }
        });
        Self { address, told, task }
    }

    /// Returns method and target of every request since the last call.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the list.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.told.lock().unwrap().asked)
    }

    /// Counts the open requests with this method and target.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the list.
    pub fn open(&self, request: &str) -> usize {
        self.told.lock().unwrap().open.iter().filter(|open| *open == request).count()
    }

    /// Answers each of these paths with its status and a page from now on, or not at all
    /// ([`NO_ANSWER`]), and forwards the rest.
    ///
    /// # Panics
    /// Never: no code panics while it holds the lock.
    pub fn answers(&self, paths: &[(&'static str, u16)]) {
        self.told.lock().unwrap().broken = paths.to_vec();
    }

    /// Answers `path` with this JSON from now on.
    ///
    /// # Panics
    /// Never: no code panics while it holds the lock.
    pub fn says(&self, path: &'static str, body: String) {
        self.told.lock().unwrap().said.insert(path, body);
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
    told: &Mutex<Told>,
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
    let text = String::from_utf8_lossy(&bytes[..head]);
    let request: Vec<_> = text.split(' ').take(2).collect();
    let path = request.get(1).copied().unwrap_or_default();
    let _open = Open::begin(told, request.join(" "));
    let said = told.lock().unwrap().said.get(path).cloned();
    if let Some(body) = said {
        return answer(stream, 200, "application/json", &body).await;
    }
    let status = told.lock().unwrap().broken.iter().find(|(of, _)| *of == path).map(|(_, s)| *s);
    if status == Some(NO_ANSWER) {
        return stream.read(&mut [0]).await.map(drop);
    }
    if let Some(status) = status {
        return answer(stream, status, "text/html", WORDS).await;
    }
    let mut server = TcpStream::connect(behind).await?;
    // One request for each connection, so that each path is checked.
    server.write_all(&bytes[..head]).await?;
    server.write_all(b"\r\nconnection: close").await?;
    server.write_all(&bytes[head..]).await?;
    copy_bidirectional(&mut stream, &mut server).await.map(drop)
}

async fn answer(mut to: TcpStream, status: u16, kind: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    to.write_all(answer.as_bytes()).await?;
    to.shutdown().await
}

/// A request that is under way.
struct Open<'a> {
    told: &'a Mutex<Told>,
    request: String,
}

impl<'a> Open<'a> {
    fn begin(told: &'a Mutex<Told>, request: String) -> Self {
        let mut list = told.lock().unwrap();
        list.asked.push(request.clone());
        list.open.push(request.clone());
        Self { told, request }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let open = &mut self.told.lock().unwrap().open;
        if let Some(place) = open.iter().position(|request| *request == self.request) {
            open.swap_remove(place);
        }
    }
}
