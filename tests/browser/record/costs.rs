//! Costs on the page, worked out by the test from what the proxy tells.

use nrgkick_tests::http;
use nrgkick_tests::record::SOME;
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::Value;
use thirtyfour::prelude::*;

use super::{charges, judge, open, press, show, tab_to, texts, wait_for_texts};
use nrgkick_tests::axe::Axe;

/// Cents of a kWh by day, and from 22 to 6 o'clock.
const DAY: f64 = 32.0;
const NIGHT: f64 = 22.0;

/// Hours that Vienna is ahead of UTC in the month of `time`: summer ends on 25 October.
fn ahead(time: &str) -> u64 {
    if time < "2026-10-25" { 2 } else { 1 }
}

fn is_night(time: &str) -> bool {
    let hour = (time[11..13].parse::<u64>().unwrap() + ahead(time)) % 24;
    !(6..22).contains(&hour)
}

/// The cost of a charge in cents, from the counter of each minute; `None` if there is no curve.
async fn cents(kept: &nrgkick_tests::record::Kept, id: &str) -> Option<f64> {
    let one = http::get(kept.proxy.address, &format!("/charges/{id}")).await.json();
    let curve = one["curve"].as_array().unwrap();
    let price = |point: &Value| if is_night(point["at"].as_str().unwrap()) { NIGHT } else { DAY };
    #[expect(clippy::cast_precision_loss, reason = "some kWh")]
    let rise = |pair: &[Value]| {
        (pair[1]["counter_wh"].as_u64().unwrap() - pair[0]["counter_wh"].as_u64().unwrap()) as f64
    };
    let sum: f64 = curve.windows(2).map(|pair| rise(pair) / 1000.0 * price(&pair[0])).sum();
    (!curve.is_empty()).then(|| sum.round())
}

/// Keeps a tariff in the browser, as the page writes it.
pub(super) async fn keep(browser: &Browser, tariff: &str) {
    let script = "localStorage.setItem('nrgkick-web.tariff', arguments[0])";
    browser.driver.execute(script, vec![serde_json::json!(tariff)]).await.unwrap();
}

pub(super) async fn type_tariff(browser: &Browser, fields: &[(&str, &str)], base: &str) {
    for (field, text) in fields {
        tab_to(browser, field).await;
        press(browser, Key::Control + "a").await;
        press(browser, *text).await;
    }
    tab_to(browser, base).await;
    press(browser, Key::Enter + "").await;
    tab_to(browser, "save-tariff").await;
    press(browser, Key::Enter + "").await;
}

const TWO: [(&str, &str); 5] = [
    ("price", "0,32"),
    ("second-price", "0.22"),
    ("second-from", "1000PM"),
    ("second-to", "0600AM"),
    ("employer-price", "0.3499"),
];

#[tokio::test]
async fn two_prices_by_the_time_of_day_cost_what_the_counter_says_and_no_curve_costs_nothing() {
    let test =
        "two_prices_by_the_time_of_day_cost_what_the_counter_says_and_no_curve_costs_nothing";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, "#/charges").await else {
        return;
    };
    wait_for_texts(&browser, "[data-testid='month']", |months| months.len() == 2).await;
    type_tariff(&browser, &[("price", "12 euros")], "base-own").await;
    browser.wait_for("tariff-error", 5, |said| said.contains("12 euros")).await;
    type_tariff(&browser, &TWO, "base-own").await;
    browser.wait_for("tariff-said", 5, |said| said.contains("saved")).await;

    let all = charges(&kept).await;
    let mut costs = Vec::new();
    for charge in &all {
        costs.push(cents(&kept, charge["id"].as_str().unwrap()).await);
    }
    assert_eq!(costs[2], None, "its curve is kept no longer");
    let text = |cents: f64| format!("{:.2} EUR", cents / 100.0);
    // November: the third has no cost, as it began before ten and ended after.
    let november = text(costs[3].unwrap() + costs[4].unwrap());
    wait_for_texts(&browser, "[data-testid='month-sums']", |sums| sums[0].ends_with(&november))
        .await;
    let rows = texts(&browser, ".month__cost").await;
    assert_eq!(rows, [text(costs[4].unwrap()), text(costs[3].unwrap()), "—".to_owned()]);
    let months = texts(&browser, "[data-testid='month']").await;
    assert!(months[0].contains("leaves out 1 charge"), "{}", months[0]);
    judge(&browser, &axe, "tariff").await;

    show(&browser, &kept, "#/charges/000000000000a002").await;
    let wanted = text(costs[1].unwrap());
    wait_for_texts(&browser, "[data-testid='facts']", |facts| facts[0].contains(&wanted)).await;
    show(&browser, &kept, "#/charges/000000000000a003").await;
    browser.wait_for("remarks", 10, |said| said.contains("No cost")).await;
    assert!(browser.shows("no-curve").await);
}

/// 6 kWh at 0.3499 and 7.3 kWh: 2.0994 and 2.5543, rounded apart.
#[tokio::test]
async fn the_flat_rate_needs_no_curve_and_holds_after_a_reload() {
    let test = "the_flat_rate_needs_no_curve_and_holds_after_a_reload";
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, "#/charges").await else {
        return;
    };
    wait_for_texts(&browser, "[data-testid='month']", |months| months.len() == 2).await;
    type_tariff(&browser, &TWO[4..], "base-employer").await;
    let is_so = |sums: &[String]| sums[1].ends_with("4.65 EUR");
    wait_for_texts(&browser, "[data-testid='month-sums']", is_so).await;
    show(&browser, &kept, "#/charges").await;
    browser.driver.refresh().await.unwrap();
    browser.wait_for_parts(15).await;
    wait_for_texts(&browser, "[data-testid='month-sums']", |sums| sums.len() == 2 && is_so(sums))
        .await;
    let month = browser.part("month").await;
    month.scroll_into_view().await.unwrap();
    browser.picture("charges-with-costs", Screen::PHONE).await;
}
