//! The real program under crowds and floods, with the figures of F16, F22 and F24.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use crate::charger::{Action, Charger, settable};
use crate::process::{Running, address_of, start};

/// Longest wait for anything that should come soon.
const LIMIT: Duration = Duration::from_secs(30);
/// Descriptors that this process needs for its side of the connections.
const DESCRIPTORS: u64 = 4096;

fn program(charger: &Charger, flags: &[&str]) -> (Running, String) {
    let url = format!("http://{}", charger.address);
    let mut running = start(&[&["--charger", &url, "--log", "off"], flags].concat());
    let address = address_of(&mut running);
    (running, address)
}

/// A figure of the process in kB, by its name in `/proc`.
fn kilobytes(running: &Running, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", running.0.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

fn descriptors(running: &Running) -> usize {
    fs::read_dir(format!("/proc/{}/fd", running.0.id())).unwrap().count()
}

async fn get(address: &str, path: &str) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    timeout(LIMIT, exchange).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f16_answers_of_300_mib_take_less_than_one() {
    let charger = Charger::new(settable()).await;
    let (running, address) = program(&charger, &["--max-age", "0", "--max-rate", "0"]);
    let block = vec![b' '; 1 << 20];
    let announced = "HTTP/1.1 200 OK\r\nContent-Length: 314572800\r\n\r\n".as_bytes().to_vec();
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_bytes().to_vec();
    let chunk = [format!("{:x}\r\n", block.len()).as_bytes(), &block, b"\r\n"].concat();
    let heads = "HTTP/1.1 200 OK\r\nX: ".as_bytes().to_vec();
    let deep = ["HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", &"[".repeat(60_000)].concat();
    let round = async || {
        for (first, again) in [(&announced, &block), (&chunked, &chunk), (&heads, &block)] {
            let (first, again) = (first.clone(), again.clone());
            charger.now_does(move |_| Action::Flood(first.clone(), again.clone()));
            let answer = get(&address, "/values").await;
            assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
        }
        let deep = deep.clone().into_bytes();
        charger.now_does(move |_| Action::Send(deep.clone()));
        let answer = get(&address, "/values").await;
        assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
        charger.now_does(settable());
        assert!(get(&address, "/values").await.starts_with("HTTP/1.1 200"));
    };
    round().await;
    let before = kilobytes(&running, "VmHWM");
    for _ in 0..5 {
        round().await;
    }
    let grown = kilobytes(&running, "VmHWM") - before;
    assert!(grown < 1024, "{grown} kB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f22_2500_connections_that_say_nothing_hold_nobody_up_and_are_closed_in_time() {
    rlimit::increase_nofile_limit(DESCRIPTORS).unwrap();
    let charger = Charger::new(settable()).await;
    let (running, address) = program(&charger, &[]);
    assert!(get(&address, "/values").await.starts_with("HTTP/1.1 200"));
    let before = descriptors(&running);
    let mut crowd = Vec::new();
    for number in 0..2_500 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        if number % 5 > 0 {
            // The server may have closed it already in favour of a later one.
            let _ = stream.write_all(b"GET /values HTTP/1.1\r\nHo").await;
        }
        crowd.push(stream);
    }
    let all_there = Instant::now();
    // A busy machine delays single ones; a server that makes newcomers wait delays each.
    let mut quickest = LIMIT;
    for _ in 0..20 {
        let begun = Instant::now();
        assert!(get(&address, "/values").await.starts_with("HTTP/1.1 200"));
        quickest = quickest.min(begun.elapsed());
    }
    assert!(quickest < Duration::from_millis(50), "{quickest:?}");
    for mut stream in crowd {
        let mut rest = Vec::new();
        // A reset is an end too.
        let _ = timeout(LIMIT, stream.read_to_end(&mut rest)).await.expect("it is closed");
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }
    // 5.5 s, and two for a busy machine.
    assert!(all_there.elapsed() < Duration::from_millis(7_500), "{:?}", all_there.elapsed());
    let back = async {
        while descriptors(&running) > before {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LIMIT, back).await.expect("all descriptors are given back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_a_stop_with_1000_streams_and_a_write_under_way_is_over_in_time() {
    rlimit::increase_nofile_limit(DESCRIPTORS).unwrap();
    let (asked, mut was_asked) = mpsc::unbounded_channel();
    let reply = Arc::new(Notify::new());
    let (held, mut inner) = (Arc::clone(&reply), settable());
    let charger = Charger::new(move |target: &str| match (target.contains('='), inner(target)) {
        (true, Action::Send(bytes)) => {
            asked.send(()).unwrap();
            Action::SendWhen(Arc::clone(&held), bytes)
        }
        (_, action) => action,
    })
    .await;
    let (mut running, address) = program(&charger, &[]);
    let mut streams = Vec::new();
    for _ in 0..1_000 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head = format!("GET /events HTTP/1.1\r\nHost: {address}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 15];
        timeout(LIMIT, stream.read_exact(&mut first)).await.unwrap().unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        streams.push(stream);
    }
    let body = r#"{"current_set":16}"#;
    let write = format!(
        "POST /control HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         X-Nrgkick-Write: a\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut writer = TcpStream::connect(&address).await.unwrap();
    writer.write_all(write.as_bytes()).await.unwrap();
    timeout(LIMIT, was_asked.recv()).await.unwrap().unwrap();

    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let told = Instant::now();
    for stream in &mut streams {
        let mut rest = Vec::new();
        timeout(LIMIT, stream.read_to_end(&mut rest)).await.unwrap().unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "the stream was ended, not cut");
    }
    reply.notify_one();
    let mut outcome = String::new();
    timeout(LIMIT, writer.read_to_string(&mut outcome)).await.unwrap().unwrap();
    assert!(outcome.contains(r#""outcome":"verified""#), "{outcome}");
    let status = spawn_blocking(move || running.0.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    assert!(told.elapsed() < Duration::from_secs(9), "{:?}", told.elapsed());
    assert_eq!(charger.writes().len(), 1);
}
