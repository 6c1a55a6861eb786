//! Costs worked out by hand.

use gateway_api::record::{Gap, GapReason};

use super::super::money::Price;
use super::super::sample::charge;
use super::super::tariff::{Second, TimeOfDay};
use super::super::zone::tests::VIENNA;
use super::*;

/// 0.30 by day, 0.20 from 22 to 6 o'clock.
fn two_rates() -> Rates {
    let price = |text| Price::parse(text).unwrap();
    let time = |text| TimeOfDay::parse(text).unwrap();
    let window = Window::new(time("22:00"), time("06:00")).unwrap();
    Rates::Two(price("0.30"), Second { price: price("0.20"), window })
}

fn point(at: &str, counter_wh: u64) -> CurvePoint {
    let at = format!("2026-11-29T{at}Z");
    CurvePoint { at, power_w: Some(6_000), current_set_a: None, counter_wh: Some(counter_wh) }
}

/// A charge of an hour in Vienna from `start`, UTC, at 6 kW: 100 Wh a minute.
fn hour(start_hour: i64, start_minute: i64) -> (Charge, Vec<CurvePoint>) {
    let time = |minute: i64| format!("{:02}:{:02}:00", start_hour + minute / 60, minute % 60);
    let curve: Vec<_> = (0..=60_u64)
        .map(|n| point(&time(start_minute + n.cast_signed()), 1_000_000 + n * 100))
        .collect();
    let charge = Charge {
        start: format!("2026-11-29T{}Z", time(start_minute)),
        end: Some(format!("2026-11-29T{}Z", time(start_minute + 60))),
        energy_wh: Some(6_000),
        counter_start_wh: Some(1_000_000),
        counter_end_wh: Some(1_006_000),
        ..charge()
    };
    (charge, curve)
}

fn text(cost: Result<Amount, NoCost>) -> String {
    cost.unwrap().text()
}

/// From 21:30 to 22:30: 3 kWh × 0.30 + 3 kWh × 0.20 = 1.50.
#[test]
fn each_price_holds_for_what_was_counted_while_it_did() {
    let (charge, curve) = hour(20, 30);
    assert!(needs_curve(&charge, two_rates(), VIENNA));
    assert_eq!(text(cost(&charge, Some(&curve), two_rates(), VIENNA)), "1.50");
    assert_eq!(cost(&charge, None, two_rates(), VIENNA), Err(NoCost::NotRead));
    assert_eq!(cost(&charge, Some(&[]), two_rates(), VIENNA), Err(NoCost::NoCurve));
}

/// 6 kWh × 0.30 = 1.80 in the afternoon, × 0.20 = 1.20 at night, and nobody has to know more.
#[test]
fn a_charge_at_one_price_needs_no_curve() {
    for (hour_utc, amount) in [(14, "1.80"), (21, "1.20")] {
        let (charge, _) = hour(hour_utc, 0);
        assert!(!needs_curve(&charge, two_rates(), VIENNA));
        assert_eq!(text(cost(&charge, None, two_rates(), VIENNA)), amount);
    }
}

/// From 21:30:20 on, a point a minute: of the 100 Wh from 21:59:20 to 22:00:20 a third is at night.
/// By day 29 × 100 + 67, at night 33 + 30 × 100: 2.967 × 0.30 + 3.033 × 0.20 = 1.4967.
#[test]
fn a_minute_in_which_the_price_changes_is_shared_by_its_seconds() {
    let (mut charge, mut curve) = hour(20, 30);
    let later = |at: &str| at.replace(":00Z", ":20Z");
    curve.iter_mut().for_each(|point| point.at = later(&point.at));
    (charge.start, charge.end) = (later(&charge.start), charge.end.map(|end| later(&end)));
    let within = within(&charge, 6_000, &curve, window(), VIENNA);
    assert_eq!(within, Ok(3_033));
    assert_eq!(text(cost(&charge, Some(&curve), two_rates(), VIENNA)), "1.50");
}

fn window() -> Window {
    let Rates::Two(_, second) = two_rates() else { panic!("two") };
    second.window
}

#[test]
fn over_a_gap_in_which_the_price_changed_there_is_no_cost_and_over_another_there_is() {
    let (charge, curve) = hour(20, 30);
    let without = |hidden: std::ops::Range<usize>| -> Vec<CurvePoint> {
        let kept = curve.iter().enumerate().filter(|(at, _)| !hidden.contains(at));
        kept.map(|(_, point)| point.clone()).collect()
    };
    // From 21:54 to 22:06.
    let over = without(25..36);
    assert_eq!(cost(&charge, Some(&over), two_rates(), VIENNA), Err(NoCost::Unseen));
    // From 21:34 to 21:46.
    let before = without(5..16);
    assert_eq!(text(cost(&charge, Some(&before), two_rates(), VIENNA)), "1.50");
}

