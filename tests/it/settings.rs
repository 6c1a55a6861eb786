//! The real program by a file, the environment and its command line; what it tells its service manager;
//! and whether it is asked for its health.

use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use clap::Parser as _;
use nrgkick_tests::http::{get, send};
use nrgkick_tests::program::{Running, program};
use nrgkick_tests::server::Simulator;
use serde_json::json;

const JSON: (&str, &str) = ("content-type", "application/json");

/// Runs a program that ends by itself. Nothing of this process' own environment is an option of it.
fn run(program: &Path, args: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(program, args, environment).output().unwrap();
    (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

fn command(program: &Path, args: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command.args(args).env_clear().envs(environment.iter().copied());
    command
}

/// A server whose log nobody reads.
fn start(program: &Path, args: &[&str], environment: &[(&str, &str)]) -> Running {
    Running::start(command(program, args, environment).stderr(Stdio::null()))
}

#[tokio::test]
async fn a_program_takes_its_options_from_file_environment_and_line() {
    let test = "a_program_takes_its_options_from_file_environment_and_line";
    let Some(cors_proxy) = program("cors-proxy", test) else { return };
    let simulator = Simulator::start("--scenario charging").await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let file = path("cors-proxy.toml");
    let options = format!(
        "charger = \"http://{}\"\nlisten = \"127.0.0.1:0\"\nlog = \"error\"\n\
         token-file = \"credential:token\"\ndata = {:?}\nmax-rate = 9\n",
        simulator.address(),
        path("record"),
    );
    std::fs::write(&file, &options).unwrap();
    std::fs::write(path("token"), "token-of-the-house\n").unwrap();
    let folder = folder.path().display().to_string();
    let credentials = ("CREDENTIALS_DIRECTORY", &*folder);
    let environment = [("NRGKICK_READ_ONLY", "true"), credentials];
    let line = ["--config", &*file, "--max-rate", "5"];

    let (code, shown) = run(&cors_proxy, &[&line[..], &["--print-config"]].concat(), &environment);
    let lines: BTreeMap<_, _> = shown.lines().filter_map(|line| line.split_once(" = ")).collect();
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(lines["max-rate"], "\"5\" # the command line");
    assert_eq!(lines["read-only"], "true # the environment's NRGKICK_READ_ONLY");
    assert_eq!(lines["token-file"], format!("\"credential:token\" # {file}"));
    assert_eq!(lines["# max-age"], "\"500ms\"");

    let check = [&line[..], &["--check"]].concat();
    let (code, said) = run(&cors_proxy, &check, &environment);
    assert_eq!((code, &*said), (Some(0), "all options are good\n"));
    assert!(!Path::new(&path_in(&folder, "record")).exists(), "nothing was begun");
    let (code, said) = run(&cors_proxy, &check, &[]);
    assert!(code == Some(2) && said.contains("credential:token"), "{code:?} {said}");
    std::fs::write(path_in(&folder, "bad.toml"), "chargers = \"x\"\n").unwrap();
    let bad = path_in(&folder, "bad.toml");
    let (code, said) = run(&cors_proxy, &["--config", &bad, "--check"], &[]);
    assert!(code == Some(2) && said.contains("bad.toml:1: chargers"), "{code:?} {said}");
    assert!(said.contains("did you mean charger?"), "{said}");

    let server = start(&cors_proxy, &line, &environment);
    let bearer = ("authorization", "Bearer token-of-the-house");
    assert_eq!(get(server.address, "/values").await.status, 401, "the file's token is asked for");
    assert_eq!(send(server.address, "GET", "/values", &[bearer], "").await.status, 200);
    let headers = [bearer, JSON, ("x-nrgkick-write", "1")];
    let body = json!({"charge_pause": 1}).to_string();
    let refused = send(server.address, "POST", "/control", &headers, body).await;
    assert_eq!(refused.status, 403, "the environment's --read-only: {}", refused.text());
    assert!(Path::new(&path_in(&folder, "record")).exists(), "the file's record");
}

fn path_in(folder: &str, name: &str) -> String {
    format!("{folder}/{name}")
}

#[tokio::test]
async fn the_service_manager_hears_of_start_life_and_end() {
    let test = "the_service_manager_hears_of_start_life_and_end";
    let Some(cors_proxy) = program("cors-proxy", test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify").display().to_string();
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let heard = || {
        let mut bytes = [0; 256];
        let read = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..read]).trim().to_owned()
    };
    // The charger is away: that is no reason to start anew.
    let args = ["--charger", "http://127.0.0.1:9", "--listen", "127.0.0.1:0", "--log", "error"];
    let environment = [("NOTIFY_SOCKET", &*path), ("WATCHDOG_USEC", "200000")];
    let server = start(&cors_proxy, &args, &environment);
    assert_eq!(heard(), "READY=1");
    for _ in 0..3 {
        assert_eq!(heard(), "WATCHDOG=1");
    }
    let from = format!("http://{}", server.address);
    let (code, said) = run(&cors_proxy, &["healthcheck", "--from", &from], &[]);
    assert_eq!((code, &*said), (Some(0), "ok\n"));
    let stopped = Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    while heard() != "STOPPING=1" {}
    drop(server);
    let (code, said) = run(&cors_proxy, &["healthcheck", "--from", &from], &[]);
    assert!(code == Some(1) && said.contains(&from), "{code:?} {said}");
}

/// The addresses without a flag, as each program makes them of its command line.
#[test]
fn s17_without_a_flag_only_this_machine_is_served() {
    let cors = cors_proxy::Args::try_parse_from(["cors-proxy", "--charger", "http://192.168.1.20"]);
    let modbus = modbus_proxy::Args::try_parse_from(["modbus-proxy", "--charger", "192.168.1.20"]);
    let custom = custom_api::Args::try_parse_from(["custom-api", "--config", "x"]).unwrap();
    let simulator = nrgkick_sim::cli::Args::try_parse_from(["nrgkick-sim"]).unwrap();
    for listen in [
        cors_proxy::Config::from_args(&cors.unwrap()).unwrap().server.listen,
        modbus_proxy::Config::from_args(&modbus.unwrap()).unwrap().server.listen,
        custom.server.listen_or(custom_api::DEFAULT_LISTEN),
        simulator.http,
    ] {
        assert!(listen.ip().is_loopback(), "{listen}");
    }
    assert_eq!(simulator.modbus, None);
}
