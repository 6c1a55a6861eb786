//! Odd answers of `tests/fixtures/cases`, as the page shows them.

use std::time::Duration;

use gateway_api::AGE_MS_HEADER;
use nrgkick_model::field::{Absence, DocumentName, FIELDS, Presence};
use nrgkick_model::request::Read;
use nrgkick_model::{Field, FieldId, Request};
use nrgkick_tests::case;
use nrgkick_tests::http;
use nrgkick_tests::server::{Server, Simulator, cors_proxy, modbus_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::set_up;

/// Makes the charger's answers those of case `name`, and waits until the proxy remembers none from
/// before: it hands what it remembers to a page that opens.
async fn answers(simulator: &Simulator, proxy: &Server, name: &str) {
    simulator.fault(json!({"kind": "rewrite", "with": case(name)["patch"]})).await;
    let changed = Instant::now();
    let deadline = changed + Duration::from_secs(15);
    for document in [DocumentName::Values, DocumentName::Info] {
        loop {
            let target = Request::Read(Read::raw(document)).target();
            let answer = http::get(proxy.address, &target).await;
            let age = answer.header(AGE_MS_HEADER).parse().map(Duration::from_millis);
            if age.is_ok_and(|age| age < changed.elapsed()) {
                break;
            }
            assert!(Instant::now() < deadline, "{name}: /{document} stays old: {}", answer.text());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn open(test: &str) -> Option<(Browser, Simulator, Server)> {
    let (browser, page) = set_up(test).await?;
    let simulator = Simulator::start("--model sim --scenario charging").await;
    let page = page.display().to_string();
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    browser.show_on(Screen::PHONE).await;
    Some((browser, simulator, proxy))
}

/// `true` if the charger's own answer has a value for `field`, other than `null`.
fn told(field: &Field, document: &Value) -> bool {
    let pointer = field.keys().fold(String::new(), |path, key| path + "/" + key);
    document.pointer(&pointer).is_some_and(|value| !value.is_null())
}

#[tokio::test]
async fn cases_02_and_04_what_is_left_out_is_a_dash_and_never_zero() {
    let test = "cases_02_and_04_what_is_left_out_is_a_dash_and_never_zero";
    let Some((browser, simulator, proxy)) = open(test).await else { return };
    for (name, missing) in [("02-nulls-in-phases", 12), ("04-half-document", 5)] {
        answers(&simulator, &proxy, name).await;
        browser.driver.goto(format!("{}/#/", proxy.url())).await.unwrap();
        browser.driver.refresh().await.unwrap();
        browser.wait_for_link(15, "live").await;
        if name == "04-half-document" {
            assert_eq!(browser.wait_for("power", 5, |text| !text.is_empty()).await, "—");
            assert_eq!(browser.text("energy").await, "—");
        }
        browser.picture(name, Screen::PHONE).await;
        browser.driver.execute("location.hash = '#/details'", vec![]).await.unwrap();
        let values = http::get(simulator.address(), "/values?raw").await.json();
        let mut dashes = 0;
        for field in FIELDS.iter().filter(|field| field.document() == DocumentName::Values) {
            let row = browser.row(field.id).await;
            let (is_dash, may_be) = (row.contains('—'), field.absence == Absence::Zero);
            assert!(is_dash != told(field, &values) || may_be, "{name}: {row}");
            dashes += usize::from(row.contains('—'));
        }
        assert!(dashes >= missing, "{name}: {dashes}");
        browser.picture(&format!("{name}-details"), Screen::PHONE).await;
    }
}

#[tokio::test]
async fn cases_05_12_and_18_what_cannot_be_is_unknown_by_itself_with_its_reason() {
    use FieldId::{
        ChargedEnergy, TotalChargedEnergy, VehicleChargingTime, VehicleConnectTime, WifiRssi,
    };
    let test = "cases_05_12_and_18_what_cannot_be_is_unknown_by_itself_with_its_reason";
    let Some((browser, simulator, proxy)) = open(test).await else { return };
    for (name, unknown) in [
        ("05-rssi-out-of-range", &[(WifiRssi, "-23941")][..]),
        ("12-negative-and-huge", &[(TotalChargedEnergy, ""), (ChargedEnergy, "")]),
        (
            "18-wrapped-session-time",
            &[(VehicleConnectTime, "4294967296"), (VehicleChargingTime, "-1")],
        ),
    ] {
        answers(&simulator, &proxy, name).await;
        browser.driver.goto(format!("{}/#/details", proxy.url())).await.unwrap();
        browser.driver.refresh().await.unwrap();
        browser.wait_for_link(15, "live").await;
        let told = async || !browser.row(FieldId::SerialNumber).await.contains('—');
        browser.wait_until(10, told, "/info is shown").await;
        // What the proxy remembers comes with the page, and does not say what was found.
        for (id, found) in unknown {
            let is_told = async || browser.row(*id).await.contains(found);
            browser.wait_until(10, is_told, &format!("{name}: {found} is told")).await;
        }
        for field in FIELDS {
            let row = browser.row(field.id).await;
            let reason = unknown.iter().find(|(id, _)| *id == field.id);
            let is_absent = field.presence != Presence::Always || field.absence == Absence::Zero;
            assert!(reason.is_some() == row.contains('—') || is_absent, "{name}: {row}");
            if let Some((_, found)) = reason {
                assert!(found.is_empty() || row.contains(found), "{name}: {row}");
            }
        }
        browser.picture(&format!("{name}-details"), Screen::PHONE).await;
    }
}

#[tokio::test]
async fn case_44_a_slow_charger_over_modbus_opens_and_tells_who_it_is_later() {
    let test = "case_44_a_slow_charger_over_modbus_opens_and_tells_who_it_is_later";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = Simulator::start("--scenario charging").await;
    let seconds = case("44-slow-2s")["delay"].as_u64().unwrap();
    simulator.registers.set_delay(Duration::from_secs(seconds));
    let page = page.display().to_string();
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &["--app-dir", &page]).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    browser.wait_for("state", 30, |text| text.contains("Charging")).await;
    browser.wait_for("power", 5, |text| text.contains("kW")).await;
    let whole = async || {
        let info = http::get(proxy.address, "/info").await;
        info.status == 200 && info.json()["versions"]["sw_sm"].is_string()
    };
    browser.wait_until(90, whole, "/info is completed across polls").await;
    browser.wait_for("simulated", 60, |text| text.contains("Simulated")).await;
    browser.picture("case-44-slow", Screen::PHONE).await;
}

#[tokio::test]
async fn case_51b_answers_of_4_s_are_live_and_their_age_is_told() {
    let test = "case_51b_answers_of_4_s_are_live_and_their_age_is_told";
    let Some((browser, simulator, proxy)) = open(test).await else { return };
    let seconds = case("51b-slow-answers-4s")["mode"]["delay"]["values"].as_u64().unwrap();
    simulator.fault(json!({"kind": "slow", "ms": seconds * 1_000})).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    browser.wait_for("state", 30, |text| text.contains("Charging")).await;
    browser.wait_for_link(30, "live").await;
    // Long enough for two rounds of its documents.
    let (end, mut ages) = (Instant::now() + Duration::from_secs(30), Vec::new());
    while Instant::now() < end {
        let link = browser.part("link").await;
        assert_eq!(link.attr("data-link").await.unwrap().as_deref(), Some("live"));
        ages.push(link.text().await.unwrap());
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(ages.iter().any(|age| age.contains("s ago")), "{ages:?}");
    browser.picture("case-51b-slow", Screen::PHONE).await;
}

#[tokio::test]
async fn case_52_a_charger_that_hangs_up_after_each_answer_is_read_and_written() {
    let test = "case_52_a_charger_that_hangs_up_after_each_answer_is_read_and_written";
    let Some((browser, simulator, proxy)) = open(test).await else { return };
    assert_eq!(case("52-silent-close")["mode"]["silent_close"], true);
    simulator.fault(json!({"kind": "close"})).await;
    browser.driver.goto(format!("{}/#/", proxy.url())).await.unwrap();
    browser.wait_for("state", 15, |text| text.contains("Charging")).await;
    browser.wait_for_link(10, "live").await;
    browser.wait_for("simulated", 10, |text| text.contains("Simulated")).await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |text| text.contains("Confirmed")).await;
    assert_eq!(simulator.writes().await.len(), 1, "sent once");
    browser.wait_for_link(5, "live").await;
}
