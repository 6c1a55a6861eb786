//! Every screen at phone and desktop size, light and dark: it fits, and the console is silent.
//!
//! Pictures are left in `target/screens` for review.

use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::webdriver::Screen;

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
