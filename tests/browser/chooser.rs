//! Several chargers: those of a proxy by name, and those that the page keeps by address.

use gateway_api::found::{Found, FoundCharger};
use nrgkick_tests::front::Front;
use nrgkick_tests::server::{Server, Simulator, cors_proxy_by};
use nrgkick_tests::webdriver::{Browser, HOST, Screen};
use nrgkick_tests::{qr, tool};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::direct::StaticHost;
use crate::set_up;

/// The texts of the list's rows.
async fn rows(browser: &Browser) -> Vec<String> {
    let mut texts = Vec::new();
    for row in browser.driver.find_all(By::Css("[data-testid='charger']")).await.unwrap() {
        texts.push(row.text().await.unwrap_or_default());
    }
    texts
}

async fn wait_for_rows(browser: &Browser, what: &str, wanted: impl Fn(&[String]) -> bool) {
    let done = async || wanted(&rows(browser).await);
    browser.wait_until(20, done, &format!("{what}: {:?}", rows(browser).await)).await;
}

async fn go_to(browser: &Browser, hash: &str) {
    browser.driver.execute(format!("location.hash = '{hash}'"), vec![]).await.unwrap();
}

/// An address where nobody answers.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// A proxy with one charger that charges, one without a vehicle, and one that is gone.
async fn fleet(page: &str) -> (Simulator, Simulator, Server) {
    let garage = Simulator::start("--scenario charging").await;
    let yard = Simulator::start("--scenario idle").await;
    let chargers = [
        format!("--charger=garage=http://{}", garage.address()),
        format!("--charger=yard=http://{}", yard.address()),
        format!("--charger=gone=http://{}", nobody()),
    ];
    let flags = chargers.iter().map(String::as_str);
    let flags = flags.chain(["--app-dir", page, "--listen", "127.0.0.1:0"]);
    let proxy = cors_proxy_by(([127, 0, 0, 1], 0).into(), flags).await;
    (garage, yard, proxy)
}

#[tokio::test]
async fn a_charger_is_chosen_by_name_and_a_write_goes_to_that_one_alone() {
    let test = "a_charger_is_chosen_by_name_and_a_write_goes_to_that_one_alone";
    let Some((browser, page)) = set_up(test).await else { return };
    let (garage, yard, proxy) = fleet(&page.display().to_string()).await;
    let home = format!("http://{HOST}:{}/", proxy.address.port());
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(&home).await.unwrap();
    browser.wait_for("state", 15, |said| said.starts_with("Charging")).await;
    let leads = async || {
        let href = browser.part("home").await.attr("href").await.unwrap();
        href.is_some_and(|href| href.ends_with("#/chargers"))
    };
    browser.wait_until(5, leads, "the name leads to the chargers").await;
    browser.part("home").await.click().await.unwrap();
    wait_for_rows(&browser, "three chargers", |rows| {
        let [garage, yard, gone] = rows else { return false };
        garage.starts_with("garage")
            && garage.contains("Charging")
            && garage.contains("kW")
            && yard.contains("No vehicle connected")
            && yard.contains("0.00")
            && gone.contains('—')
            && gone.contains("does not answer")
            && !gone.contains("kW")
    })
    .await;
    browser.picture("chargers", Screen::PHONE).await;

    let link = browser.wait_for("phone-link", 5, |link| !link.is_empty()).await;
    assert_eq!(link, format!("{home}?charger=garage"));
    let code = browser.part("qr").await.inner_html().await.unwrap();
    assert_eq!(qr::text(&code), link, "what a phone reads");

    let chosen = By::Css("[data-testid='charger'] a[href='?charger=yard']");
    browser.driver.find(chosen).await.unwrap().click().await.unwrap();
    browser.wait_for("state", 15, |said| said == "No vehicle connected").await;
    assert!(browser.driver.current_url().await.unwrap().as_str().contains("?charger=yard"));
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 15, |said| said.contains("Confirmed")).await;
    assert_eq!(yard.writes().await.len(), 1);
    assert_eq!(garage.writes().await, []);
}

