//! Sources that change, fail, hang and come back, while the others go on.

use gateway_api::custom_api::Freshness;
use nrgkick_model::custom_api::Observed;
use serde_json::json;

use crate::devices::{BrokerDevice, HttpDevice, ModbusDevice, ODD, ODD_UNIT, Reply, SILENT_UNIT};
use crate::support::{House, says};

fn power(watt: i64) -> Reply {
    Reply::Json(json!({ "power": watt }).to_string())
}

#[tokio::test]
async fn one_poll_serves_all_values_of_an_address() {
    let body = json!({ "pv": 1000.4, "grid": -0.3, "on": true }).to_string();
    let device = HttpDevice::new(&[("/all?x=1", Reply::Json(body))]).await;
    let at = device.address();
    let house = House::new(&format!(
        r#"
        every = "10m"
        max_age = "1h"
        [inverters.0]
        inv_power_ac_w = {{ http = "http://{at}/all?x=1", pointer = "/pv" }}
        battery_connected = {{ http = "http://{at}/all?x=1", pointer = "/on" }}
        [energy_meters.0]
        grid_power_w = {{ http = "http://{at}/all?x=1", pointer = "/grid", factor = 1000, offset = 50 }}
        "#
    ))
    .await;
    let values = house.until_values(|status, _| status == 200).await;
    let expected = json!({ "device_values": {
        "inverters": { "0": { "inv_power_ac_w": 1000, "battery_connected": true } },
        "energy_meters": { "0": { "grid_power_w": -250 } },
        "load_power_w": 750,
    }});
    assert_eq!(values, expected);
    assert_eq!(device.requests.lock().unwrap().len(), 1);
    let status = house.source("inverters.0.inv_power_ac_w").await;
    assert!(!status.source.from.contains("x=1"), "a query may hold a secret: {status:?}");
}

#[tokio::test]
async fn a_source_that_hangs_delays_no_other_and_its_policy_holds() {
    let hanging = HttpDevice::new(&[("/", Reply::Silence)]).await;
    let device = HttpDevice::new(&[("/", power(500))]).await;
    let house = House::new(&format!(
        r#"
        every = "20ms"
        [inverters.0]
        inv_power_ac_w = {{ http = "http://{}/", pointer = "/power", max_age = "100ms", stale = "zero" }}
        [energy_meters.0]
        grid_power_w = {{ http = "http://{}/", pointer = "/power" }}
        "#,
        hanging.address(),
        device.address()
    ))
    .await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_eq!(values["device_values"]["load_power_w"], 500);
    house.until("inverters.0.inv_power_ac_w", |source| says(source, "no answer within")).await;
    assert_eq!(house.source("energy_meters.0.grid_power_w").await.freshness, Freshness::Fresh);
    // The device recovers.
    hanging.set("/", power(70));
    house.until_values(|_, values| values["device_values"]["load_power_w"] == 570).await;
}

#[tokio::test]
async fn a_device_that_dies_makes_the_values_unavailable_until_it_is_back() {
    let device = HttpDevice::new(&[("/", power(500))]).await;
    let house = House::new(&format!(
        r#"
        load_power_w = {{ http = "http://{}/", pointer = "/power", every = "20ms", max_age = "200ms" }}
        [energy_meters.0]
        grid_power_w = 5
        "#,
        device.address()
    ))
    .await;
    house.until_values(|status, _| status == 200).await;
    let broken = [
        (Reply::Raw("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".into()), "answered 500"),
        (
            Reply::Raw("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n".into()),
            "a token or a password",
        ),
        (
            Reply::Raw(
                "HTTP/1.1 302 F\r\nLocation: http://8.8.8.8/\r\nContent-Length: 0\r\n\r\n".into(),
            ),
            "not followed",
        ),
        (Reply::Raw("SSH-2.0-x\r\n".into()), "invalid HTTP version"),
        (Reply::Json("{\"power\":1e999}".into()), "no JSON"),
        (Reply::Json("{\"power\":NaN}".into()), "no JSON"),
        (Reply::Json("{\"power\":\"on\"}".into()), "the text \"on\""),
        (Reply::Json("{}".into()), "nothing at /power"),
        (Reply::Json(format!("{{\"power\":1,\"x\":\"{}\"}}", "x".repeat(2 << 20))), "more than"),
    ];
    for (reply, words) in broken {
        device.set("/", reply);
        house.until("load_power_w", |source| says(source, words)).await;
        let answer = house.until_values(|status, _| status == 503).await;
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("load_power_w"), "{message}");
        assert!(!message.contains(words), "what a device says is not for everyone: {message}");
        assert_eq!(answer["error"]["retryable"], true);
        device.set("/", power(501));
        house.until_values(|status, _| status == 200).await;
    }
}

