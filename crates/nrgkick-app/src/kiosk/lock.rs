//! The pad on which the PIN is entered: what is on it, and what a key of it does.

use std::time::Duration;

use nrgkick_model::time::Moment;

use super::pin::{MAX, MIN, Pin, Wrong};
use crate::hands::Hands;

/// The time after the last touch at which the pad goes away by itself.
const PAD_FOR: Duration = Duration::from_secs(30);

/// A key of the pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A digit, 0 to 9.
    Digit(u8),
    /// Takes the last digit back.
    Delete,
    /// The PIN is complete.
    Enter,
}

/// The pad, and the wrong PINs so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The digits so far; `None` while there is no pad.
    entry: Option<String>,
    /// The wrong PINs so far.
    pub wrong: Wrong,
    /// Whether the last PIN was wrong, and nothing has been entered since.
    pub was_wrong: bool,
}

impl Lock {
    /// Without a pad; `wrong` PINs were entered before the page was loaded at `now`.
    pub const fn new(wrong: u32, now: Moment) -> Self {
        Self { entry: None, wrong: Wrong { count: wrong, at: now }, was_wrong: false }
    }

    /// The digits on the pad; `None` where it is not there, or no longer.
    pub fn entry(&self, hands: Hands, now: Moment) -> Option<&str> {
        let is_there = hands.idle(now).is_some_and(|idle| idle < PAD_FOR);
        self.entry.as_deref().filter(|_| is_there && hands.are_kept_off(now))
    }

    /// Whether what is on the pad may be a PIN, and may be looked at.
    pub fn is_complete(&self, now: Moment) -> bool {
        let length = self.entry.as_ref().map_or(0, String::len);
        length >= MIN && self.wrong.wait(now).is_none()
    }

    /// Brings the empty pad, or takes it away.
    pub fn ask(&mut self, shows: bool) {
        self.entry = shows.then(String::new);
        self.was_wrong = false;
    }

    /// A key is pressed. Returns whether it unlocks a display whose PIN is `pin`.
    pub fn press(&mut self, key: Key, pin: Option<&Pin>, now: Moment) -> bool {
        let is_complete = self.is_complete(now);
        let Some(entry) = &mut self.entry else { return false };
        match key {
            Key::Digit(digit) if entry.len() < MAX => entry.push(char::from(b'0' + digit % 10)),
            Key::Digit(_) => {}
            Key::Delete => drop(entry.pop()),
            Key::Enter if is_complete => return self.judge(pin, now),
            Key::Enter => return false,
        }
        self.was_wrong = false;
        false
    }

    fn judge(&mut self, pin: Option<&Pin>, now: Moment) -> bool {
        let is_right = pin.is_some_and(|pin| Some(pin.digits()) == self.entry.as_deref());
        self.ask(!is_right);
        self.was_wrong = !is_right;
        self.wrong = if is_right { Wrong { count: 0, at: now } } else { self.wrong.and_now(now) };
        is_right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_millis(seconds * 1_000)
    }

    fn hands(touched: u64) -> Hands {
        Hands::Display { touched: at(touched), is_open: false }
    }

    fn enter(lock: &mut Lock, digits: &str, now: Moment) -> bool {
        let pin = Pin::parse("4711");
        for digit in digits.bytes() {
            assert!(!lock.press(Key::Digit(digit - b'0'), pin.as_ref(), now));
        }
        lock.press(Key::Enter, pin.as_ref(), now)
    }

    #[test]
    fn the_right_pin_opens_and_takes_the_pad_away() {
        let mut lock = Lock::new(0, at(0));
        assert!(!enter(&mut lock, "4711", at(1)), "there is no pad");
        lock.ask(true);
        assert!(enter(&mut lock, "4711", at(1)));
        assert_eq!(lock.entry(hands(1), at(1)), None);
    }

    #[test]
    fn a_wrong_pin_empties_the_pad_and_the_third_one_makes_it_wait() {
        let mut lock = Lock::new(0, at(0));
        lock.ask(true);
        for wrong in ["4712", "47111", "1174"] {
            assert!(!enter(&mut lock, wrong, at(1)));
            assert!(lock.was_wrong);
            assert_eq!(lock.entry(hands(1), at(1)), Some(""));
        }
        assert!(!enter(&mut lock, "4711", at(30)), "not even the right one");
        assert_eq!(lock.wrong.count, 3);
        assert!(lock.press(Key::Enter, Pin::parse("4711").as_ref(), at(31)));
        assert_eq!(lock.wrong.count, 0);
    }

    #[test]
    fn without_a_pin_nothing_opens() {
        let mut lock = Lock::new(0, at(0));
        lock.ask(true);
        for _ in 0..5 {
            lock.press(Key::Digit(0), None, at(1));
        }
        assert!(!lock.press(Key::Enter, None, at(1)));
    }

    #[test]
    fn too_few_digits_are_no_try_and_too_many_are_not_taken() {
        let mut lock = Lock::new(0, at(0));
        lock.ask(true);
        assert!(!enter(&mut lock, "471", at(1)));
        assert_eq!((lock.wrong.count, lock.entry(hands(1), at(1))), (0, Some("471")));
        lock.press(Key::Delete, None, at(1));
        assert_eq!(lock.entry(hands(1), at(1)), Some("47"));
        for _ in 0..20 {
            lock.press(Key::Digit(9), None, at(1));
        }
        assert_eq!(lock.entry(hands(1), at(1)).unwrap().len(), MAX);
    }

    #[test]
    fn the_pad_goes_away_by_itself() {
        let mut lock = Lock::new(0, at(0));
        lock.ask(true);
        assert!(lock.entry(hands(10), at(39)).is_some());
        assert_eq!(lock.entry(hands(10), at(40)), None);
        assert_eq!(lock.entry(Hands::Free, at(10)), None);
    }
}
