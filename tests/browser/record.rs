//! The record of charges on the page: the curve, the list, one charge, its label, and removal.

mod changes;
mod costs;
mod sheet;

use nrgkick_tests::axe::Axe;
use nrgkick_tests::http;
use nrgkick_tests::record::{Kept, Made, SOME};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::screens::{Panel, judge};
use crate::{languages, set_up};

/// A browser in Vienna at `hash` of a page whose proxy keeps a record that begins with `all`.
async fn open(test: &str, charger: &str, all: &[Made], hash: &str) -> Option<(Browser, Kept)> {
    let (browser, page) = set_up(test).await?;
    let page = page.display().to_string();
    let kept = Kept::start(charger, all, &["--app-dir", &page]).await;
    let vienna = json!({"timezoneId": "Europe/Vienna"});
    browser.devtools("Emulation.setTimezoneOverride", vienna).await;
    browser.show_on(Screen::PHONE).await;
    show(&browser, &kept, hash).await;
    Some((browser, kept))
}

async fn show(browser: &Browser, kept: &Kept, hash: &str) {
    browser.driver.goto(format!("{}/{hash}", kept.proxy.url())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for_parts(15).await;
}

/// The record as the proxy tells it, the oldest first.
async fn charges(kept: &Kept) -> Vec<Value> {
    let page = http::get(kept.proxy.address, "/charges?limit=200").await.json();
    let mut charges = page["charges"].as_array().unwrap().clone();
    charges.reverse();
    charges
}

async fn texts(browser: &Browser, css: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])]
        .filter((part) => part.checkVisibility())
        .map((part) => part.innerText.replaceAll('\\u202f', ' '))";
    let found = browser.driver.execute(script, vec![json!(css)]).await.unwrap();
    found.convert().unwrap()
}

/// The line of the curve that is seen.
const LINE: &str = "[data-testid='curve-line']";

async fn wait_for_texts(browser: &Browser, css: &str, wanted: impl Fn(&[String]) -> bool) {
    let done = async || wanted(&texts(browser, css).await);
    browser.wait_until(15, done, &format!("{css}: {:?}", texts(browser, css).await)).await;
}

/// Presses `keys` where the focus is.
async fn press(browser: &Browser, keys: impl Into<TypingData>) {
    let active = browser.driver.active_element().await.unwrap();
    active.send_keys(keys).await.unwrap();
}

/// Goes on with the tabulator until the part with this `data-testid` has the focus.
async fn tab_to(browser: &Browser, testid: &str) {
    let at = "return document.activeElement?.dataset?.testid ?? ''";
    for _ in 0..80 {
        let found = browser.driver.execute(at, vec![]).await.unwrap();
        if found.json() == testid {
            return;
        }
        press(browser, Key::Tab + "").await;
    }
    panic!("no tabulator leads to {testid}");
}

fn kilowatt_hours(charges: &[&Value]) -> String {
    let sum: u64 = charges.iter().map(|charge| charge["energy_wh"].as_u64().unwrap()).sum();
    format!("{}.{:02} kWh", sum / 1000, sum % 1000 / 10)
}

