//! What the charger sees at one moment, and why.
//!
//! Age decides here: a value older than its `max_age` is what its policy says, and never silently
//! old. A value that was never observed is as old as the server.

use std::cmp::Ordering;
use std::time::Duration;

use nrgkick_model::custom_api::status::{Freshness, Stale};
use nrgkick_model::custom_api::{Observed, Place, Quantity, ValuesDocument};
use tokio::time::Instant;

use crate::config::{Config, Source};
use crate::store::{Cell, Store};

/// All values at one moment.
pub struct View<'a> {
    config: &'a Config,
    cells: &'a [Cell],
    start: Instant,
    now: Instant,
    states: Vec<State>,
}

/// One value at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// What the charger sees; nothing where it sees none.
    pub shown: Option<Observed>,
    /// What was observed last, however old.
    pub observed: Option<Observed>,
    /// How old that is; nothing for what has no age.
    pub age: Option<Duration>,
    /// How it stands.
    pub freshness: Freshness,
}

impl<'a> View<'a> {
    /// The values of `cells`, which are those of `store`, as of `now`.
    pub fn new(config: &'a Config, store: &Store, cells: &'a [Cell], now: Instant) -> Self {
        let unknown =
            State { shown: None, observed: None, age: None, freshness: Freshness::Awaited };
        let states = vec![unknown; config.values.len()];
        let mut view = Self { config, cells, start: store.start(), now, states };
        for index in &config.order {
            view.states[*index] = view.judge(*index);
        }
        view
    }

    /// How the value at `index` of [`Config::values`] stands.
    pub fn state(&self, index: usize) -> State {
        self.states[index]
    }

    /// The same, worked out; what it is made of has been.
    fn judge(&self, index: usize) -> State {
        let (value, cell) = (&self.config.values[index], &self.cells[index]);
        match &value.source {
            Source::Sum(parts) => return self.derived(parts, 1.0),
            Source::Difference(parts) => return self.derived(parts, -1.0),
            Source::Fixed(_)
            | Source::Http(_)
            | Source::Mqtt(_)
            | Source::Modbus(_)
            | Source::Push(_) => {}
        }
        let observed = cell.last.map(|(observed, _)| observed);
        let Some(ageing) = value.ageing else {
            return State { shown: observed, observed, age: None, freshness: Freshness::Fresh };
        };
        let age = cell.last.map(|(_, at)| self.now.duration_since(at));
        let waited = age.unwrap_or_else(|| self.now.duration_since(self.start));
        let zero = value.place.map_or(Observed::Number(0.0), |place| place.field().zero());
        let (shown, freshness) = match (waited <= ageing.max_age, ageing.stale) {
            (true, _) if observed.is_some() => (observed, Freshness::Fresh),
            (true, _) => (None, Freshness::Awaited),
            (false, Stale::Zero) => (Some(zero), Freshness::Zero),
            (false, Stale::Last) if observed.is_some() => (observed, Freshness::Last),
            (false, Stale::Last | Stale::Unavailable) => (None, Freshness::Missing),
        };
        State { shown, observed, age, freshness }
    }

    /// Parts count as the charger sees them: an inverter that is asleep and shown as zero adds
    /// zero. The worst part is the freshness of the whole, and the oldest of those its age.
    fn derived(&self, parts: &[usize], sign: f64) -> State {
        let mut sum = Some(0.0);
        let mut age = None;
        let mut freshness = Freshness::Fresh;
        for (place, part) in parts.iter().enumerate() {
            let state = self.state(*part);
            let sign = if place == 0 { 1.0 } else { sign };
            sum = match (sum, state.shown) {
                (Some(sum), Some(Observed::Number(number))) => Some(sum + sign * number),
                _ => None,
            };
            age = match rank(state.freshness).cmp(&rank(freshness)) {
                Ordering::Less => age,
                Ordering::Equal => age.max(state.age),
                Ordering::Greater => state.age,
            };
            if rank(state.freshness) > rank(freshness) {
                freshness = state.freshness;
            }
        }
        let shown = sum.and_then(Observed::number);
        State { shown, observed: shown, age, freshness }
    }

    /// The document, whole.
    ///
    /// # Errors
    /// Says of the first value that is missing why: then the charger gets none.
    pub fn document(&self) -> Result<ValuesDocument, String> {
        let mut values: Vec<(Place, Quantity)> = Vec::with_capacity(self.config.values.len());
        for (index, value) in self.config.values.iter().enumerate() {
            let Some(place) = value.place else { continue };
            let shown = self.state(index).shown.ok_or_else(|| self.reason(index))?;
            let quantity =
                place.field().fit(shown).map_err(|misfit| format!("{}: {misfit}", value.name))?;
            values.push((place, quantity));
        }
        ValuesDocument::of(values).map_err(|error| error.to_string())
    }

    /// Why the value at `index` is missing. Whoever asks is told, so what a device said or where it
    /// is stays out; the value's own status has it.
    fn reason(&self, index: usize) -> String {
        let value = &self.config.values[index];
        let missing = |part: &&usize| self.state(**part).shown.is_none();
        if let Some(part) = value.source.parts().iter().find(missing) {
            return format!("{} needs {}", value.name, self.reason(*part));
        }
        let most = value.ageing.map(|ageing| ageing.max_age).unwrap_or_default();
        let state = self.state(index);
        match state.age {
            Some(age) => {
                format!("{}: the last value is {age:.1?} old, at most {most:?}", value.name)
            }
            None => format!("{}: no value has come yet", value.name),
        }
    }
}

