//! The same page in front of a charger of which only the Modbus API is on.

use nrgkick_tests::server::{Simulator, modbus_proxy};
use nrgkick_tests::webdriver::Screen;

use crate::{journey, set_up};

#[tokio::test]
async fn a_user_reads_writes_and_is_refused_over_registers() {
    let test = "a_user_reads_writes_and_is_refused_over_registers";
    let Some((browser, page)) = set_up(test).await else { return };
    let simulator = Simulator::start("").await;
    let page = page.display().to_string();
    let proxy = modbus_proxy(&simulator.modbus.to_string(), &["--app-dir", &page]).await;
    browser.show_on(Screen::DESKTOP).await;
    browser.driver.goto(proxy.url()).await.unwrap();
    journey::sees_live_values(&browser, &simulator).await;
    journey::makes_four_writes(&browser, &simulator).await;
    journey::types_nonsense(&browser, &simulator).await;
    journey::drags_the_slider(&browser, &simulator).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    journey::is_refused(&browser, &simulator, "Modbus exception 4").await;
    journey::loses_and_finds_the_charger(&browser, &simulator).await;
}