#[tokio::test]
async fn charges_are_listed_by_month_year_and_label_with_their_sums_by_keyboard_alone() {
    let test = "charges_are_listed_by_month_year_and_label_with_their_sums_by_keyboard_alone";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, "").await else { return };
    tab_to(&browser, "to-charges").await;
    press(&browser, Key::Enter + "").await;
    browser.wait_for_parts(15).await;
    let months = "[data-testid='month']";
    wait_for_texts(&browser, months, |months| months.len() == 2).await;
    let all = charges(&kept).await;
    let (october, november): (Vec<_>, Vec<_>) =
        all.iter().partition(|charge| charge["start"].as_str().unwrap() < "2026-11");
    let sums = texts(&browser, "[data-testid='month-sums']").await;
    assert_eq!(sums[0], format!("3 charges · {}", kilowatt_hours(&november)));
    assert_eq!(sums[1], format!("2 charges · {}", kilowatt_hours(&october)));
    let years = texts(&browser, "[data-testid='years'] dd").await;
    assert_eq!(years, [format!("5 charges · {}", kilowatt_hours(&all.iter().collect::<Vec<_>>()))]);
    let months = texts(&browser, months).await;
    assert!(months[0].starts_with("November 2026"), "{}", months[0]);
    assert!(months[0].contains("Of 1 charge not all was seen."), "{}", months[0]);

    // The latest first, by the clock of Vienna: the last began after midnight of the 21st there.
    let rows = texts(&browser, "[data-testid='charge']").await;
    assert_eq!(rows.len(), 3);
    assert!(rows[0].contains("21, 2026") && rows[0].contains("12:00"), "{}", rows[0]);
    assert!(rows[1].contains("Not all of it was seen"), "{}", rows[1]);
    let labels = texts(&browser, "[data-testid='labels'] > div").await;
    assert_eq!(labels.len(), 3, "{labels:?}");
    assert!(labels[2].starts_with("Without a label"), "{labels:?}");
    judge(&browser, &axe, "charges").await;

    browser
        .driver
        .execute("document.querySelectorAll('.month__name')[1].focus()", vec![])
        .await
        .unwrap();
    press(&browser, Key::Enter + "").await;
    wait_for_texts(&browser, "[data-testid='charge']", |rows| {
        rows.len() == 2 && rows[0].contains("Ben") && rows[1].contains("Anna, blue car")
    })
    .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_charge_opens_with_its_curve_and_all_facts() {
    let test = "a_charge_opens_with_its_curve_and_all_facts";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, "#/charges").await else {
        return;
    };
    let charge = charges(&kept).await.remove(3);
    tab_to(&browser, "charge").await;
    press(&browser, Key::Tab + "").await;
    press(&browser, Key::Enter + "").await;
    wait_for_texts(&browser, LINE, |lines| lines.len() == 1 && !lines[0].is_empty()).await;
    let line = texts(&browser, LINE).await.remove(0);
    assert!(line.contains("2:00") && line.contains("6.00") && line.contains("16.0"), "{line}");
    let facts = texts(&browser, "[data-testid='facts']").await.remove(0);
    let serial = charge["serial_number"].as_str().unwrap();
    for fact in
        [serial, "4 000.000 kWh", "4 006.000 kWh", "6.04 kW", "6.00 kWh", "1 h 0 min", "Unplugged"]
    {
        assert!(facts.contains(fact), "{fact}: {facts}");
    }
    let gap = texts(&browser, "[data-testid='remarks']").await.remove(0);
    assert!(
        gap.contains("1:05") && gap.contains("1:15") && gap.contains("1.00 kWh meanwhile"),
        "{gap}"
    );
    judge(&browser, &axe, "charge").await;

    tab_to(&browser, "curve").await;
    for (key, wanted) in
        [(Key::Home, "no power"), (Key::Right, "1:01"), (Key::End, "2:00"), (Key::Left, "1:59")]
    {
        press(&browser, key + "").await;
        wait_for_texts(&browser, LINE, |lines| lines[0].contains(wanted)).await;
    }
    let curve = browser.driver.active_element().await.unwrap();
    let told = curve.attr("aria-valuetext").await.unwrap().unwrap();
    assert!(told.contains("1:59"), "what is read aloud: {told}");
    let drawn = "return document.activeElement.querySelector('.curve__unseen').getAttribute('d')";
    let drawn = browser.driver.execute(drawn, vec![]).await.unwrap();
    assert!(drawn.json().as_str().unwrap().starts_with("M83.3 0h166.7V300"), "the gap: {drawn:?}");
}

#[tokio::test]
async fn older_charges_come_when_they_are_wanted() {
    let test = "older_charges_come_when_they_are_wanted";
    let all = vec![SOME[0]; 230];
    let Some((browser, _kept)) = open(test, "--scenario idle", &all, "#/charges").await else {
        return;
    };
    wait_for_texts(&browser, "[data-testid='month']", |months| {
        months.len() == 1
            && months[0].contains("200 charges")
            && months[0].contains("not the whole sum")
    })
    .await;
    browser.part("older").await.focus().await.unwrap();
    press(&browser, Key::Enter + "").await;
    wait_for_texts(&browser, "[data-testid='month']", |months| {
        months[0].contains("230 charges") && !months[0].contains("not the whole sum")
    })
    .await;
    assert!(!browser.shows("older").await);
}

