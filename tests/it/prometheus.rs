//! The real Prometheus with the configuration and the rules of `deploy/prometheus`: it scrapes a
//! gateway, its rules fire and calm down, and both are killed and come back. The dashboard of
//! `deploy/grafana` is asked for what it would show.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use nrgkick_tests::program::{Running, program};
use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::{http, root, tool};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::custom_api::{LOOK, PATIENCE, Process, free_port, until_open};

fn deployed(name: &str) -> String {
    std::fs::read_to_string(root().join("deploy").join(name)).unwrap()
}

fn dashboard() -> Value {
    serde_json::from_str(&deployed("grafana/nrgkick.json")).unwrap()
}

/// Every query of the dashboard, for all gateways and chargers.
fn queries(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let expression = |target: &Value| target["expr"].as_str().unwrap().to_owned();
    let all = |text: String| text.replace("$instance", ".*").replace("$charger", ".*");
    targets.map(expression).map(all).collect()
}

/// The names of our metrics in a text.
fn names(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_part(c));
    words.filter(|word| word.starts_with("nrgkick_")).map(str::to_owned).collect()
}

#[tokio::test]
async fn dashboard_and_rules_name_only_what_a_gateway_tells() {
    let simulator = Simulator::start("--scenario charging --model sim").await;
    // The figure of the broker is there also while there is none.
    let flags = ["--mqtt", "mqtt://127.0.0.1:9"];
    let gateway = cors_proxy(simulator.address(), &flags).await;
    for target in ["/values?raw", "/control", "/info?raw"] {
        assert_eq!(http::get(gateway.address, target).await.status, 200);
    }
    let told = http::get(gateway.address, "/metrics").await.text();
    let samples = told.lines().filter(|line| !line.starts_with('#'));
    let told: BTreeSet<_> = samples.map(|line| line.split(['{', ' ']).next().unwrap()).collect();
    let dashboard = dashboard();
    let variables = dashboard["templating"]["list"].to_string();
    let rules = deployed("prometheus/alerts.yml");
    let expressions: Vec<_> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).collect();
    assert!(expressions.len() >= 6, "{expressions:?}");
    let named = names(&[queries(&dashboard).join(" "), variables, expressions.join(" ")].concat());
    assert!(named.len() >= 15, "{named:?}");
    let unknown: Vec<_> = named.iter().filter(|name| !told.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "no gateway tells {unknown:?}");
    let ids: BTreeSet<_> =
        dashboard["panels"].as_array().unwrap().iter().map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), dashboard["panels"].as_array().unwrap().len());
}

/// A Prometheus.
struct Prometheus {
    address: SocketAddr,
    _process: Process,
}

impl Prometheus {
    async fn start(program: &Path, folder: &Path, port: u16) -> Self {
        let at = |name: &str| folder.join(name).display().to_string();
        let arguments = [
            format!("--config.file={}", at("prometheus.yml")),
            format!("--storage.tsdb.path={}", at("data")),
            format!("--web.listen-address=127.0.0.1:{port}"),
        ];
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let _process = Process::start(program, &arguments);
        until_open(port).await;
        Self { address: ([127, 0, 0, 1], port).into(), _process }
    }

    /// The answer to a query; empty while it is not ready.
    async fn query(&self, query: &str) -> Value {
        let query: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = http::get(self.address, &format!("/api/v1/query?query={query}")).await;
        if answer.status != 200 {
            return json!({"status": answer.text()});
        }
        answer.json()
    }

    /// Waits until a query has a result, and returns its first value.
    async fn until(&self, query: &str) -> String {
        let mut last = Value::Null;
        let asking = async {
            loop {
                last = self.query(query).await;
                if let Some(value) = last["data"]["result"][0]["value"][1].as_str() {
                    return value.to_owned();
                }
                sleep(LOOK).await;
            }
        };
        let reached = timeout(PATIENCE, asking).await;
        reached.unwrap_or_else(|_| panic!("{query} stays {last}"))
    }

