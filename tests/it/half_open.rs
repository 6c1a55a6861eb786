//! F11: the cable between the proxies and the charger is pulled, so that nothing says that a
//! connection has ended. In network namespaces of the test's own, as in [`mdns`](crate::mdns).

use std::time::Duration;

use nrgkick_tests::http::get;
use nrgkick_tests::server::{PASS_THROUGH, Server, cors_proxy_by, modbus_proxy_by};
use nrgkick_tests::tool;
use tokio::time::{Instant, sleep, timeout};

use crate::mdns::network::Network;
use crate::mdns::roles::{Neighbour, Role};

/// As the test harness knows it.
const TEST: &str =
    "half_open::f11_a_cable_that_is_pulled_is_noticed_in_time_and_the_charger_found_again";
const CHARGER: &str = "10.77.0.40";
/// The time of a whole read, and one second for a busy machine.
const READ: Duration = Duration::from_secs(9);
/// The longest pause after failures, what the system takes to find the way again, and a busy machine.
const RETURN: Duration = Duration::from_secs(20);

#[test]
fn f11_a_cable_that_is_pulled_is_noticed_in_time_and_the_charger_found_again() {
    if let Some(Role::House(neighbour)) = Role::of_this_process() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(story(&neighbour));
    }
    let Some(ip) = tool::find("NRGKICK_IP", TEST) else { return };
    let Some(network) = Network::make(&ip, TEST) else { return };
    network.run_inside(TEST);
}

/// Asks until the charger answers.
async fn live(proxy: &Server) {
    let answered = async {
        while get(proxy.address, "/values").await.status != 200 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(RETURN, answered).await.expect("the charger is found");
}

/// Asks for several documents at once; each is told in time that nobody answers.
async fn silent(proxy: &Server) {
    let begun = Instant::now();
    let ask = async |path| get(proxy.address, path).await.status.as_u16();
    // Not the settings: over Modbus those of the last values are good for some seconds.
    let (a, b, c) = tokio::join!(ask("/values"), ask("/values?raw"), ask("/info?raw"));
    for status in [a, b, c] {
        assert!([502, 503, 504].contains(&status), "{status}");
    }
    assert!(begun.elapsed() < READ, "{:?}", begun.elapsed());
}

async fn story(neighbour: &Neighbour) {
    let flags = format!("--speed 0 --http {CHARGER}:80 --modbus {CHARGER}:502");
    let _charger = neighbour.charger(&flags);
    let http = format!("http://{CHARGER}");
    let cors = ["--charger", http.as_str()].into_iter().chain(PASS_THROUGH);
    let modbus = ["--charger", CHARGER].into_iter().chain(PASS_THROUGH);
    let address = ([127, 0, 0, 1], 0).into();
    let proxies = [cors_proxy_by(address, cors).await, modbus_proxy_by(modbus).await];
    for proxy in &proxies {
        live(proxy).await;
    }
    neighbour.cable("down");
    let [cors, modbus] = &proxies;
    // Connections that were open, and then such as are to be opened.
    for _ in 0..2 {
        tokio::join!(silent(cors), silent(modbus));
    }
    neighbour.cable("up");
    tokio::join!(live(cors), live(modbus));
}
