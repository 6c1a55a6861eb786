//! The page in the owner's language, and without its words.

use std::path::Path;

use nrgkick_tests::axe::Axe;
use nrgkick_tests::front::{Front, NO_ANSWER};
use nrgkick_tests::server::{Simulator, cors_proxy, custom_api, fetching_charger};
use nrgkick_tests::webdriver::{Browser, Screen};
use nrgkick_tests::words;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::direct;
use crate::screens::{Panel, ROUTES};
use crate::set_up;

/// The languages that the page has words in.
pub(crate) const LANGUAGES: [&str; 5] = ["en", "de", "fr", "nl", "it"];

async fn language(browser: &Browser) -> String {
    let script = "return document.documentElement.lang";
    browser.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

/// Lists texts that stand where a word has not come, and texts that do not fit their box.
const WRONG: &str = "const shown = [...document.querySelectorAll('body *')]
        .filter((part) => part.checkVisibility() && !part.closest('.aside, pre, .top__name'));
    const own = (part) => [...part.childNodes].filter((node) => node.nodeType === 3)
        .map((node) => node.data.trim()).join(' ').trim();
    const mute = shown.filter((part) => own(part) === '…' || (part.ariaLabel ?? '') === '…');
    const right = (part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return range.getBoundingClientRect().right;
    };
    const clipped = shown.filter((part) => own(part) && (right(part) > innerWidth + 0.5
        || (getComputedStyle(part).overflowX !== 'visible' && part.scrollWidth > part.clientWidth + 1)));
    return mute.map((part) => 'mute: ' + part.outerHTML.slice(0, 120))
        .concat(clipped.map((part) => 'clipped: ' + part.outerHTML.slice(0, 120)))";

pub(crate) async fn wrong(browser: &Browser) -> Vec<String> {
    browser.driver.execute(WRONG, vec![]).await.unwrap().convert().unwrap()
}

/// Looks for words that are missing or clipped on the smallest phone and for barriers on a larger one.
async fn judge(browser: &Browser, axe: &Axe) -> Vec<String> {
    browser.show_on(SMALL).await;
    let mut found = wrong(browser).await;
    browser.show_on(Screen::PHONE).await;
    found.extend(axe.findings(browser).await);
    found
}

/// The smallest phone.
const SMALL: Screen = Screen { size: (320, 640), dark: false };

#[tokio::test]
async fn every_screen_speaks_each_language_and_no_word_is_clipped_on_a_small_phone() {
    let test = "every_screen_speaks_each_language_and_no_word_is_clipped_on_a_small_phone";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    let mut all = Vec::new();
    for language in LANGUAGES {
        let words = words::of(language);
        for route in ROUTES {
            let url = format!("{}/?lang={language}#/{route}", panel.proxy.url());
            browser.driver.goto(url).await.unwrap();
            browser.wait_for_link(15, "live").await;
            browser.wait_for_parts(15).await;
            let found = judge(&browser, &axe).await;
            all.extend(found.into_iter().map(|found| format!("{language} {route}: {found}")));
            for screen in [Screen::PHONE, Screen::DESKTOP] {
                browser.show_on(screen).await;
                let name = if route.is_empty() { "overview" } else { route };
                browser.picture(&format!("language-{language}-{name}"), screen).await;
            }
        }
        assert_eq!(self::language(&browser).await, language);
        let tab = browser.driver.find(By::Css(".tabs [href='#/settings']")).await.unwrap();
        assert_eq!(tab.text().await.unwrap(), words["common.settings"], "{language}");
        browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
        let power = browser.text("power").await;
        let sign = if language == "en" { '.' } else { ',' };
        assert!(power.contains(sign), "{language}: {power}");
        let said = browser.text("state").await;
        let wanted = &words["state.charging_on"];
        let wanted = wanted.split("other {").nth(1).unwrap().replace('#', "3").replace("}}", "");
        assert_eq!(said, wanted, "{language}");
    }
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

/// What the screens say in trouble, which is longer than what they say otherwise.
#[tokio::test]
async fn no_word_of_trouble_is_clipped_in_any_language() {
    let test = "no_word_of_trouble_is_clipped_in_any_language";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario error").await;
    let mut all = Vec::new();
    for language in LANGUAGES {
        browser.show_on(SMALL).await;
        let url = format!("{}/?lang={language}#/control", panel.proxy.url());
        browser.driver.goto(url).await.unwrap();
        browser.wait_for_link(15, "live").await;
        browser.part("phases-1").await.send_keys(Key::Enter + "").await.unwrap();
        let asked = async || browser.shows("phases-question").await;
        browser.wait_until(5, asked, "the question").await;
        all.push((language, "question", judge(&browser, &axe).await));
        browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
        all.push((language, "error", judge(&browser, &axe).await));
        panel.simulator.fault(json!({"kind": "status"})).await;
        browser.wait_for_link(20, "stale").await;
        all.push((language, "stale", judge(&browser, &axe).await));
        panel.simulator.heal().await;
        browser.wait_for_link(20, "live").await;
    }
    all.retain(|(_, _, found)| !found.is_empty());
    assert!(all.is_empty(), "{all:#?}");
}

#[tokio::test]
async fn the_page_of_custom_api_speaks_each_language() {
    let test = "the_page_of_custom_api_speaks_each_language";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page.display().to_string();
    let example = custom_api::example::Recipe::Seed.text();
    let any = ([127, 0, 0, 1], 0).into();
    let server = custom_api(any, example, folder.path(), &["--app-dir", &page]).await;
    let _charger = fetching_charger(server.address).await;
    for language in LANGUAGES {
        let words = words::of(language);
        browser.driver.goto(format!("{}/?lang={language}", server.url())).await.unwrap();
        let gets = [&words["sources.gets"], &words["sources.gets_simulated"]];
        browser.wait_for("state", 15, |said| gets.iter().any(|gets| *gets == said)).await;
        assert_eq!(browser.text("name").await, words["sources.title"], "{language}");
        assert_eq!(judge(&browser, &axe).await, Vec::<String>::new(), "{language}");
        browser.show_on(Screen::DESKTOP).await;
        browser.picture(&format!("language-{language}-custom-api"), Screen::DESKTOP).await;
    }
}

#[tokio::test]
pub(crate) async fn the_browser_the_address_and_the_settings_choose_the_language() {
    let test = "the_browser_the_address_and_the_settings_choose_the_language";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(Screen::PHONE).await;
    browser.ask_for("pt-BR,de-CH").await;
    panel.show(&browser, "").await;
    assert_eq!(language(&browser).await, "de");
    assert!(browser.text("power").await.contains('.'), "Switzerland writes a point");
    let url = panel.proxy.url();
    browser.driver.goto(format!("{url}/?lang=xx#/settings")).await.unwrap();
    browser.wait_for_link(15, "live").await;
    assert_eq!(language(&browser).await, "de", "there are no words in xx");
    browser.driver.goto(format!("{url}/?lang=fr#/settings")).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for_parts(15).await;
    assert_eq!(language(&browser).await, "fr");
    let list = "return document.querySelector('[data-testid=language]').value";
    let shown = browser.driver.execute(list, vec![]).await.unwrap();
    assert_eq!(shown.json(), "fr", "the list shows what the address asks for");

    // The focus stays on the list, and the page is not loaded again.
    browser.driver.execute("window.mark = true", vec![]).await.unwrap();
    let choose = async |code: &str| {
        let script = "const list = document.querySelector('[data-testid=language]');
            list.focus(); list.value = arguments[0];
            list.dispatchEvent(new Event('change', {bubbles: true}))";
        browser.driver.execute(script, vec![json!(code)]).await.unwrap();
    };
    let speaks = async |wanted: &str| {
        let speaks = async || language(&browser).await == wanted;
        browser.wait_until(10, speaks, wanted).await;
    };
    choose("it").await;
    speaks("it").await;
    browser.wait_for_parts(15).await;
    let script = "return [window.mark, document.activeElement.id, location.search,
        document.querySelector('[data-testid=language]').value]";
    let state = browser.driver.execute(script, vec![]).await.unwrap();
    assert_eq!(state.json(), &json!([true, "language", "", "it"]));
    browser.driver.refresh().await.unwrap();
    browser.wait_for_link(15, "live").await;
    assert_eq!(language(&browser).await, "it", "after a reload");
    browser.wait_for_parts(15).await;
    choose("").await;
    speaks("de").await;
}

/// Copies the page with `change` made to its words.
fn copy(page: &Path, change: impl Fn(&str) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    direct::copy(page, folder.path());
    let file = folder.path().join("i18n/en.json");
    for packed in ["en.json.gz", "en.json.br"] {
        std::fs::remove_file(file.with_file_name(packed)).unwrap();
    }
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, change(&text)).unwrap();
    folder
}

