//! What the page shows before its program has come: the same numbers as the program afterwards.

use nrgkick_tests::http;
use nrgkick_tests::server::{Server, Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;

use crate::direct::copy;
use crate::set_up;

/// The numbers in the places that are filled early.
const NUMBERS: &str =
    "return [...document.querySelectorAll('[data-early]')].map((part) => part.textContent)";

async fn numbers(browser: &Browser) -> Vec<String> {
    let answer = browser.driver.execute(NUMBERS, vec![]).await.unwrap();
    serde_json::from_value(answer.json().clone()).unwrap()
}

/// Waits until `proxy` remembers no power but `watts`: it hands a page what it has.
async fn tells(browser: &Browser, proxy: &Server, watts: f64) {
    let is_told = async || {
        let values = http::get(proxy.address, "/values").await.json();
        values["powerflow"]["total_active_power"].as_f64() == Some(watts)
    };
    browser.wait_until(10, is_told, "the proxy tells the power that was set").await;
}

#[tokio::test]
pub(crate) async fn the_numbers_before_the_program_are_those_that_it_shows() {
    let test = "the_numbers_before_the_program_are_those_that_it_shows";
    let Some((browser, page)) = set_up(test).await else { return };
    // The same page, whose program never comes.
    let folder = tempfile::tempdir().unwrap();
    copy(&page, folder.path());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_str().unwrap().contains("_bg.wasm") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let simulator = Simulator::start("--speed 0").await;
    let proxy = async |page: &std::path::Path| {
        cors_proxy(simulator.address(), &["--app-dir", &page.display().to_string()]).await
    };
    let (whole, early) = (proxy(&page).await, proxy(folder.path()).await);
    browser.show_on(Screen::PHONE).await;
    for (watts, amperes, volts) in [
        (10_930.5, 15.95, 229.5),
        (22_045.0, 31.99, 230.49),
        (-4.9, 1.04, 0.4),
        (994.999, 6.0, 231.0),
    ] {
        let l2 = json!({"current": amperes, "voltage": volts, "active_power": watts / 3.0});
        // A phase that carries nothing may be an open wire: that is for the program to say.
        let l1 = json!({"current": 0.2, "voltage": 12.0, "active_power": 0.0});
        let values = json!({"powerflow": {"total_active_power": watts, "l1": l1, "l2": l2}});
        simulator.patch(json!({"values": values})).await;
        for proxy in [&early, &whole] {
            tells(&browser, proxy, watts).await;
        }
        for language in ["en", "de"] {
            let open = async |url: String| {
                browser.driver.goto("about:blank").await.unwrap();
                browser.driver.goto(format!("{url}/?lang={language}")).await.unwrap();
            };
            open(early.url()).await;
            browser.wait_for("power", 15, |text| text.contains("kW")).await;
            let before = numbers(&browser).await;
            assert_eq!(browser.text("age").await.trim(), "", "the program has not come");
            open(whole.url()).await;
            browser.wait_for_link(15, "live").await;
            let after = numbers(&browser).await;
            let told: Vec<_> =
                before.iter().zip(&after).filter(|(early, _)| **early != "—").collect();
            assert_eq!(told.len(), before.len() - 3, "all but the first phase: {before:?}");
            assert!(told.iter().all(|(early, later)| early == later), "{before:?}, {after:?}");
        }
    }
}
