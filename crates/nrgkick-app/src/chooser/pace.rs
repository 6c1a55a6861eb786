//! When chargers of the list are asked: each at most every 5 s and never twice at once, and not all
//! together, as a browser opens few connections to one server.
//!
//! Plain logic, which takes the time. A charger allows two requests a second; this takes a tenth.

use std::time::Duration;

use nrgkick_model::time::Moment;

/// Time between two questions to one charger, and to the gateway for its list.
pub const PAUSE: Duration = Duration::from_secs(5);

/// The most questions at once.
const MOST: usize = 4;

/// Of these, the most to chargers that gave no answer before: they take long.
const MOST_SILENT: usize = 2;

/// The questions to all chargers of the list.
#[derive(Debug, Default)]
pub struct Pace(Vec<Ask>);

#[derive(Debug)]
struct Ask {
    key: String,
    asked: Option<Moment>,
    is_busy: bool,
    is_silent: bool,
}

impl Pace {
    /// Those of `wanted` that are to be asked at `now`, those that wait longest first.
    pub fn due(&mut self, wanted: &[String], now: Moment) -> Vec<String> {
        self.0.retain(|ask| ask.is_busy || wanted.contains(&ask.key));
        for key in wanted {
            if self.0.iter().all(|ask| ask.key != *key) {
                let key = key.clone();
                self.0.push(Ask { key, asked: None, is_busy: false, is_silent: false });
            }
        }
        self.0.sort_by_key(|ask| ask.asked);
        let busy = |silent_only: bool| {
            self.0.iter().filter(|ask| ask.is_busy && (ask.is_silent || !silent_only)).count()
        };
        let (mut all, mut silent) = (busy(false), busy(true));
        let mut due = Vec::new();
        for ask in &mut self.0 {
            let is_time = ask.asked.is_none_or(|asked| now.since(asked) >= PAUSE);
            let has_room = all < MOST && (!ask.is_silent || silent < MOST_SILENT);
            if ask.is_busy || !is_time || !has_room || !wanted.contains(&ask.key) {
                continue;
            }
            (ask.asked, ask.is_busy) = (Some(now), true);
            all += 1;
            silent += usize::from(ask.is_silent);
            due.push(ask.key.clone());
        }
        due
    }

    /// Notes that the question to `key` is over, and whether it was answered.
    pub fn answered(&mut self, key: &str, is_answered: bool) {
        if let Some(ask) = self.0.iter_mut().find(|ask| ask.key == key) {
            (ask.is_busy, ask.is_silent) = (false, !is_answered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &str) -> Vec<String> {
        names.chars().map(String::from).collect()
    }

    fn at(seconds: u64) -> Moment {
        Moment::from_millis(seconds * 1_000)
    }

    #[test]
    fn each_is_asked_every_5_seconds_and_never_twice_at_once() {
        let mut pace = Pace::default();
        let all = keys("ab");
        assert_eq!(pace.due(&all, at(0)), all);
        assert!(pace.due(&all, at(5)).is_empty(), "both are under way");
        pace.answered("a", true);
        assert!(pace.due(&all, at(4)).is_empty());
        assert_eq!(pace.due(&all, at(5)), keys("a"));
        pace.answered("b", true);
        assert_eq!(pace.due(&keys("a"), at(20)), keys(""), "nobody wants to know of b");
    }

    #[test]
    fn the_silent_leave_room_for_those_that_answer() {
        let mut pace = Pace::default();
        let all = keys("abcdef");
        for key in pace.due(&all, at(0)) {
            pace.answered(&key, false);
        }
        assert_eq!(pace.due(&all, at(1)), keys("ef"), "those that have not been asked");
        for key in keys("ef") {
            pace.answered(&key, true);
        }
        assert_eq!(pace.due(&all, at(6)).len(), 4);
        let busy: Vec<_> = pace.0.iter().filter(|ask| ask.is_busy).collect();
        assert_eq!(busy.iter().filter(|ask| ask.is_silent).count(), 2);
    }
}
