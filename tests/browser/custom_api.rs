//! The page of `custom-api`: changing values, a failing source, a polling charger, a stopped
//! server; and pictures of them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gateway_api::custom_api::Status;
use nrgkick_tests::http;
use nrgkick_tests::server::{Server, custom_api, fetching_charger};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::set_up;

const TOKEN: &str = "0123456789abcdef";
pub(crate) const INVERTER: &str = "inverters.0.inv_power_ac_w";
pub(crate) const GRID: &str = "energy_meters.0.grid_power_w";
pub(crate) const ANY: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Starts an inverter that reports `watts`; its address can be bound again later.
pub(crate) async fn inverter(
    at: SocketAddr,
    watts: Arc<AtomicI64>,
) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind(at).await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let body = json!({ "P": watts.load(Ordering::Relaxed) }).to_string();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, serving)
}

/// Returns a configuration with an inverter, a pushed meter, a constant battery, and a named part.
pub(crate) fn house(inverter: SocketAddr, folder: &Path) -> String {
    std::fs::write(folder.join("token"), TOKEN).unwrap();
    format!(
        r#"
        every = "100ms"
        max_age = "2s"
        push_token_file = "token"
        [values]
        roof = {{ http = "http://{inverter}/", pointer = "/P" }}
        shed = 5
        [inverters.0]
        name = "Roof and shed"
        model = "Two strings"
        max_ac_w = 5000
        inv_power_ac_w = {{ sum = ["roof", "shed"] }}
        battery_connected = {{ push = "connected", max_age = "1h" }}
        [energy_meters.0]
        grid_power_w = {{ push = "grid", max_age = "1h" }}
        [batteries.0]
        soc = 78.2
        bat_power_w = -749
        "#
    )
}

pub(crate) async fn push(server: &Server, watts: i64) {
    push_to(server, "grid", &watts.to_string()).await;
}

