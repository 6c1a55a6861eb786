//! Ages, policies and sums.

use std::path::Path;

use super::*;
use crate::store::Sighting;

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
            .clone()
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
        grid_power_w = 100
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
    assert_eq!(shown.load_power_w, Some(600), "the house's load is derived");
    house.record(INVERTER, Err("the inverter is off"));
    assert!(house.document(seconds(30)).is_ok(), "an error alone takes nothing away");
    let error = house.document(seconds(31)).unwrap_err();
    assert_eq!(error, format!("{INVERTER}: the last value is 31.0s old, at most 30s"));
    assert_eq!(house.state(INVERTER, seconds(31)).freshness, Freshness::Missing);
    assert_eq!(house.state(INVERTER, seconds(31)).observed, Some(Observed::Number(500.0)));
}

/// A message that the broker kept tells no age; it has come all the same.
#[tokio::test(start_paused = true)]
async fn what_came_without_an_age_and_is_too_old_is_not_still_to_come() {
    let text =
        |more: &str| format!("load_power_w = {{ mqtt = \"192.168.1.5\", topic = \"p\", {more} }}");
    for (more, words) in [
        ("retained = true", "the last value, of unknown age, came more than 30s ago"),
        ("alive = { topic = \"online\" }", "its publisher has given no sign of life for 30s"),
    ] {
        let house = House::new(&text(more));
        let kept = Sighting { age: None, ..Observed::Number(5.0).into() };
        house.store.record(&house.config, 0, Ok(kept));
        let error = house.document(seconds(31)).unwrap_err();
        assert_eq!(error, format!("load_power_w: {words}"));
    }
    let house = House::new(&text("alive = { topic = \"online\" }"));
    house.record("load_power_w", Ok(5.0));
    let error = house.document(seconds(1)).unwrap_err();
    assert_eq!(error, "load_power_w: its publisher has given no sign of life yet");
}

#[tokio::test(start_paused = true)]
async fn zero_is_shown_only_where_the_file_says_so_and_not_before_its_time() {
    let house = house("zero");
    assert!(house.document(seconds(30)).is_err(), "a start is no outage");
    let asleep = house.document(seconds(31)).unwrap().device_values;
    assert_eq!(asleep.load_power_w, Some(100), "what sleeps adds nothing");
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
    assert_eq!(asleep.shown, Some(Observed::Number(100.0)));
}

/// Returns the load of a house with an inverter, a grid meter and a battery, and its explanation.
fn left_out(battery_connected: &str, grid: i64) -> (Option<i64>, String) {
    let house = House::new(&format!(
        "[inverters.0]
        inv_power_ac_w = 3000
        {battery_connected}
        [energy_meters.0]
        location = 1
        grid_power_w = {grid}
        [batteries.0]
        bat_power_w = -2000"
    ));
    let cells = house.store.cells();
    let view = View::new(&house.config, &house.store, &cells, house.store.start());
    (view.document().unwrap().device_values.load_power_w, view.house().to_string())
}

#[tokio::test(start_paused = true)]
async fn the_houses_load_counts_the_battery_or_is_left_out_with_a_reason() {
    let (load, how) = left_out("battery_connected = false", -300);
    assert_eq!(load, Some(700));
    assert!(how.ends_with(
        "batteries.0.bat_power_w; the battery has an inverter of its own, so it counts"
    ));
    let (load, how) = left_out("battery_connected = true", -300);
    assert_eq!(load, Some(2700));
    assert!(how.contains("behind an inverter"), "{how}");
    let (load, reason) = left_out("", -300);
    assert_eq!(load, None, "the other values are served");
    assert!(reason.contains("give inverters.0.battery_connected: true"), "{reason}");
    let (load, reason) = left_out("battery_connected = false", -1300);
    assert_eq!(load, None);
    assert!(reason.contains("\u{2212}300 W is below zero"), "{reason}");
}

/// The charger is told "off" for an unknown switch; the house's load does not rely on that.
#[tokio::test(start_paused = true)]
async fn a_switch_that_is_too_old_decides_nothing() {
    let house = House::new(
        r#"
        [inverters.0]
        inv_power_ac_w = 3000
        battery_connected = { http = "http://192.168.1.20/", stale = "zero" }
        [energy_meters.0]
        grid_power_w = -300
        [batteries.0]
        bat_power_w = -2000
        "#,
    );
    house.record("inverters.0.battery_connected", Ok(1.0));
    let load = |after| house.document(seconds(after)).unwrap().device_values.load_power_w;
    assert_eq!(load(1), Some(2700));
    assert_eq!(load(31), None);
    assert_eq!(house.state("load_power_w", seconds(31)).freshness, Freshness::LeftOut);
}

