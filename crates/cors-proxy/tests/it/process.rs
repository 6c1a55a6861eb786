//! The program: its output, the arguments that it refuses, and its end.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::charger::{Charger, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cors-proxy");

#[test]
fn what_cannot_be_served_is_refused_with_2_and_its_value() {
    let charger = ["--charger", "http://192.168.1.20"];
    let with = |args: &[&'static str]| [&charger[..], args].concat();
    for (args, part) in [
        (vec![], "--charger"),
        (vec!["--charger", "192.168.1.20"], "\"192.168.1.20\""),
        (vec!["--charger", "https://192.168.1.20"], "not https"),
        (vec!["--charger", "http://charger.example"], "--charger-allow-dns"),
        (vec!["--charger", "http://192.168.1.20/info"], "no path"),
        (vec!["--charger", "http://u:secret@192.168.1.20"], "***@192.168.1.20"),
        (with(&["--charger", "http://192.168.1.21"]), "--charger NAME=ADDRESS"),
        (with(&["--listen", "0.0.0.0:0"]), "--trust-lan"),
        (with(&["--username", "u"]), "--password-file"),
        (with(&["--username", "u", "--password-file", "/no/such/file"]), "/no/such/file"),
        (
            vec![
                "--charger",
                "a=http://192.168.1.20",
                "--charger",
                "b=http://192.168.1.21",
                "--username",
                "u",
                "--password-file",
                "/no/such/file",
            ],
            "--username a=USER",
        ),
        (
            vec![
                "--charger",
                "a=http://192.168.1.20",
                "--charger",
                "b=http://192.168.1.21",
                "--username",
                "a=u",
                "--password-file",
                "b=/no/such/file",
            ],
            "--password-file a=",
        ),
        (vec!["--charger", "http://169.254.169.254"], "link-local"),
        (vec!["--charger", "garage=auto"], "write --charger auto"),
        (vec!["--charger", "auto=http://192.168.1.20"], "is no name for a charger"),
        (vec!["discover", "--seconds", "0"], "0 is not in 1..=60"),
        (with(&["discover"]), "'discover' cannot be used with"),
        (with(&["--password", "secret"]), "--password"),
        (with(&["--allow-get-writes"]), "--token-file"),
        (with(&["--app-dir", "/no/such/folder"]), "/no/such/folder"),
    ] {
        let output = Command::new(PROGRAM).args(&args).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(part), "{args:?}: {text}");
        assert!(!text.contains("secret@"), "{text}");
    }
}

/// A process that is killed when dropped, even if the test fails.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn start(args: &[&str]) -> Running {
    let mut command = Command::new(PROGRAM);
    command.args(["--listen", "127.0.0.1:0"]).args(args).env_remove("NRGKICK_LOG");
    spawn(command)
}

fn spawn(mut command: Command) -> Running {
    Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

/// Reads the address from the program's first line.
pub(crate) fn address_of(running: &mut Running) -> String {
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.trim().strip_prefix("listening on http://").unwrap().to_owned()
}

/// Reads the log up to and including the line with `last`.
async fn log_until(running: &mut Running, last: &'static str) -> String {
    let log = BufReader::new(running.0.stderr.take().unwrap());
    let lines = spawn_blocking(move || {
        let mut text = String::new();
        for line in log.lines().map_while(Result::ok) {
            text.push_str(&line);
            if line.contains(last) {
                break;
            }
        }
        text
    });
    timeout(Duration::from_secs(20), lines).await.unwrap_or_else(|_| panic!("no {last:?}")).unwrap()
}

const SIMULATED: &str = r#"{"general":{"serial_number":"SIMULATED0001","rated_current":32}}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_simulated_and_open_charger_is_said_to_be_both() {
    let charger = Charger::new(|_| json(SIMULATED)).await;
    let mut running = start(&["--charger", &format!("http://{}", charger.address)]);
    let log = log_until(&mut running, "SIMULATED: this is no real charger").await;
    assert!(log.contains("answers without a password"), "{log}");
}

