//! The program itself: it reads its file again on SIGHUP, and a wrong file changes nothing.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::time::{Instant, sleep};

use crate::support::{PATIENCE, get};

/// Interval of looking at another process.
const LOOK: std::time::Duration = std::time::Duration::from_millis(5);

struct Process {
    child: Child,
    address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(file: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_custom-api"))
            .args(["--listen", "127.0.0.1:0", "--config"])
            .arg(file)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
        Self { child, address }
    }

    fn hang_up(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    }

    /// Fetches values until the load is `watts`; every answer on the way has a load.
    async fn until_load(&self, watts: i64) {
        let began = Instant::now();
        loop {
            let (status, body) = get(self.address, "/api/v1/values.json").await;
            assert_eq!(status, 200, "{body}");
            if body["device_values"]["load_power_w"] == watts {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "not {watts}: {body}");
            sleep(LOOK).await;
        }
    }

    /// Fetches the status until it has a problem or none; returns it.
    async fn until_problem(&self, is_wanted: bool) -> String {
        let began = Instant::now();
        loop {
            let (_, status) = get(self.address, "/status").await;
            let problem = status["configuration"]["problem"].as_str().unwrap_or_default();
            if problem.is_empty() != is_wanted {
                return problem.to_owned();
            }
            assert!(began.elapsed() < PATIENCE, "{status}");
            sleep(LOOK).await;
        }
    }
}

#[tokio::test]
async fn a_right_file_is_followed_and_a_wrong_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    std::fs::write(&file, "load_power_w = 1\n").unwrap();
    let process = Process::start(&file, &[]);
    process.until_load(1).await;
    for round in 2..6 {
        std::fs::write(&file, format!("load_power_w = {round}\n")).unwrap();
        process.hang_up();
        process.until_load(round).await;
        assert_eq!(process.until_problem(false).await, "");
        std::fs::write(&file, "load_power_w = many\n").unwrap();
        process.hang_up();
        let problem = process.until_problem(true).await;
        assert!(problem.contains("pv.toml:1") && problem.contains("quotes"), "{problem}");
        process.until_load(round).await;
    }
    std::fs::remove_file(&file).unwrap();
    process.hang_up();
    let gone = async {
        while !process.until_problem(true).await.contains("cannot read") {
            sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    process.until_load(5).await;
}

#[tokio::test]
async fn a_file_with_mistakes_is_begun_with_where_it_can_be_mended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    std::fs::write(&file, "load_power_w = many\n").unwrap();
    let process = Process::start(&file, &["--edit"]);
    let problem = process.until_problem(true).await;
    assert!(problem.contains("pv.toml:1"), "{problem}");
    let (status, body) = get(process.address, "/api/v1/values.json").await;
    assert_eq!((status, &body["error"]["message"]), (503, &"no value is configured yet".into()));
}
