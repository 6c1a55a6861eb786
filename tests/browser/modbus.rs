//! The page with a charger that has only the Modbus API enabled.

use nrgkick_model::{Field, FieldId};
use nrgkick_tests::server::{Simulator, modbus_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};

use crate::{journey, set_up};

/// Asserts that details show register addresses and words that match the charger's present values.
async fn shows_the_registers(browser: &Browser, simulator: &Simulator) {
    browser.driver.execute("location.hash = '#/details'", vec![]).await.unwrap();
    let shown = async || browser.row(FieldId::CurrentSet).await;
    let current = &simulator.state().await["control"]["current_set"];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "60 to 320")]
    let tenths = (current.as_f64().unwrap() * 10.0).round() as u16;
    let wanted =
        format!("Register {}: {tenths:04X}", Field::of(FieldId::CurrentSet).register.address);
    browser.wait_until(10, async || shown().await.contains(&wanted), &wanted).await;
    // "SIMU" in the first two registers.
    assert!(browser.row(FieldId::SerialNumber).await.contains("5349 4D55"));
    assert!(!browser.row(FieldId::Imei).await.contains("Register"), "there is no modem");
    browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
}

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
    shows_the_registers(&browser, &simulator).await;
    journey::is_refused(&browser, &simulator, "Modbus exception 4").await;
    journey::loses_and_finds_the_charger(&browser, &simulator).await;
}
