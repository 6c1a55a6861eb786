//! What becomes of looks: each kind of end, gaps, counters, clocks, other chargers.

use gateway_api::record::{EndedBy, EnergyFrom, GapReason};
use nrgkick_model::code::{ChargingStatus, ErrorCode};

use charge_record::{Book, Event};

use crate::support::{Hand, NOON, unit};

#[test]
fn each_end_is_told_once_with_its_reason() {
    type Case = (&'static str, fn(&mut Hand), EndedBy);
    let cases: [Case; 6] = [
        ("unplugged", |_| {}, EndedBy::Unplugged),
        ("limit", |hand| hand.now.limit_wh = Some(3_000), EndedBy::Limit),
        ("paused", |hand| hand.now.paused = Some(true), EndedBy::Paused),
        ("error", |hand| hand.now.error = Some(ErrorCode::ResidualCurrent), EndedBy::Error),
        ("vehicle", |_| {}, EndedBy::Vehicle),
        ("unknown", |hand| hand.now.paused = None, EndedBy::Unknown),
    ];
    for (name, change, reason) in cases {
        let mut hand = Hand::new();
        hand.charge();
        change(&mut hand);
        if reason != EndedBy::Unplugged {
            hand.status(ChargingStatus::Connected);
            hand.watch(600);
        }
        hand.unplug();
        let charge = hand.only();
        assert_eq!(charge.ended_by, Some(reason), "{name}");
        assert_eq!(charge.energy_wh, Some(3_600), "{name}");
        assert_eq!(charge.energy_from, Some(EnergyFrom::Counter), "{name}");
        assert_eq!(
            (charge.counter_start_wh, charge.counter_end_wh),
            (Some(1_000_000), Some(1_003_600))
        );
        assert_eq!(charge.duration_s, 1_200, "{name}: without what came after");
        assert_eq!(charge.end, Some(charge.start + 1_200), "{name}");
        assert!(charge.shown().complete, "{name}: {charge:?}");
        assert_eq!(hand.count(|event| matches!(event, Event::Started(_))), 1, "{name}");
        assert_eq!(hand.count(|event| matches!(event, Event::Ended(_))), 1, "{name}");
    }
}

#[test]
fn a_pause_belongs_to_the_charge_and_a_full_vehicle_ends_it_before_it_leaves() {
    let mut hand = Hand::new();
    hand.charge();
    hand.now.paused = Some(true);
    hand.status(ChargingStatus::Connected);
    hand.watch(3_600);
    assert_eq!(hand.count(|event| matches!(event, Event::Ended(_))), 0, "a pause is no end");
    hand.now.paused = Some(false);
    hand.status(ChargingStatus::Charging);
    hand.watch(600);
    hand.status(ChargingStatus::Connected);
    hand.watch(400);
    let ended = hand.book.running().unwrap().charge.clone();
    assert_eq!((ended.ended_by, ended.energy_wh), (Some(EndedBy::Vehicle), Some(5_400)));
    // It takes some more later: the same charge.
    hand.status(ChargingStatus::Charging);
    hand.watch(60);
    assert_eq!(hand.book.running().unwrap().charge.end, None);
    hand.unplug();
    let charge = hand.only();
    assert_eq!((charge.ended_by, charge.energy_wh), (Some(EndedBy::Unplugged), Some(5_580)));
    assert!(charge.gaps.is_empty());
}

#[test]
fn a_charge_that_was_begun_before_says_from_when_it_was_seen() {
    let mut hand = Hand::new();
    hand.plug();
    hand.status(ChargingStatus::Charging);
    hand.pass(1_000);
    hand.look();
    hand.watch(600);
    hand.unplug();
    let charge = hand.only().shown();
    assert!(!charge.complete);
    assert_eq!(charge.seen_from.as_deref(), Some("2026-11-29T12:16:40Z"));
    assert_eq!((charge.energy_wh, charge.before_wh), (Some(1_800), Some(3_000)));
}

#[test]
fn a_gap_is_named_with_the_energy_of_the_counter() {
    let mut hand = Hand::new();
    hand.charge();
    for _ in 0..180 {
        hand.pass(10);
        hand.miss();
    }
    hand.watch(60);
    hand.unplug();
    let charge = hand.only();
    assert_eq!(charge.energy_wh, Some(3 * (1_200 + 1_800 + 60)));
    assert_eq!(charge.gaps.len(), 1);
    let gap = &charge.gaps[0];
    assert_eq!((gap.reason, gap.counted), (GapReason::Away, true));
    assert_eq!((gap.to - gap.from, gap.energy_wh), (1_810, Some(5_430)));
    assert!(!charge.shown().complete);
}

#[test]
fn a_gateway_that_was_away_goes_on_with_the_same_charge_or_says_that_it_cannot() {
    let away = |change: fn(&mut Hand)| {
        let mut hand = Hand::new();
        hand.charge();
        let running = hand.book.running().unwrap();
        let running = serde_json::from_slice(&serde_json::to_vec(running).unwrap()).unwrap();
        hand.book = Book::new(std::time::Duration::from_secs(10));
        hand.book.resume(unit("A1"), Some(running), &[]);
        hand.at = 5;
        change(&mut hand);
        hand.look();
        hand.watch(60);
        hand
    };
    let mut same = away(|hand| hand.pass(7_200));
    same.unplug();
    let charge = same.only();
    assert_eq!((charge.energy_wh, charge.gaps.len()), (Some(3 * (1_200 + 7_200 + 60)), 1));
    assert!(charge.gaps[0].counted && !charge.begun_unseen);
    // It was unplugged meanwhile; the charger's own count says that all of it was this charge's.
    let gone = away(|hand| {
        hand.pass(600);
        hand.status(ChargingStatus::Standby);
        hand.pass(600);
    });
    let charge = gone.only();
    assert_eq!((charge.energy_wh, charge.ended_by), (Some(3 * 1_800), Some(EndedBy::Unknown)));
    assert!(charge.gaps[0].counted && charge.end_unseen);
    // Another vehicle came meanwhile: whose the energy is, nobody knows.
    let other = away(|hand| {
        hand.pass(600);
        hand.plug();
        hand.status(ChargingStatus::Charging);
        hand.pass(600);
    });
    let charge = other.only();
    assert_eq!(charge.energy_wh, Some(3_600));
    assert_eq!((charge.gaps[0].energy_wh, charge.gaps[0].counted), (Some(3_600), false));
    let next = &other.book.running().unwrap().charge;
    assert!(next.begun_unseen && next.before_wh == Some(1_800));
}

#[test]
fn a_charger_that_restarts_ends_one_charge_and_begins_another() {
    let mut hand = Hand::new();
    hand.charge();
    hand.pass(40);
    (hand.now.charged_wh, hand.now.connect_s) = (Some(0), Some(0));
    hand.watch(60);
    let charge = hand.only();
    assert_eq!((charge.ended_by, charge.energy_wh), (Some(EndedBy::Unknown), Some(3_600)));
    assert!(hand.book.running().unwrap().charge.begun_unseen);
}

#[test]
fn a_counter_that_jumps_or_is_absent_gives_no_energy() {
    let jump = |to: fn(u64) -> Option<u64>| {
        let mut hand = Hand::new();
        hand.charge();
        hand.now.counter_wh = hand.now.counter_wh.and_then(to);
        hand.watch(600);
        hand.unplug();
        hand.only()
    };
    for charge in [jump(|wh| Some(wh + 10_000_000_000)), jump(|_| Some(5))] {
        assert_eq!(charge.gaps.len(), 1, "{charge:?}");
        assert_eq!((charge.gaps[0].reason, charge.gaps[0].energy_wh), (GapReason::Counter, None));
        let energy = charge.energy_wh.unwrap();
        assert!((5_300..=5_400).contains(&energy), "{energy}: what was counted before and after");
    }
    let gone = jump(|_| None);
    assert_eq!((gone.energy_wh, gone.counter_end_wh), (Some(3_600), Some(1_003_600)));
    let mut never = Hand::new();
    never.now.counter_wh = None;
    never.charge();
    never.unplug();
    let charge = never.only();
    assert_eq!((charge.energy_wh, charge.energy_from), (Some(3_600), Some(EnergyFrom::Charge)));
    assert_eq!(charge.counter_start_wh, None);
}

#[test]
fn a_clock_that_is_set_moves_the_charge_and_changes_no_duration() {
    for by in [-86_400, 365 * 86_400] {
        let mut hand = Hand::new();
        hand.charge();
        hand.wall += by;
        hand.watch(600);
        hand.unplug();
        let charge = hand.only();
        assert_eq!(charge.duration_s, 1_800, "{by}");
        assert_eq!(charge.end.unwrap() - charge.start, 1_800, "{by}");
        assert_eq!(charge.start, NOON + 50 + by, "{by}: by the new clock");
        assert_eq!(charge.clock_set_s, Some(by));
        assert_eq!(charge.energy_wh, Some(5_400), "{by}");
    }
}

#[test]
fn a_machine_that_slept_is_a_gap_and_no_clock_that_was_set() {
    let mut hand = Hand::new();
    hand.charge();
    let awake = hand.at;
    hand.pass(3_600);
    hand.at = awake + 10;
    hand.look();
    hand.watch(60);
    hand.unplug();
    let charge = hand.only();
    assert_eq!((charge.clock_set_s, charge.gaps.len()), (None, 1));
    assert_eq!((charge.start, charge.energy_wh), (NOON + 50, Some(3 * 4_860)));
}

#[test]
fn another_charger_at_the_address_takes_nothing_over() {
    let mut hand = Hand::new();
    hand.charge();
    hand.unit = unit("B2");
    hand.now.counter_wh = Some(50);
    hand.watch(60);
    let charge = hand.only();
    assert_eq!((charge.serial.as_str(), charge.energy_wh), ("A1", Some(3_600)));
    assert_eq!(charge.ended_by, Some(EndedBy::Unknown));
    assert_eq!(hand.book.running().unwrap().charge.serial, "B2");
    assert_eq!(hand.book.ring().len(), 6, "the history is the other's alone");
}

#[test]
fn a_charger_that_answers_one_minute_in_five_loses_no_energy() {
    let mut hand = Hand::new();
    hand.charge();
    for _ in 0..150 {
        for _ in 0..24 {
            hand.pass(10);
            hand.miss();
        }
        hand.watch(60);
    }
    hand.unplug();
    let charge = hand.only();
    assert_eq!(charge.energy_wh, Some(3 * (1_200 + 150 * 300)));
    assert_eq!((charge.gaps.len(), charge.more_gaps), (100, 50));
}

#[test]
fn an_error_is_told_once() {
    let mut hand = Hand::new();
    hand.look();
    hand.now.error = Some(ErrorCode::ResidualCurrent);
    hand.watch(600);
    hand.now.error = Some(ErrorCode::NoError);
    hand.watch(20);
    hand.now.error = Some(ErrorCode::ResidualCurrent);
    hand.watch(20);
    assert_eq!(hand.events, [Event::Fault(16), Event::Fault(16)]);
}
