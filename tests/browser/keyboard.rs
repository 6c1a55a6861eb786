//! Keyboard use: the focus stays in place, or moves to the expected element.

use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::screens::Panel;
use crate::set_up;

async fn open(test: &str, flags: &str) -> Option<(Browser, Panel)> {
    let (browser, page) = set_up(test).await?;
    let panel = Panel::start(&page.display().to_string(), flags).await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "control").await;
    Some((browser, panel))
}

/// Returns the `data-testid` of the focused element, otherwise its id or tag.
async fn focused(browser: &Browser) -> String {
    let ask = "const at = document.activeElement; return at.dataset.testid || at.id || at.tagName";
    browser.driver.execute(ask, vec![]).await.unwrap().convert().unwrap()
}

async fn press(browser: &Browser, id: &str, keys: TypingData) {
    browser.part(id).await.send_keys(keys).await.unwrap();
}

async fn phases(panel: &Panel) -> serde_json::Value {
    panel.simulator.state().await["control"]["phase_count"].clone()
}

#[tokio::test]
async fn the_focus_returns_from_the_question_and_escape_closes_it() {
    let test = "the_focus_returns_from_the_question_and_escape_closes_it";
    let Some((browser, panel)) = open(test, "").await else { return };
    let set = phases(&panel).await;
    let asked = async || {
        press(&browser, "phases-1", Key::Enter + "").await;
        let there = async || focused(&browser).await == "phases-question";
        browser.wait_until(5, there, "the focus is on the question").await;
    };

    asked().await;
    press(&browser, "phases-cancel", Key::Escape + "").await;
    assert!(!browser.shows("phases-question").await, "Escape closes it");
    assert_eq!(focused(&browser).await, "phases-1");

    asked().await;
    press(&browser, "phases-cancel", Key::Enter + "").await;
    assert_eq!(focused(&browser).await, "phases-1");
    assert_eq!(phases(&panel).await, set, "nothing was sent");

    asked().await;
    press(&browser, "phases-confirm", Key::Enter + "").await;
    assert_eq!(focused(&browser).await, "phases-1");
    browser.wait_for("outcome-phases", 12, |text| text.contains("Confirmed")).await;
    assert_eq!(focused(&browser).await, "phases-1", "and after the write");
}

#[tokio::test]
async fn the_focus_stays_through_a_write() {
    let test = "the_focus_stays_through_a_write";
    let Some((browser, _panel)) = open(test, "").await else { return };
    for (id, keys, outcome) in [
        ("current-number", Key::Control + "a", ""),
        ("current-number", TypingData::from("11") + Key::Enter, "outcome-current"),
        ("current-slider", Key::Right + "", "outcome-current"),
        ("current-plus", Key::Enter + "", "outcome-current"),
        ("limit-40", Key::Enter + "", "outcome-limit"),
        ("pause", Key::Enter + "", "outcome-pause"),
    ] {
        press(&browser, id, keys).await;
        if outcome.is_empty() {
            continue;
        }
        browser.wait_for(outcome, 12, |text| text.contains("Waiting")).await;
        assert_eq!(focused(&browser).await, id, "while it is sent");
        browser.wait_for(outcome, 12, |text| text.contains("Confirmed")).await;
        assert_eq!(focused(&browser).await, id, "when it is confirmed");
    }
}

/// An unusable control keeps the focus, is marked as disabled, and does nothing.
#[tokio::test]
async fn the_focus_stays_when_the_link_goes_and_nothing_is_sent() {
    let test = "the_focus_stays_when_the_link_goes_and_nothing_is_sent";
    let Some((browser, panel)) = open(test, "").await else { return };
    press(&browser, "current-number", "".into()).await;
    assert_eq!(focused(&browser).await, "current-number");
    panel.simulator.fault(json!({"kind": "status"})).await;
    browser.wait_for_link(50, "lost").await;
    assert_eq!(focused(&browser).await, "current-number");
    let slider = browser.part("current-slider").await;
    let before = slider.prop("value").await.unwrap();
    for id in [
        "current-number",
        "current-slider",
        "current-plus",
        "current-minus",
        "pause",
        "limit-10",
        "limit-number",
        "phases-1",
    ] {
        let part = browser.part(id).await;
        assert!(!browser.is_usable(id).await, "{id}");
        let focus = "arguments[0].focus()";
        browser.driver.execute(focus, vec![part.to_json().unwrap()]).await.unwrap();
        assert_eq!(focused(&browser).await, id);
        let keys = Key::Right + Key::Space + "" + Key::Enter;
        browser.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }
    assert_eq!(slider.prop("value").await.unwrap(), before, "the slider stays");
    assert!(!browser.shows("phases-question").await, "nobody is asked");

    // Keys pressed while a control was unusable have no later effect.
    let retry = browser.driver.find(By::Css("[data-testid=banner] button")).await.unwrap();
    panel.simulator.heal().await;
    retry.send_keys(Key::Enter + "").await.unwrap();
    browser.wait_for_link(20, "live").await;
    let hidden = async || !browser.shows("banner").await;
    browser.wait_until(5, hidden, "the banner goes").await;
    assert_eq!(
        focused(&browser).await,
        "screen",
        "and what held the focus leaves it to the screen"
    );
    assert_eq!(panel.simulator.writes().await, []);
}

