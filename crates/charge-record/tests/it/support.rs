//! A hand that moves a charger's values from look to look.

use std::time::Duration;

use charge_record::charge::ChargeId;
use charge_record::{Book, Charge, Event, Look, Reading, Unit};
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::time::Moment;

pub(crate) const NOON: i64 = 1_795_953_600;

/// A charger, its record, and both clocks.
pub(crate) struct Hand {
    pub(crate) book: Book,
    pub(crate) unit: Unit,
    pub(crate) now: Reading,
    pub(crate) at: u64,
    pub(crate) wall: i64,
    pub(crate) events: Vec<Event>,
    ids: u64,
}

pub(crate) fn unit(serial: &str) -> Unit {
    Unit { serial: serial.to_owned(), simulated: false }
}

impl Hand {
    /// Nobody is plugged in; the counter stands at 1 MWh.
    pub(crate) fn new() -> Self {
        let now = Reading {
            status: Some(ChargingStatus::Standby),
            power_w: Some(0.0),
            counter_wh: Some(1_000_000),
            charged_wh: Some(3_000),
            connect_s: Some(5_000),
            count: Some(7),
            paused: Some(false),
            limit_wh: Some(0),
            ..Reading::default()
        };
        Self {
            book: Book::new(Duration::from_secs(10)),
            unit: unit("A1"),
            now,
            at: 1_000,
            wall: NOON,
            events: Vec::new(),
            ids: 0,
        }
    }

    /// A vehicle is plugged in.
    pub(crate) fn plug(&mut self) {
        self.now.status = Some(ChargingStatus::Connected);
        (self.now.charged_wh, self.now.connect_s) = (Some(0), Some(0));
        self.now.count = self.now.count.map(|count| count + 1);
    }

    pub(crate) fn status(&mut self, status: ChargingStatus) {
        self.now.status = Some(status);
        self.now.power_w = Some(if status == ChargingStatus::Charging { 11_000.0 } else { 0.0 });
    }

    /// Time passes for the charger and both clocks.
    pub(crate) fn pass(&mut self, seconds: u64) {
        self.at += seconds;
        self.wall += i64::try_from(seconds).unwrap();
        if !self.now.is_unplugged() {
            self.now.connect_s = self.now.connect_s.map(|connect| connect + seconds);
        }
        if self.now.is_charging() {
            let energy = seconds * 3;
            self.now.counter_wh = self.now.counter_wh.map(|wh| wh + energy);
            self.now.charged_wh = self.now.charged_wh.map(|wh| wh + energy);
        }
    }

    pub(crate) fn look(&mut self) {
        let answer = (self.unit.clone(), self.now.clone());
        self.look_at(Some(&answer));
    }

    pub(crate) fn miss(&mut self) {
        self.look_at(None);
    }

    fn look_at(&mut self, answer: Option<&(Unit, Reading)>) {
        let at = Moment::from_millis(self.at * 1_000);
        let answer = answer.map(|(unit, now)| (unit, now));
        let look = Look { at, wall: self.wall, answer };
        self.ids += 1;
        let id = ChargeId(self.ids);
        let (_, events) = self.book.see(&look, || id);
        self.events.extend(events);
    }

    /// Looks every 10 s for `seconds`.
    pub(crate) fn watch(&mut self, seconds: u64) {
        for _ in 0..seconds / 10 {
            self.pass(10);
            self.look();
        }
    }

    /// Plugs in and charges for 20 minutes, all of it seen.
    pub(crate) fn charge(&mut self) {
        self.look();
        self.watch(20);
        self.plug();
        self.watch(20);
        self.status(ChargingStatus::Charging);
        self.watch(1_200);
    }

    pub(crate) fn unplug(&mut self) {
        self.status(ChargingStatus::Standby);
        self.watch(20);
    }

    pub(crate) fn closed(&self) -> Vec<Charge> {
        let closed = |event: &Event| match event {
            Event::Closed(closed) => Some(closed.0.clone()),
            _ => None,
        };
        self.events.iter().filter_map(closed).collect()
    }

    pub(crate) fn only(&self) -> Charge {
        let closed = self.closed();
        assert_eq!(closed.len(), 1, "{:?}", self.events);
        closed[0].clone()
    }

    pub(crate) fn count(&self, is_it: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| is_it(event)).count()
    }
}