#[tokio::test]
async fn a_broker_that_comes_late_goes_and_comes_back_is_found() {
    let place = BrokerDevice::new().await.address().to_string();
    let house = House::new(&format!(
        r#"
        [energy_meters.0]
        grid_power_w = {{ mqtt = "{place}", topic = "grid", pointer = "/p", max_age = "300ms" }}
        "#
    ))
    .await;
    const GRID: &str = "energy_meters.0.grid_power_w";
    house.until(GRID, |source| says(source, "no connection")).await;
    for round in 0..2 {
        let broker = BrokerDevice::at(&place).await;
        broker.keep("grid", "{\"p\":9999}");
        house.until(GRID, |source| says(source, "unknown time")).await;
        // Repeated, as nothing tells when the subscription is active.
        let wanted = -700 - round;
        house
            .until(GRID, |source| {
                broker.say("other", "{\"p\":1}");
                broker.say("grid", &format!("{{\"p\":{wanted}}}"));
                source.value == Some(Observed::Number(f64::from(wanted)))
            })
            .await;
        house
            .until(GRID, |source| {
                broker.say("grid", "unavailable");
                says(source, "the device has no value")
            })
            .await;
        drop(broker);
        house.until(GRID, |source| says(source, "broker")).await;
        house.until(GRID, |source| source.freshness == Freshness::Missing).await;
    }
}

#[tokio::test]
async fn a_kept_message_counts_where_the_file_says_so_and_a_broker_is_asked_to_talk() {
    let broker = BrokerDevice::new().await;
    broker.keep("grid", "42.4");
    let house = House::new(&format!(
        r#"
        [brokers.home]
        address = "{}"
        publish = {{ topic = "R/id/keepalive", every = "10ms" }}
        [energy_meters.0]
        grid_power_w = {{ mqtt = "home", topic = "grid", retained = true }}
        "#,
        broker.address()
    ))
    .await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_eq!(values["device_values"]["energy_meters"]["0"]["grid_power_w"], 42);
    let asked =
        || broker.received.lock().unwrap().iter().filter(|t| *t == "R/id/keepalive").count();
    house.until("energy_meters.0.grid_power_w", |_| asked() > 2).await;
}

/// Three values of a hanging unit, too far apart for one read, would take three time limits, longer
/// than the largest age of the healthy unit's value.
#[tokio::test]
async fn a_unit_that_hangs_does_not_starve_its_neighbours() {
    let device = ModbusDevice::new(&[((1, 0), 500)]).await;
    let at = device.address();
    let silent = |register: u16| {
        format!(
            r#"{{ modbus = "{at}", unit = {SILENT_UNIT}, address = {register}, type = "u16", stale = "zero" }}"#
        )
    };
    let house = House::new(&format!(
        r#"
        every = "20ms"
        max_age = "900ms"
        [batteries.0]
        bat_power_w = {}
        soc = {}
        mode = {}
        [inverters.0]
        inv_power_ac_w = {{ modbus = "{at}", address = 0, type = "u16" }}
        "#,
        silent(0),
        silent(1000),
        silent(2000)
    ))
    .await;
    house.until("batteries.0.bat_power_w", |source| says(source, "no answer within")).await;
    house.until("batteries.0.mode", |source| says(source, "not asked, as unit 99")).await;
    const INVERTER: &str = "inverters.0.inv_power_ac_w";
    house.until(INVERTER, |source| source.freshness == Freshness::Fresh).await;
    let began = tokio::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(2) {
        let source = house.source(INVERTER).await;
        assert_eq!(source.freshness, Freshness::Fresh, "{source:#?}");
        tokio::task::yield_now().await;
    }
}

