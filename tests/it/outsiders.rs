//! Unmodified third-party clients against our servers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use nrgkick_model::document::Document as _;
use nrgkick_tests::server::{Simulator, cors_proxy, modbus_proxy};
use nrgkick_tests::{http, root, tool};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// Runs a Python script of `tests/outsiders` and parses the JSON that it prints.
async fn python(program: PathBuf, script: &str, arguments: &[String]) -> Value {
    python_with(&program, script, arguments, &[]).await
}

async fn python_with(
    program: &Path,
    script: &str,
    arguments: &[String],
    environment: &[(&str, &PathBuf)],
) -> Value {
    let output = tokio::process::Command::new(program)
        .arg(root().join("tests/outsiders").join(script))
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .await
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

async fn nrgkick_api(
    test: &str,
    address: SocketAddr,
    login: [&str; 2],
    flags: &[&str],
) -> Option<Value> {
    let program = tool::find("NRGKICK_PYTHON", test)?;
    let [username, password] = login.map(str::to_owned);
    let mut arguments = vec![address.to_string(), username, password];
    arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
    Some(python(program, "use_nrgkick_api.py", &arguments).await)
}

/// Asserts that the package's documents equal those of plain HTTP.
async fn assert_documents(seen: &Value, address: SocketAddr, authorization: &str) {
    for (method, target) in [
        ("info", "/info"),
        ("info_raw", "/info?raw"),
        ("info_sections", "/info?general&versions"),
        ("values", "/values"),
        ("values_raw", "/values?raw"),
        ("values_sections", "/values?raw&energy&temperatures"),
    ] {
        let headers = [("authorization", authorization)];
        let shown = http::send(address, "GET", target, &headers, "").await;
        assert_eq!(seen[method], shown.json(), "{method}");
    }
    assert_eq!(seen["connected"], true);
    assert_eq!(seen["unknown_section"], nrgkick_model::Refusal::INVALID_PARAMETER);
    assert_eq!(seen["control"].as_object().unwrap().len(), 4);
}

#[tokio::test]
async fn nrgkick_api_reads_and_writes_the_simulator() {
    // With the clock stopped and no lag, the documents before and after are equal.
    let login = ["me", "secret"];
    let flags = "--speed 0 --control-lag 0s --model sim --username me --password secret";
    let simulator = Simulator::start(flags).await;
    let test = "nrgkick_api_reads_and_writes_the_simulator";
    let Some(seen) = nrgkick_api(test, simulator.address(), login, &[]).await else { return };
    let authorization = nrgkick_model::request::basic_authorization(login[0], login[1]);
    assert_eq!(seen["set_current"], 10.5);
    assert_eq!(seen["set_charge_pause"], 1);
    assert_eq!(seen["set_energy_limit"], 5000);
    assert_eq!(seen["set_phase_count"], 1);
    assert_eq!(seen["resume"], 0);
    assert_eq!(seen["rejected"].as_array().unwrap().len(), 3);
    for refusal in ["wrong_password", "no_password", "unreachable"] {
        assert!(seen[refusal].is_string(), "{refusal}");
    }
    let control = json!({
        "current_set": 10.5, "charge_pause": 0, "energy_limit": 5000, "phase_count": 1,
    });
    // Writes show when time passes, even without a lag.
    http::send_json(simulator.address(), "POST", "/_sim/advance", &json!({"seconds": 5})).await;
    assert_eq!(simulator.state().await["control"], control);
    let statuses: Vec<_> = simulator.writes().await.into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 406, 406, 406]);
    let shown =
        http::send(simulator.address(), "GET", "/info", &[("authorization", &authorization)], "")
            .await;
    assert_eq!(seen["info"], shown.json());
}

#[tokio::test]
async fn nrgkick_api_reads_through_the_proxy_and_writes_where_that_is_allowed() {
    let test = "nrgkick_api_reads_through_the_proxy_and_writes_where_that_is_allowed";
    let simulator = Simulator::start("--speed 0 --username me --password secret").await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "secret").unwrap();
    let path = file.path().display().to_string();
    let login = ["--username", "me", "--password-file", &path];
    let proxy = cors_proxy(simulator.address(), &login).await;
    let none = ["", ""];
    let Some(seen) = nrgkick_api(test, proxy.address, none, &["--writes-refused"]).await else {
        return;
    };
    assert_documents(&seen, proxy.address, "").await;
    assert_eq!(seen["writes"].as_array().unwrap().len(), 2);
    assert_eq!(simulator.writes().await, [], "no GET write came through");

    let simulator = Simulator::start("--username me --password secret").await;
    let flags = [&login[..], &["--allow-get-writes"]].concat();
    let proxy = cors_proxy(simulator.address(), &flags).await;
    let seen = nrgkick_api(test, proxy.address, none, &[]).await.unwrap();
    assert_eq!((&seen["set_current"], &seen["set_phase_count"]), (&json!(10.5), &json!(1)));
    let control = simulator.state().await["control"].clone();
    assert_eq!((&control["current_set"], &control["charge_pause"]), (&json!(10.5), &json!(0)));
}

