//! Each recipe for a brand against a fake of its device, with registers and replies as its document
//! or report has them. The figures are invented: a house of 1500 W, or what the comment says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use custom_api::example::Recipe;
use serde_json::{Value, json};

use crate::devices::{BrokerDevice, HttpDevice, Reply};
use crate::registers::{Asked, Manners, Registers};
use crate::support::House;
use crate::web::{Certificate, Web, answer};

/// The powers that the charger has to be told: house, inverter, grid, battery; and the charge.
type Wanted = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<f64>);

/// A recipe, its address, the registers, unit and function, and what has to come out.
type Inverter = (Recipe, &'static str, BTreeMap<u16, u16>, (u8, u8), Wanted);
/// A recipe, its broker, topics with messages, and what has to come out.
type Publisher = (Recipe, &'static str, &'static [(&'static str, &'static str)], Wanted);
/// A recipe, its address, if it is encrypted, paths with replies, and what has to come out.
type Guarded = (Recipe, &'static str, bool, Vec<(&'static str, Value)>, Wanted);

fn assert_told(recipe: Recipe, values: &Value, wanted: Wanted) {
    let values = &values["device_values"];
    let told = (
        values["load_power_w"].as_i64(),
        values["inverters"]["0"]["inv_power_ac_w"].as_i64(),
        values["energy_meters"]["0"]["grid_power_w"].as_i64(),
        values["batteries"]["0"]["bat_power_w"].as_i64(),
        values["batteries"]["0"]["soc"].as_f64().map(|soc| (soc * 10.0).round() / 10.0),
    );
    assert_eq!(told, wanted, "{recipe:?}: {values}");
}

fn text(recipe: Recipe, address: &str, at: SocketAddr) -> String {
    assert!(recipe.text().contains(address), "{recipe:?} names another address");
    recipe.text().replace(address, &at.to_string())
}

/// A number of two registers, the high or the low word first.
fn two(address: u16, bits: u32, is_low_first: bool) -> [(u16, u16); 2] {
    let [a, b, c, d] = bits.to_be_bytes();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let (first, second) = if is_low_first { (low, high) } else { (high, low) };
    [(address, first), (address + 1, second)]
}

/// Registers by their document: signed numbers of two registers and single ones.
fn registers(
    is_low_first: bool,
    numbers: &[(u16, i32)],
    floats: &[(u16, f32)],
    singles: &[(u16, i16)],
) -> BTreeMap<u16, u16> {
    let numbers =
        numbers.iter().flat_map(|(at, number)| two(*at, number.cast_unsigned(), is_low_first));
    let floats = floats.iter().flat_map(|(at, number)| two(*at, number.to_bits(), is_low_first));
    let singles = singles.iter().map(|(at, number)| (*at, number.cast_unsigned()));
    numbers.chain(floats).chain(singles).collect()
}