/// Debug assertions in the client would end the device's task.
#[tokio::test]
async fn a_device_that_answers_wrongly_is_told_and_asked_again() {
    const POWER: &str = "inverters.0.inv_power_ac_w";
    for function in [3, 4] {
        let device = ModbusDevice::new(&[((ODD_UNIT, 0), 500)]).await;
        let at = device.address();
        let house = House::new(&format!(
            r#"
            every = "20ms"
            max_age = "1h"
            [inverters.0]
            inv_power_ac_w = {{ modbus = "{at}", unit = {ODD_UNIT}, address = 0, type = "u16", function = {function} }}
            "#
        ))
        .await;
        for (how, words) in ODD {
            device.set((ODD_UNIT, 0), how);
            house.until(POWER, |source| says(source, words)).await;
            device.set((ODD_UNIT, 0), 500);
            house.until(POWER, |source| source.error.is_none()).await;
        }
    }
}

#[tokio::test]
async fn registers_of_all_kinds_are_read_and_a_missing_one_is_told() {
    let device = ModbusDevice::new(&[
        ((1, 0), 0xffff),
        ((1, 10), 2),
        ((1, 11), 1),
        ((7, 20), 782),
        ((1, 30), 0xfffe),
    ])
    .await;
    let at = device.address();
    let house = House::new(&format!(
        r#"
        every = "20ms"
        max_age = "300ms"
        [inverters.0]
        inv_power_ac_w = {{ modbus = "{at}", address = 0, type = "i16" }}
        pv_energy_day_wh = {{ modbus = "{at}", address = 10, type = "u32", word_order = "low-first", function = 4 }}
        [batteries.0]
        soc = {{ modbus = "{at}", unit = 7, address = 20, type = "u16", factor = 0.1 }}
        bat_power_w = {{ modbus = "{at}", address = 40, type = "i16", scale_factor = 30, stale = "zero" }}
        "#
    ))
    .await;
    const BATTERY: &str = "batteries.0.bat_power_w";
    house.until(BATTERY, |source| says(source, "refuses register 40")).await;
    let values = house.until_values(|status, _| status == 200).await;
    let values = &values["device_values"];
    assert_eq!(
        values["inverters"]["0"],
        json!({ "inv_power_ac_w": -1, "pv_energy_day_wh": 65538 })
    );
    assert_eq!(values["batteries"]["0"]["bat_power_w"], 0);
    assert!((values["batteries"]["0"]["soc"].as_f64().unwrap() - 78.2).abs() < 1e-9);
    device.set((1, 40), 0x8000);
    house.until(BATTERY, |source| says(source, "the device has no value")).await;
    device.set((1, 40), 12_300);
    house.until(BATTERY, |source| source.value == Some(Observed::Number(123.0))).await;
    device.set((1, 30), 300);
    house.until(BATTERY, |source| says(source, "no scale factor")).await;
    drop(device);
    house.until(BATTERY, |source| says(source, "connection") || says(source, "answer")).await;
    house.until_values(|status, _| status == 503).await;
}

/// A device is asked one thing at a time, but ten answers that never come hold up the eleventh by one
/// time limit at most.
#[tokio::test]
async fn answers_that_hang_do_not_starve_another_of_the_same_device() {
    let device = HttpDevice::new(&[("/live", power(500))]).await;
    let at = device.address();
    let mut text = format!(
        "every = \"20ms\"\nmax_age = \"1500ms\"\n\
         load_power_w = {{ http = \"http://{at}/live\", pointer = \"/power\" }}\n[values]\n"
    );
    for n in 0..10 {
        device.set(&format!("/hang{n}"), Reply::Silence);
        text += &format!("v{n} = {{ http = \"http://{at}/hang{n}\" }}\n");
    }
    let house = House::new(&text).await;
    house.until("load_power_w", |source| source.freshness == Freshness::Fresh).await;
    let began = tokio::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(3) {
        let source = house.source("load_power_w").await;
        assert_eq!(source.freshness, Freshness::Fresh, "{source:#?}");
        tokio::task::yield_now().await;
    }
    house.until("v9", |source| says(source, "no answer within")).await;
}
