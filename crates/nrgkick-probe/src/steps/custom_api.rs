//! The charger as a client: this machine plays the server of values and looks at the requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nrgkick_model::custom_api::{InfoDocument, VALUES_PATH, ValuesDocument};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::owner::Owner;
use crate::session::{Session, Skip, left};

/// Polls of the values after which enough is known of their interval.
const POLLS: usize = 5;
/// Most bytes of a request.
const LONGEST: usize = 8 * 1024;
/// A request that came.
#[derive(Debug)]
struct Seen {
    at: Instant,
    path: String,
    version: String,
    headers: Vec<String>,
    /// Its place among the requests of its connection, from 0 on.
    place: usize,
}

/// A look at the charger's requests.
#[derive(Debug)]
enum News {
    Seen(Seen),
    /// It gave up an answer that was held back.
    GaveUp(Duration),
}

pub(super) async fn watch<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let Some(port) = s.options.custom_api else { return left("--custom-api is not given") };
    let listener = TcpListener::bind(("0.0.0.0", port)).await;
    let listener = listener
        .map_err(|error| Skip::Left(format!("--custom-api {port}: cannot listen: {error}")))?;
    let deed = format!(
        "In the app, under PV charging, add a profile of the brand Custom with this machine's \
         address and port {port}. It gets values of 0 W. Remove it there afterwards."
    );
    if !s.owner.request(&deed, s.options.times.owner).await {
        return left("not wanted");
    }
    let (sender, mut news) = mpsc::unbounded_channel();
    let mut seen = Vec::new();
    let limit = s.options.times.watch;
    let polls = Arc::new(AtomicUsize::new(0));
    let mut answering = tokio::task::JoinSet::new();
    let collecting = async {
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let (sender, polls) = (sender.clone(), Arc::clone(&polls));
                        answering.spawn(async move { serve(stream, &polls, limit, &sender).await });
                    }
                    Err(_) => sleep(Duration::from_millis(100)).await,
                },
                Some(one) = news.recv() => match one {
                    News::Seen(one) => seen.push(one),
                    News::GaveUp(time) => return Some(time),
                },
            }
        }
    };
    // The answer that is held back takes as long once more.
    let gave_up = timeout(limit * 2, collecting).await.ok().flatten();
    let polls: Vec<_> = seen.iter().filter(|seen| seen.path == VALUES_PATH).collect();
    let Some(first) = polls.first() else { return left("the charger did not ask") };
    let custom_api = &mut s.answers.custom_api;
    custom_api.version = Some(first.version.clone());
    custom_api.headers.clone_from(&first.headers);
    custom_api.keep_alive = Some(seen.iter().any(|seen| seen.place > 0));
    let pauses = polls.windows(2).map(|two| two[1].at - two[0].at);
    let pauses: Vec<_> =
        pauses.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)).collect();
    if let (Some(least), Some(most)) = (pauses.iter().min(), pauses.iter().max()) {
        custom_api.every_ms = Some([*least, *most].map(|ms| ms.clamp(10, 3_600_000)));
    }
    custom_api.timeout_ms =
        gave_up.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1));
    Ok(())
}

/// Answers the requests of one connection. Once there were enough polls, an answer is held back, at
/// most for `limit`.
async fn serve(
    mut stream: TcpStream,
    polls: &AtomicUsize,
    limit: Duration,
    sender: &mpsc::UnboundedSender<News>,
) {
    for place in 0.. {
        let Some(mut seen) = timeout(limit, request(&mut stream)).await.ok().flatten() else {
            return;
        };
        seen.place = place;
        if seen.path == VALUES_PATH && polls.fetch_add(1, Ordering::Relaxed) >= POLLS {
            let began = Instant::now();
            let mut more = [0; 64];
            let ended = timeout(limit, stream.read(&mut more)).await;
            if matches!(ended, Ok(Ok(0) | Err(_))) {
                // Whoever watches may have ended.
                let _ = sender.send(News::GaveUp(began.elapsed()));
            }
            return;
        }
        let body = match seen.path == VALUES_PATH {
            true => serde_json::to_string(&ValuesDocument::default()),
            false => serde_json::to_string(&InfoDocument::default()),
        };
        let body = body.unwrap_or_default();
        let _ = sender.send(News::Seen(seen));
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if bytes.len() >= LONGEST || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (path, version) = (words.nth(1)?.to_owned(), words.next()?.to_owned());
    let name = |line: &str| Some(line.split_once(':')?.0.trim().to_ascii_lowercase());
    let headers = lines.filter_map(name).collect();
    Some(Seen { at: Instant::now(), path, version, headers, place: 0 })
}