#[tokio::test]
async fn every_place_fits_the_smallest_phone_in_each_language() {
    let test = "every_place_fits_the_smallest_phone_in_each_language";
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, "").await else { return };
    costs::keep(&browser, "EUR own 0.32 0.22@22:00-06:00 -").await;
    browser.show_on(Screen { size: (320, 640), dark: false }).await;
    let mut all = Vec::new();
    for language in languages::LANGUAGES {
        for place in ["", "/000000000000a004", "/sheet-2026-11"] {
            show(&browser, &kept, &format!("?lang={language}#/charges{place}")).await;
            let part = "[data-testid='month'], [data-testid='facts'], [data-testid='sheet']";
            wait_for_texts(&browser, part, |texts| !texts.is_empty()).await;
            let found = languages::wrong(&browser).await;
            all.extend(found.into_iter().map(|found| format!("{language} {place}: {found}")));
        }
    }
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

#[tokio::test]
async fn the_charge_that_runs_is_drawn_from_what_the_proxy_saw_and_read_by_pointer() {
    let test = "the_charge_that_runs_is_drawn_from_what_the_proxy_saw_and_read_by_pointer";
    let Some((browser, kept)) = open(test, "--scenario charging", &[], "#/charges").await else {
        return;
    };
    browser.wait_for("now", 20, |text| text.starts_with("This charge")).await;
    assert!(!browser.shows("own-memory").await);
    let value = async |name: &str| {
        let value = browser.part("curve").await.attr(name).await.unwrap();
        value.and_then(|value| value.parse::<u32>().ok()).unwrap_or_default()
    };
    let has_samples = async || value("aria-valuemax").await >= 8;
    browser.wait_until(30, has_samples, "some samples of the history").await;
    browser.wait_for("curve-line", 15, |line| line.contains("kW")).await;
    assert_eq!(value("aria-valuenow").await, value("aria-valuemax").await, "the end of it");
    browser.drag("curve", 1, -60, std::time::Duration::ZERO).await;
    let is_inside = async || {
        let (at, last) = (value("aria-valuenow").await, value("aria-valuemax").await);
        at > 0 && at < last
    };
    browser.wait_until(5, is_inside, "the pointer is inside").await;
    touch_start_of_curve(&browser).await;
    let is_first = async || value("aria-valuenow").await == 0;
    browser.wait_until(5, is_first, "a finger reads it too").await;
    kept.simulator.patch(json!({"control": {"charge_pause": 1}})).await;
    tab_to(&browser, "curve").await;
    press(&browser, Key::End + "").await;
    browser.wait_for("curve-line", 40, |line| line.contains("no power")).await;
    browser.picture("charge-now", Screen::PHONE).await;
}

/// Puts a finger on the left edge of the curve.
async fn touch_start_of_curve(browser: &Browser) {
    let touch = json!({"enabled": true, "maxTouchPoints": 1});
    browser.devtools("Emulation.setTouchEmulationEnabled", touch).await;
    let edge = "const frame = document.querySelector('.curve').getBoundingClientRect();
        return {x: frame.left + 2, y: frame.top + frame.height / 2}";
    let point = browser.driver.execute(edge, vec![]).await.unwrap().json().clone();
    let down = json!({"type": "touchStart", "touchPoints": [point]});
    browser.devtools("Input.dispatchTouchEvent", down).await;
    let up = json!({"type": "touchEnd", "touchPoints": []});
    browser.devtools("Input.dispatchTouchEvent", up).await;
}

#[tokio::test]
async fn without_a_record_the_page_draws_what_it_saw_itself_and_says_so() {
    let test = "without_a_record_the_page_draws_what_it_saw_itself_and_says_so";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "charges").await;
    browser.wait_for("own-memory", 15, |said| said.contains("since it was opened")).await;
    assert!(!browser.shows("tariff").await && !browser.shows("no-charges").await);
    browser.wait_for("curve-line", 40, |line| line.contains("kW")).await;
}
