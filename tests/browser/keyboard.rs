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
pub(crate) async fn the_focus_stays_through_a_write() {
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

/// The name of the focused element, and what is wrong with the way in which it shows the focus: no
/// outline, out of sight, or below something else.
const STOP: &str = "const at = document.activeElement;
    const name = at.dataset.testid || at.getAttribute('href') || at.id || at.tagName;
    if (at === document.body) return [name, ''];
    const style = getComputedStyle(at);
    const r = at.getBoundingClientRect();
    const over = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return [name, 'no outline'];
    if (!over) return [name, 'out of sight'];
    return [name, at.contains(over) || over.contains(at) ? '' : `below ${over.outerHTML.slice(0, 80)}`]";

/// Somebody who has a keyboard and nothing else.
struct Typist<'a>(&'a Browser);

impl Typist<'_> {
    async fn press(&self, keys: impl Into<TypingData>) {
        self.0.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Walks by Tab to the element with this name; every stop on the way shows that it is one.
    async fn to(&self, wanted: &str) {
        self.walk(wanted, false).await;
    }

    /// The same backwards.
    async fn back_to(&self, wanted: &str) {
        self.walk(wanted, true).await;
    }

    async fn walk(&self, wanted: &str, back: bool) {
        /// More stops than any screen has.
        const MOST: usize = 60;
        let mut passed = Vec::new();
        for _ in 0..MOST {
            let keys = self.0.driver.action_chain();
            let tab = Key::Tab + "";
            let keys = if back {
                keys.key_down(Key::Shift).send_keys(tab).key_up(Key::Shift)
            } else {
                keys.send_keys(tab)
            };
            keys.perform().await.unwrap();
            let stop = self.0.driver.execute(STOP, vec![]).await.unwrap();
            let [name, wrong]: [String; 2] = stop.convert().unwrap();
            assert_eq!(wrong, "", "{name}, on the way to {wanted}");
            if name == wanted {
                return;
            }
            passed.push(name);
        }
        panic!("{wanted} cannot be reached: {passed:?}");
    }

    /// Follows the link to a screen, which then has the focus.
    async fn goes_to(&self, route: &str) {
        self.back_to(&format!("#/{route}")).await;
        self.press(Key::Enter + "").await;
        let name = if route.is_empty() { "overview" } else { route };
        let tabs = By::Css(format!(".tabs[data-route='{name}']"));
        let is_shown = async || {
            self.0.driver.find(tabs.clone()).await.is_ok() && focused(self.0).await == "screen"
        };
        self.0.wait_until(5, is_shown, &format!("{name} is shown and has the focus")).await;
        self.0.wait_for_parts(15).await;
    }
}

#[tokio::test]
async fn a_journey_by_keyboard_alone_through_every_screen() {
    let test = "a_journey_by_keyboard_alone_through_every_screen";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "").await;
    let typist = Typist(&browser);
    let confirmed = async |outcome: &str| {
        browser.wait_for(outcome, 12, |text| text.contains("Confirmed")).await;
    };

    typist.to("#/settings").await;
    typist.goes_to("control").await;
    typist.to("current-number").await;
    // Who comes to a field by Tab types over what is in it.
    typist.press(TypingData::from("10.5") + Key::Enter).await;
    confirmed("outcome-current").await;
    typist.to("limit-20").await;
    typist.press(Key::Space + "").await;
    confirmed("outcome-limit").await;
    typist.to("phases-1").await;
    typist.press(Key::Enter + "").await;
    let asked = async || focused(&browser).await == "phases-question";
    browser.wait_until(5, asked, "the question has the focus").await;
    typist.to("phases-confirm").await;
    typist.press(Key::Enter + "").await;
    confirmed("outcome-phases").await;

    typist.goes_to("details").await;
    typist.goes_to("settings").await;
    typist.to("theme-dark").await;
    typist.press(Key::Space + "").await;
    let dark = "return document.documentElement.dataset.theme === 'dark'";
    let is_dark = browser.driver.execute(dark, vec![]).await.unwrap();
    assert_eq!(is_dark.json(), true);
    typist.to("language").await;
    typist.press("Deutsch").await;
    browser.wait_for("simulated", 10, |text| text.contains("nicht")).await;
    browser.wait_for_parts(15).await;
    assert_eq!(focused(&browser).await, "language", "the focus stays through the change");

    typist.goes_to("").await;
    // After a switch of phases the vehicle takes its time.
    browser.wait_for("state", 40, |text| text.starts_with("L")).await;
    let sent: Vec<_> = panel.simulator.writes().await.into_iter().map(|(query, _)| query).collect();
    assert_eq!(sent, ["current_set=10.5", "energy_limit=20000", "phase_count=1"]);
    assert_eq!(browser.complaints().await, [""; 0]);
}
