//! A simulated day against what the simulator knows.

use std::time::Duration;

use charge_record::charge::ChargeId;
use charge_record::{Book, Charge, Event, Look, Reading, Unit};
use gateway_api::record::EndedBy;
use nrgkick_model::field::DocumentName;
use nrgkick_model::time::Moment;
use nrgkick_model::{FieldId, Readings};
use nrgkick_sim_core::{Scenario, Setup, Simulator};
use serde_json::{Value, json};

use crate::support::NOON;

fn rows(simulator: &mut Simulator, target: &str, document: DocumentName) -> Readings {
    let body = simulator.request("GET", target, None).body;
    Readings::from_json(document, &serde_json::from_str(&body).unwrap()).unwrap()
}

struct Day {
    simulator: Simulator,
    book: Book,
    unit: Unit,
    passed: u64,
    ids: u64,
    closed: Vec<Charge>,
}

impl Day {
    fn counter(&mut self) -> u64 {
        let values = rows(&mut self.simulator, "/values?raw", DocumentName::Values);
        Reading::of(&values).counter_wh.unwrap()
    }

    fn pass(&mut self, seconds: u64, is_watched: bool) {
        for _ in 0..seconds / 10 {
            self.simulator.advance(Duration::from_secs(10));
            self.passed += 10;
            if is_watched {
                self.look();
            }
        }
    }

    fn look(&mut self) {
        let mut all = rows(&mut self.simulator, "/values?raw", DocumentName::Values);
        all.merge(rows(&mut self.simulator, "/control", DocumentName::Control));
        let reading = Reading::of(&all);
        let at = Moment::from_millis(self.passed * 1_000);
        let wall = NOON + i64::try_from(self.passed).unwrap();
        let look = Look { at, wall, answer: Some((&self.unit, &reading)) };
        self.ids += 1;
        let id = ChargeId(self.ids);
        for event in self.book.see(&look, || id).1 {
            if let Event::Closed(closed) = event {
                self.closed.push(closed.0);
            }
        }
    }

    fn patch(&mut self, patch: &Value) {
        self.simulator.patch(patch).unwrap();
    }

    /// The gateway ends and begins again: what runs comes from the file.
    fn restart_gateway(&mut self, away: u64) {
        let kept = self
            .book
            .running()
            .map(|running| serde_json::from_slice(&serde_json::to_vec(running).unwrap()).unwrap());
        self.pass(away, false);
        self.book = Book::new(Duration::from_secs(10));
        self.book.resume(self.unit.clone(), kept, &[]);
    }
}

#[test]
fn a_day_with_every_kind_of_end_agrees_with_the_simulator() {
    let mut simulator = Simulator::new(Setup { scenario: Scenario::Idle, ..Setup::default() });
    let info = rows(&mut simulator, "/info?raw", DocumentName::Info);
    let serial = info.text(FieldId::SerialNumber).unwrap().to_owned();
    let unit = Unit { serial, simulated: info.is_simulated() };
    let book = Book::new(Duration::from_secs(10));
    let mut day = Day { simulator, book, unit, passed: 0, ids: 0, closed: Vec::new() };
    day.look();
    let ends = [
        (EndedBy::Unplugged, json!({}), json!({})),
        (
            EndedBy::Limit,
            json!({"control":{"energy_limit":1_500}}),
            json!({"control":{"energy_limit":0}}),
        ),
        (
            EndedBy::Paused,
            json!({"control":{"charge_pause":1}}),
            json!({"control":{"charge_pause":0}}),
        ),
        (EndedBy::Vehicle, json!({"vehicle":{"hungry":false}}), json!({"vehicle":{"hungry":true}})),
        (
            EndedBy::Error,
            json!({"values":{"general":{"error_code":32}}}),
            json!({"values":{"general":{"error_code":null}}}),
        ),
    ];
    let mut truth = Vec::new();
    for (end, begin, undo) in ends {
        let before = day.counter();
        day.pass(1_800, true);
        day.patch(&json!({"vehicle":{"plugged":true}}));
        day.pass(2_400, true);
        if end == EndedBy::Paused {
            // A gateway that was away while power flowed.
            day.restart_gateway(1_200);
        }
        day.pass(60, true);
        day.patch(&begin);
        if end != EndedBy::Unplugged {
            day.pass(1_200, true);
        }
        if end == EndedBy::Vehicle {
            // And one that was away while nothing happened.
            day.restart_gateway(600);
            day.pass(60, true);
        }
        let after = day.counter();
        day.patch(&json!({"vehicle":{"plugged":false}}));
        day.pass(60, true);
        day.patch(&undo);
        truth.push((end, before, after));
    }
    // The charger loses power while it charges: its counters of the charge begin anew.
    day.patch(&json!({"vehicle":{"plugged":true}}));
    day.pass(1_200, true);
    day.patch(
        &json!({"values":{"energy":{"charged_energy":0},"general":{"vehicle_connect_time":3}}}),
    );
    day.pass(20, true);
    day.patch(&json!({"values":{"energy":{"charged_energy":null},"general":{"vehicle_connect_time":null}}}));
    day.pass(600, true);
    day.patch(&json!({"vehicle":{"plugged":false}}));
    let last = day.counter();
    day.pass(86_400, true);
    let mut restarted = day.closed.split_off(truth.len());
    for (charge, (end, before, after)) in day.closed.iter().zip(&truth) {
        assert_eq!(charge.ended_by, Some(*end), "{charge:?}");
        assert_eq!(charge.energy_wh, Some(after - before), "{end:?}: {charge:?}");
        assert_eq!((charge.counter_start_wh, charge.counter_end_wh), (Some(*before), Some(*after)));
        assert!(charge.simulated && charge.peak_w.is_some_and(|peak| peak > 4_000));
        assert_eq!(charge.phases, Some(3));
        let was_away = *end == EndedBy::Paused;
        assert_eq!(charge.gaps.len(), usize::from(was_away), "{end:?}: {:?}", charge.gaps);
        assert_eq!(charge.shown().complete, !was_away, "{end:?}");
    }
    assert!(restarted.len() >= 2, "{restarted:?}");
    assert!(restarted.iter().all(|charge| !charge.shown().complete), "nobody saw all of any");
    restarted.retain(|charge| charge.energy_wh.is_some());
    assert_eq!(restarted.last().unwrap().counter_end_wh, Some(last));
    assert_eq!(day.book.ring().len(), 8_640, "24 h and no more");
}