#[tokio::test]
async fn inverters_with_registers() {
    let sunspec = [(40083, 3250), (40084, 0), (40206, 1250), (40210, 0)];
    let cases: [Inverter; 9] = [
        // 2000 W of AC with the battery's charging taken off before; 500 W fed in.
        (
            Recipe::Huawei,
            "192.168.1.26",
            registers(false, &[(32080, 2000), (37113, 500), (37765, 800)], &[], &[(37760, 655)]),
            (1, 3),
            (Some(1500), Some(2000), Some(-500), Some(-800), Some(65.5)),
        ),
        (
            Recipe::Sma,
            "192.168.1.27",
            registers(
                false,
                &[(30775, 1200), (30865, 300), (30867, 0), (31393, 0), (31395, 700), (30845, 44)],
                &[],
                &[],
            ),
            (3, 3),
            (Some(1500), Some(1200), Some(300), Some(700), Some(44.0)),
        ),
        (
            Recipe::SolaredgeStoredge,
            "192.168.1.28:1502",
            [
                registers(true, &[], &[(57716, -1000.0), (57732, 80.5)], &[]),
                registers(true, &[], &[], &sunspec.map(|(at, word)| (at, word))),
            ]
            .into_iter()
            .flatten()
            .collect(),
            (1, 3),
            (Some(2000), Some(3250), Some(-1250), Some(1000), Some(80.5)),
        ),
        (
            Recipe::Kostal,
            "192.168.1.29:1502",
            registers(true, &[], &[(172, 1800.4), (252, -300.4)], &[(514, 71), (582, -650)]),
            (71, 3),
            (Some(1500), Some(1800), Some(-300), Some(-650), Some(71.0)),
        ),
        // 3000 W of sun, 749 W of it into the battery, 751 W fed in.
        (
            Recipe::Sungrow,
            "192.168.1.31",
            registers(
                true,
                &[(5016, 3000), (13009, 751)],
                &[],
                &[(13000, 3), (13021, 749), (13022, 553)],
            ),
            (1, 4),
            (Some(1500), Some(3000), Some(-751), Some(-749), Some(55.3)),
        ),
        (
            Recipe::GrowattSph,
            "192.168.1.32",
            registers(
                false,
                &[(1, 20_000), (1021, 0), (1029, 10_000), (1009, 5_000), (1011, 0)],
                &[],
                &[(1014, 33)],
            ),
            (1, 4),
            (Some(1500), Some(2000), Some(-1000), Some(500), Some(33.0)),
        ),
        (
            Recipe::GrowattTlxh,
            "192.168.1.33",
            registers(
                false,
                &[
                    (3005, 12_000),
                    (3009, 8_000),
                    (3041, 1_000),
                    (3043, 0),
                    (3178, 0),
                    (3180, 6_000),
                ],
                &[],
                &[(3171, 90)],
            ),
            (1, 4),
            (Some(1500), Some(2000), Some(100), Some(-600), Some(90.0)),
        ),
        (
            Recipe::Goodwe,
            "192.168.1.34",
            registers(
                false,
                &[(35105, 1500), (35109, 1000), (35182, -400), (36025, 600)],
                &[],
                &[(37007, 12)],
            ),
            (247, 3),
            (Some(1500), Some(2500), Some(-600), Some(-400), Some(12.0)),
        ),
        (
            Recipe::E3dc,
            "192.168.1.35",
            registers(true, &[(40067, 2200), (40069, 500), (40073, -200)], &[], &[(40082, 77)]),
            (1, 3),
            (Some(1500), Some(2200), Some(-200), Some(-500), Some(77.0)),
        ),
    ];
    for (recipe, address, registers, (unit, function), wanted) in cases {
        let manners = Manners { registers: vec![registers], fills: true, ..Manners::default() };
        let device = Registers::new(manners).await;
        let house = House::new(&text(recipe, address, device.address)).await;
        let values = house.until_values(|status, _| status == 200).await;
        assert_told(recipe, &values, wanted);
        let asked: Vec<Asked> =
            device.asked.lock().unwrap().iter().map(|(asked, _)| *asked).collect();
        let is_right = asked.iter().all(|(at, by, ..)| (*at, *by) == (unit, function));
        assert!(is_right, "{recipe:?}: {asked:?}");
    }
}

/// At night an inverter of SMA has no value for what it makes.
#[tokio::test]
async fn an_inverter_that_says_no_value_at_night_makes_nothing() {
    let registers = registers(
        false,
        &[(30775, i32::MIN), (30865, 400), (30867, 0), (31393, -1), (31395, -1), (30845, -1)],
        &[],
        &[],
    );
    let manners = Manners { registers: vec![registers], fills: true, ..Manners::default() };
    let device = Registers::new(manners).await;
    let text = text(Recipe::Sma, "192.168.1.27", device.address)
        .replace("every = \"5s\"", "every = \"20ms\"\nmax_age = \"300ms\"");
    let house = House::new(&text).await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_told(Recipe::Sma, &values, (Some(400), Some(0), Some(400), Some(0), None));
}

