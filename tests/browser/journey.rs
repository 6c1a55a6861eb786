//! A user's actions, the same for every way in which the page reaches the charger.

use std::time::Duration;

use nrgkick_tests::server::Simulator;
use nrgkick_tests::webdriver::Browser;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// Part of the simulator's refusal of a phase count; the wording of real units is not known.
pub(crate) const PHASES_REFUSED: &str = "hase";

/// Limit for a write, its lag of 2 s and its read-back, s.
const WRITE: u64 = 12;

/// Asserts that the page shows the simulator's values, and that it is a simulator.
pub(crate) async fn sees_live_values(browser: &Browser, simulator: &Simulator) {
    browser.wait_for("state", 15, |text| text.contains("Charging")).await;
    let power = browser.wait_for("power", 5, |text| text.contains("kW")).await;
    let shown: f64 = power.split_whitespace().next().unwrap().parse().unwrap();
    let watts = &simulator.state().await["values"]["powerflow"]["total_active_power"];
    let real = watts.as_f64().unwrap() / 1000.0;
    assert!((shown - real).abs() < 0.5, "the page shows {power}, the simulator has {real} kW");
    browser.wait_for_link(5, "live").await;
    browser.wait_for("simulated", 5, |text| text.contains("Simulated")).await;
    // A changed energy proves that it is not one old answer.
    let energy = browser.text("energy").await;
    simulator.patch(json!({"values": {"energy": {"charged_energy": 12_340}}})).await;
    let later = browser.wait_for("energy", 8, |text| text != energy).await;
    assert!(later.contains("12.3"), "{later}");
    simulator.patch(json!({"values": {"energy": {"charged_energy": null}}})).await;
}

async fn type_into(browser: &Browser, id: &str, text: &str) {
    let input = browser.part(id).await;
    input.send_keys(Key::Control + "a").await.unwrap();
    input.send_keys(text).await.unwrap();
}

async fn confirmed(browser: &Browser, outcome: &str) {
    browser.wait_for(outcome, WRITE, |text| text.contains("Confirmed")).await;
}

async fn control(simulator: &Simulator, key: &str) -> Value {
    simulator.state().await["control"][key].clone()
}

/// Changes each of the four settings; each is confirmed on the page and found in the simulator.
pub(crate) async fn makes_four_writes(browser: &Browser, simulator: &Simulator) {
    let before = simulator.writes().await.len();

    type_into(browser, "current-number", "10.5").await;
    browser.part("current-number").await.send_keys(Key::Enter + "").await.unwrap();
    confirmed(browser, "outcome-current").await;
    assert_eq!(control(simulator, "current_set").await, 10.5);

    browser.part("pause").await.click().await.unwrap();
    confirmed(browser, "outcome-pause").await;
    assert_eq!(control(simulator, "charge_pause").await, 1);
    browser.wait_for("state", 15, |text| text.contains("Paused")).await;

    browser.part("limit-10").await.click().await.unwrap();
    confirmed(browser, "outcome-limit").await;
    assert_eq!(control(simulator, "energy_limit").await, 10_000);

    browser.part("phases-1").await.click().await.unwrap();
    browser.part("phases-confirm").await.click().await.unwrap();
    confirmed(browser, "outcome-phases").await;
    assert_eq!(control(simulator, "phase_count").await, 1);

    let writes = simulator.writes().await;
    assert_eq!(writes.len() - before, 4, "each was sent once: {writes:?}");
}

/// Types invalid values; each is named and not sent.
pub(crate) async fn types_nonsense(browser: &Browser, simulator: &Simulator) {
    let before = simulator.writes().await.len();
    for nonsense in ["5.9", "32.1", "abc", "16.55"] {
        type_into(browser, "current-number", nonsense).await;
        browser.part("current-number").await.send_keys(Key::Enter + "").await.unwrap();
        browser.wait_for("outcome-current", 5, |text| text.contains(nonsense)).await;
    }
    browser.part("current-number").await.send_keys(Key::Escape + "").await.unwrap();
    assert_eq!(simulator.writes().await.len(), before);
}

/// Asserts that a refusal is shown in the charger's words, and the old value again.
pub(crate) async fn is_refused(browser: &Browser, simulator: &Simulator, words: &str) {
    simulator.patch(json!({"switches": {"phase_switch": false}})).await;
    let phases = control(simulator, "phase_count").await;
    let other = if phases == 3 { "phases-2" } else { "phases-3" };
    browser.part(other).await.click().await.unwrap();
    browser.part("phases-confirm").await.click().await.unwrap();
    let told = browser.wait_for("outcome-phases", WRITE, |text| text.contains("Refused")).await;
    assert!(told.contains(words), "{told}");
    assert_eq!(control(simulator, "phase_count").await, phases);
    let kept = browser.part(&format!("phases-{phases}")).await;
    assert_eq!(kept.attr("aria-pressed").await.unwrap().as_deref(), Some("true"));
    simulator.patch(json!({"switches": {"phase_switch": true}})).await;
}

/// Takes the charger offline and back: the page keeps the last values with their age for a while,
/// shows none once the charger is lost, and recovers.
pub(crate) async fn loses_and_finds_the_charger(browser: &Browser, simulator: &Simulator) {
    let power = browser.text("power").await;
    simulator.fault(json!({"kind": "offline"})).await;
    browser.wait_for_link(20, "stale").await;
    assert_eq!(browser.text("power").await, power, "the last value stays");
    browser.wait_for_link(45, "lost").await;
    assert_eq!(browser.text("power").await, "—", "nobody knows what it does");
    assert!(browser.shows("banner").await);
    assert!(!browser.is_usable("pause").await, "nothing can be changed without the charger");
    simulator.heal().await;
    browser.wait_for_link(20, "live").await;
    assert!(browser.is_usable("pause").await);
}

/// Records the slider's value every 50 ms.
const WATCH: &str = "const slider = document.querySelector(\"[data-testid='current-slider']\");
    window.seen = [];
    window.watching = setInterval(() => window.seen.push(Number(slider.value)), 50);";

/// Drags the slider for ten seconds, over several polls; polls do not move it.
pub(crate) async fn drags_the_slider(browser: &Browser, simulator: &Simulator) {
    let before = simulator.writes().await.len();
    browser.driver.execute(WATCH, vec![]).await.unwrap();
    // Each pause is longer than the interval of polls.
    browser.drag("current-slider", 4, 20, Duration::from_millis(2_500)).await;
    confirmed(browser, "outcome-current").await;
    let stop = "clearInterval(window.watching); return window.seen";
    let seen = browser.driver.execute(stop, vec![]).await.unwrap();
    let mut seen: Vec<f64> = seen.convert().unwrap();
    assert!(seen.len() > 150, "ten seconds were watched: {}", seen.len());
    // From its start to the middle, then to the right and never back.
    let pressed = seen.iter().position(|value| (value - seen[0]).abs() > 1e-9).unwrap();
    seen.drain(..pressed);
    assert!(seen.is_sorted(), "it has jumped: {seen:?}");
    let last = *seen.last().unwrap();
    seen.dedup();
    assert!(seen.len() >= 4, "it follows the hand: {seen:?}");
    assert_eq!(control(simulator, "current_set").await, last);
    assert_eq!(simulator.writes().await.len(), before + 1, "sent once, when let go");
}
