//! The page as a display on the wall.

use nrgkick_tests::axe::Axe;
use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::tokens::Tokens;
use nrgkick_tests::webdriver::{Browser, HOST, Screen};
use serde_json::{Value, json};

use crate::languages::{self, LANGUAGES};
use crate::screens::Panel;
use crate::set_up;

/// A tablet of 10 inches, and one with fewer pixels.
const TABLETS: [Screen; 2] =
    [Screen { size: (1280, 800), dark: false }, Screen { size: (1024, 600), dark: true }];

/// The width of a screen of 10 inches and 16:10, mm.
const WIDTH: f64 = 215.0;

/// A limit for what the display does once a second, s.
const SOON: u64 = 5;

/// What can be pressed or typed into.
const CONTROLS: &str = "return [...document.querySelectorAll('button, input, select')]
    .filter((part) => part.checkVisibility()).map((part) => part.dataset.testid ?? part.outerHTML)";

/// The height of the digits of the power, and whether all of it is seen without scrolling, px.
const DIGITS: &str = "const power = document.querySelector(\"[data-testid='power']\");
    const style = getComputedStyle(power);
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const digit = pen.measureText('0');
    return [digit.actualBoundingBoxAscent + digit.actualBoundingBoxDescent,
        document.documentElement.scrollHeight - innerHeight]";

async fn ask<T: serde::de::DeserializeOwned>(browser: &Browser, script: &str) -> T {
    browser.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

/// Moves the page's clock on.
async fn leap(browser: &Browser, seconds: u32) {
    let script = "const before = performance.now.bind(performance);
        performance.now = () => before() + arguments[0] * 1000";
    browser.driver.execute(script, vec![json!(seconds)]).await.unwrap();
}

/// Opens the display with this query, and waits for its chunk and for live values.
async fn open(browser: &Browser, address: &str, query: &str) {
    browser.driver.goto(format!("{address}/?{query}")).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for("lock", 10, |text| !text.is_empty()).await;
}

async fn controls(browser: &Browser) -> Vec<String> {
    ask(browser, CONTROLS).await
}

/// Touches the screen where this part is, or was.
async fn touch(browser: &Browser, (x, y): (f64, f64)) {
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
        browser.devtools("Input.dispatchMouseEvent", event).await;
    }
}

async fn middle(browser: &Browser, id: &str) -> (f64, f64) {
    let part = browser.part(id).await.rect().await.unwrap();
    (part.x + part.width / 2.0, part.y + part.height / 2.0)
}

async fn set_pin(browser: &Browser, address: &str, pin: &str) {
    browser.driver.goto(format!("{address}/#/settings")).await.unwrap();
    browser.wait_for("pin-state", 15, |text| text.contains("No PIN")).await;
    browser.part("pin").await.send_keys(pin).await.unwrap();
    browser.part("pin-save").await.click().await.unwrap();
    browser.wait_for("pin-state", SOON, |text| text == "A PIN is set.").await;
}

async fn enter(browser: &Browser, pin: &str) {
    for digit in pin.chars() {
        browser.part(&format!("key-{digit}")).await.click().await.unwrap();
    }
    browser.part("key-enter").await.click().await.unwrap();
}