#[tokio::test]
async fn meters_and_small_inverters_over_http() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let watts = |power: &str| json!({ "v": power.parse::<f64>().unwrap(), "u": "W", "d": 1 });
    let ac = json!([230.1, 1.3, 298.6, 50.0, 1.0, 35.0, 1234.5, 987, 310.0, 95.0, 0]);
    let cases: [(Recipe, &str, &str, Value, Wanted); 6] = [
        (
            Recipe::Shelly3em,
            "192.168.1.36",
            "/status",
            json!({ "total_power": -750.4, "emeters": [{ "power": -750.4, "is_valid": true }] }),
            (Some(-750), None, Some(-750), None, None),
        ),
        (
            Recipe::ShellyPro3em,
            "192.168.1.37",
            "/rpc/EM.GetStatus?id=0",
            json!({ "id": 0, "a_act_power": 100.0, "total_act_power": 420.2 }),
            (Some(420), None, Some(420), None, None),
        ),
        (
            Recipe::HomewizardP1,
            "192.168.1.38",
            "/api/v1/data",
            json!({ "active_power_w": 543, "total_power_import_kwh": 1.5 }),
            (Some(543), None, Some(543), None, None),
        ),
        (
            Recipe::Tasmota,
            "192.168.1.41",
            "/cm?cmnd=Status%2010",
            json!({ "StatusSNS": { "Time": "2026-11-25T02:00:00", "SML": { "Power_curr": 611 } } }),
            (Some(611), None, Some(611), None, None),
        ),
        (
            Recipe::Opendtu,
            "192.168.1.43",
            "/api/livedata/status",
            json!({ "inverters": [{ "data_age": 4, "reachable": true }], "total": { "Power": watts("312.4") } }),
            (None, Some(312), None, None, None),
        ),
        (
            Recipe::Ahoydtu,
            "192.168.1.44",
            "/api/inverter/id/0",
            json!({ "id": 0, "ts_last_success": now - 3, "ch": [ac, [30.1]] }),
            (None, Some(299), None, None, None),
        ),
    ];
    for (recipe, address, path, reply, wanted) in cases {
        let device = HttpDevice::new(&[(path, Reply::Json(reply.to_string()))]).await;
        let house = House::new(&text(recipe, address, device.address())).await;
        let values = house.until_values(|status, _| status == 200).await;
        // A meter alone that feeds in: no house takes less than nothing.
        let (load, ..) = wanted;
        let wanted = (load.filter(|load| *load >= 0), wanted.1, wanted.2, wanted.3, wanted.4);
        assert_told(recipe, &values, wanted);
    }
}

#[tokio::test]
async fn what_brokers_know() {
    let cases: [Publisher; 2] = [
        (
            Recipe::DsmrReader,
            "192.168.1.39",
            &[
                ("dsmr/reading/electricity_currently_delivered", "0.543"),
                ("dsmr/reading/electricity_currently_returned", "0.000"),
            ],
            (Some(543), None, Some(543), None, None),
        ),
        (
            Recipe::Openwb,
            "192.168.1.42:1883",
            &[
                ("openWB/pv/get/power", "-2500.0"),
                ("openWB/counter/0/get/power", "-400"),
                ("openWB/bat/get/power", "600"),
                ("openWB/bat/get/soc", "52"),
            ],
            (Some(1500), Some(2500), Some(-400), Some(-600), Some(52.0)),
        ),
    ];
    for (recipe, address, messages, wanted) in cases {
        let broker = BrokerDevice::new().await;
        let house = House::new(&text(recipe, address, broker.address())).await;
        let values = house
            .until_values(|status, _| {
                for (topic, payload) in messages {
                    broker.say(topic, payload);
                }
                status == 200
            })
            .await;
        assert_told(recipe, &values, wanted);
    }
}