pub(crate) async fn push_to(server: &Server, name: &str, value: &str) {
    let authorization = format!("Bearer {TOKEN}");
    let headers = [("authorization", authorization.as_str())];
    let path = format!("/push/{name}");
    let answer = http::send(server.address, "PUT", &path, &headers, value.to_owned()).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// Returns the text of a value's row.
async fn row(browser: &Browser, name: &str) -> String {
    let row = browser.driver.find(By::Css(format!("[data-value='{name}']"))).await;
    match row {
        // Thousands are set apart by a narrow space.
        Ok(row) => row.text().await.unwrap_or_default().replace('\u{202f}', ""),
        Err(_) => String::new(),
    }
}

pub(crate) async fn until_row(browser: &Browser, name: &str, what: &str) {
    let says = async || row(browser, name).await.contains(what);
    browser.wait_until(10, says, &format!("{name} says {what:?}")).await;
}

#[tokio::test]
async fn values_move_a_source_dies_and_the_charger_asks() {
    let test = "values_move_a_source_dies_and_the_charger_asks";
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page.display().to_string();
    let watts = Arc::new(AtomicI64::new(2_220));
    let (device, serving) = inverter(ANY, Arc::clone(&watts)).await;
    let text = house(device, folder.path());
    let flags = ["--app-dir", &page];
    let server = custom_api(ANY, &text, folder.path(), &flags).await;
    browser.show_on(Screen::DESKTOP).await;
    browser.driver.goto(server.url()).await.unwrap();

    // Missing values are awaited, and no charger has asked.
    push_to(&server, "connected", "true").await;
    browser.wait_for("state", 15, |text| text.contains("Waiting for the first values")).await;
    browser.wait_for("reason", 5, |text| text.contains(GRID)).await;
    assert!(row(&browser, GRID).await.contains("Nothing has come yet"));
    push(&server, -542).await;
    browser.wait_for("state", 10, |text| text.contains("has not asked")).await;
    browser.wait_for("fetched", 5, |text| text.contains("Not fetched")).await;

    // Values move.
    until_row(&browser, INVERTER, "2225").await;
    until_row(&browser, GRID, "\u{2212}542").await;
    assert!(browser.text("grid").await.contains("0.54"));
    assert!(browser.text("house").await.contains("1.68"), "2225 - 542 W");
    watts.store(3_100, Ordering::Relaxed);
    push(&server, -600).await;
    until_row(&browser, INVERTER, "3105").await;
    until_row(&browser, GRID, "\u{2212}600").await;
    let device_sheet = browser.driver.find(By::Css(".details__group")).await.unwrap();
    let device_sheet = device_sheet.text().await.unwrap();
    assert!(device_sheet.contains("Inverter 0") && device_sheet.contains("Roof and shed"));

    // The charger polls, and is recognised as simulated.
    let charger = fetching_charger(server.address).await;
    browser.wait_for("state", 10, |text| text.contains("gets its values")).await;
    let told = browser.wait_for("fetched", 5, |text| text.contains("from 127.0.0.1")).await;
    assert!(told.contains("simulated charger"), "{told}");
    let before = status(&server).await.fetched[0].count;
    browser.wait_for("fetched", 10, |text| times(text) > before).await;

    // A source fails: it is named with its error, the others go on, the charger gets nothing.
    serving.abort();
    let _ = serving.await;
    browser.wait_for("state", 10, |text| text == "The charger gets no values").await;
    browser.wait_for("reason", 5, |text| text.contains("roof")).await;
    until_row(&browser, "roof", "Too old").await;
    until_row(&browser, "roof", "refused").await;
    until_row(&browser, INVERTER, "—").await;
    push(&server, 1_234).await;
    until_row(&browser, GRID, "1234").await;
    browser.wait_for("fetched", 10, |text| text.contains("It got no values")).await;
    let (_, serving) = inverter(device, watts).await;
    browser.wait_for("state", 10, |text| text.contains("gets its values")).await;

    // The charger stops polling: its line keeps the right age.
    charger.stop().await;
    browser.wait_for("fetched", 15, |text| text.contains("fetched 4 s ago")).await;
    let real = status(&server).await.fetched[0].clients[0].age_ms;
    assert!((4_000..8_000).contains(&real), "the page says 4 s, the server {real} ms");
    assert_eq!(browser.complaints().await, [""; 0]);

    // The server stops: the last values stay, marked as old, until it is back.
    let address = server.address;
    server.stop().await;
    browser.wait_for_link(20, "stale").await;
    browser.wait_for("diagnosis", 5, |text| text.contains("custom-api")).await;
    assert!(row(&browser, GRID).await.contains("1234"));
    let server = custom_api(address, &text, folder.path(), &flags).await;
    push_to(&server, "connected", "true").await;
    push(&server, 77).await;
    browser.wait_for_link(20, "live").await;
    until_row(&browser, GRID, "77").await;
    serving.abort();
}

const HOUSE: &str = "load_power_w";

/// A battery that charges with 749 W, inside the inverter's power or beside it; and an impossible
/// load, which is left out.
#[tokio::test]
async fn the_page_says_how_the_house_load_came_about_and_why_it_is_left_out() {
    let test = "the_page_says_how_the_house_load_came_about_and_why_it_is_left_out";
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (device, serving) = inverter(ANY, Arc::new(AtomicI64::new(2_220))).await;
    let page = page.display().to_string();
    let text = house(device, folder.path());
    let server = custom_api(ANY, &text, folder.path(), &["--app-dir", &page]).await;
    let _charger = fetching_charger(server.address).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(server.url()).await.unwrap();
    push_to(&server, "connected", "true").await;
    push(&server, -542).await;
    until_row(&browser, HOUSE, "1683").await;
    until_row(&browser, HOUSE, "inverters.0.inv_power_ac_w + energy_meters.0.grid_power_w").await;
    until_row(&browser, HOUSE, "behind an inverter").await;
    until_row(&browser, HOUSE, "no meter has a location").await;

    push_to(&server, "connected", "false").await;
    until_row(&browser, HOUSE, "934").await;
    until_row(&browser, HOUSE, "batteries.0.bat_power_w; the battery has an inverter of its own")
        .await;

    push(&server, -2_000).await;
    until_row(&browser, HOUSE, "\u{2212}524 W is below zero").await;
    until_row(&browser, HOUSE, "Left out; the charger gets the other values.").await;
    browser.wait_for("reason", 5, |text| text.contains("\u{2212}524 W is below zero")).await;
    until_row(&browser, GRID, "\u{2212}2000").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.picture("house-left-out", Screen::PHONE).await;
    serving.abort();
}

async fn status(server: &Server) -> Status {
    serde_json::from_value(http::get(server.address, "/status").await.json()).unwrap()
}

/// Parses the count of fetches from the page's text.
fn times(text: &str) -> u64 {
    let times = text.split_once("Values ").and_then(|(_, rest)| rest.split_once(" times"));
    times.and_then(|(times, _)| times.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn the_page_of_the_values_fits_and_shows_what_is_configured() {
    let test = "the_page_of_the_values_fits_and_shows_what_is_configured";
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page.display().to_string();
    let nobody = inverter(ANY, Arc::default()).await;
    nobody.1.abort();
    let example = custom_api::example::Recipe::Seed.text().to_owned();
    for (scenario, text) in
        [("values", example), ("values-missing", house(nobody.0, folder.path()))]
    {
        let server = custom_api(ANY, &text, folder.path(), &["--app-dir", &page]).await;
        let _charger = fetching_charger(server.address).await;
        for screen in Screen::ALL {
            browser.show_on(screen).await;
            browser.driver.goto(server.url()).await.unwrap();
            browser.wait_for_link(15, "live").await;
            let wanted = if scenario == "values" { "gets its values" } else { "gets no values" };
            browser.wait_for("state", 15, |text| text.contains(wanted)).await;
            browser.picture(scenario, screen).await;
        }
        let shown = browser.text("configuration").await;
        assert!(shown.contains("house.toml") && shown.contains("for the charger"), "{shown}");
        assert_eq!(browser.complaints().await, [""; 0], "{scenario}");
    }
}
