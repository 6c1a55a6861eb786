//! Ages, policies and sums.

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
        View::new(&self.config, &self.store, &cells, now).state(self.config.index_of(name).unwrap())
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
