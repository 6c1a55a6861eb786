//! The charger of the page's demo: the simulator's core, as a module of its own in the browser.
//!
//! The page loads it only for `?demo=SCENARIO` and asks it in place of a charger, with the same
//! requests. `cargo xtask page` builds it beside the page, and `start.js` is how the page gets hold
//! of it. No crate depends on this one.
//!
//! Not here: the scenarios ([`Scenario`]), the behaviour (`nrgkick-sim-core`), and what the page
//! makes of it (`api/demo` of `nrgkick-app`).

use std::cell::RefCell;
use std::time::Duration;

use nrgkick_sim_core::{InvalidName, Model, Response, Scenario, Setup, Simulator};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// The longest time that is caught up with when the page asks again, as a computer that has slept
/// for days would need seconds for them.
const LONGEST_GAP: Duration = Duration::from_secs(3600);

/// A simulated charger on the clock of the page.
#[derive(Clone, Debug)]
pub struct Demo {
    simulator: Simulator,
    asked: Option<Duration>,
}

impl Demo {
    /// A charger in the scenario with this name; the usual one where the name is empty.
    ///
    /// # Errors
    /// There is no such scenario; the error lists those that exist.
    pub fn open(scenario: &str) -> Result<Self, InvalidName> {
        let setup = Setup {
            scenario: if scenario.is_empty() { Scenario::default() } else { scenario.parse()? },
            // The model with the most values.
            model: Model::Modem,
            ..Setup::default()
        };
        Ok(Self { simulator: Simulator::new(setup), asked: None })
    }

    /// Answers a read, or a write, which is a read with parameters. `now` is the time of the page's
    /// clock; time that went by since the last request has gone by for the charger.
    pub fn answer(&mut self, target: &str, now: Duration) -> Response {
        let gap = now.saturating_sub(self.asked.unwrap_or(now));
        self.asked = Some(now);
        self.simulator.advance(gap.min(LONGEST_GAP));
        self.simulator.request("GET", target, None)
    }
}

thread_local! {
    /// The charger, with the name by which its scenario was asked for.
    static DEMO: RefCell<Option<(String, Demo)>> = const { RefCell::new(None) };
}

/// The names of the scenarios.
#[wasm_bindgen]
pub fn scenarios() -> Vec<String> {
    Scenario::ALL.map(|scenario| scenario.name().to_owned()).to_vec()
}

/// Asks the charger in `scenario` for `target`, at `now` milliseconds of the page's clock. Returns
/// the status and the body of its answer, or nothing where there is no such scenario.
#[wasm_bindgen]
pub fn ask(scenario: &str, target: &str, now: f64) -> Option<Vec<JsValue>> {
    // A number that is no time counts as zero.
    let now = Duration::try_from_secs_f64(now / 1000.0).unwrap_or_default();
    DEMO.with_borrow_mut(|slot| {
        if slot.as_ref().is_none_or(|(name, _)| name != scenario) {
            *slot = Some((scenario.to_owned(), Demo::open(scenario).ok()?));
        }
        let (_, demo) = slot.as_mut()?;
        let response = demo.answer(target, now);
        Some(vec![JsValue::from(response.status), JsValue::from(response.body)])
    })
}
