//! Every screen at phone and desktop size, light and dark: it fits, and the console is silent.
//!
//! Pictures are left in `target/screens` for review.

use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::webdriver::Screen;
use thirtyfour::prelude::*;

use crate::screens::{Panel, ROUTES};
use crate::set_up;

#[tokio::test]
async fn every_screen_fits_and_the_console_is_silent() {
    let test = "every_screen_fits_and_the_console_is_silent";
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    for scenario in ["charging", "idle", "paused", "error"] {
        let simulator = Simulator::start(&format!("--model sim --scenario {scenario}")).await;
        let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
        for screen in Screen::ALL {
            browser.show_on(screen).await;
            for route in ["", "control", "details", "settings"] {
                browser.driver.goto(format!("{}/#/{route}", proxy.url())).await.unwrap();
                browser.wait_for_link(15, "live").await;
                browser.wait_for_parts(15).await;
                let screen_name = if route.is_empty() { "overview" } else { route };
                browser.picture(&format!("{scenario}-{screen_name}"), screen).await;
            }
        }
        assert_eq!(browser.complaints().await, [""; 0], "{scenario}");
        // A page that still listens would complain of the proxy's end.
        browser.driver.goto("about:blank").await.unwrap();
    }
}

/// How light the page is, from 0 to 1, as it is painted.
const LIGHTNESS: &str = "const paint = document.createElement('canvas').getContext('2d');
    paint.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    paint.fillRect(0, 0, 1, 1);
    return Math.max(...paint.getImageData(0, 0, 1, 1).data.slice(0, 3)) / 255";

#[tokio::test]
pub(crate) async fn the_smallest_phone_and_the_colours_that_were_chosen() {
    let test = "the_smallest_phone_and_the_colours_that_were_chosen";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    let smallest = Screen { size: (320, 640), dark: false };
    let is_dark = async || {
        let lightness = browser.driver.execute(LIGHTNESS, vec![]).await.unwrap();
        lightness.json().as_f64().unwrap() < 0.5
    };
    for screen in [smallest, smallest.dark()] {
        browser.show_on(screen).await;
        for route in ROUTES {
            panel.show(&browser, route).await;
            browser.picture(&format!("smallest-{route}"), screen).await;
        }
        assert_eq!(is_dark().await, screen.dark, "as the device says");
    }
    panel.show(&browser, "settings").await;
    for (chosen, dark) in [("light", false), ("dark", true)] {
        let choice = browser.part(&format!("theme-{chosen}")).await;
        choice.scroll_into_view().await.unwrap();
        choice.click().await.unwrap();
        for screen in [smallest, smallest.dark()] {
            browser.show_on(screen).await;
            browser.wait_until(5, async || is_dark().await == dark, chosen).await;
        }
        browser.driver.refresh().await.unwrap();
        browser.wait_for_link(15, "live").await;
        browser.wait_for_parts(15).await;
        assert_eq!(is_dark().await, dark, "{chosen}, after a reload on a dark device");
    }
    browser.part("theme-auto").await.send_keys(Key::Enter + "").await.unwrap();
    browser.show_on(smallest).await;
    browser.wait_until(5, async || !is_dark().await, "as the device says again").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}