#[tokio::test]
async fn a_display_is_read_from_two_metres_and_has_no_control() {
    let test = "a_display_is_read_from_two_metres_and_has_no_control";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    let name = "\u{202e}טעינה 🔌⚡ carport ".repeat(12);
    panel.simulator.patch(json!({"info": {"general": {"device_name": name}}})).await;
    let address = format!("http://{HOST}:{}", panel.proxy.address.port());
    open(&browser, &address, "kiosk&night=off").await;
    // What else the address names is not shown.
    browser.driver.execute("location.hash = '#/settings'", vec![]).await.unwrap();
    browser.wait_for("lock", SOON, |text| text == "This display only shows.").await;
    let wake = browser.part("wake").await;
    assert_eq!(wake.attr("data-wake").await.unwrap().as_deref(), Some("needs-https"));
    browser.wait_for("wake", SOON, |text| text.contains("HTTPS")).await;
    for screen in TABLETS.into_iter().flat_map(|tablet| [tablet, tablet.other()]) {
        browser.show_on(screen).await;
        let (digits, hidden): (f64, f64) = ask(&browser, DIGITS).await;
        let millimetres = digits * WIDTH / f64::from(screen.size.0);
        assert!(millimetres >= 20.0, "{screen:?}: {digits} px are {millimetres} mm");
        assert!(hidden <= 0.0, "{screen:?}: {hidden} px below the edge");
        assert_eq!(controls(&browser).await, [""; 0]);
        assert_eq!(axe.findings(&browser).await, [""; 0], "{screen:?}");
        browser.picture("kiosk", screen).await;
    }
    assert!(browser.shows("power").await && browser.shows("simulated").await);
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_pin_unlocks_the_display_which_locks_itself_and_then_is_only_woken() {
    let test = "a_pin_unlocks_the_display_which_locks_itself_and_then_is_only_woken";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(TABLETS[0]).await;
    let address = panel.proxy.url();
    set_pin(&browser, &address, "4711").await;
    open(&browser, &address, "kiosk=control").await;
    assert_eq!(controls(&browser).await, ["unlock"], "locked at its start");

    browser.part("unlock").await.click().await.unwrap();
    enter(&browser, "4712").await;
    browser.wait_for("pin-wrong", SOON, |text| text.contains("wrong")).await;
    assert_eq!(axe.findings(&browser).await, [""; 0]);
    browser.picture("kiosk-pad", TABLETS[0]).await;
    enter(&browser, "4711").await;
    browser.wait_for("lock", SOON, |text| text.starts_with("Locks in")).await;
    browser.wait_for("lock", SOON, |text| text == "Locks in 57 s").await;
    assert_eq!(axe.findings(&browser).await, [""; 0]);
    browser.picture("kiosk-open", TABLETS[0]).await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |text| text.contains("Confirmed")).await;
    assert_eq!(panel.simulator.writes().await.len(), 1);

    let pause = middle(&browser, "pause").await;
    leap(&browser, 61).await;
    touch(&browser, pause).await;
    browser.wait_for("lock", SOON, |text| text == "Locked.").await;
    assert_eq!(controls(&browser).await, ["unlock"]);
    // Where nobody touches it again it rests, and the touch after that opens no pad.
    let unlock = middle(&browser, "unlock").await;
    leap(&browser, 61).await;
    touch(&browser, unlock).await;
    browser.wait_for("lock", SOON, |text| text == "Locked.").await;
    assert!(!browser.shows("pad").await);
    touch(&browser, unlock).await;
    let asks = async || browser.shows("pad").await;
    browser.wait_until(SOON, asks, "the pad").await;
    // Back to the figures by itself.
    leap(&browser, 31).await;
    let is_back = async || !browser.shows("pad").await;
    browser.wait_until(SOON, is_back, "no pad").await;
    assert_eq!(panel.simulator.writes().await.len(), 1, "no touch but the one on the open pause");

    browser.part("unlock").await.click().await.unwrap();
    for _ in 0..3 {
        enter(&browser, "0000").await;
    }
    browser.wait_for("pin-wrong", SOON, |text| text.contains("Wait")).await;
    browser.driver.refresh().await.unwrap();
    browser.part("unlock").await.click().await.unwrap();
    browser.wait_for("pin-wrong", SOON, |text| text.contains("Wait")).await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_display_speaks_each_language_and_clips_no_word_on_a_small_phone() {
    let test = "a_display_speaks_each_language_and_clips_no_word_on_a_small_phone";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    let small = Screen { size: (320, 640), ..Screen::PHONE };
    let address = panel.proxy.url();
    set_pin(&browser, &address, "4711").await;
    for language in LANGUAGES {
        browser.show_on(small).await;
        // All that it can say at once, and the pad.
        open(&browser, &address, &format!("kiosk=control&night=x&theme=x&lang={language}")).await;
        browser.part("unlock").await.click().await.unwrap();
        let asks = async || browser.shows("pad").await;
        browser.wait_until(SOON, asks, "the pad").await;
        assert_eq!(languages::wrong(&browser).await, [""; 0], "{language}");
        enter(&browser, "4711").await;
        browser.wait_for("lock", SOON, |text| text.ends_with(" s")).await;
        assert_eq!(languages::wrong(&browser).await, [""; 0], "{language}");
        for tablet in TABLETS {
            browser.show_on(tablet).await;
            assert_eq!(axe.findings(&browser).await, [""; 0], "{language}, {tablet:?}, open");
            browser.part("lock-now").await.click().await.unwrap();
            browser.wait_for("lock", SOON, |text| !text.ends_with(" s")).await;
            assert_eq!(axe.findings(&browser).await, [""; 0], "{language}, {tablet:?}");
            browser.part("unlock").await.click().await.unwrap();
            browser.wait_until(SOON, &asks, "the pad").await;
            assert_eq!(axe.findings(&browser).await, [""; 0], "{language}, {tablet:?}, pad");
            enter(&browser, "4711").await;
            browser.wait_for("lock", SOON, |text| text.ends_with(" s")).await;
        }
    }
}

/// Whether something other than the sheet of the state is where its power is.
const COVERED: &str =
    "const r = document.querySelector(\"[data-testid='power']\").getBoundingClientRect();
    const top = document.elementFromPoint(r.left + 5, r.top + r.height / 2);
    return !top.closest('.hero')";

/// Whether the power has lost its ink.
const IS_GREY: &str = "const soft = document.createElement('i');
    soft.style.color = 'var(--ink-soft)';
    document.body.append(soft);
    const [one, two] = [soft, document.querySelector(\"[data-testid='power']\")]
        .map((part) => getComputedStyle(part).color);
    soft.remove();
    return one === two";

#[tokio::test]
async fn a_lost_charger_leaves_its_values_grey_with_their_age_and_no_veil() {
    let test = "a_lost_charger_leaves_its_values_grey_with_their_age_and_no_veil";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(TABLETS[0]).await;
    open(&browser, &panel.proxy.url(), "kiosk&theme=dark&night=off").await;
    let theme = "return document.documentElement.dataset.theme";
    assert_eq!(ask::<String>(&browser, theme).await, "dark");
    assert!(!browser.shows("banner").await);
    assert!(!ask::<bool>(&browser, IS_GREY).await);
    let power = browser.text("power").await;
    panel.simulator.fault(json!({"kind": "offline"})).await;
    browser.wait_for_link(20, "stale").await;
    leap(&browser, 240).await;
    browser.wait_for_link(20, "lost").await;
    assert_eq!(browser.text("power").await, power);
    let age = browser.wait_for("banner", SOON, |text| text.contains("Last seen")).await;
    assert!(age.contains("min ago"), "{age}");
    assert!(ask::<bool>(&browser, IS_GREY).await);
    assert!(!ask::<bool>(&browser, COVERED).await);
    assert_eq!(axe.findings(&browser).await, [""; 0]);
    for tablet in TABLETS {
        browser.show_on(tablet).await;
        browser.picture("kiosk-lost", tablet).await;
        let (_, hidden): (f64, f64) = ask(&browser, DIGITS).await;
        assert!(hidden <= 0.0, "{tablet:?}: {hidden} px below the edge");
    }
    panel.simulator.heal().await;
    browser.wait_for_link(30, "live").await;
    let is_fresh = async || !browser.shows("banner").await;
    browser.wait_until(SOON, is_fresh, "no alert").await;
    assert!(!ask::<bool>(&browser, IS_GREY).await);
}

/// Whether it is dim, and where the picture stands.
const LOOKS: &str = "const root = document.documentElement;
    return [root.hasAttribute('data-dim'), root.style.getPropertyValue('--shift-x')]";

#[tokio::test]
async fn a_display_at_rest_is_dim_at_night_and_never_long_in_one_place() {
    let test = "a_display_at_rest_is_dim_at_night_and_never_long_in_one_place";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(TABLETS[0]).await;
    open(&browser, &panel.proxy.url(), "kiosk").await;
    let at = async |hour: u32| {
        let script = "const hour = arguments[0]; Date.prototype.getHours = () => hour";
        browser.driver.execute(script, vec![json!(hour)]).await.unwrap();
    };
    let becomes = async |dim: bool, place: &str| {
        let is_so = async || {
            let (is_dim, at): (bool, String) = ask(&browser, LOOKS).await;
            is_dim == dim && at != place
        };
        browser.wait_until(SOON, is_so, &format!("dim {dim}, not at {place}")).await;
        ask::<(bool, String)>(&browser, LOOKS).await.1
    };
    at(23).await;
    let place = becomes(false, "").await;
    leap(&browser, 61).await;
    let place = becomes(true, &place).await;
    browser.wait_for_link(15, "live").await;
    assert_eq!(axe.findings(&browser).await, [""; 0]);
    browser.picture("kiosk-night", TABLETS[0]).await;
    let ground = "return getComputedStyle(document.documentElement).backgroundColor";
    assert_eq!(ask::<String>(&browser, ground).await, "rgb(0, 0, 0)");
    touch(&browser, middle(&browser, "power").await).await;
    becomes(false, "").await;
    leap(&browser, 61).await;
    becomes(true, &place).await;
    at(6).await;
    becomes(false, "").await;
}

#[tokio::test]
async fn a_display_says_why_it_only_shows() {
    let test = "a_display_says_why_it_only_shows";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = Simulator::start("--scenario charging").await;
    let (tokens, page) = (Tokens::new(), page.display().to_string());
    let own = tokens.flags();
    let flags = [&["--app-dir", page.as_str()][..], &own.each_ref().map(String::as_str)].concat();
    let proxy = cors_proxy(simulator.address(), &flags).await;
    let address = proxy.url();
    let control_with = |token: &str| format!("kiosk=control&token={token}");
    browser.show_on(TABLETS[0]).await;

    open(&browser, &address, &control_with(Tokens::FULL)).await;
    browser.wait_for("lock", SOON, |text| text.contains("no PIN is set")).await;
    open(&browser, &address, "kiosk=nonsense&night=9pm&theme=purple").await;
    browser.wait_for("lock", SOON, |text| text == "This display only shows.").await;
    for wrong in ["“kiosk=nonsense”", "“night=9pm”", "“theme=purple”"] {
        browser.wait_for("kiosk-notes", SOON, |text| text.contains(wrong)).await;
    }
    assert_eq!(controls(&browser).await, [""; 0]);

    set_pin(&browser, &address, "4711").await;
    open(&browser, &address, &control_with(Tokens::VIEW)).await;
    browser.wait_for("lock", SOON, |text| text.contains("only reads")).await;
    assert_eq!(controls(&browser).await, [""; 0]);

    let denied = "Object.defineProperty(window, 'localStorage', {
        get() { throw new DOMException('denied', 'SecurityError') } })";
    let denied: Value = json!({"source": denied});
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", denied).await;
    open(&browser, &address, &control_with(Tokens::FULL)).await;
    browser.wait_for("lock", SOON, |text| text.contains("keeps nothing")).await;
    assert_eq!(controls(&browser).await, [""; 0]);
    browser.driver.goto(format!("{address}/#/settings")).await.unwrap();
    browser.part("pin").await.send_keys("4711").await.unwrap();
    browser.part("pin-save").await.click().await.unwrap();
    browser.wait_for("pin-error", SOON, |text| text.contains("has not kept it")).await;
    assert!(simulator.writes().await.is_empty());
}
