//! What a kWh costs, as the owner says: one price, or two by the time of day, and the flat rate that an
//! employer pays, with the one of them that counts.

use super::money::{CURRENCIES, Price};
use super::zone::Zone;

const MINUTES: u16 = 24 * 60;

/// A time of day to the minute, in minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Reads `22:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.trim().split_once(':')?;
        let number = |text: &str, most: u16| {
            let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u16>().ok().filter(|number| is_number && *number <= most)
        };
        Some(Self(number(hours, 23)? * 60 + number(minutes, 59)?))
    }

    /// Writes `22:00`.
    pub fn text(self) -> String {
        format!("{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A part of every day, over midnight where it ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    from: TimeOfDay,
    to: TimeOfDay,
}

impl Window {
    /// From `from` until `to`; `None` if both are the same.
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Option<Self> {
        (from != to).then_some(Self { from, to })
    }

    /// Whether it holds the moment `at`, s since 1970, by the clocks of `zone`.
    pub fn holds(self, at: i64, zone: Zone) -> bool {
        self.since(at, zone) < self.length()
    }

    /// The next moment after `at` at which it begins or ends, while no clock of `zone` is changed.
    pub fn changes_after(self, at: i64, zone: Zone) -> i64 {
        let since = self.since(at, zone);
        let next = if since < self.length() { self.length() } else { MINUTES };
        at - at.rem_euclid(60) + i64::from(next - since) * 60
    }

    /// Minutes since its last beginning.
    fn since(self, at: i64, zone: Zone) -> u16 {
        (zone.minute_of_day(at) + MINUTES - self.from.0) % MINUTES
    }

    /// Minutes from its beginning to its end.
    fn length(self) -> u16 {
        (self.to.0 + MINUTES - self.from.0) % MINUTES
    }

    /// Its two ends as texts.
    pub fn texts(self) -> (String, String) {
        (self.from.text(), self.to.text())
    }
}

/// The price of a part of every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    /// The price.
    pub price: Price,
    /// When it holds.
    pub window: Window,
}

/// What costs are worked out from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The owner's own price.
    Own,
    /// The employer's flat rate.
    Employer,
}

/// Prices as they are to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rates {
    /// The same all day.
    One(Price),
    /// One for most of the day, and another for a part of it.
    Two(Price, Second),
}

/// The owner's tariff. Without the price that its base names it has no rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// One of [`CURRENCIES`].
    pub currency: &'static str,
    /// What costs are worked out from.
    pub base: Base,
    /// The owner's own price.
    pub own: Option<Price>,
    /// The owner's price for a part of every day.
    pub second: Option<Second>,
    /// The employer's flat rate.
    pub employer: Option<Price>,
}

impl Default for Tariff {
    /// No price at all.
    fn default() -> Self {
        let currency = CURRENCIES[0];
        Self { currency, base: Base::Own, own: None, second: None, employer: None }
    }
}

/// The currency called `code`.
pub fn currency(code: &str) -> Option<&'static str> {
    CURRENCIES.into_iter().find(|currency| *currency == code)
}

impl Tariff {
    /// The prices that count; `None` where there are none.
    pub fn rates(&self) -> Option<Rates> {
        match (self.base, self.own, self.second) {
            (Base::Employer, ..) => self.employer.map(Rates::One),
            (Base::Own, own, None) => own.map(Rates::One),
            (Base::Own, own, Some(second)) => own.map(|own| Rates::Two(own, second)),
        }
    }

    /// As it is kept: `EUR own 0.32 0.22@22:00-06:00 0.34`, with `-` for what is not there.
    pub fn write(&self) -> String {
        let price = |price: Option<Price>| price.map_or_else(|| "-".to_owned(), Price::text);
        let second = self.second.map_or_else(
            || "-".to_owned(),
            |Second { price, window }| {
                let (from, to) = window.texts();
                format!("{}@{from}-{to}", price.text())
            },
        );
        let base = if self.base == Base::Own { "own" } else { "employer" };
        format!("{} {base} {} {second} {}", self.currency, price(self.own), price(self.employer))
    }

