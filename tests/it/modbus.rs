//! `modbus-proxy` in front of the simulator, and the agreement of JSON and Modbus.

use nrgkick_model::field::{DocumentName, FIELDS, Field, Presence};
use nrgkick_model::register::Encoding;
use nrgkick_model::{Readings, Scalar};
use nrgkick_sim_core::{Model, Scenario, Setup, Simulator as Core};
use nrgkick_tests::http::{Answer, get, send};
use nrgkick_tests::server::{PASS_THROUGH, Server, Simulator, modbus_proxy};
use proptest::prelude::*;
use serde_json::{Value, json};

async fn pair(flags: &str) -> (Simulator, Server) {
    let simulator = Simulator::start(flags).await;
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &PASS_THROUGH).await;
    (simulator, proxy)
}

async fn write(proxy: &Server, id: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("x-nrgkick-write", id)];
    send(proxy.address, "POST", "/control", &headers, body.to_string()).await
}

/// `true` if two values of a row are equal within the precision of its registers.
fn same(field: &Field, json: Option<&Scalar>, words: Option<&Scalar>) -> bool {
    match (json, words, field.register.encoding) {
        (Some(Scalar::Text(text)), Some(Scalar::Text(cut)), Encoding::Text { words }) => {
            let room = usize::from(words) * 2;
            let bytes = &text.as_bytes()[..text.len().min(room)];
            // The rest of a cut character is ignored.
            let whole = String::from_utf8_lossy(bytes);
            cut.trim_end_matches(char::REPLACEMENT_CHARACTER)
                == whole.trim_end_matches(char::REPLACEMENT_CHARACTER)
        }
        (Some(Scalar::Decimal(json)), Some(Scalar::Decimal(words)), Encoding::F32) => {
            (json - words).abs() <= json.abs() * 1e-6
        }
        (Some(Scalar::Decimal(json)), Some(Scalar::Decimal(words)), _) => {
            (json - words).abs() <= 0.5001 / f64::from(field.register.factor)
        }
        (json, words, _) => json == words,
    }
}

fn assert_faces_agree(simulator: &mut Core) {
    let mut json = Readings::default();
    for document in DocumentName::ALL {
        let raw = if document == DocumentName::Control { "" } else { "?raw" };
        let response = simulator.request("GET", &format!("/{document}{raw}"), None);
        let value = serde_json::from_slice(response.body.as_ref()).unwrap();
        json.merge(Readings::from_json(document, &value).unwrap());
    }
    let mut words = Readings::default();
    for field in FIELDS {
        let (address, quantity) = (field.register.address, field.register.encoding.words());
        if let Ok(read) = nrgkick_sim::modbus::registers::read(simulator, address, quantity) {
            words.read_words(address, &read);
        }
    }
    for field in FIELDS {
        let (json, words) = (json.reported(field.id), words.reported(field.id));
        assert!(same(field, json, words), "{}: {json:?} in JSON, {words:?} in words", field.path);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1200) })]

    /// JSON and Modbus of one state agree in all 82 fields within the register's scale.
    #[test]
    fn both_faces_of_a_state_agree(
        model in prop::sample::select(Model::ALL.to_vec()),
        scenario in prop::sample::select(Scenario::ALL.to_vec()),
        name in "\\PC{0,24}",
        seconds in 0_u64..600,
        current in 60_u32..=320,
        limit in prop::option::of(0_u32..=1_000_000),
        phases in 1_u32..=3,
        voltage in prop::option::of(180.0_f64..260.0),
    ) {
        let mut simulator =
            Core::new(Setup { model, scenario, device_name: name, ..Setup::default() });
        // A row that every unit has reads 0 without a JSON value, unless it is refused.
        simulator
            .patch(&json!({"switches": {"modbus_answers": {"refuse_missing": true}}}))
            .unwrap();
        let mut query = format!("/control?current_set={}&phase_count={phases}", f64::from(current) / 10.0);
        if let Some(limit) = limit {
            query.push_str(&format!("&energy_limit={limit}"));
        }
        // Above the rated current it is refused, which is a valid state too.
        simulator.request("GET", &query, None);
        if let Some(voltage) = voltage {
            simulator.patch(&json!({"values": {"powerflow": {"l1": {"voltage": voltage}}}})).unwrap();
        }
        simulator.advance(std::time::Duration::from_secs(seconds));
        assert_faces_agree(&mut simulator);
    }
}