/// Starts a charger with an error that is dangerous.
async fn in_danger() -> Simulator {
    let simulator = Simulator::start("--scenario error").await;
    simulator.patch(json!({"values": {"general": {"status": 6, "error_code": 66}}})).await;
    simulator
}

/// Asserts what the page must say without its words: simulation, state, how to stop.
async fn says_what_it_must(browser: &Browser) {
    browser.wait_for_link(15, "live").await;
    browser.wait_for("simulated", 5, |text| text.contains("not real")).await;
    assert_eq!(browser.text("state").await, "Error: voltage too high");
    assert!(browser.text("reason").await.starts_with("Stop charging. Unplug the vehicle"));
    assert_eq!(browser.text("pause").await, "Pause charging");
    browser.wait_for("words-missing", 5, |text| text.contains("have not come")).await;
}

#[tokio::test]
async fn without_its_words_the_page_says_what_it_must_and_goes_on_when_they_come() {
    let test = "without_its_words_the_page_says_what_it_must_and_goes_on_when_they_come";
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    let simulator = in_danger().await;
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    let front = Front::start(proxy.address).await;
    browser.show_on(Screen::PHONE).await;
    for status in [404, 200, NO_ANSWER] {
        front.answers(&[("/i18n/en.json", status)]);
        browser.driver.goto("about:blank").await.unwrap();
        browser.driver.goto(format!("http://{}/#/", front.address)).await.unwrap();
        says_what_it_must(&browser).await;
        browser.picture("without-words", Screen::PHONE).await;
        front.answers(&[]);
        let come = async || !browser.shows("words-missing").await;
        browser.wait_until(25, come, "the words").await;
        assert_eq!(wrong(&browser).await, Vec::<String>::new());
        browser.wait_for_parts(15).await;
    }
}

#[tokio::test]
async fn words_that_are_cut_off_or_of_another_version_are_not_used() {
    let test = "words_that_are_cut_off_or_of_another_version_are_not_used";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = in_danger().await;
    browser.show_on(Screen::PHONE).await;
    let half = |text: &str| text[..text.len() / 2].to_owned();
    let other = |text: &str| {
        let mut all: Vec<Value> = serde_json::from_str(text).unwrap();
        all[0] = json!("0000000000000000");
        all[5] = json!("the words of something else");
        serde_json::to_string(&all).unwrap()
    };
    for folder in [copy(&page, half), copy(&page, other)] {
        let page = folder.path().display().to_string();
        let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
        browser.driver.goto(format!("{}/#/", proxy.url())).await.unwrap();
        says_what_it_must(&browser).await;
    }
}
