//! The ring of a day: means, gaps, a machine that slept, and its size.

use super::*;

const STEP: Duration = Duration::from_secs(60);
const ROOF: &str = "roof";

fn history() -> History {
    History::new(STEP)
}

fn see(history: &History, second: u64, value: Option<f64>) {
    let value = value.map(Observed::Number);
    history.record(Duration::from_secs(second), [(ROOF, value)]);
}

fn of(history: &History, second: u64) -> ValueHistory {
    history.of(ROOF, Duration::from_secs(second))
}

#[test]
fn a_point_is_the_mean_of_its_minute_and_the_last_one_grows() {
    let history = history();
    for (second, watts) in [(0, 100.0), (30, 200.0), (60, 78.2), (130, -5.0)] {
        see(&history, second, Some(watts));
    }
    let day = of(&history, 140);
    assert_eq!(day.points, [Some(150.0), Some(78.2), Some(-5.0)]);
    assert_eq!((day.step_ms, day.age_ms, &*day.name), (60_000, 20_000, ROOF));
    see(&history, 150, Some(-7.0));
    assert_eq!(of(&history, 150).points, [Some(150.0), Some(78.2), Some(-6.0)]);
}

#[test]
fn what_the_charger_did_not_get_is_a_gap_and_not_zero() {
    let history = history();
    see(&history, 0, Some(0.0));
    see(&history, 60, None);
    see(&history, 120, None);
    see(&history, 125, Some(7.0));
    assert_eq!(of(&history, 180).points, [Some(0.0), None, Some(7.0), None]);
    assert_eq!(history.of("shed", STEP).points, [], "never seen");
}

#[test]
fn a_switch_is_one_or_zero() {
    let history = history();
    for (second, flag) in [(0, true), (60, false)] {
        let flag = Some(Observed::Flag(flag));
        history.record(Duration::from_secs(second), [(ROOF, flag)]);
    }
    assert_eq!(of(&history, 60).points, [Some(1.0), Some(0.0)]);
}

#[test]
fn a_night_of_sleep_is_a_gap_of_a_night_and_a_week_is_a_new_day() {
    let history = history();
    see(&history, 0, Some(1.0));
    see(&history, 8 * 3_600, Some(2.0));
    let day = of(&history, 8 * 3_600);
    assert_eq!(day.points.len(), 8 * 60 + 1);
    assert_eq!((day.points[0], day.points[480]), (Some(1.0), Some(2.0)));
    assert!(day.points[1..480].iter().all(Option::is_none));
    see(&history, 7 * 86_400, Some(3.0));
    assert_eq!(of(&history, 7 * 86_400).points, [Some(3.0)]);
}

#[test]
fn a_clock_that_stands_or_goes_back_changes_no_finished_point() {
    let history = history();
    see(&history, 0, Some(1.0));
    see(&history, 60, Some(2.0));
    see(&history, 10, Some(4.0));
    assert_eq!(of(&history, 5).points, [Some(1.0), Some(3.0)]);
}

#[test]
fn a_day_is_kept_and_nothing_before_it() {
    let history = history();
    for minute in 0..3_000_u32 {
        see(&history, u64::from(minute) * 60, Some(f64::from(minute)));
    }
    let points = of(&history, 2_999 * 60).points;
    assert_eq!(points.len(), POINTS + 1, "the last one grows");
    assert_eq!((points[0], points[POINTS]), (Some(1_559.0), Some(2_999.0)));
}

#[test]
fn memory_is_bounded_in_values_and_in_points() {
    let history = history();
    let names: Vec<String> = (0..MOST_VALUES + 44).map(|number| format!("v{number:03}")).collect();
    for minute in 0..2_000 {
        let seen = names.iter().map(|name| (&**name, Some(Observed::Number(1.0))));
        history.record(Duration::from_secs(minute * 60), seen);
    }
    let days = history.days.lock().unwrap();
    assert_eq!(days.by_name.len(), MOST_VALUES);
    let bytes = days.by_name.values().map(|day| day.points.capacity() * size_of::<f32>());
    assert_eq!(bytes.sum::<usize>(), MOST_VALUES * POINTS * 4, "1.5 MB");
}

#[test]
fn a_name_that_is_configured_no_longer_goes_with_its_last_point() {
    let history = history();
    see(&history, 0, Some(1.0));
    history.record(2 * STEP * 1_440, [("shed", Some(Observed::Number(1.0)))]);
    let days = history.days.lock().unwrap();
    assert_eq!(days.by_name.keys().collect::<Vec<_>>(), ["shed"]);
}