/// A charger that announced itself; see `tests/it/mdns.rs` for real announcements.
fn announced(name: &str, served_as: Option<&str>) -> FoundCharger {
    FoundCharger {
        name: name.to_owned(),
        model: Some("NRGkick Gen2".to_owned()),
        serial_number: Some("12345".to_owned()),
        address: Some("192.168.1.40".to_owned()),
        start: Some("cors-proxy --charger http://192.168.1.40".to_owned()),
        served_as: served_as.map(str::to_owned),
        ..FoundCharger::default()
    }
}

#[tokio::test]
async fn a_search_by_the_proxy_tells_who_announced_itself_and_what_to_do() {
    let test = "a_search_by_the_proxy_tells_who_announced_itself_and_what_to_do";
    let Some((browser, page)) = set_up(test).await else { return };
    let (_garage, _yard, proxy) = fleet(&page.display().to_string()).await;
    let front = Front::start(proxy.address).await;
    browser.show_on(Screen::PHONE).await;
    browser
        .driver
        .goto(format!("http://{HOST}:{}/#/chargers", front.address.port()))
        .await
        .unwrap();
    front.answers(&[("/discover", 502)]);
    let search = async || {
        wait_for_rows(&browser, "the list of the proxy", |rows| rows.len() == 3).await;
        browser.part("search").await.click().await.unwrap();
    };
    search().await;
    browser.wait_for("search-note", 15, |said| said.contains("502")).await;
    front.says("/discover", json!(Found::default()).to_string());
    search().await;
    browser.wait_for("search-note", 15, |said| said.contains("No charger announced itself")).await;

    let hostile = "<img src=x onerror=alert(1)>\u{202e}";
    let mut far = announced(hostile, None);
    (far.address, far.start) = (None, None);
    let found = vec![announced("Yard", Some("yard")), announced("New", None), far];
    let front = Front::start(proxy.address).await;
    front.says("/discover", json!(Found { found }).to_string());
    browser
        .driver
        .goto(format!("http://{HOST}:{}/#/chargers", front.address.port()))
        .await
        .unwrap();
    search().await;
    browser.wait_for("search-note", 15, |said| said.contains("label of the charger")).await;
    let mut texts = Vec::new();
    for row in browser.driver.find_all(By::Css("[data-testid='found']")).await.unwrap() {
        texts.push(row.text().await.unwrap());
    }
    let [yard, new, far] = &*texts else { panic!("{texts:?}") };
    assert!(yard.contains("12345") && yard.contains("Open it here as “yard”"), "{yard}");
    assert!(!yard.contains("--charger"), "{yard}");
    assert!(new.ends_with("cors-proxy --charger http://192.168.1.40"), "{new}");
    assert!(far.contains("<img") && far.contains("out of reach") && !far.contains("--"), "{far}");
    browser.picture("search", Screen::PHONE).await;
    let served = By::Css("[data-testid='found'] a[href='?charger=yard']");
    browser.driver.find(served).await.unwrap().click().await.unwrap();
    browser.wait_for("state", 15, |said| said == "No vehicle connected").await;
}

async fn type_charger(browser: &Browser, name: &str, address: &str) {
    // The driver types no emoji.
    let script = "for (const [id, text] of Object.entries(arguments[0])) {
        document.querySelector(`[data-testid='${id}']`).value = text;
    }";
    browser.part("charger-name").await;
    let texts = json!({"charger-name": name, "charger-address": address});
    browser.driver.execute(script, vec![texts]).await.unwrap();
    browser.part("keep-charger").await.click().await.unwrap();
}

async fn press(browser: &Browser, row: usize, part: &str) {
    let css = format!("[data-testid='charger']:nth-child({row}) [data-testid='{part}']");
    browser.driver.find(By::Css(css)).await.unwrap().click().await.unwrap();
}

/// A page on a static host that shows one of two chargers.
async fn own_list(test: &str) -> Option<(Browser, StaticHost, [Simulator; 2])> {
    let (browser, page) = set_up(test).await?;
    let python = tool::find("NRGKICK_PYTHON", test)?;
    let host = StaticHost::start(&python, &page);
    let charging = Simulator::start("--cors on --scenario charging").await;
    let idle = Simulator::start("--cors on --scenario idle").await;
    browser.show_on(Screen::DESKTOP).await;
    Some((browser, host, [charging, idle]))
}