#[tokio::test]
async fn documents_from_registers_are_the_chargers_own() {
    for model in ["sim", "sim-no-fix", "32a", "domestic"] {
        let (simulator, proxy) = pair(&format!("--speed 0 --model {model}")).await;
        for target in ["/info?raw", "/values?raw", "/control", "/values?raw&energy&temperatures"] {
            let direct = get(simulator.address(), target).await.json();
            let proxied = get(proxy.address, target).await;
            assert_eq!(proxied.status, 200, "{model} {target}: {}", proxied.text());
            assert_documents_agree(target, &direct, &proxied.json());
        }
        let text = get(proxy.address, "/values").await.json();
        let direct = get(simulator.address(), "/values").await.json();
        assert_eq!(text["general"], direct["general"], "names of codes");
        let unknown = get(proxy.address, "/values?status").await;
        assert_eq!((unknown.status.as_u16(), unknown.json()), {
            let direct = get(simulator.address(), "/values?status").await;
            (direct.status.as_u16(), direct.json())
        });
    }
}

fn assert_documents_agree(target: &str, direct: &Value, proxied: &Value) {
    let document = DocumentName::ALL
        .into_iter()
        .find(|document| target[1..].starts_with(document.name()))
        .unwrap();
    let read = |value| Readings::from_json(document, value).unwrap();
    let (direct, proxied) = (read(direct), read(proxied));
    for field in document.fields() {
        let (json, words) = (direct.reported(field.id), proxied.reported(field.id));
        assert!(same(field, json, words), "{target} {}: {json:?}, {words:?}", field.path);
    }
}

#[tokio::test]
async fn a_poll_is_one_transaction_and_everything_three() {
    let (simulator, proxy) = pair("--model 32a").await;
    let counted = async |targets: &[&str]| {
        let before = simulator.registers.counters();
        for target in targets {
            assert_eq!(get(proxy.address, target).await.status, 200, "{target}");
        }
        let after = simulator.registers.counters();
        (after.transactions - before.transactions, after.optional_reads - before.optional_reads)
    };
    // Requests of the proxy's start are not counted.
    counted(&["/info?raw"]).await;
    for _ in 0..5 {
        // One round of the page's requests.
        assert_eq!(counted(&["/values?raw", "/control"]).await, (1, 0));
    }
    assert_eq!(counted(&["/info?raw", "/values?raw", "/control"]).await, (3, 0));
    assert_eq!(simulator.registers.counters().optional_reads, 0, "no modem, nothing optional");
}

#[tokio::test]
async fn writes_are_verified_and_sent_once() {
    let (simulator, proxy) = pair("").await;
    let body =
        json!({"current_set": 10.5, "charge_pause": 1, "energy_limit": 20_000, "phase_count": 2});
    let answer = write(&proxy, "all", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["outcome"], "verified");
    let again = write(&proxy, "all", &body).await;
    assert_eq!(again.json(), answer.json());
    assert_eq!(simulator.writes().await.len(), 1, "four adjacent settings are one write");
    let control = &simulator.state().await["control"];
    assert_eq!((&control["current_set"], &control["phase_count"]), (&json!(10.5), &json!(2)));

    let answer = write(&proxy, "gap", &json!({"current_set": 8, "phase_count": 3})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(simulator.writes().await.len(), 3, "two groups with a gap are two writes");
    assert_eq!(get(proxy.address, "/control?charge_pause=0").await.status, 405);
    assert_eq!(simulator.writes().await.len(), 3);
}

#[tokio::test]
async fn a_refusal_names_the_exception() {
    let (simulator, proxy) = pair("--phase-switch off").await;
    let before = simulator.state().await["control"].clone();
    let answer = write(&proxy, "1", &json!({"phase_count": 1})).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert_eq!(answer.json()["outcome"], "refused");
    assert_eq!(simulator.state().await["control"], before);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("Modbus exception 4"), "{message}");
    assert_eq!(simulator.writes().await.len(), 1);
    for body in [json!({"current_set": 5.9}), json!({"current_set": "NaN"})] {
        assert_eq!(write(&proxy, "1", &body).await.status, 422, "{body}");
    }
    assert_eq!(simulator.writes().await.len(), 1);
}