#[tokio::test]
async fn who_needs_a_token_or_a_certificate() {
    let certificate = Certificate::new();
    let trust = format!("sha256:{}", "0".repeat(64));
    let sonnen = json!({
        "Production_W": 2500, "Consumption_W": 1500, "GridFeedIn_W": 400, "Pac_total_W": -600, "USOC": 58,
    });
    let enphase = json!({
        "production": [
            { "type": "inverters", "wNow": 1900 },
            { "type": "eim", "measurementType": "production", "wNow": 1903.2 },
        ],
        "consumption": [
            { "type": "eim", "measurementType": "total-consumption", "wNow": 1500.1 },
            { "type": "eim", "measurementType": "net-consumption", "wNow": -403.1 },
        ],
    });
    let aggregates = json!({
        "site": { "instant_power": -540.2 }, "battery": { "instant_power": -1500.0 },
        "load": { "instant_power": 1183.1 }, "solar": { "instant_power": 3223.3 },
    });
    let state =
        |state: &str| json!({ "state": state, "attributes": { "unit_of_measurement": "kW" } });
    let folder = tempfile::tempdir().unwrap();
    for (file, line) in [
        ("sonnen.headers", "Auth-Token: secret\n"),
        ("envoy.headers", "Authorization: Bearer secret\n"),
        ("supervisor.headers", "Authorization: Bearer secret\n"),
        ("powerwall.login", "{\"password\":\"secret\"}\n"),
    ] {
        std::fs::write(folder.path().join(file), line).unwrap();
    }
    let cases: [Guarded; 4] = [
        (
            Recipe::Sonnen,
            "192.168.1.45",
            false,
            vec![("/api/v2/status", sonnen)],
            (Some(1500), Some(2500), Some(-400), Some(-600), Some(58.0)),
        ),
        (
            Recipe::Enphase,
            "192.168.1.46",
            true,
            vec![("/production.json?details=1", enphase)],
            (Some(1500), Some(1903), Some(-403), None, None),
        ),
        (
            Recipe::Powerwall,
            "192.168.1.47",
            true,
            vec![("/api/login/Basic", json!({})), ("/api/meters/aggregates", aggregates)],
            (Some(1183), Some(3223), Some(-540), Some(-1500), None),
        ),
        (
            Recipe::HomeAssistantAddon,
            "supervisor/core",
            false,
            vec![
                ("/api/states/sensor.inverter_power", state("1.9")),
                ("/api/states/sensor.grid_power", state("-0.4")),
            ],
            (Some(1500), Some(1900), Some(-400), None, None),
        ),
    ];
    for (recipe, address, is_tls, replies, wanted) in cases {
        let replies: Vec<(String, String)> =
            replies.into_iter().map(|(path, reply)| (path.to_owned(), reply.to_string())).collect();
        let answers = move |asked: &crate::web::Asked| {
            let target = asked.line.split(' ').nth(1).unwrap_or_default();
            let is_known = asked.head.contains("secret") || asked.body.contains("secret");
            let reply = replies.iter().find(|(path, _)| path == target);
            match (is_known, reply) {
                (true, Some((_, reply))) => {
                    answer("200 OK", "Set-Cookie: AuthCookie=secret\r\n", reply)
                }
                (false, _) => answer("401 Unauthorized", "", ""),
                (true, None) => answer("404 Not Found", "", ""),
            }
        };
        let device = Web::new("127.0.0.1:0", is_tls.then_some(&certificate), answers).await;
        let text =
            text(recipe, address, device.address).replace(&trust, &certificate.fingerprint());
        let house = House::with_file(&text, &folder.path().join("house.toml")).await;
        let values = house.until_values(|status, _| status == 200).await;
        assert_told(recipe, &values, wanted);
    }
}

/// The payload of the flow, as the recipe's function node makes it.
#[tokio::test]
async fn a_flow_of_node_red() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("push-token"), "0123456789abcdef\n").unwrap();
    let house = House::with_file(Recipe::NodeRed.text(), &folder.path().join("house.toml")).await;
    let body = json!({
        "inverters": { "0": { "inv_power_ac_w": 1900.4 } },
        "energy_meters": { "0": { "grid_power_w": -400 } },
        "batteries": { "0": { "bat_power_w": -600, "soc": 58 } },
    })
    .to_string();
    let request = format!(
        "PUT /push HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = house.send(request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    let (_, values) = house.get("/api/v1/values.json").await;
    let wanted = (Some(1500), Some(1900), Some(-400), Some(-600), Some(58.0));
    assert_told(Recipe::NodeRed, &values, wanted);
}