/// A banner that appears or disappears moves no control.
#[tokio::test]
async fn nothing_moves_when_the_link_goes_or_a_write_is_told_of() {
    let test = "nothing_moves_when_the_link_goes_or_a_write_is_told_of";
    let Some((browser, panel)) = open(test, "").await else { return };
    const PLACES: &str = "return ['pause', 'current-slider', 'limit-10', 'phases-1'].map((id) =>
        Math.round(document.querySelector(`[data-testid=${id}]`).getBoundingClientRect().top))";
    let places = async || -> Vec<i64> {
        browser.driver.execute(PLACES, vec![]).await.unwrap().convert().unwrap()
    };
    let on_its_side = Screen { size: (844, 390), dark: false };
    for (screen, limit) in
        [(Screen::PHONE, "limit-40"), (Screen::DESKTOP, "limit-20"), (on_its_side, "limit-10")]
    {
        browser.show_on(screen).await;
        panel.show(&browser, "control").await;
        let before = places().await;
        browser.part(limit).await.click().await.unwrap();
        browser.driver.execute("window.scrollTo(0, 0)", vec![]).await.unwrap();
        browser.wait_for("outcome-limit", 12, |text| text.contains("Waiting")).await;
        assert_eq!(places().await, before, "{screen:?}: a write");
        browser.wait_for("outcome-limit", 12, |text| text.contains("Confirmed")).await;
        panel.simulator.fault(json!({"kind": "status"})).await;
        browser.wait_for_link(20, "stale").await;
        browser.wait_until(5, async || browser.shows("banner").await, "the banner shows").await;
        assert_eq!(places().await, before, "{screen:?}: the banner");
        browser.picture("stale-control", screen).await;
        panel.simulator.heal().await;
        browser.wait_for_link(20, "live").await;
        assert_eq!(places().await, before, "{screen:?}: without it");
    }
}

#[tokio::test]
async fn what_can_do_nothing_is_not_offered() {
    let test = "what_can_do_nothing_is_not_offered";
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    let panel = Panel::start(&page, "--scenario charging").await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "control").await;
    let width = async || browser.part("pause").await.rect().await.unwrap().width;
    assert!(width().await > 300.0, "something can be paused");
    panel.simulator.patch(json!({"values": {"energy": {"charged_energy": 12_340}}})).await;
    let unusable = async |id: &str| !browser.is_usable(id).await;
    let passed = async || unusable("limit-10").await;
    browser.wait_until(8, passed, "10 kWh are charged already").await;
    assert!(unusable("limit-5").await);
    for id in ["limit-0", "limit-20", "limit-40"] {
        assert!(!unusable(id).await, "{id}");
    }
    browser.wait_for("limit-hint", 5, |text| text.contains("would end it at once")).await;
    press(&browser, "limit-10", Key::Enter + "").await;
    press(&browser, "limit-20", Key::Enter + "").await;
    browser.wait_for("outcome-limit", 12, |text| text.contains("Confirmed")).await;
    // Once the outcome leaves its line.
    browser.wait_for("limit-note", 15, |text| text.contains(" to go.")).await;
    let sent: Vec<String> = panel.simulator.writes().await.into_iter().map(|w| w.0).collect();
    assert_eq!(sent, ["energy_limit=20000"]);

    let panel = Panel::start(&page, "--scenario idle").await;
    panel.show(&browser, "control").await;
    let pause = browser.part("pause").await.rect().await.unwrap();
    assert!(pause.width < 250.0 && pause.height < 50.0, "nothing can be paused: {pause:?}");
}
