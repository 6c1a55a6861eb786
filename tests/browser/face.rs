//! The face of the charger, the value above a held slider, and what makes the page an application.

use std::fs;

use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};

use crate::direct::{StaticHost, copy};
use crate::screens::Panel;
use crate::set_up;

/// The vehicle, the number of waves, whether they move, whether a sign is seen, the face's place.
const FACE: &str = "const face = document.querySelector('.face');
    const waves = face.querySelector('.face__waves');
    const style = getComputedStyle(waves);
    const moves = style.display !== 'none' && style.animationName !== 'none';
    const box = face.getBoundingClientRect();
    return [face.dataset.vehicle, face.dataset.waves, moves,
        !face.querySelector('.face__sign').hasAttribute('hidden'), box.height,
        face.getAttribute('aria-hidden')]";

async fn run(browser: &Browser, script: &str) -> Value {
    browser.driver.execute(script, vec![]).await.unwrap().json().clone()
}

async fn has_face(browser: &Browser, vehicle: &str, waves: &str, moves: bool, sign: bool) {
    let wanted = json!([vehicle, waves, moves, sign, 40, "true"]);
    let is_so = async || run(browser, FACE).await == wanted;
    browser.wait_until(15, is_so, &format!("the face is {wanted}")).await;
}

#[tokio::test]
async fn each_state_has_its_own_face_and_nothing_moves_where_that_is_asked() {
    let test = "each_state_has_its_own_face_and_nothing_moves_where_that_is_asked";
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    browser.show_on(Screen::PHONE).await;
    for (scenario, vehicle, sign) in
        [("idle", "false", false), ("paused", "true", true), ("error", "true", true)]
    {
        let panel = Panel::start(&page, &format!("--scenario {scenario}")).await;
        panel.show(&browser, "").await;
        has_face(&browser, vehicle, "0", false, sign).await;
        browser.picture(&format!("face-{scenario}"), Screen::PHONE).await;
    }
    let panel = Panel::start(&page, "--scenario charging").await;
    panel.show(&browser, "").await;
    has_face(&browser, "true", "3", true, false).await;
    let calm =
        |value: &str| json!({"features": [{"name": "prefers-reduced-motion", "value": value}]});
    browser.devtools("Emulation.setEmulatedMedia", calm("reduce")).await;
    has_face(&browser, "true", "3", false, false).await;
    let transition = "return getComputedStyle(document.querySelector('.hero')).transitionDuration";
    assert!(run(&browser, transition).await.as_str().unwrap().starts_with("0s"));
    browser.devtools("Emulation.setEmulatedMedia", calm("no-preference")).await;
    has_face(&browser, "true", "3", true, false).await;
    // Old values flow no longer.
    panel.simulator.fault(json!({"kind": "status"})).await;
    browser.wait_for_link(20, "stale").await;
    has_face(&browser, "true", "3", false, false).await;
}

/// Holds the slider at its end as a finger does, and gives it up.
const HOLD: &str = "const slider = document.querySelector('[data-testid=current-slider]');
    const row = slider.parentElement.getBoundingClientRect().toJSON();
    const send = (kind) => slider.dispatchEvent(new Event(kind, { bubbles: true }));
    send('pointerdown');
    slider.value = slider.max;
    send('input');
    const bubble = document.querySelector('.bubble');
    const [at, over] = [bubble, slider].map((part) => part.getBoundingClientRect());
    const held = [bubble.checkVisibility(), bubble.textContent, bubble.getAttribute('aria-hidden'),
        Math.abs((at.left + at.right) / 2 - (over.right - 14)) < 1, at.bottom < over.top + 10,
        JSON.stringify(slider.parentElement.getBoundingClientRect()) === JSON.stringify(row)];
    send('pointercancel');
    return held.concat(bubble.checkVisibility())";

