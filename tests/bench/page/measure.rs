//! One load of a page in a browser, and its figures.

use std::time::Duration;

use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::Contestant;
use crate::{PATIENCE, Result};

/// A network as Chromium imitates it.
#[derive(Clone, Copy)]
pub(super) struct Network {
    pub(super) name: &'static str,
    latency: u32,
    megabits: f64,
}

impl Network {
    pub(super) const SLOW_4G: Self = Self { name: "Slow 4G", latency: 150, megabits: 1.6 };
    pub(super) const WIFI: Self = Self { name: "Wi-Fi", latency: 10, megabits: 20.0 };
}

/// The figures of one load, in the order of the table's columns.
pub(super) struct Load(pub(super) [f64; 7]);

/// Notes when the elements that are asked for hold a digit or are there, and every shift of the
/// layout. A timer of 4 ms, as in any page that is measured.
const WATCH: &str = "window.seen = { shift: 0, slowest: 0 };
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.shift += e.value })
  .observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => { for (const e of list.getEntries()) if (e.interactionId) seen.slowest = Math.max(seen.slowest, e.duration) })
  .observe({ type: 'event', durationThreshold: 16 });
const timer = setInterval(() => {
  const value = document.querySelector(VALUE);
  if (!seen.value && value && /\\d/.test(value.textContent)) {
    seen.value = performance.now();
    seen.loaded = performance.getEntriesByType('resource').length + 1;
  }
  const live = document.querySelector(LIVE);
  if (!seen.live && live && (LIVE !== VALUE || seen.value)) seen.live = performance.now();
  if (seen.value && seen.live) clearInterval(timer);
}, 4);";

/// Loads `page` as a phone does, and waits until it is live and quiet.
pub(super) async fn load(browser: &Browser, page: &Contestant, network: Network) -> Result<Load> {
    browser.show_on(Screen::PHONE).await;
    browser.devtools("Network.enable", json!({})).await;
    let bytes = network.megabits * 125_000.0;
    let conditions = json!({"offline": false, "latency": network.latency,
        "downloadThroughput": bytes, "uploadThroughput": bytes});
    browser.devtools("Network.emulateNetworkConditions", conditions).await;
    browser.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await;
    let quoted = |text: &str| Value::from(text).to_string();
    let script = WATCH.replace("VALUE", &quoted(page.value)).replace("LIVE", &quoted(page.live));
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
    browser.driver.goto(&page.url).await?;
    let until = std::time::Instant::now() + PATIENCE;
    while answer(browser, "return window.seen.live || 0").await? == 0.0 {
        if std::time::Instant::now() > until {
            return Err(format!("{} is not live within {PATIENCE:?}", page.name).into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let live = answer(browser, "return window.seen.live").await?;
    let value = answer(browser, "return window.seen.value").await?;
    // What comes later is fetched by then.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let received = browser.received_with_times().await;
    let start = received.iter().map(|one| one.sent).fold(f64::INFINITY, f64::min);
    let till = start + value / 1_000.0;
    let kilobytes = |is_wanted: &dyn Fn(f64) -> bool| {
        let wanted = received.iter().filter(|one| is_wanted(one.ended));
        wanted.map(|one| one.bytes).sum::<f64>() / 1_000.0
    };
    let asked = received.iter().filter(|one| one.sent <= till).count();
    #[expect(clippy::cast_precision_loss, reason = "some ten")]
    let asked = asked as f64;
    let paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
    Ok(Load([
        answer(browser, paint).await?,
        value,
        live,
        asked,
        kilobytes(&|ended| ended <= till),
        kilobytes(&|_| true),
        answer(browser, "return window.seen.shift").await?,
    ]))
}

/// The time of scripts for 2 s of a page that is live, ms.
pub(super) async fn ticks(browser: &Browser) -> Result<f64> {
    browser.devtools("Performance.enable", json!({})).await;
    let before = script_seconds(browser).await?;
    tokio::time::sleep(Duration::from_secs(20)).await;
    Ok((script_seconds(browser).await? - before) * 1_000.0 / 10.0)
}

async fn script_seconds(browser: &Browser) -> Result<f64> {
    let answer = browser.devtools_answer("Performance.getMetrics", json!({})).await;
    let metrics = answer["metrics"].as_array().ok_or("no metrics")?;
    let script = metrics.iter().find(|metric| metric["name"] == "ScriptDuration");
    Ok(script.and_then(|metric| metric["value"].as_f64()).ok_or("no ScriptDuration")?)
}

/// Presses every control of the overview, and returns the longest time until a press was painted, ms.
pub(super) async fn presses(browser: &Browser) -> Result<f64> {
    for control in ["current-plus", "current-minus", "pause", "current-number"] {
        browser.part(control).await.click().await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    for route in ["#/details", "#/settings", "#/control", "#/"] {
        browser.driver.find(By::Css(format!(".tabs [href='{route}']"))).await?.click().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    answer(browser, "return window.seen.slowest").await
}

async fn answer(browser: &Browser, script: &str) -> Result<f64> {
    let answer = browser.driver.execute(script, vec![]).await?;
    Ok(answer.json().as_f64().unwrap_or_default())
}
