//! What happened, on the settings screen.

use nrgkick_tests::http;
use nrgkick_tests::webdriver::Screen;

use crate::screens::Panel;
use crate::set_up;

#[tokio::test]
async fn the_settings_tell_who_changed_what_and_what_changed_elsewhere() {
    let test = "the_settings_tell_who_changed_what_and_what_changed_elsewhere";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--control-lag 0s").await;
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "control").await;
    browser.part("phases-1").await.click().await.unwrap();
    let asks = async || browser.shows("phases-confirm").await;
    browser.wait_until(5, asks, "the question before a switch of phases").await;
    browser.part("phases-confirm").await.click().await.unwrap();
    browser.wait_for("outcome-phases", 15, |text| text.contains("Confirmed")).await;
    panel.go(&browser, "settings").await;
    let tells = |text: &str| text.contains("Phases to charge with 1") && text.contains("confirmed");
    browser.wait_for("writes", 15, tells).await;
    assert!(browser.text("writes").await.contains("from 127.0.0.1"));
    assert_eq!(browser.text("elsewhere").await, "");

    // Somebody else sets a current at the charger itself.
    let set = http::get(panel.simulator.address(), "/control?current_set=9.0").await;
    assert_eq!(set.status, 200, "{}", set.text());
    browser.wait_for("elsewhere", 30, |text| text.contains("to 9.0 A")).await;
    for screen in Screen::ALL {
        browser.show_on(screen).await;
        let bring = "document.getElementById('elsewhere').scrollIntoView({block: 'center'})";
        browser.driver.execute(bring, vec![]).await.unwrap();
        browser.picture("accounts", screen).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);

    panel.simulator.fault(serde_json::json!({"kind": "offline"})).await;
    browser.wait_for("summary", 30, |text| text.contains("does not answer now")).await;
    assert!(!browser.text("summary").await.contains("failures: none"));
    panel.simulator.heal().await;
    browser.wait_for("summary", 30, |text| text.contains("without a gap since")).await;
}