#[tokio::test]
async fn the_value_of_a_held_slider_stands_above_the_finger_and_goes_with_it() {
    let test = "the_value_of_a_held_slider_stands_above_the_finger_and_goes_with_it";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "control").await;
    // It comes with the last of the chunks.
    is_linked(&browser).await;
    let held = run(&browser, HOLD).await;
    assert_eq!(held, json!([true, "32.0 A", "true", true, true, true, false]));
    assert_eq!(panel.simulator.writes().await.len(), 0);
}

#[tokio::test]
async fn a_pause_ends_on_the_page_and_chosen_colours_stay() {
    let test = "a_pause_ends_on_the_page_and_chosen_colours_stay";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario paused").await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "").await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |text| text.contains("Confirmed")).await;
    let writes: Vec<_> = panel.simulator.writes().await;
    assert_eq!(writes.len(), 1);

    panel.show(&browser, "settings").await;
    let ground = "return getComputedStyle(document.documentElement).backgroundColor";
    let light = run(&browser, ground).await;
    let choice = browser.part("theme-dark").await;
    choice.scroll_into_view().await.unwrap();
    choice.click().await.unwrap();
    let dark = run(&browser, ground).await;
    assert_ne!(light, dark);
    browser.driver.refresh().await.unwrap();
    browser.wait_for_link(15, "live").await;
    assert_eq!(run(&browser, ground).await, dark);
}

async fn is_linked(browser: &Browser) {
    let script = "return !!document.querySelector('link[rel=manifest]')";
    let is_linked = async || run(browser, script).await == true;
    browser.wait_until(20, is_linked, "the manifest is linked").await;
}

#[tokio::test]
async fn from_any_folder_it_can_be_installed_and_tells_of_a_new_version() {
    let test = "from_any_folder_it_can_be_installed_and_tells_of_a_new_version";
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("my panel");
    copy(&page, &inner);
    let host = StaticHost::start(&python, folder.path());
    let simulator = Simulator::start("--scenario charging").await;
    let proxy = cors_proxy(simulator.address(), &["--allow-origin", &host.url]).await;
    browser.show_on(Screen::PHONE).await;
    let url = format!("{}/my%20panel/?charger={}", host.url, proxy.url());
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for_link(15, "live").await;
    is_linked(&browser).await;

    // As the browser understands it. What is installed opens this charger.
    let manifest = browser.devtools_answer("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]));
    let manifest = &manifest["manifest"];
    assert_eq!(manifest["startUrl"].as_str().unwrap(), url);
    assert_eq!(manifest["scope"], json!(format!("{}/my%20panel/", host.url)));
    let icons = manifest["icons"].as_array().unwrap();
    assert_eq!(icons.len(), 3);
    for icon in icons {
        let size = "const [url, done] = arguments; const icon = new Image();
            icon.onload = () => done(`${icon.width}x${icon.height}`);
            icon.onerror = () => done('none'); icon.src = url";
        let found = browser.driver.execute_async(size, vec![icon["url"].clone()]).await.unwrap();
        assert_eq!(found.json(), &icon["sizes"]);
    }

    // Another build takes the place of this one.
    assert!(!browser.shows("new-version").await);
    let shown_again = "window.dispatchEvent(new Event('visibilitychange'))";
    let (index, name) = (inner.join("index.html"), "0123456789abcdef");
    let own = fs::read_to_string(inner.join("build.txt")).unwrap();
    let html = fs::read_to_string(&index).unwrap();
    fs::write(&index, html.replace(&own, name)).unwrap();
    fs::write(inner.join("build.txt"), name).unwrap();
    run(&browser, shown_again).await;
    browser.wait_for("new-version", 10, |text| text.contains("new version")).await;
    browser.picture("new-version", Screen::PHONE).await;
    browser.part("reload").await.click().await.unwrap();
    let build = "return document.documentElement.dataset.build";
    let is_new = async || run(&browser, build).await == name;
    browser.wait_until(10, is_new, "the new build is loaded").await;
    browser.wait_for_link(15, "live").await;
    is_linked(&browser).await;
    run(&browser, shown_again).await;
    assert!(!browser.shows("new-version").await);
}
