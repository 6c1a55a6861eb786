//! The page on the wall for a long time: does it grow?
//!
//! A charger at 20 times the speed, to which vehicles come every 18 s, goes away for 15 s of every
//! minute. Measured after a collection of garbage. Run in this process, as it measures the browser's.

use std::time::{Duration, Instant};

use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};

use crate::{Result, ensure};

/// Between two measurements. The charger is away for the last 15 s of three in four.
const PACE: Duration = Duration::from_secs(15);

/// How much more the last third may hold than the middle one: what two measurements differ by.
const GROWTH: f64 = 1.03;

/// Keeps every memory of the page's modules, which no script can find later.
const KEEP: &str = "window.memories = [];
for (const name of ['instantiate', 'instantiateStreaming']) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await original.apply(WebAssembly, given);
    const memory = (made.instance ?? made).exports?.memory;
    if (memory && !memories.includes(memory)) memories.push(memory);
    return made;
  };
}";

/// What the page holds: bytes of the heap and of the modules' memories, elements, listeners.
const NAMES: [&str; 4] = ["script heap, B", "wasm memory, B", "nodes", "listeners"];

/// Shows the page for `minutes` and prints what it held; an error if it grew.
pub(super) fn run(minutes: u64) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(soak(minutes))
}

async fn soak(minutes: u64) -> Result<()> {
    let page = std::env::var("NRGKICK_DIST").map_err(|_| "NRGKICK_DIST names no page")?;
    let page = nrgkick_tests::root().join(page).display().to_string();
    let browser = Browser::start("soak").await.ok_or("no browser is named")?;
    let simulator = Simulator::start("--scenario cycle --speed 20").await;
    let proxy = cors_proxy(simulator.address(), &["--app-dir", &page]).await;
    browser.show_on(Screen::DESKTOP).await;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": KEEP})).await;
    browser.driver.goto(format!("{}/?kiosk", proxy.url())).await?;
    browser.wait_for_link(20, "live").await;
    let end = Instant::now() + Duration::from_secs(minutes * 60);
    let mut samples = Vec::new();
    for turn in 0_u64.. {
        if Instant::now() >= end {
            break;
        }
        if turn % 4 == 3 {
            simulator.fault(json!({"kind": "offline"})).await;
        }
        tokio::time::sleep(PACE).await;
        simulator.heal().await;
        samples.push(sample(&browser).await?);
    }
    browser.wait_for_link(60, "live").await;
    judge(minutes, &samples)
}

async fn sample(browser: &Browser) -> Result<[f64; NAMES.len()]> {
    browser.devtools("HeapProfiler.collectGarbage", json!({})).await;
    let number = |answer: &Value, name: &str| answer[name].as_f64().ok_or(format!("no {name}"));
    let heap = browser.devtools_answer("Runtime.getHeapUsage", json!({})).await;
    let counters = browser.devtools_answer("Memory.getDOMCounters", json!({})).await;
    let wasm = "return memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)";
    let wasm = browser.driver.execute(wasm, vec![]).await?.json().as_f64().unwrap_or_default();
    ensure(wasm > 0.0, || "no memory of a module was found".to_owned())?;
    Ok([
        number(&heap, "usedSize")?,
        wasm,
        number(&counters, "nodes")?,
        number(&counters, "jsEventListeners")?,
    ])
}

/// Compares the means of the middle and the last third; the first may still fill caches.
fn judge(minutes: u64, samples: &[[f64; NAMES.len()]]) -> Result<()> {
    ensure(samples.len() >= 12, || format!("{} measurements are too few", samples.len()))?;
    let third = samples.len() / 3;
    println!("\nThe page for {minutes} min, {} measurements:", samples.len());
    let mut grown = Vec::new();
    for (index, name) in NAMES.into_iter().enumerate() {
        let mean = |of: &[[f64; NAMES.len()]]| {
            #[expect(clippy::cast_precision_loss, reason = "some hundred")]
            let count = of.len() as f64;
            of.iter().map(|sample| sample[index]).sum::<f64>() / count
        };
        let [first, middle, last] =
            [&samples[..third], &samples[third..2 * third], &samples[2 * third..]].map(mean);
        println!("| {name} | {first:.0} | {middle:.0} | {last:.0} | {:.3} |", last / middle);
        if last > middle * GROWTH {
            grown.push(name);
        }
    }
    ensure(grown.is_empty(), || format!("the page grows: {}", grown.join(", ")))
}