#[tokio::test]
async fn nrgkick_api_reads_and_writes_a_charger_of_which_only_modbus_is_on() {
    let test = "nrgkick_api_reads_and_writes_a_charger_of_which_only_modbus_is_on";
    let simulator = Simulator::start("--speed 0 --model sim").await;
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &[]).await;
    let none = ["", ""];
    let Some(seen) = nrgkick_api(test, proxy.address, none, &["--writes-refused"]).await else {
        return;
    };
    assert_documents(&seen, proxy.address, "").await;
    assert_eq!(simulator.writes().await, []);

    let simulator = Simulator::start("").await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "a-token-of-some-length").unwrap();
    let path = token.path().display().to_string();
    let flags = ["--allow-get-writes", "--token-file", &path];
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &flags).await;
    // The package has no bearer tokens: the token is the password of any user.
    let login = ["anyone", "a-token-of-some-length"];
    let seen = nrgkick_api(test, proxy.address, login, &[]).await.unwrap();
    assert_eq!((&seen["set_current"], &seen["set_phase_count"]), (&json!(10.5), &json!(1)));
    let control = simulator.state().await["control"].clone();
    assert_eq!((&control["current_set"], &control["energy_limit"]), (&json!(10.5), &json!(5000)));
}

/// Asserts that every row read by a third-party Modbus client equals the JSON value.
async fn rows(test: &str, variable: &str, script: &str, python_variable: &str) {
    let Some(program) = tool::find(python_variable, test) else { return };
    let Some(tool) = tool::find(variable, test) else { return };
    for model in ["sim", "32a", "domestic"] {
        let simulator = Simulator::start(&format!("--speed 0 --model {model}")).await;
        let arguments = [
            simulator.modbus.ip().to_string(),
            simulator.modbus.port().to_string(),
            nrgkick_tests::fixtures()
                .join("official_modbus_register_map.json")
                .display()
                .to_string(),
            simulator.http.url(),
        ];
        let seen = python_with(&program, script, &arguments, &[("MBPOLL", &tool)]).await;
        let known = seen.as_object().unwrap().values().filter(|value| !value.is_null()).count();
        let expected = if model == "sim" { 82 } else { 72 };
        assert_eq!((seen.as_object().unwrap().len(), known), (82, expected), "{model}");
    }
}

#[tokio::test]
async fn pymodbus_reads_all_82_rows_with_the_values_of_json() {
    let test = "pymodbus_reads_all_82_rows_with_the_values_of_json";
    rows(test, "NRGKICK_PYTHON", "pymodbus_rows.py", "NRGKICK_PYTHON").await;
}

#[tokio::test]
async fn mbpoll_reads_all_82_rows_with_the_values_of_json() {
    let test = "mbpoll_reads_all_82_rows_with_the_values_of_json";
    rows(test, "NRGKICK_MBPOLL", "mbpoll_rows.py", "NRGKICK_PYTHON").await;
}

/// A third-party server, filled from the manufacturer's samples.
#[tokio::test]
async fn the_proxy_reads_and_writes_a_pymodbus_server() {
    let test = "the_proxy_reads_and_writes_a_pymodbus_server";
    let Some(program) = tool::find("NRGKICK_PYTHON", test) else { return };
    let mut server = tokio::process::Command::new(program)
        .arg(root().join("tests/outsiders/pymodbus_server.py"))
        .arg(nrgkick_tests::fixtures())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let port = lines.next_line().await.unwrap().expect("it names its port");
    let proxy = modbus_proxy(&format!("127.0.0.1:{port}"), &[]).await;

    let info = http::get(proxy.address, "/info").await;
    let info = nrgkick_model::Info::decode(&info.json()).unwrap();
    let sample = nrgkick_tests::fixture("derived_info_normal_fixed_mac.json");
    let sample = nrgkick_model::Info::decode(&serde_json::from_str(&sample).unwrap()).unwrap();
    assert_eq!((info.versions, info.cellular), (sample.versions, sample.cellular));
    assert_eq!(info.general.unwrap().serial_number, sample.general.unwrap().serial_number);
    // The two test vectors among the measured values.
    let values = http::get(proxy.address, "/values?raw").await.json();
    assert_eq!(values["powerflow"]["total_active_power"], 2868.123);
    assert_eq!(values["energy"]["total_charged_energy"], 1_234_567);

    let headers = [("content-type", "application/json"), ("x-nrgkick-write", "1")];
    let body = json!({"current_set": 12.5, "energy_limit": 70_000}).to_string();
    let answer = http::send(proxy.address, "POST", "/control", &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let control = http::get(proxy.address, "/control").await.json();
    assert_eq!((&control["current_set"], &control["energy_limit"]), (&json!(12.5), &json!(70_000)));
}
