//! Gestures without meaning or with another one: nothing is sent that was not intended.

use nrgkick_tests::server::{Server, Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::set_up;

async fn open(test: &str, screen: Screen) -> Option<(Browser, Simulator, Server)> {
    let (browser, page) = set_up(test).await?;
    let simulator = Simulator::start("").await;
    let page = page.display().to_string();
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    browser.show_on(screen).await;
    browser.driver.goto(format!("{}/#/control", proxy.url())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    Some((browser, simulator, proxy))
}

/// Makes an intended write, by the end of which any unintended one would have been sent: it takes
/// longer than the page's delay before sending.
async fn pause(browser: &Browser) {
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |text| text.contains("Confirmed")).await;
    // What is said of a charge that has stopped has another height, and moves what is below it.
    browser.wait_for("pause", 12, |text| text.contains("Resume")).await;
}

async fn queries(simulator: &Simulator) -> Vec<String> {
    simulator.writes().await.into_iter().map(|(query, _)| query).collect()
}

/// Returns the position of the slider's thumb at `share` of its track, once it stands still.
async fn on_slider(browser: &Browser, share: f64) -> (f64, f64) {
    let slider = browser.part("current-slider").await;
    slider.scroll_into_view().await.unwrap();
    let slider = slider.to_json().unwrap();
    let measure = "const [slider, done] = arguments;\
        const at = () => { const r = slider.getBoundingClientRect(); \
            return [r.x, r.y, r.width, r.height] };\
        const look = (before) => requestAnimationFrame(() => requestAnimationFrame(() => \
            `${at()}` === `${before}` ? done(before) : look(at())));\
        look(at())";
    let rect = browser.driver.execute_async(measure, vec![slider]).await.unwrap();
    let [x, y, width, height] = serde_json::from_value::<[f64; 4]>(rect.json().clone()).unwrap();
    const THUMB: f64 = 28.0;
    (x + THUMB / 2.0 + share * (width - THUMB), y + height / 2.0)
}

/// Emulates a touch at `from` that moves by `by` in ten steps.
async fn swipe(browser: &Browser, from: (f64, f64), by: (f64, f64)) {
    let touch = async |kind: &str, points: Value| {
        let event = json!({"type": kind, "touchPoints": points});
        browser.devtools("Input.dispatchTouchEvent", event).await;
    };
    touch("touchStart", json!([{"x": from.0, "y": from.1}])).await;
    for step in 1..=10 {
        let part = f64::from(step) / 10.0;
        let at = (from.0 + by.0 * part, from.1 + by.1 * part);
        touch("touchMove", json!([{"x": at.0, "y": at.1}])).await;
    }
    touch("touchEnd", json!([])).await;
}

#[tokio::test]
async fn a_finger_that_scrolls_over_the_slider_changes_nothing() {
    let test = "a_finger_that_scrolls_over_the_slider_changes_nothing";
    let small = Screen { size: (320, 568), dark: false };
    let Some((browser, simulator, _proxy)) = open(test, small).await else { return };
    let touch = json!({"enabled": true, "maxTouchPoints": 1});
    browser.devtools("Emulation.setTouchEmulationEnabled", touch).await;
    let coarse = "return matchMedia('(pointer: coarse)').matches";
    let coarse = browser.driver.execute(coarse, vec![]).await.unwrap();
    assert_eq!(coarse.json(), true, "the browser has a finger");
    let (min, max) = (6.0, 32.0);
    let set = simulator.state().await["control"]["current_set"].as_f64().unwrap();
    let thumb = (set - min) / (max - min);

    for (share, by) in [(0.85, (0.0, -140.0)), (0.85, (0.0, 0.0)), (thumb, (0.0, -140.0))] {
        let from = on_slider(&browser, share).await;
        swipe(&browser, from, by).await;
    }
    pause(&browser).await;
    assert_eq!(queries(&simulator).await, ["charge_pause=1"]);

    // Dragging the thumb itself changes the value, and sends it once.
    let from = on_slider(&browser, thumb).await;
    swipe(&browser, from, (60.0, 0.0)).await;
    browser.wait_for("outcome-current", 12, |text| text.contains("Confirmed")).await;
    assert_eq!(queries(&simulator).await.len(), 2);
    assert!(simulator.state().await["control"]["current_set"].as_f64().unwrap() > set + 3.0);
}

#[tokio::test]
async fn what_is_given_up_or_replaced_is_not_sent() {
    let test = "what_is_given_up_or_replaced_is_not_sent";
    let Some((browser, simulator, _proxy)) = open(test, Screen::PHONE).await else { return };
    let keys = async |id: &str, keys: TypingData| {
        browser.part(id).await.send_keys(keys).await.unwrap();
    };
    // Given up with Escape: in a field, on the slider, after a step.
    keys("limit-number", "12".into()).await;
    keys("limit-number", Key::Escape + "").await;
    keys("limit-number", Key::Tab + "").await;
    keys("current-slider", Key::Right + "").await;
    keys("current-slider", Key::Escape + "").await;
    browser.part("current-plus").await.click().await.unwrap();
    keys("current-plus", Key::Escape + "").await;
    pause(&browser).await;
    assert_eq!(queries(&simulator).await, ["charge_pause=1"]);
    assert_eq!(browser.part("limit-number").await.value().await.unwrap().as_deref(), Some(""));

    // Replaced by the next action in the same card.
    keys("limit-number", "7".into()).await;
    browser.part("limit-10").await.click().await.unwrap();
    browser.wait_for("outcome-limit", 12, |text| text.contains("Confirmed")).await;
    keys("current-number", Key::Control + "a").await;
    keys("current-number", "10".into()).await;
    browser.part("current-plus").await.click().await.unwrap();
    browser.wait_for("outcome-current", 12, |text| text.contains("Confirmed")).await;
    let sent = queries(&simulator).await;
    assert_eq!(sent[1..], ["energy_limit=10000", "current_set=10.1"]);
}

#[tokio::test]
async fn the_question_before_a_phase_switch_is_in_sight() {
    let test = "the_question_before_a_phase_switch_is_in_sight";
    let Some((browser, simulator, _proxy)) = open(test, Screen::PHONE).await else { return };
    browser.part("phases-1").await.click().await.unwrap();
    let confirm = browser.part("phases-confirm").await;
    let is_on_top = "const r = arguments[0].getBoundingClientRect(); \
        return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === arguments[0]";
    let confirm_json = confirm.to_json().unwrap();
    let seen = async || {
        let seen = browser.driver.execute(is_on_top, vec![confirm_json.clone()]).await.unwrap();
        *seen.json() == true
    };
    browser.wait_until(5, seen, "the question is not below the navigation").await;

    // Not offered for a charger that does not answer.
    simulator.fault(json!({"kind": "offline"})).await;
    browser.wait_for_link(50, "lost").await;
    assert!(!browser.is_usable("phases-confirm").await);
    assert_eq!(queries(&simulator).await, [""; 0]);
}
