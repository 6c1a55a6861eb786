use nrgkick_model::{FieldId, Scalar};

use super::*;
use crate::api::Told;
use crate::request_error::RequestError;

fn at(seconds: u64) -> Moment {
    Moment::from_millis(seconds * 1_000)
}

fn open(heard: u64) -> Schedule {
    let mut schedule = Schedule::new();
    schedule.opened(at(heard));
    schedule.heard(at(heard));
    schedule
}

#[test]
fn polls_are_made_until_the_first_event_has_come() {
    let mut schedule = Schedule::new();
    assert!(schedule.is_due(at(0)) && schedule.rest(at(0)).is_none());
    schedule.opened(at(0));
    assert!(!schedule.is_due(at(1)) && schedule.rest(at(1)).is_none());
    schedule.heard(at(2));
    assert_eq!(schedule.rest(at(2)), Some(Duration::from_secs(10)));
}

#[test]
fn silence_brings_polls_back_before_the_data_is_lost_and_then_ends_the_stream() {
    let schedule = open(0);
    assert_eq!(schedule.rest(at(9)), Some(Duration::from_secs(1)));
    assert_eq!(schedule.rest(at(10)), None);
    // A poll that begins then and hangs has failed when the data would be lost.
    assert!(QUIET + budget::PAGE_READ < gateway_api::link::LOST_AFTER);
    assert!(!schedule.is_silent(at(39)) && schedule.is_silent(at(40)));
    let mut buffered = Schedule::new();
    buffered.opened(at(0));
    assert!(!buffered.is_silent(at(39)) && buffered.is_silent(at(40)));
}

#[test]
fn events_that_go_on_take_the_place_of_polls_again() {
    let mut schedule = open(0);
    assert_eq!(schedule.rest(at(20)), None);
    schedule.heard(at(21));
    assert_eq!(schedule.rest(at(21)), Some(QUIET));
}

#[test]
fn streams_that_fail_are_opened_again_after_pauses_that_double() {
    let mut schedule = Schedule::new();
    let mut now = at(0);
    for pause in [5, 10, 20, 40, 80, 160, 300, 300].map(Duration::from_secs) {
        schedule.opened(now);
        schedule.failed(now);
        assert!(!schedule.is_due(now + pause * 79 / 100), "{pause:?}");
        now = now + pause * 120 / 100;
        assert!(schedule.is_due(now), "{pause:?}");
    }
    schedule.heard(now);
    schedule.failed(now);
    assert!(schedule.is_due(now + Duration::from_secs(6)), "it had worked");
}

#[test]
fn jitter_is_a_fifth_either_way() {
    let pause = |now| {
        let mut schedule = Schedule::new();
        schedule.failed(Moment::from_millis(now));
        (0..).find(|after| schedule.is_due(Moment::from_millis(now + after))).unwrap()
    };
    let pauses: Vec<u64> = (1_000..1_100).map(pause).collect();
    assert_eq!((pauses.iter().min(), pauses.iter().max()), (Some(&4_000), Some(&6_000)));
}

#[test]
fn a_page_that_is_shown_again_opens_one_at_once_and_has_not_forgotten_the_failures() {
    let mut schedule = Schedule::new();
    schedule.failed(at(0));
    schedule.closed();
    assert!(schedule.is_due(at(0)));
    schedule.failed(at(0));
    assert!(!schedule.is_due(at(7)) && schedule.is_due(at(12)));
}

fn readings(values: &[(FieldId, f64)]) -> Readings {
    let mut readings = Readings::default();
    for (field, value) in values {
        readings.set(*field, Some(Scalar::Decimal(*value)));
    }
    readings
}

/// An event with values of this age, and nothing else.
fn event(is_snapshot: bool, age: u64, values: Option<&[(FieldId, f64)]>) -> Event {
    let age = Duration::from_millis(age);
    let told = Told { age, readings: values.map(readings) };
    Event { is_snapshot, documents: [None, None, Some(told)], failed: None }
}

fn number(documents: &Documents, field: FieldId) -> Option<f64> {
    documents.get(DocumentName::Values)?.1.number(field)
}

#[test]
fn changes_are_put_into_the_snapshot_and_ages_count_from_when_they_came() {
    let (power, energy) = (FieldId::ActivePower, FieldId::ChargedEnergy);
    let mut documents = Documents::default();
    documents.take(event(true, 300, Some(&[(power, 1.0), (energy, 5.0)])), at(10));
    let (asked, _) = documents.get(DocumentName::Values).unwrap();
    assert_eq!(asked, Moment::from_millis(9_700));
    documents.take(event(false, 100, Some(&[(power, 2.0)])), at(12));
    assert_eq!(number(&documents, power), Some(2.0));
    assert_eq!(number(&documents, energy), Some(5.0));
    documents.take(event(false, 50, None), at(14));
    assert_eq!(documents.get(DocumentName::Values).unwrap().0, Moment::from_millis(13_950));
    assert_eq!(number(&documents, power), Some(2.0));
    documents.take(event(true, 0, Some(&[(energy, 6.0)])), at(16));
    assert_eq!(number(&documents, power), None, "no value outlives its snapshot");
    assert!(documents.get(DocumentName::Info).is_none());
}

#[test]
fn a_failed_poll_makes_nothing_younger() {
    let mut documents = Documents::default();
    documents.take(event(true, 0, Some(&[(FieldId::ActivePower, 1.0)])), at(10));
    let failed = Event { failed: Some(RequestError::Away), ..event(false, 2_000, None) };
    documents.take(failed, at(12));
    assert_eq!(documents.get(DocumentName::Values).unwrap().0, at(10));
}

#[test]
fn a_charger_that_takes_long_to_read_is_not_stale_in_between() {
    use gateway_api::link::{Link, LinkState};
    use gateway_api::snapshot::Snapshot;
    let mut documents = Documents::default();
    documents.take(event(true, 8_000, Some(&[])), at(8));
    assert_eq!(documents.cycle(), None, "it may have been made before");
    documents.take(event(false, 8_000, None), at(18));
    let (asked, values) = documents.get(DocumentName::Values).unwrap();
    let snapshot = Snapshot::default().with(asked, DocumentName::Values, values.clone());
    let link = Link::<()>::connecting(at(0)).answered(snapshot.paced(documents.cycle().unwrap()));
    // Each of three documents takes 4 s after a pause of 2 s.
    assert_eq!(link.aged(at(18 + 2 + 12 - 1)).state(), LinkState::Live);
}

#[test]
fn values_that_no_snapshot_began_are_not_shown() {
    let mut documents = Documents::default();
    documents.take(event(false, 0, None), at(1));
    assert!(documents.get(DocumentName::Values).is_none());
}