/// A target that the environment names is none of the owner's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_a_proxy_of_the_environment_is_not_asked() {
    let charger = Charger::new(|_| json(SIMULATED)).await;
    let elsewhere = Charger::new(|_| json("{}")).await;
    let proxy = format!("http://{}", elsewhere.address);
    let mut command = Command::new(PROGRAM);
    command.args(["--listen", "127.0.0.1:0", "--charger", &format!("http://{}", charger.address)]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
        command.env(name, &proxy);
    }
    command.env_remove("NRGKICK_LOG").env_remove("no_proxy").env_remove("NO_PROXY");
    let mut running = spawn(command);
    let address = address_of(&mut running);
    let mut client = TcpStream::connect(&address).await.unwrap();
    let request = format!("GET /info HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(20), client.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(SIMULATED), "{answer}");
    assert!(elsewhere.heard().is_empty(), "{:?}", elsewhere.heard());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_is_in_no_log_whatever_its_level() {
    let charger = Charger::new(|_| json(SIMULATED)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    std::fs::write(&path, "hunter2hunter2\n").unwrap();
    let url = format!("http://{}", charger.address);
    let path = path.to_str().unwrap();
    let args = ["--charger", &url, "--username", "user", "--password-file", path];
    let mut running = start(&[&args[..], &["--log", "trace"]].concat());
    let address = address_of(&mut running);
    let mut client = TcpStream::connect(&address).await.unwrap();
    let request = format!("GET /values HTTP/1.1\r\nHost: {address}\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    let log = log_until(&mut running, "answered").await;
    assert!(log.contains("DEBUG"), "the level was not set: {log}");
    assert!(charger.asked()[0].head.contains("authorization: Basic dXNlcjpodW50ZXIy"));
    assert!(!log.contains("hunter2") && !log.contains("aHVudGVyMg"), "{log}");
    assert!(!log.contains("dXNlcjpodW50ZXIy"), "{log}");
}

#[cfg(unix)]
#[test]
fn it_says_where_it_listens_and_ends_when_asked() {
    let mut running = start(&["--charger", "http://127.0.0.1:1", "--log", "warn"]);
    let address = address_of(&mut running);
    assert!(std::net::TcpStream::connect(&address).is_ok(), "{address}");
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let status = running.0.wait().unwrap();
    assert!(status.success(), "{status}");
}

/// Number of requests that log more than the pipe and the queue hold.
const MANY: usize = 6000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f26_a_log_that_nobody_reads_stops_nothing_and_what_was_lost_is_said() {
    let mut running = start(&["--charger", "http://127.0.0.1:1", "--log", "debug"]);
    let address = address_of(&mut running);
    let mut client = TcpStream::connect(&address).await.unwrap();
    let request = format!("GET /chargers HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut answer = vec![0; 4096];
    let all = async {
        for _ in 0..MANY {
            client.write_all(request.as_bytes()).await.unwrap();
            assert!(client.read(&mut answer).await.unwrap() > 0);
        }
    };
    timeout(Duration::from_secs(60), all).await.expect("it goes on answering");
    // The log is read again: the next line after the gap states its size.
    let log = spawn_blocking({
        let stderr = running.0.stderr.take().unwrap();
        move || {
            BufReader::new(stderr).lines().map_while(Result::ok).find(|line| line.contains("lost"))
        }
    });
    let asking = async {
        while !log.is_finished() {
            client.write_all(request.as_bytes()).await.unwrap();
            assert!(client.read(&mut answer).await.unwrap() > 0);
        }
    };
    timeout(Duration::from_secs(20), asking).await.expect("the loss is said");
    let line = log.await.unwrap().unwrap();
    let lost: usize = line.split(' ').next().unwrap().parse().unwrap();
    assert!(lost > 0 && line.ends_with("log lines were lost: nobody read them in time"), "{line}");
}
