//! What this test is inside the namespaces: the house with the proxies, a charger, an impostor.

use std::env;
use std::io::Write as _;
use std::process::Stdio;

use clap::Parser as _;
use discovery::{Announced, Announcer};
use nrgkick_sim::{Faces, Listeners};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};

use super::{TEST, noise, story};

/// The variables by which the test says to itself what it is.
pub(super) const ROLE: &str = "NRGKICK_TEST_ROLE";
pub(super) const IP: &str = "NRGKICK_TEST_IP";
pub(super) const NEIGHBOUR: &str = "NRGKICK_TEST_NEIGHBOUR";
const FLAGS: &str = "NRGKICK_TEST_FLAGS";
/// Before each line that an impostor prints, as the test harness prints lines of its own.
const ASKED: &str = "asked: ";

/// What this process is.
pub(crate) enum Role {
    House(Neighbour),
    Charger(String),
    Impostor(String),
    Noise(String),
}

impl Role {
    /// Nothing where it is the test itself.
    pub(crate) fn of_this_process() -> Option<Self> {
        let variable = |name: &str| env::var(name).unwrap_or_default();
        match env::var(ROLE).ok()?.as_str() {
            "house" => {
                Some(Self::House(Neighbour { ip: variable(IP), namespace: variable(NEIGHBOUR) }))
            }
            "charger" => Some(Self::Charger(variable(FLAGS))),
            "impostor" => Some(Self::Impostor(variable(FLAGS))),
            "noise" => Some(Self::Noise(variable(FLAGS))),
            role => panic!("{role:?} is no role"),
        }
    }

    pub(super) fn play(self) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        match self {
            Self::House(neighbour) => runtime.block_on(story(&neighbour)),
            Self::Charger(flags) => runtime.block_on(charger(&flags)),
            Self::Impostor(flags) => runtime.block_on(impostor(&flags)),
            Self::Noise(from) => runtime.block_on(noise::make(&from)),
        }
    }
}

/// The other namespace, in which the house starts programs.
pub(crate) struct Neighbour {
    ip: String,
    namespace: String,
}

impl Neighbour {
    /// A simulated charger with these flags, switched off without a word when dropped.
    pub(crate) fn charger(&self, flags: &str) -> Child {
        self.command("charger", flags).stdout(Stdio::null()).spawn().unwrap()
    }

    /// Plugs the cable in (`up`) or pulls it (`down`), at the neighbour's end.
    pub(crate) fn cable(&self, state: &str) {
        let words = ["-n", &self.namespace, "link", "set", "cable", state];
        let output = std::process::Command::new(&self.ip).args(words).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ip {}: {errors}", words.join(" "));
    }

    /// Somebody at `address` who sends what nobody should.
    pub(super) fn noise(&self, address: &str) -> Child {
        self.command("noise", address).stdout(Stdio::null()).spawn().unwrap()
    }

    /// Somebody who announces `serial` at `address` and is another charger.
    pub(super) fn impostor(&self, address: &str, serial: &str) -> Impostor {
        let mut command = self.command("impostor", &format!("{address} {serial}"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Impostor { child, lines }
    }

    fn command(&self, role: &str, flags: &str) -> Command {
        let mut command = Command::new(&self.ip);
        command
            .args(["netns", "exec", &self.namespace])
            .arg(env::current_exe().unwrap())
            .args([TEST, "--exact", "--nocapture"])
            .env(ROLE, role)
            .env(FLAGS, flags)
            .kill_on_drop(true);
        command
    }
}

pub(super) struct Impostor {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Impostor {
    /// What it is asked next.
    pub(super) async fn asked(&mut self) -> String {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            if let Some((_, request)) = line.split_once(ASKED) {
                return request.to_owned();
            }
        }
        panic!("the impostor ended");
    }

    /// Ends it; what else it was asked until then.
    pub(super) async fn asked_so_far(&mut self) -> Vec<String> {
        self.child.kill().await.unwrap();
        let mut requests = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            requests.extend(line.split_once(ASKED).map(|(_, request)| request.to_owned()));
        }
        requests
    }
}

async fn charger(flags: &str) {
    let words = ["nrgkick-sim"].into_iter().chain(flags.split_whitespace());
    let args = nrgkick_sim::cli::Args::try_parse_from(words).unwrap();
    args.check().unwrap();
    let http = TcpListener::bind(args.http).await.unwrap();
    let modbus = match args.modbus {
        Some(address) => Some(TcpListener::bind(address).await.unwrap()),
        None => None,
    };
    let faces = Faces::new(args.config());
    nrgkick_sim::serve_faces(&faces, Listeners { http, modbus }, std::future::pending()).await;
}

/// Answers everything with an `/info` of its own and says what it was asked.
async fn impostor(flags: &str) {
    let (address, serial) = flags.split_once(' ').unwrap();
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let _announcer = Announcer::start(&Announced {
        name: "NRGkick".to_owned(),
        model: "NRGkick Gen2".to_owned(),
        serial_number: serial.to_owned(),
        json_api: true,
        modbus_api: false,
        address: Some(address.ip()),
        port: address.port(),
    })
    .unwrap();
    let body = r#"{"general":{"serial_number":"SIMULATED000000000002","rated_current":32}}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        let mut chunk = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut chunk).await {
                Ok(read) if read > 0 => head.extend_from_slice(&chunk[..read]),
                _ => break,
            }
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let target = head.split_whitespace().nth(1).unwrap_or_default();
        let password = if head.contains("authorization") { "with" } else { "without" };
        let mut stdout = std::io::stdout();
        writeln!(stdout, "{ASKED}GET {target} {password} a password").unwrap();
        stdout.flush().unwrap();
        // Whoever asked may have gone.
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}
