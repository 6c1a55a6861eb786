//! The editor on the page of `custom-api`: from an empty file to a served document, and back to a
//! file that somebody wrote by hand. Without a mouse.

use std::net::SocketAddr;
use std::path::Path;

use nrgkick_model::custom_api::VALUES_PATH;
use nrgkick_tests::axe::Axe;
use nrgkick_tests::http;
use nrgkick_tests::server::{Server, custom_api, custom_api_editing};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::custom_api::ANY;
use crate::languages::{LANGUAGES, wrong};
use crate::screens::judge;
use crate::set_up;

/// Starts a device whose meter counts what is fed in as plus.
async fn device() -> SocketAddr {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let body =
            json!({"Head": {"Code": 0}, "Body": {"P_PV": 2_220, "Feed/In": [542]}}).to_string();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

async fn press(browser: &Browser, keys: impl Into<TypingData>) {
    let active = browser.driver.active_element().await.unwrap();
    active.send_keys(keys).await.unwrap();
}

/// Goes on with the tabulator until `key` in the data of the focused element is `wanted`.
async fn tab_to(browser: &Browser, key: &str, wanted: &str) {
    let at = "return document.activeElement?.dataset?.[arguments[0]] ?? ''";
    for _ in 0..120 {
        let found = browser.driver.execute(at, vec![json!(key)]).await.unwrap();
        if found.json() == wanted {
            return;
        }
        press(browser, Key::Tab + "").await;
    }
    panic!("no tabulator leads to {wanted}");
}

async fn enter(browser: &Browser, testid: &str) {
    tab_to(browser, "testid", testid).await;
    press(browser, Key::Enter + "").await;
}

/// The text of the file as it is typed.
async fn text(browser: &Browser) -> String {
    let script = "return document.querySelector('[data-testid=edit-text]').value";
    browser.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

async fn until_text(browser: &Browser, part: &str) {
    let has = async || text(browser).await.contains(part);
    browser.wait_until(10, has, &format!("{part} in {}", text(browser).await)).await;
}

/// Adds a value of the device at `address`.
async fn add(browser: &Browser, place: &str, address: SocketAddr) {
    tab_to(browser, "testid", "edit-place").await;
    press(browser, place).await;
    tab_to(browser, "testid", "edit-address").await;
    press(browser, Key::Control + "a").await;
    press(browser, TypingData::from(format!("http://{address}/all")) + Key::Enter).await;
}

/// Asks the devices, and chooses the number at `pointer` of the reply.
async fn pick(browser: &Browser, pointer: &str) {
    attempt(browser).await;
    tab_to(browser, "pointer", pointer).await;
    press(browser, Key::Enter + "").await;
    until_text(browser, &format!("\"{pointer}\"")).await;
}

async fn attempt(browser: &Browser) {
    enter(browser, "edit-try").await;
    let idle = async || {
        let script = "return document.querySelector('[data-testid=edit-try]').ariaBusy === 'false'
            && document.querySelector('[data-pointer]') !== null";
        let found = browser.driver.execute(script, vec![]).await.unwrap();
        found.json() == true
    };
    browser.wait_until(20, idle, "the devices are asked").await;
}

async fn said(browser: &Browser) -> String {
    let found = browser.driver.execute("return document.querySelector('.edit').innerText", vec![]);
    let found: String = found.await.unwrap().convert().unwrap();
    found.replace('\u{202f}', " ")
}

async fn until_said(browser: &Browser, what: &str) {
    let says = async || said(browser).await.contains(what);
    browser.wait_until(15, says, &format!("{what} in {}", said(browser).await)).await;
}

async fn open(test: &str, file: &Path) -> Option<(Browser, Server)> {
    let (browser, page) = set_up(test).await?;
    let server = custom_api_editing(file, &["--app-dir", &page.display().to_string()]).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(server.url()).await.unwrap();
    browser.wait_for_link(15, "live").await;
    enter(&browser, "to-edit").await;
    browser.wait_for_parts(15).await;
    Some((browser, server))
}

async fn document(server: &Server) -> Value {
    http::get(server.address, VALUES_PATH).await.json()
}

#[tokio::test]
async fn from_an_empty_file_to_a_served_document_by_keyboard_alone() {
    let test = "from_an_empty_file_to_a_served_document_by_keyboard_alone";
    let Some(axe) = Axe::find(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    let Some((browser, server)) = open(test, &file).await else { return };
    let device = device().await;
    browser.wait_for("edit-problems", 10, |text| !text.is_empty()).await;
    add(&browser, "Inverter 0: AC", device).await;
    until_said(&browser, "AC power (Inverter 0)").await;
    pick(&browser, "/Body/P_PV").await;
    add(&browser, "Energy meter 0", device).await;
    until_text(&browser, "[energy_meters.0]").await;
    pick(&browser, "/Body/Feed~1In/0").await;
    attempt(&browser).await;
    until_said(&browser, "From the grid").await;

    // The device counts the other way round.
    tab_to(&browser, "testid", "edit-invert").await;
    press(&browser, " ").await;
    until_text(&browser, "invert = true").await;
    let focused = "return document.activeElement.dataset.testid";
    let focused = browser.driver.execute(focused, vec![]).await.unwrap();
    assert_eq!(focused.json(), "edit-invert", "the focus stays");
    attempt(&browser).await;
    until_said(&browser, "To the grid").await;
    until_said(&browser, "0.54 kW").await;
    judge(&browser, &axe, "edit").await;
    assert!(!file.exists(), "nothing is written before it is saved");
    enter(&browser, "edit-save").await;
    until_said(&browser, "Saved.").await;

    let served = async || {
        let values = &document(&server).await["device_values"];
        let at = |pointer: &str| values.pointer(pointer).and_then(Value::as_i64);
        at("/inverters/0/inv_power_ac_w") == Some(2_220)
            && at("/energy_meters/0/grid_power_w") == Some(-542)
            && at("/load_power_w") == Some(1_678)
    };
    browser.wait_until(15, served, "the document").await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text(&browser).await);
    enter(&browser, "edit-back").await;
    browser.wait_for("grid", 10, |text| text.contains("0.54")).await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// A file as somebody wrote it.
const BY_HAND: &str = "# My house\n\n[batteries.0]  # cellar\nname = \"Cellar\"\n\
    soc = 78.2   # as its display says\n";

#[tokio::test]
async fn a_file_that_was_changed_by_hand_is_not_lost_and_keeps_its_comments() {
    let test = "a_file_that_was_changed_by_hand_is_not_lost_and_keeps_its_comments";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    std::fs::write(&file, "load_power_w = 5\n").unwrap();
    let Some((browser, server)) = open(test, &file).await else { return };
    until_text(&browser, "load_power_w = 5").await;

    // Somebody writes the file meanwhile: what is typed here stays, and nothing is overwritten.
    std::fs::write(&file, BY_HAND).unwrap();
    tab_to(&browser, "testid", "edit-text").await;
    press(&browser, Key::Control + Key::Home).await;
    press(&browser, "# typed\n").await;
    press(&browser, Key::Control + Key::Home).await;
    let script = "document.querySelector('[data-testid=edit-back]').focus()";
    browser.driver.execute(script, vec![]).await.unwrap();
    enter(&browser, "edit-save").await;
    until_said(&browser, "Nothing is lost").await;
    assert!(text(&browser).await.contains("# typed"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), BY_HAND);

    enter(&browser, "edit-reload").await;
    until_text(&browser, "# My house").await;
    browser.driver.execute(script, vec![]).await.unwrap();
    tab_to(&browser, "testid", "edit-key-fixed").await;
    press(&browser, Key::Control + "a").await;
    press(&browser, TypingData::from("80") + Key::Tab).await;
    until_text(&browser, "soc = 80").await;
    browser.driver.execute(script, vec![]).await.unwrap();
    enter(&browser, "edit-save").await;
    until_said(&browser, "pv.toml.bak").await;
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written, BY_HAND.replace("78.2", "80"));
    let soc = document(&server).await["device_values"]["batteries"]["0"]["soc"].clone();
    assert_eq!(soc.as_f64(), Some(80.0));

    // A mistake is told with its line, and is not saved.
    tab_to(&browser, "testid", "edit-text").await;
    press(&browser, Key::Control + Key::End).await;
    press(&browser, "power = 1\n").await;
    browser.wait_for("edit-problems", 10, |text| text.starts_with("Line 6:")).await;
    browser.driver.execute(script, vec![]).await.unwrap();
    enter(&browser, "edit-save").await;
    browser.wait_for("edit-wrong", 10, |text| text.contains("power")).await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    assert!(text(&browser).await.ends_with("power = 1\n"), "it is still there");
}

#[tokio::test]
async fn the_editor_speaks_each_language_and_is_only_there_with_its_flag() {
    let test = "the_editor_speaks_each_language_and_is_only_there_with_its_flag";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pv.toml");
    std::fs::write(&file, BY_HAND).unwrap();
    let Some((browser, server)) = open(test, &file).await else { return };
    browser.show_on(Screen { size: (320, 640), dark: false }).await;
    for language in LANGUAGES {
        browser.driver.goto("about:blank").await.unwrap();
        browser.driver.goto(format!("{}/?lang={language}#/edit", server.url())).await.unwrap();
        browser.wait_for_link(15, "live").await;
        browser.wait_for_parts(15).await;
        until_text(&browser, "# My house").await;
        assert_eq!(wrong(&browser).await, [""; 0], "{language}");
        browser
            .picture(&format!("edit-{language}"), Screen { size: (320, 640), dark: false })
            .await;
    }
    let page = std::env::var("NRGKICK_DIST").unwrap();
    let page = nrgkick_tests::root().join(page).display().to_string();
    let plain = custom_api(ANY, BY_HAND, folder.path(), &["--app-dir", &page]).await;
    browser.driver.goto(format!("{}/#/edit", plain.url())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    assert!(!browser.shows("to-edit").await && !browser.shows("edit-text").await);
    assert!(browser.shows("state").await, "the values are shown in its place");
}
