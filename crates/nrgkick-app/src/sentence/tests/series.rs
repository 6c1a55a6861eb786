//! Sentences that depend on the polls before.

use super::*;

/// The sentences along a series of polls: seconds, values, control.
fn along(polls: &[(u64, Values, Control)]) -> Vec<Sentence> {
    let mut history = History::default();
    polls
        .iter()
        .map(|(seconds, values, control)| {
            let snapshot = snapshot(*seconds, values, control);
            history = history.after(&snapshot, false);
            sentence(&snapshot, history)
        })
        .collect()
}

fn texts(polls: &[(u64, Values, Control)]) -> Vec<String> {
    along(polls).into_iter().map(|sentence| sentence.text).collect()
}

#[test]
fn whoever_resumes_it_the_charge_starts_and_nobody_is_called_full() {
    let begins = without_power(values(state(ChargingStatus::Charging)));
    let polls = [
        (0, waiting(), paused()),
        (2, waiting(), control()),
        (8, waiting(), control()),
        (10, begins, control()),
        (12, begins, control()),
    ];
    assert_eq!(texts(&polls), ["Paused", "Starting", "Starting", "Starting", "Starting"]);
    for sentence in along(&polls) {
        assert!(!sentence.reason.contains("full"), "{sentence:?}");
    }
    // A vehicle that still takes nothing after 15 s is another matter.
    let full = [(0, waiting(), paused()), (2, waiting(), control()), (17, waiting(), control())];
    assert_eq!(texts(&full), ["Paused", "Starting", "Connected, not charging"]);
    assert!(along(&full)[2].reason.contains("it is full"));
}

#[test]
fn a_vehicle_that_has_just_stopped_is_not_called_full_at_once() {
    // Another client may have paused it: `/control` shows that about 2 s late.
    let polls = [
        (0, values(state(ChargingStatus::Charging)), control()),
        (2, waiting(), control()),
        (4, waiting(), paused()),
    ];
    let said = along(&polls);
    assert_eq!(said[1], Sentence::new(Tone::Waiting, "Connected, not charging", ""));
    assert_eq!(said[2].text, "Paused");
}

#[test]
fn while_phases_are_switched_no_number_of_phases_is_given() {
    let switching = Control { phase_count: Some(0), ..control() };
    let one = Control { phase_count: Some(1), ..control() };
    let open = without_power(values(Codes {
        relay_state: Some(RelayState::from_number(0)),
        ..state(ChargingStatus::Charging)
    }));
    let polls = [
        (0, values(state(ChargingStatus::Charging)), control()),
        (2, open, switching),
        (4, open, one),
        (6, waiting(), one),
    ];
    assert_eq!(texts(&polls), ["Charging", "Switching phases", "Starting", "Starting"]);
    // Opened in the middle of it.
    assert_eq!(texts(&[(0, open, switching)]), ["Switching phases"]);
    // The moment of 0 phases fell between two polls.
    let missed = [(0, values(state(ChargingStatus::Charging)), control()), (2, waiting(), one)];
    assert_eq!(texts(&missed), ["Charging", "Starting"]);
    // A count that is not reported at all is no switch.
    let unknown = Control { phase_count: None, ..control() };
    assert_eq!(texts(&[(0, waiting(), unknown)]), ["Connected, not charging"]);
    // This page has asked for a switch and waits for its outcome.
    let asked = snapshot(0, &open, &control());
    let history = History::default().after(&asked, true);
    assert_eq!(sentence(&asked, history).text, "Switching phases");
}

#[test]
fn power_in_spite_of_the_pause_is_pausing_for_15_s_and_then_a_warning() {
    for status in [ChargingStatus::Charging, ChargingStatus::Connected, ChargingStatus::Standby] {
        let polls = [0, 2, 14, 15, 60].map(|seconds| (seconds, values(state(status)), paused()));
        let said = texts(&polls);
        assert_eq!(said[..3], ["Pausing"; 3], "{status:?}");
        assert_eq!(said[3..], ["Warning: still charging although paused"; 2], "{status:?}");
    }
    // It does stop: paused.
    let stops = [(0, values(state(ChargingStatus::Charging)), paused()), (20, waiting(), paused())];
    assert_eq!(texts(&stops), ["Pausing", "Paused"]);
    // While `/control` does not come, nobody knows whether the pause still is on.
    let values_at = |seconds: u64, snapshot: Snapshot| {
        let readings = values(state(ChargingStatus::Charging)).readings();
        snapshot.with(Moment::from_millis(seconds * 1_000), DocumentName::Values, readings)
    };
    let first = snapshot(0, &values(state(ChargingStatus::Charging)), &paused());
    let history = History::default().after(&first, false);
    let later = values_at(60, first);
    assert_eq!(sentence(&later, history.after(&later, false)).text, "Pausing");
}