#[tokio::test]
async fn registers_are_shown_as_read_and_bad_ranges_named() {
    let (simulator, proxy) = pair("--speed 0").await;
    let seen = get(proxy.address, "/registers?address=194&quantity=5").await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    let seen = seen.json();
    assert_eq!(seen["words"].as_array().unwrap().len(), 5);
    assert_eq!(seen["rows"].as_array().unwrap().len(), 4);
    assert_eq!(seen["rows"][0]["value"], simulator.state().await["control"]["current_set"]);
    // Without a range: the blocks of the documents, without asking the charger.
    for document in ["/info", "/values", "/control"] {
        assert_eq!(get(proxy.address, document).await.status, 200);
    }
    let before = simulator.registers.counters();
    let all = get(proxy.address, "/registers").await.json();
    assert_eq!(simulator.registers.counters(), before);
    let blocks = all["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 3, "{all}");
    let rows: Vec<_> = blocks.iter().flat_map(|block| block["rows"].as_array().unwrap()).collect();
    let always = FIELDS.iter().filter(|field| field.presence == Presence::Always);
    assert!(rows.iter().map(|row| &row["path"]).eq(always.map(|field| field.path)));
    assert!(blocks.iter().all(|block| block["age_ms"].as_u64().unwrap() < 10_000), "{all}");
    let map = get(proxy.address, "/registers/map").await.json();
    let rows = map.as_array().or_else(|| map["rows"].as_array()).unwrap();
    assert_eq!(rows.len(), FIELDS.len());
    for (range, part) in [
        ("address=194&quantity=0", "quantity"),
        ("address=0&quantity=126", "125"),
        ("address=263&quantity=2", "263"),
        ("address=196&quantity=1", "196"),
        ("address=abc&quantity=1", "address"),
    ] {
        let answer = get(proxy.address, &format!("/registers?{range}")).await;
        assert_eq!(answer.status, 400, "{range}: {}", answer.text());
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(part), "{range}: {message}");
    }
}

#[tokio::test]
async fn what_is_no_charger_is_told_in_time() {
    // A web server on the Modbus port: the port of another proxy serves for it.
    let (_simulator, web) = pair("").await;
    let proxy = modbus_proxy(&web.address.to_string(), &[]).await;
    let answer = get(proxy.address, "/values?raw").await;
    assert!([502, 503, 504].contains(&answer.status.as_u16()), "{}", answer.text());
    // Nothing listens there.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap().to_string();
    drop(closed);
    let proxy = modbus_proxy(&address, &[]).await;
    let answer = get(proxy.address, "/values?raw").await;
    assert!([502, 503].contains(&answer.status.as_u16()), "{}", answer.text());
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(&address), "{message}");
    // A device with another unit id is silent.
    let (simulator, _) = pair("").await;
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &["--unit", "7"]).await;
    let answer = get(proxy.address, "/values?raw").await;
    assert!([502, 503, 504].contains(&answer.status.as_u16()), "{}", answer.text());
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("answer") && message.contains(&simulator.modbus.to_string()),
        "{message}"
    );
}