    /// Reads what was kept. `None` if it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let currency = currency(words.next()?)?;
        let base = match words.next()? {
            "own" => Base::Own,
            "employer" => Base::Employer,
            _ => return None,
        };
        let own = maybe(words.next()?, |text| Price::parse(text).ok())?;
        let second = maybe(words.next()?, read_second)?;
        let employer = maybe(words.next()?, |text| Price::parse(text).ok())?;
        words.next().is_none().then_some(Self { currency, base, own, second, employer })
    }
}

fn maybe<T>(word: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if word == "-" { Some(None) } else { read(word).map(Some) }
}

fn read_second(text: &str) -> Option<Second> {
    let (price, window) = text.split_once('@')?;
    let (from, to) = window.split_once('-')?;
    let window = Window::new(TimeOfDay::parse(from)?, TimeOfDay::parse(to)?)?;
    Some(Second { price: Price::parse(price).ok()?, window })
}

#[cfg(test)]
mod tests {
    use gateway_api::utc;

    use super::super::zone::tests::VIENNA;
    use super::*;

    fn window(from: &str, to: &str) -> Window {
        Window::new(TimeOfDay::parse(from).unwrap(), TimeOfDay::parse(to).unwrap()).unwrap()
    }

    #[test]
    fn a_window_goes_over_midnight_and_follows_the_clock_on_the_wall() {
        let night = window("22:00", "06:00");
        let holds = |text| night.holds(utc::parse(text).unwrap(), VIENNA);
        // An hour ahead in winter, two in summer.
        assert!(!holds("2026-11-29T20:59:59Z") && holds("2026-11-29T21:00:00Z"));
        assert!(holds("2026-11-30T04:59:59Z") && !holds("2026-11-30T05:00:00Z"));
        assert!(!holds("2026-07-01T19:59:59Z") && holds("2026-07-01T20:00:00Z"));
        let noon = window("12:00", "13:00");
        assert!(noon.holds(utc::parse("2026-11-29T11:30:00Z").unwrap(), VIENNA));
        assert!(!noon.holds(utc::parse("2026-11-29T12:00:00Z").unwrap(), VIENNA));
        let changes = |text| utc::text(night.changes_after(utc::parse(text).unwrap(), VIENNA));
        assert_eq!(changes("2026-11-29T20:59:59Z"), "2026-11-29T21:00:00Z");
        assert_eq!(changes("2026-11-29T21:00:00Z"), "2026-11-30T05:00:00Z");
        assert_eq!(changes("2026-11-30T04:59:30Z"), "2026-11-30T05:00:00Z");
        assert_eq!(changes("2026-11-30T05:00:00Z"), "2026-11-30T21:00:00Z");
        let midnight = TimeOfDay::parse("00:00").unwrap();
        assert_eq!(Window::new(midnight, midnight), None);
    }

    #[test]
    fn what_is_kept_is_read_and_anything_else_is_not() {
        let price = |text| Price::parse(text).unwrap();
        let second = Second { price: price("0.2233"), window: window("22:00", "06:00") };
        let tariff = Tariff {
            currency: "CHF",
            base: Base::Employer,
            own: Some(price("0.32")),
            second: Some(second),
            employer: Some(price("0.34")),
        };
        let kept = "CHF employer 0.32 0.2233@22:00-06:00 0.34";
        assert_eq!((tariff.write(), Tariff::read(kept)), (kept.to_owned(), Some(tariff)));
        assert_eq!(Tariff::default().write(), "EUR own - - -");
        assert_eq!(Tariff::read("EUR own - - -"), Some(Tariff::default()));
        for bad in [
            "",
            "EUR",
            "XXX own - - -",
            "EUR mine - - -",
            "EUR own x - -",
            "EUR own 0.3 0.2@22:00-22:00 -",
            "EUR own 0.3 0.2@24:00-06:00 -",
            "EUR own - - - -",
        ] {
            assert_eq!(Tariff::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_base_says_which_price_counts() {
        let price = |text| Price::parse(text).unwrap();
        let mut tariff = Tariff { own: Some(price("0.32")), ..Tariff::default() };
        assert_eq!(tariff.rates(), Some(Rates::One(price("0.32"))));
        tariff.base = Base::Employer;
        assert_eq!(tariff.rates(), None, "no flat rate was given");
        tariff.employer = Some(price("0.34"));
        assert_eq!(tariff.rates(), Some(Rates::One(price("0.34"))));
    }
}
