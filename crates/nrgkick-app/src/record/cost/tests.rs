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