#[tokio::test(start_paused = true)]
async fn a_measured_load_that_cannot_be_is_left_out() {
    let house = House::new(
        r#"
        load_power_w = { http = "http://192.168.1.20/" }
        [inverters.0]
        inv_power_ac_w = 3000
        [energy_meters.0]
        grid_power_w = -300
        "#,
    );
    for (watts, expected) in [(2700.0, Some(2700)), (-1392.8, None), (9000.0, None)] {
        house.record("load_power_w", Ok(watts));
        let document = house.document(seconds(0)).unwrap();
        assert_eq!(document.device_values.load_power_w, expected, "{watts}");
        assert_eq!(document.device_values.inverters.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_out_of_its_bounds_is_no_value_and_neither_is_what_is_made_of_it() {
    let house = House::new(
        r#"
        load_power_w = { sum = ["roof", "shed"], max = 6000 }
        [values]
        roof = { http = "http://192.168.1.20/", min = 0, max = 5000 }
        shed = { http = "http://192.168.1.21/" }
        "#,
    );
    house.record("roof", Ok(32_767.0));
    house.record("shed", Ok(100.0));
    let error = house.document(seconds(0)).unwrap_err();
    assert!(error.starts_with("load_power_w needs roof"), "{error}");
    house.record("roof", Ok(5_000.0));
    assert_eq!(house.document(seconds(0)).unwrap().device_values.load_power_w, Some(5_100));
    house.record("shed", Ok(1_000.5));
    let error = house.document(seconds(0)).unwrap_err();
    assert_eq!(
        error, "load_power_w: 6000.5 is above max = 6000, so it counts as no value",
        "and it is not cut to 6000"
    );
    house.record("roof", Ok(5_001.0));
    assert_eq!(house.state("roof", seconds(31)).freshness, Freshness::Missing);
}

/// A remark about an ignored message is no failure: the first bad message is logged.
#[tokio::test(start_paused = true)]
async fn the_first_failure_after_a_remark_is_a_failure() {
    let house = house("503");
    let index = house.config.index_of(INVERTER).unwrap();
    let is_failing = || house.store.cells()[index].is_failing;
    house.store.remark(index, "waiting".to_owned());
    assert!(!is_failing());
    house.record(INVERTER, Err("bad"));
    assert!(is_failing());
    house.record(INVERTER, Ok(1.0));
    assert!(!is_failing());
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

#[tokio::test(start_paused = true)]
async fn arithmetic_is_the_same_for_every_kind_of_value() {
    let house = House::new(
        r#"
        [values]
        roof = { http = "http://192.168.1.20/", factor = 2, offset = 10, invert = true }
        pushed = { http = "http://192.168.1.21/", invert = true, min = -5 }
        amperes = 2
        fixed = { fixed = 3, factor = 2, invert = true }
        signs = { sum = ["roof", "-pushed", 100, -1, "+amperes"] }
        scaled = { sum = ["amperes", "-fixed"], factor = 10, offset = 1, invert = true, max = 0 }
        less = { difference = [1000, "amperes", 50] }
        watts = { product = ["amperes", "-fixed", 230] }
        "#,
    );
    house.record("roof", Ok(5.0));
    house.record("pushed", Ok(4.0));
    for (name, number) in [
        ("roof", -20.0),
        ("pushed", -4.0),
        ("fixed", -6.0),
        // -20 + 4 + 100 - 1 + 2
        ("signs", 85.0),
        // -((2 + 6) * 10 + 1)
        ("scaled", -81.0),
        ("less", 948.0),
        ("watts", 2760.0),
    ] {
        assert_eq!(house.state(name, seconds(0)).shown, Some(Observed::Number(number)), "{name}");
    }
    house.record("pushed", Ok(5.1));
    assert_eq!(house.state("pushed", seconds(0)).shown, Some(Observed::Number(-4.0)));
    let cell = house.store.cells()[house.config.index_of("pushed").unwrap()].clone();
    assert!(cell.error.unwrap().message.contains("-5.1 is below min = -5"), "bounds come last");
}

/// A switch comes as a word or as 0 and 1, and is turned over either way.
#[tokio::test(start_paused = true)]
async fn a_switch_is_turned_over() {
    let house = House::new(
        "[inverters.0]\nbattery_connected = { http = \"http://192.168.1.20/\", invert = true }\n",
    );
    house.record("inverters.0.battery_connected", Ok(1.0));
    let shown = house.state("inverters.0.battery_connected", seconds(0)).shown;
    assert_eq!(shown, Some(Observed::Flag(false)));
}
