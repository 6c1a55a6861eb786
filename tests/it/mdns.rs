//! Chargers that are found by mDNS, in a network that the test makes itself: two network
//! namespaces with a cable between them. In one are the proxies, in the other chargers and an
//! impostor, each with an address of its own, and somebody who sends what nobody should.
//!
//! The test starts itself again inside the namespaces; what it is there, its environment says.

pub(crate) mod network;
mod noise;
pub(crate) mod roles;

use discovery::Browser;
use nrgkick_tests::http;
use nrgkick_tests::server::{Server, cors_proxy_by, modbus_proxy_by};
use nrgkick_tests::tool;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};

use network::Network;
use roles::{Neighbour, Role};

/// As the test harness knows it.
const TEST: &str = "mdns::chargers_are_found_and_followed_and_an_impostor_is_not";
/// For everything that takes one search of the proxies and a bit.
const PATIENCE: Duration = Duration::from_secs(40);

#[test]
fn chargers_are_found_and_followed_and_an_impostor_is_not() {
    if let Some(role) = Role::of_this_process() {
        return role.play();
    }
    let Some(ip) = tool::find("NRGKICK_IP", TEST) else { return };
    let Some(network) = Network::make(&ip, TEST) else { return };
    network.run_inside(TEST);
}

/// A proxy in this namespace, started as by its command line.
async fn cors_proxy(flags: &str) -> Server {
    cors_proxy_by(([127, 0, 0, 1], 0).into(), flags.split_whitespace()).await
}

async fn modbus_proxy(flags: &str) -> Server {
    modbus_proxy_by(flags.split_whitespace()).await
}

/// Asks for `path` until the answer is as `wanted`; somebody who looks at the page does the same.
async fn until(proxy: &Server, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let asked = async {
        let mut ticks = interval(Duration::from_millis(200));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            last = http::get(proxy.address, path).await.json();
            if wanted(&last) {
                break;
            }
        }
    };
    let outcome = timeout(PATIENCE, asked).await;
    assert!(outcome.is_ok(), "{path}: {last}");
    last
}

fn name(info: &Value) -> &str {
    info["general"]["device_name"].as_str().unwrap_or_default()
}

fn entry(name: &str, state: &str, simulated: bool) -> Value {
    json!({"name": name, "state": state, "simulated": simulated, "found_by": "mdns"})
}

/// Waits until what nobody should announce has been heard; nothing of it is harmful.
async fn heard() {
    let mut browser = Browser::start().unwrap();
    let all = async {
        // The fifth name is no UTF-8, and its service is dropped whole.
        while browser.present().len() < 4 {
            browser.changed().await;
        }
    };
    let outcome = timeout(PATIENCE, all).await;
    assert!(outcome.is_ok(), "{:?}", browser.present());
    let names: Vec<_> = browser.present().into_iter().map(|announced| announced.name).collect();
    assert!(names.contains(&"<script>alert(1)</script>".to_owned()), "{names:?}");
    for announced in browser.present() {
        assert!(!announced.name.chars().any(char::is_control), "{announced:?}");
        assert!(announced.name.chars().count() <= 64, "{announced:?}");
        assert_eq!((announced.serial_number, announced.json_api), (None, None));
    }
}