#[tokio::test]
async fn a_static_hosts_page_keeps_a_list_that_is_added_to_renamed_and_removed_from() {
    let test = "a_static_hosts_page_keeps_a_list_that_is_added_to_renamed_and_removed_from";
    let Some((browser, host, [charging, idle])) = own_list(test).await else { return };
    let here = format!("{}/?charger={}", host.url, charging.http.url());
    browser.driver.goto(&here).await.unwrap();
    browser.wait_for("state", 15, |said| said.starts_with("Charging")).await;
    go_to(&browser, "#/chargers").await;
    wait_for_rows(&browser, "the one that is shown", |rows| rows.len() == 1).await;

    for (name, address, told) in [
        ("Garage", "not an address", "is no address"),
        ("Garage", "", "Enter the charger's address"),
        ("Garage", &*charging.address().to_string(), "in the list already"),
    ] {
        type_charger(&browser, name, address).await;
        browser.wait_for("charger-error", 5, |said| said.contains(told)).await;
    }
    let long = format!("חניה 🔌\u{202e}{}", "⚡".repeat(193));
    type_charger(&browser, &long, &idle.address().to_string()).await;
    wait_for_rows(&browser, "both, the second idle", |rows| {
        let [first, second] = rows else { return false };
        first.contains("Shown on this page")
            && first.contains("Simulated")
            && second.contains("חניה 🔌")
            && second.contains('…')
            && !second.contains('\u{202e}')
            && second.contains("No vehicle")
            && second.contains("0.00")
    })
    .await;
    browser.picture("chargers-own", Screen::DESKTOP).await;

    press(&browser, 2, "change-charger").await;
    type_charger(&browser, "Yard", &idle.address().to_string()).await;
    wait_for_rows(&browser, "another name", |rows| rows[1].starts_with("Yard")).await;
    type_charger(&browser, "Yard", &nobody()).await;
    browser.wait_for("charger-error", 5, |said| said.contains("“Yard”")).await;
    type_charger(&browser, "Gone", &nobody()).await;
    wait_for_rows(&browser, "who is gone", |rows| {
        rows.len() == 3 && rows[2].contains('—') && rows[2].contains("does not answer")
    })
    .await;
    press(&browser, 3, "remove-charger").await;
    wait_for_rows(&browser, "two", |rows| rows.len() == 2).await;
    browser.part("undo").await.click().await.unwrap();
    wait_for_rows(&browser, "three again", |rows| rows.len() == 3).await;
    press(&browser, 3, "remove-charger").await;
    wait_for_rows(&browser, "two", |rows| rows.len() == 2).await;

    browser.driver.refresh().await.unwrap();
    wait_for_rows(&browser, "kept", |rows| rows.len() == 2 && rows[1].starts_with("Yard")).await;
    assert!(!browser.shows("tab-only").await);
    let second = By::Css("[data-testid='charger']:nth-child(2) a");
    browser.driver.find(second).await.unwrap().click().await.unwrap();
    browser.wait_for("state", 15, |said| said == "No vehicle connected").await;
}

#[tokio::test]
async fn a_list_that_the_browser_does_not_keep_lasts_as_long_as_its_tab() {
    let test = "a_list_that_the_browser_does_not_keep_lasts_as_long_as_its_tab";
    let Some((browser, host, [charging, idle])) = own_list(test).await else { return };
    let denied =
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": denied})).await;
    let here = format!("{}/?charger={}#/chargers", host.url, charging.http.url());
    browser.driver.goto(&here).await.unwrap();
    wait_for_rows(&browser, "the one that is shown", |rows| rows.len() == 1).await;
    assert!(!browser.shows("tab-only").await);
    type_charger(&browser, "Yard", &idle.address().to_string()).await;
    browser.wait_for("tab-only", 5, |said| said.contains("tab")).await;
    let second = By::Css("[data-testid='charger']:nth-child(2) a");
    browser.driver.find(second).await.unwrap().click().await.unwrap();
    browser.wait_for("state", 15, |said| said == "No vehicle connected").await;
    go_to(&browser, "#/chargers").await;
    wait_for_rows(&browser, "both", |rows| rows.len() == 2 && rows[1].starts_with("Yard")).await;
    browser.wait_for("tab-only", 5, |said| said.contains("tab")).await;
}