    /// Waits until an alert fires, or no longer does.
    async fn until_alert(&self, name: &str, fires: bool) {
        let mut last = Value::Null;
        let asking = async {
            loop {
                last = http::get(self.address, "/api/v1/alerts").await.json();
                let alerts = last["data"]["alerts"].as_array().cloned().unwrap_or_default();
                let is_it = |alert: &Value| {
                    alert["labels"]["alertname"] == name && alert["state"] == "firing"
                };
                if alerts.iter().any(is_it) == fires {
                    return;
                }
                sleep(LOOK).await;
            }
        };
        let reached = timeout(PATIENCE, asking).await;
        assert!(reached.is_ok(), "{name} fires: not {fires}; {last}");
    }
}

/// Writes configuration and rules as they are deployed, in a hurry.
fn configure(folder: &Path, gateway: SocketAddr) {
    let text = deployed("prometheus/prometheus.yml");
    assert!(text.contains("127.0.0.1:8080") && text.contains("interval: 15s"));
    let text = text.replace("127.0.0.1:8080", &gateway.to_string());
    std::fs::write(folder.join("prometheus.yml"), text.replace("interval: 15s", "interval: 1s"))
        .unwrap();
    let hurried = |line: &str| match line.split_once("for: ") {
        Some((indent, _)) => format!("{indent}for: 1s\n"),
        None => format!("{line}\n"),
    };
    let rules: String = deployed("prometheus/alerts.yml").lines().map(hurried).collect();
    std::fs::write(folder.join("alerts.yml"), rules).unwrap();
}

#[test]
fn promtool_accepts_configuration_and_rules_as_they_are() {
    let test = "promtool_accepts_configuration_and_rules_as_they_are";
    let Some(promtool) = tool::find("NRGKICK_PROMTOOL", test) else { return };
    for arguments in [["check", "config", "prometheus.yml"], ["test", "rules", "alerts.test.yml"]] {
        let mut command = Command::new(&promtool);
        let output = command.args(arguments).current_dir(root().join("deploy/prometheus"));
        let output = output.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said));
    }
}

#[tokio::test]
async fn a_real_prometheus_scrapes_and_its_rules_fire_and_both_are_killed_and_brought_back() {
    let test = "a_real_prometheus_scrapes_and_its_rules_fire_and_both_are_killed_and_brought_back";
    let Some(prometheus) = tool::find("NRGKICK_PROMETHEUS", test) else { return };
    let Some(cors_proxy) = program("cors-proxy", test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let simulator = Simulator::start("--scenario charging --model sim").await;
    let charger = format!("garage=http://{}", simulator.address());
    let data = folder.path().join("record").display().to_string();
    let [own, port] = [free_port(), free_port()];
    let listen = format!("127.0.0.1:{own}");
    let start_gateway = || {
        let mut command = Command::new(&cors_proxy);
        command.args(["--charger", &charger, "--listen", &listen, "--log", "error"]);
        // Without anybody who watches, the record looks at the charger.
        command.args(["--max-rate", "0", "--data", &data, "--record-every", "1s"]);
        Running::start(&mut command)
    };
    let mut gateway = start_gateway();
    configure(folder.path(), gateway.address);
    let mut server = Prometheus::start(&prometheus, folder.path(), port).await;
    let power = "nrgkick_values_powerflow_total_active_power_watts{charger=\"garage\"} > 1000";
    server.until(power).await;
    server.until_alert("NrgkickSimulated", true).await;
    for query in queries(&dashboard()) {
        let answer = server.query(&query).await;
        assert_eq!(answer["status"], "success", "{query}: {answer}");
    }

    // The charger reports an error, and it passes.
    simulator.patch(json!({"values": {"general": {"error_code": 66}}})).await;
    server.until_alert("NrgkickError", true).await;
    simulator.patch(json!({"values": {"general": {"error_code": null}}})).await;
    server.until_alert("NrgkickError", false).await;

    // The gateway is killed and brought back.
    drop(gateway);
    server.until_alert("NrgkickGatewayDown", true).await;
    gateway = start_gateway();
    server.until_alert("NrgkickGatewayDown", false).await;
    server.until(power).await;

    // Prometheus is killed and brought back, with what it had.
    let before: f64 = server.until("vector(time())").await.parse().unwrap();
    drop(server);
    server = Prometheus::start(&prometheus, folder.path(), port).await;
    server.until(power).await;
    let kept = format!("min_over_time(timestamp({power})[10m:1s]) < {before}");
    server.until(&kept).await;
    server.until_alert("NrgkickSimulated", true).await;
    drop((server, gateway));
}