/// What happens in the proxies' namespace.
async fn story(neighbour: &Neighbour) {
    // All the while somebody announces what nobody should.
    let _noise = neighbour.noise("10.77.0.66");
    heard().await;
    // The proxies are there before any charger is.
    let (auto, modbus) = tokio::join!(cors_proxy("--charger auto"), modbus_proxy("--charger auto"));
    let listed = http::get(auto.address, "/chargers").await.json();
    assert_eq!(listed, json!({"chargers": [entry("charger", "searching", false)]}));
    let refused = http::get(auto.address, "/values").await;
    let message = &refused.json()["error"]["message"];
    assert!(message.as_str().unwrap().contains("none has announced itself"), "{message}");

    // It is found, and is not lost with whatever its owner calls it.
    let face = "--speed 0 --mdns --number 1";
    let home = format!("{face} --name <b>Garage --http 10.77.0.40:80 --modbus 10.77.0.40:502");
    let charger = neighbour.charger(&home);
    until(&auto, "/info", |info| name(info) == "<b>Garage").await;
    until(&modbus, "/info", |info| name(info) == "<b>Garage").await;
    let listed = http::get(auto.address, "/chargers").await.json();
    assert_eq!(listed["chargers"][0], entry("charger", "live", true));

    // A page that asks for a search is told of it and of those who announce what nobody should.
    let garage = |found: &Value| {
        let all = found["found"].as_array().into_iter().flatten();
        all.filter(|charger| charger["name"] == "<b>Garage").cloned().collect::<Vec<_>>()
    };
    let found = until(&auto, "/discover", |found| garage(found).len() == 1).await;
    let expected = json!({
        "name": "<b>Garage", "model": garage(&found)[0]["model"], "simulated": true,
        "serial_number": "SIMULATED000000000001", "json_api": true, "modbus_api": true,
        "address": "10.77.0.40", "port": 80, "announced_addresses": ["10.77.0.40"],
        "origin": "http://10.77.0.40", "start": "cors-proxy --charger http://10.77.0.40",
        "served_as": listed["chargers"][0]["name"],
    });
    assert_eq!(garage(&found), [expected]);
    for other in found["found"].as_array().unwrap().iter().filter(|c| c["name"] != "<b>Garage") {
        assert_eq!(other["served_as"], Value::Null, "{other}");
    }

    // A second one, which has a password: two proxies know it by its address.
    let password = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(password.path(), "secret").unwrap();
    let login = format!("--username me --password-file {}", password.path().display());
    let yard = "--speed 0 --mdns --number 3 --username me --password secret";
    let second = neighbour.charger(&format!("{yard} --name Yard --http 10.77.0.50:80"));
    let by_address = format!("--charger http://10.77.0.50 {login}");
    let stays = cors_proxy(&by_address).await;
    let follows = cors_proxy(&format!("{by_address} --follow")).await;
    for proxy in [&stays, &follows] {
        until(proxy, "/info", |info| name(info) == "Yard").await;
    }
    // To whoever holds no password it is a charger all the same.
    let is_both = |listed: &Value| listed["chargers"].as_array().is_some_and(|all| all.len() == 2);
    let listed = until(&auto, "/chargers", is_both).await;
    assert_eq!(listed["chargers"][1], entry("yard", "connecting", false));

    // Both are switched off. Somebody else announces the first one's serial number.
    drop((charger, second));
    let mut impostor = neighbour.impostor("10.77.0.66:80", "SIMULATED000000000001");
    let values = |proxy: &Server| {
        let address = proxy.address;
        async move { http::get(address, "/values").await.status.as_u16() }
    };
    let asking = async {
        loop {
            assert!(values(&auto).await >= 500, "nobody may answer for it");
            tokio::task::yield_now().await;
        }
    };
    let first = tokio::select! {
        first = timeout(PATIENCE, impostor.asked()) => first.expect("the impostor is looked at"),
        () = asking => unreachable!(),
    };
    assert_eq!(first, "GET /info?raw without a password");

    // Both are back, elsewhere.
    let away = format!("{face} --name Moved --http 10.77.0.41:80 --modbus 10.77.0.41:502");
    let _charger = neighbour.charger(&away);
    let _second = neighbour.charger(&format!("{yard} --name Moved --http 10.77.0.51:80"));
    until(&auto, "/info", |info| name(info) == "Moved").await;
    until(&modbus, "/info", |info| name(info) == "Moved").await;
    let followed = async {
        until(&follows, "/info", |info| name(info) == "Moved").await;
    };
    let stayed = async {
        loop {
            assert!(values(&stays).await >= 500, "it follows only with --follow");
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = followed => {}
        () = stayed => unreachable!(),
    }
    assert!(values(&stays).await >= 500);
    for request in impostor.asked_so_far().await {
        assert_eq!(request, "GET /info?raw without a password");
    }
}