fn rank(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Fresh => 0,
        Freshness::Last => 1,
        Freshness::Zero => 2,
        Freshness::Awaited => 3,
        Freshness::Missing => 4,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    struct House {
        config: Config,
        store: Store,
    }

    impl House {
        fn new(text: &str) -> Self {
            let config = Config::parse(text, Path::new("house.toml"), None).unwrap();
            let store = Store::new(&config);
            Self { config, store }
        }

        fn record(&self, name: &str, found: Result<f64, &str>) {
            let index = self.config.index_of(name).unwrap();
            let found = found.map(Observed::Number).map_err(str::to_owned);
            self.store.record(&self.config, index, found);
        }

        fn document(&self, after: Duration) -> Result<ValuesDocument, String> {
            let cells = self.store.cells();
            let now = self.store.start() + after;
            View::new(&self.config, &self.store, &cells, now).document()
        }

        fn state(&self, name: &str, after: Duration) -> State {
            let cells = self.store.cells();
            let now = self.store.start() + after;
            View::new(&self.config, &self.store, &cells, now)
                .state(self.config.index_of(name).unwrap())
        }
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn house(stale: &str) -> House {
        House::new(&format!(
            r#"
            [inverters.0]
            inv_power_ac_w = {{ http = "http://192.168.1.20/", stale = "{stale}" }}
            [energy_meters.0]
            grid_power_w = -100
            "#
        ))
    }

    const INVERTER: &str = "inverters.0.inv_power_ac_w";

    #[tokio::test(start_paused = true)]
    async fn a_value_is_shown_until_it_is_too_old() {
        let house = house("503");
        assert!(house.document(seconds(0)).unwrap_err().contains("no value has come yet"));
        assert_eq!(house.state(INVERTER, seconds(30)).freshness, Freshness::Awaited);
        house.record(INVERTER, Ok(500.0));
        let shown = house.document(seconds(30)).unwrap().device_values;
        assert_eq!(shown.load_power_w, Some(400), "the house's load is derived");
        house.record(INVERTER, Err("the inverter is off"));
        assert!(house.document(seconds(30)).is_ok(), "an error alone takes nothing away");
        let error = house.document(seconds(31)).unwrap_err();
        assert_eq!(error, format!("{INVERTER}: the last value is 31.0s old, at most 30s"));
        assert_eq!(house.state(INVERTER, seconds(31)).freshness, Freshness::Missing);
        assert_eq!(house.state(INVERTER, seconds(31)).observed, Some(Observed::Number(500.0)));
    }

    #[tokio::test(start_paused = true)]
    async fn zero_is_shown_only_where_the_file_says_so_and_not_before_its_time() {
        let house = house("zero");
        assert!(house.document(seconds(30)).is_err(), "a start is no outage");
        let asleep = house.document(seconds(31)).unwrap().device_values;
        assert_eq!(asleep.load_power_w, Some(-100), "what sleeps adds nothing");
        assert_eq!(house.state("load_power_w", seconds(31)).freshness, Freshness::Zero);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_value_is_shown_only_where_the_file_says_so() {
        let house = house("last");
        assert!(house.document(seconds(31)).is_err(), "there is no last value");
        house.record(INVERTER, Ok(500.0));
        assert!(house.document(seconds(3000)).is_ok());
        assert_eq!(house.state(INVERTER, seconds(3000)).freshness, Freshness::Last);
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_fit_is_a_failure_and_the_value_ages() {
        let house = house("503");
        house.record(INVERTER, Ok(500.0));
        house.record(INVERTER, Ok(1e12));
        assert_eq!(house.state(INVERTER, seconds(1)).shown, Some(Observed::Number(500.0)));
        assert!(house.document(seconds(31)).unwrap_err().contains("31.0s old"));
        let index = house.config.index_of(INVERTER).unwrap();
        let failure = house.store.cells()[index].error.clone().unwrap().message;
        assert!(failure.contains("is not a number from"), "{failure}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sum_is_as_old_as_the_part_that_decides() {
        let house = house("zero");
        house.record(INVERTER, Ok(500.0));
        let asleep = house.state("load_power_w", seconds(31));
        assert_eq!((asleep.freshness, asleep.age), (Freshness::Zero, Some(seconds(31))));
        assert_eq!(asleep.shown, Some(Observed::Number(-100.0)));
    }

    #[tokio::test(start_paused = true)]
    async fn sums_of_sums_are_worked_out_once() {
        let mut text = "[values]\nv0 = 1\n".to_owned();
        for n in 1..=60 {
            text += &format!("v{n} = {{ sum = [\"v{}\", \"v{}\"] }}\n", n - 1, n - 1);
        }
        let house = House::new(&text);
        let most = house.state("v60", seconds(0)).shown;
        assert_eq!(most, Some(Observed::Number(2_f64.powi(60))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_difference_takes_the_rest_from_the_first() {
        let house = House::new(
            r#"
            load_power_w = { difference = ["all", "garage", "pump"] }
            [values]
            all = 1000
            garage = 300
            pump = 50
            "#,
        );
        assert_eq!(house.document(seconds(0)).unwrap().device_values.load_power_w, Some(650));
    }
}
