//! Every screen in turn, for tests of layout and accessibility.

use nrgkick_tests::axe::Axe;
use nrgkick_tests::server::{Server, Simulator, cors_proxy, custom_api, fetching_charger};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;

/// The screens of the panel, as routes after `#/`.
pub(crate) const ROUTES: [&str; 7] =
    ["", "control", "details", "settings", "chargers", "curious", "charges"];

/// Looks for barriers on a phone and a desktop, light and dark, and takes a picture of each.
pub(crate) async fn judge(browser: &Browser, axe: &Axe, name: &str) {
    for screen in [Screen::PHONE, Screen::DESKTOP].into_iter().flat_map(|s| [s, s.dark()]) {
        browser.show_on(screen).await;
        assert_eq!(axe.findings(browser).await, [""; 0], "{name} {screen:?}");
        browser.picture(name, screen).await;
    }
    browser.show_on(Screen::PHONE).await;
}

/// A panel with a simulated charger.
pub(crate) struct Panel {
    pub(crate) simulator: Simulator,
    pub(crate) proxy: Server,
}

impl Panel {
    /// Starts a panel whose simulator has `flags`.
    pub(crate) async fn start(page: &str, flags: &str) -> Self {
        let simulator = Simulator::start(flags).await;
        let proxy = cors_proxy(simulator.address(), &["--app-dir", page]).await;
        Self { simulator, proxy }
    }

    /// Shows `route` and waits for live data.
    pub(crate) async fn show(&self, browser: &Browser, route: &str) {
        self.go(browser, route).await;
        browser.wait_for_link(15, "live").await;
        // Where only the hash changes the page is live already.
        let name = if route.is_empty() { "overview" } else { route };
        let tabs = By::Css(format!(".tabs[data-route='{name}']"));
        let is_shown = async || browser.driver.find(tabs.clone()).await.is_ok();
        browser.wait_until(5, is_shown, &format!("{name} is shown")).await;
        browser.wait_for_parts(15).await;
    }

    /// Shows `route` without waiting for data.
    pub(crate) async fn go(&self, browser: &Browser, route: &str) {
        browser.driver.goto(format!("{}/#/{route}", self.proxy.url())).await.unwrap();
    }
}

/// Calls `judge` with a name at every screen of the panel: each route with live data, and the other
/// states of the page.
pub(crate) async fn each(browser: &Browser, page: &str, mut judge: impl AsyncFnMut(&str)) {
    for scenario in ["charging", "idle", "error"] {
        let panel = Panel::start(page, &format!("--scenario {scenario}")).await;
        for route in ROUTES {
            panel.show(browser, route).await;
            judge(&format!("{scenario}/{route}")).await;
        }
    }
    for scenario in ["rcd-trip", "warning", "paused", "limit-reached"] {
        let panel = Panel::start(page, &format!("--scenario {scenario}")).await;
        panel.show(browser, "").await;
        judge(scenario).await;
    }
    let panel = Panel::start(page, "--scenario charging").await;
    panel.show(browser, "control").await;
    browser.part("phases-1").await.click().await.unwrap();
    judge("question").await;
    panel.simulator.fault(json!({"kind": "status"})).await;
    browser.wait_for_link(20, "stale").await;
    judge("stale/control").await;
    browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
    judge("stale").await;
    panel.go(browser, "settings").await;
    browser.driver.refresh().await.unwrap();
    browser.wait_for("diagnosis", 15, |text| !text.is_empty()).await;
    judge("no data/settings").await;
    panel.go(browser, "").await;
    judge("no data").await;
}

/// Calls `judge` at the page of `custom-api`: with values, and with a missing one.
pub(crate) async fn each_of_custom_api(
    browser: &Browser,
    page: &str,
    mut judge: impl AsyncFnMut(&str),
) {
    let folder = tempfile::tempdir().unwrap();
    let any = ([127, 0, 0, 1], 0).into();
    let example = custom_api::example::Recipe::Seed.text();
    // Nothing listens on this port.
    let missing = "every = \"100ms\"\nmax_age = \"1s\"\n[inverters.0]\n\
        inv_power_ac_w = { http = \"http://127.0.0.1:1/\", pointer = \"/P\" }";
    for (name, text, state) in
        [("values", example, "gets its values"), ("values missing", missing, "gets no values")]
    {
        let server = custom_api(any, text, folder.path(), &["--app-dir", page]).await;
        let _charger = fetching_charger(server.address).await;
        browser.driver.goto(server.url()).await.unwrap();
        browser.wait_for("state", 15, |text| text.contains(state)).await;
        browser
            .driver
            .execute("document.querySelectorAll('details').forEach((d) => d.open = true)", vec![])
            .await
            .unwrap();
        judge(name).await;
        server.stop().await;
        browser.wait_for_link(20, "stale").await;
        judge(&format!("{name}, old")).await;
    }
}

/// The screen sizes of layout tests: the smallest phone, a phone, a tablet, a desktop.
pub(crate) const SCREENS: [Screen; 4] = [
    Screen { size: (320, 568), dark: false },
    Screen { size: (390, 844), dark: true },
    Screen { size: (768, 1024), dark: false },
    Screen { size: (1280, 800), dark: true },
];
