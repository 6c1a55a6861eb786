//! Prices and amounts, without a fraction that a binary number cannot hold.
//!
//! A price has four decimals; an amount is whole hundredths of its currency. Every amount is rounded
//! once, half a hundredth away from zero, and a sum is the sum of rounded amounts, so that the lines
//! of a sheet add up.

/// The currencies to choose from. All of them are divided into a hundred.
pub const CURRENCIES: [&str; 11] =
    ["EUR", "CHF", "GBP", "CZK", "DKK", "HUF", "NOK", "PLN", "RON", "SEK", "USD"];

/// Decimals of a price.
const DECIMALS: usize = 4;
/// Watt-hours of a kWh times ten-thousandths of the unit, by which an amount is a hundredth.
const HUNDREDTH: u128 = 100_000;

/// A price for a kWh in ten-thousandths of the currency's unit, at most 99.9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price(u32);

/// What was typed is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPrice;

impl Price {
    /// Reads `0.3199` or `0,3199`.
    ///
    /// # Errors
    /// [`NoPrice`]: no number, more than four decimals, or more than 99.9999.
    pub fn parse(text: &str) -> Result<Self, NoPrice> {
        let text = text.trim();
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = is_number(whole)
            && is_number(decimals)
            && whole.len() <= 2
            && decimals.len() <= DECIMALS
            && !(whole.is_empty() && decimals.is_empty());
        let digits = format!("{whole}{decimals:0<DECIMALS$}");
        digits.parse().ok().filter(|_| fits).map(Self).ok_or(NoPrice)
    }

    /// With a point, and at least two decimals.
    pub fn text(self) -> String {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        let least = text.len() - 2;
        let kept = text.trim_end_matches('0').len().max(least);
        text.get(..kept).unwrap_or_default().to_owned()
    }
}

/// An amount in hundredths of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(u64);

impl Amount {
    /// The price of energies, Wh, each at its own.
    pub fn of(parts: &[(u64, Price)]) -> Self {
        let sum: u128 = parts.iter().map(|(wh, price)| u128::from(*wh) * u128::from(price.0)).sum();
        let hundredths = (sum + HUNDREDTH / 2) / HUNDREDTH;
        Self(u64::try_from(hundredths).unwrap_or(u64::MAX))
    }

    /// With a point and two decimals.
    pub fn text(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        Price::parse(text).unwrap()
    }

    #[test]
    fn a_price_is_what_was_typed_to_its_last_decimal() {
        for (typed, text) in [
            ("0.32", "0.32"),
            ("0,3199", "0.3199"),
            (" 1 ", "1.00"),
            (".5", "0.50"),
            ("12.345", "12.345"),
            ("99.9999", "99.9999"),
            ("0", "0.00"),
        ] {
            assert_eq!(price(typed).text(), text);
        }
        for bad in ["", ".", "x", "-1", "+1", "1e3", "0.12345", "100", "1.2.3", "1 000", "∞"] {
            assert_eq!(Price::parse(bad), Err(NoPrice), "{bad}");
        }
    }

    /// By hand: 12.345 kWh × 0.32 = 3.9504; 7.5 kWh × 0.30 = 2.25; 0.5 kWh × 0.31 = 0.155, which
    /// rounds up; 0.5 kWh × 0.3098 = 0.1549, which does not.
    #[test]
    fn amounts_are_those_of_a_calculation_by_hand() {
        for (wh, at, amount) in [
            (12_345, "0.32", "3.95"),
            (7_500, "0.30", "2.25"),
            (500, "0.31", "0.16"),
            (500, "0.3098", "0.15"),
            (0, "0.32", "0.00"),
            (1, "0.01", "0.00"),
            (1_000_000, "99.9999", "99999.90"),
        ] {
            assert_eq!(Amount::of(&[(wh, price(at))]).text(), amount, "{wh} Wh at {at}");
        }
    }

    /// 1.004 kWh × 0.25 = 0.251 and 2.004 kWh × 0.35 = 0.7014: together 0.9524. Rounded apart they
    /// would be 0.25 + 0.70 = 0.95 too; with 0.254 and 0.704 they are 0.958, and apart 0.25 + 0.70.
    #[test]
    fn two_rates_of_one_charge_are_rounded_once() {
        let parts = [(1_016, price("0.25")), (2_012, price("0.35"))];
        assert_eq!(Amount::of(&parts).text(), "0.96");
        let apart = Amount::of(&parts[..1]).plus(Amount::of(&parts[1..]));
        assert_eq!(apart.text(), "0.95");
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(Amount::of(&[(u64::MAX, price("99.9999")); 2]).0, u64::MAX);
        assert_eq!(Amount(u64::MAX).plus(Amount(1)).0, u64::MAX);
    }
}
