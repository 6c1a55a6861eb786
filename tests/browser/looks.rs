//! Every screen at phone and desktop size, light and dark: it fits, and the console is silent.
//!
//! The pictures are left in `target/screens` for a person to look at.

use nrgkick_tests::root;
use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::webdriver::Screen;

use crate::set_up;

#[tokio::test]
async fn every_screen_fits_and_the_console_is_silent() {
    let test = "every_screen_fits_and_the_console_is_silent";
    let Some((browser, page)) = set_up(test).await else { return };
    let folder = root().join("target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    let page = page.display().to_string();
    for scenario in ["charging", "idle", "paused", "error"] {
        let simulator = Simulator::start(&format!("--model sim --scenario {scenario}")).await;
        let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
        let small = Screen { size: (360, 640), dark: false };
        for screen in
            [Screen::PHONE, Screen::PHONE.dark(), Screen::DESKTOP, Screen::DESKTOP.dark(), small]
        {
            browser.show_on(screen).await;
            for route in ["", "control", "details", "settings"] {
                browser.driver.goto(format!("{}/#/{route}", proxy.url())).await.unwrap();
                browser.wait_for_link(15, "live").await;
                let (width, height) = screen.size;
                let fits = "return document.documentElement.scrollWidth <= window.innerWidth";
                let fits = browser.driver.execute(fits, vec![]).await.unwrap();
                assert_eq!(fits.json(), true, "{scenario} {route} is wider than {width}");
                let tone = if screen.dark { "dark" } else { "light" };
                let screen_name = if route.is_empty() { "overview" } else { route };
                let name = format!("{scenario}-{screen_name}-{width}x{height}-{tone}.png");
                browser.driver.screenshot(&folder.join(name)).await.unwrap();
            }
        }
        assert_eq!(browser.complaints().await, [""; 0], "{scenario}");
    }
}
