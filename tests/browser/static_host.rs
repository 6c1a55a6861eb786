//! The page from a static host, in front of a `cors-proxy` at another origin.

use std::net::SocketAddr;

use nrgkick_tests::server::{Server, Simulator, cors_proxy_at};
use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, Screen};

use crate::direct::StaticHost;
use crate::proxy::own_address;
use crate::{journey, set_up};

const TOKEN: &str = "0123456789abcdef";

struct Plant {
    browser: Browser,
    host: StaticHost,
    simulator: Simulator,
    proxy: Server,
    _folder: tempfile::TempDir,
}

/// Starts a page on one origin and a proxy on another that allows it, with a token on request.
async fn set_up_plant(test: &str, at: SocketAddr, token: bool) -> Option<Plant> {
    let (browser, page) = set_up(test).await?;
    let python = tool::find("NRGKICK_PYTHON", test)?;
    let host = StaticHost::start(&python, &page);
    let simulator = Simulator::start("").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("panel.token");
    std::fs::write(&file, TOKEN).unwrap();
    let file = file.display().to_string();
    let mut flags = vec!["--allow-origin", host.url.as_str()];
    if token {
        flags.extend(["--token-file", &file]);
    }
    let proxy = cors_proxy_at(at, simulator.address(), &flags).await;
    browser.show_on(Screen::DESKTOP).await;
    Some(Plant { browser, host, simulator, proxy, _folder: folder })
}

/// Asserts live values and four writes, each one POST that the proxy follows to its outcome.
async fn works(plant: &Plant) {
    journey::sees_live_values(&plant.browser, &plant.simulator).await;
    journey::makes_four_writes(&plant.browser, &plant.simulator).await;
}

#[tokio::test]
pub(crate) async fn live_values_and_four_writes_through_a_proxy_at_another_origin() {
    let test = "live_values_and_four_writes_through_a_proxy_at_another_origin";
    let Some(plant) = set_up_plant(test, ([127, 0, 0, 1], 0).into(), false).await else { return };
    let url = format!("{}/?charger={}", plant.host.url, plant.proxy.url());
    plant.browser.driver.goto(&url).await.unwrap();
    works(&plant).await;
}

#[tokio::test]
async fn a_proxy_at_another_origin_that_asks_for_its_token_gets_it() {
    let test = "a_proxy_at_another_origin_that_asks_for_its_token_gets_it";
    let Some(address) = own_address() else {
        println!("skipped {test}: this machine has no network");
        return;
    };
    let Some(plant) = set_up_plant(test, (address, 0).into(), true).await else { return };
    let browser = &plant.browser;
    let url = format!("{}/?charger={}", plant.host.url, plant.proxy.url());
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for("diagnosis", 15, |text| text.contains("token")).await;
    browser.wait_for("secret", 5, |text| text == "Token").await;
    for screen in [Screen::PHONE, Screen::PHONE.dark(), Screen::DESKTOP, Screen::DESKTOP.dark()] {
        browser.show_on(screen).await;
        browser.picture("token-asked", screen).await;
    }
    let field = browser.part("password").await;
    field.send_keys("wrong-wrong-wrong").await.unwrap();
    browser.part("save").await.click().await.unwrap();
    browser.wait_for("diagnosis", 15, |text| text.contains("wrong")).await;
    let field = browser.part("password").await;
    field.clear().await.unwrap();
    field.send_keys(TOKEN).await.unwrap();
    browser.part("save").await.click().await.unwrap();
    works(&plant).await;

    // Without "remember", it is lost with the page. In the address it works once more, and is
    // removed from the address.
    let stored = "return JSON.stringify(localStorage)";
    let stored = browser.driver.execute(stored, vec![]).await.unwrap().json().to_string();
    assert!(!stored.contains(TOKEN), "{stored}");
    browser.driver.goto(format!("{url}&token={TOKEN}")).await.unwrap();
    browser.wait_for_link(15, "live").await;
    let shown = browser.driver.current_url().await.unwrap();
    assert!(!shown.as_str().contains(TOKEN) && shown.as_str().contains("charger="), "{shown}");
}
