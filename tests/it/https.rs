//! The real program by HTTPS, asked by another TLS library than its own.

use std::path::Path;
use std::process::{Command, Stdio};

use nrgkick_tests::http::get;
use nrgkick_tests::program::{Running, program};
use nrgkick_tests::server::Simulator;
use nrgkick_tests::tool;
use serde_json::Value;

const TEST: &str =
    "openssl_trusts_the_authority_that_was_made_at_the_first_start_and_nobody_else_does";

fn start(cors_proxy: &Path, simulator: &Simulator, folder: &Path) -> Running {
    let charger = format!("http://{}", simulator.address());
    let mut command = Command::new(cors_proxy);
    command.args(["--charger", &charger, "--listen", "127.0.0.1:0", "--log", "error"]);
    Running::start(command.arg("--tls-self-signed").arg(folder).stderr(Stdio::null()))
}

#[tokio::test]
async fn openssl_trusts_the_authority_that_was_made_at_the_first_start_and_nobody_else_does() {
    let Some(cors_proxy) = program("cors-proxy", TEST) else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", TEST) else { return };
    let simulator = Simulator::start("--speed 0").await;
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("tls");
    let authority = own.join("ca.pem");
    let plain = get(simulator.address(), "/info").await.json();
    let mut made = None;
    // The second start has the first one's authority: devices trust it as before.
    for _ in 0..2 {
        let server = start(&cors_proxy, &simulator, &own);
        let mut client = Command::new(&python);
        client.arg(nrgkick_tests::root().join("tests/outsiders/https_client.py"));
        client.arg(server.address.port().to_string()).arg(&authority);
        let output = tokio::task::spawn_blocking(move || client.output()).await.unwrap().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let seen: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
        assert_eq!(seen["name"], plain, "{seen}");
        assert_eq!(seen["address"], plain, "{seen}");
        assert!(seen["stranger"].as_str().unwrap().contains("CERTIFICATE_VERIFY_FAILED"), "{seen}");
        let pem = std::fs::read(&authority).unwrap();
        assert_eq!(*made.get_or_insert(pem.clone()), pem);
    }
}