/// From 21:30 on, 45 minutes so far: 3 kWh × 0.30 + 1.5 kWh × 0.20 = 1.20. The last point is half a
/// minute old.
#[test]
fn a_charge_that_runs_costs_what_was_counted_so_far() {
    let (ended, curve) = hour(20, 30);
    let running = Charge {
        end: None,
        duration_s: 45 * 60,
        energy_wh: Some(4_500),
        counter_end_wh: Some(1_004_500),
        ..ended
    };
    let so_far = &curve[..45];
    assert_eq!(text(cost(&running, Some(so_far), two_rates(), VIENNA)), "1.20");
    // Its curve was read a moment later than the charge itself.
    assert_eq!(text(cost(&running, Some(&curve), two_rates(), VIENNA)), "1.20");
    let early = Charge { duration_s: 20 * 60, ..running };
    assert!(!needs_curve(&early, two_rates(), VIENNA), "only the price of the day so far");
}

/// The vehicle was seen last at 21:50 and was gone at 22:30, with 2 kWh more: at which price nobody
/// knows.
#[test]
fn energy_that_came_over_a_gap_at_the_end_has_the_price_of_the_gap() {
    let (ended, curve) = hour(20, 30);
    let gap = Gap {
        from: "2026-11-29T20:50:00Z".into(),
        to: "2026-11-29T21:30:00Z".into(),
        reason: GapReason::Away,
        energy_wh: Some(2_000),
        counted: true,
    };
    let left = Charge {
        end: Some("2026-11-29T20:50:00Z".into()),
        energy_wh: Some(4_000),
        counter_end_wh: Some(1_004_000),
        gaps: vec![gap],
        ..ended
    };
    assert!(needs_curve(&left, two_rates(), VIENNA));
    let cost = cost(&left, Some(&curve[..=20]), two_rates(), VIENNA);
    assert_eq!(cost, Err(NoCost::Unseen));
}

/// Each moment of two days on which the clocks change and of two others, against a walk by minutes.
#[test]
fn the_side_of_a_time_is_that_of_every_minute_in_it() {
    let window = window();
    for day in ["2026-03-28", "2026-03-29", "2026-10-25", "2026-11-29"] {
        let midnight = utc::parse(&format!("{day}T00:00:00Z")).unwrap();
        for from in (0..DAY_S).step_by(1_733).map(|second| midnight + second) {
            for length in [1, 59, 61, 3_600, 8 * 3_600, 9 * 3_600, 2 * DAY_S] {
                let to = from + length;
                let minutes = (from + 60 - from % 60..to).step_by(60);
                let sides: Vec<_> =
                    [from].into_iter().chain(minutes).map(|at| window.holds(at, VIENNA)).collect();
                let is_one = sides.iter().all(|side| *side == sides[0]);
                assert_eq!(
                    one_side(from, to, window, VIENNA),
                    is_one.then_some(sides[0]),
                    "{from} {to}"
                );
            }
        }
    }
}

#[test]
fn what_a_gap_leaves_out_of_the_energy_costs_nothing() {
    let (mut charge, curve) = hour(20, 30);
    charge.gaps = vec![Gap {
        from: "2026-11-29T20:34:00Z".into(),
        to: "2026-11-29T20:44:00Z".into(),
        reason: GapReason::Counter,
        energy_wh: None,
        counted: false,
    }];
    charge.energy_wh = Some(5_000);
    // By day 2 kWh × 0.30, at night 3 kWh × 0.20.
    assert_eq!(text(cost(&charge, Some(&curve), two_rates(), VIENNA)), "1.20");
    charge.energy_wh = Some(5_500);
    assert_eq!(cost(&charge, Some(&curve), two_rates(), VIENNA), Err(NoCost::Unseen));
}

#[test]
fn without_energy_there_is_no_cost_and_one_price_asks_for_no_curve() {
    let (mut charge, _) = hour(20, 30);
    let one = Rates::One(Price::parse("0.34").unwrap());
    assert!(!needs_curve(&charge, one, VIENNA));
    assert_eq!(text(cost(&charge, None, one, VIENNA)), "2.04");
    charge.energy_wh = None;
    assert_eq!(cost(&charge, None, one, VIENNA), Err(NoCost::NoEnergy));
    charge.end = None;
    assert!(needs_curve(&charge, two_rates(), VIENNA), "it may run into the other price");
}
