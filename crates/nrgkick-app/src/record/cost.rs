//! The cost of a charge.
//!
//! With one price it follows from the energy. With two it takes the curve, whose points have the
//! charger's counter once a minute: what was counted between two points costs what held then, and
//! where the price changed between them, by the seconds before and after. Where points are further
//! apart and the price changed meanwhile, nobody knows when the energy flowed, and there is no cost.

use gateway_api::record::{Charge, CurvePoint};
use gateway_api::utc;

use super::money::Amount;
use super::tariff::{Rates, Window};
use super::zone::Zone;

/// The longest time between two points over which energy is taken to have flowed evenly, s. Points
/// are a minute apart.
const EVEN_S: i64 = 120;
/// No part of a day is longer.
const DAY_S: i64 = 86_400;

/// Why a charge has no cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCost {
    /// The charger counted no energy.
    NoEnergy,
    /// The curve was not read yet.
    NotRead,
    /// The curve is kept no longer, or has no counter.
    NoCurve,
    /// The price changed while nobody saw how much was charged.
    Unseen,
}

/// Whether the cost of `charge` takes its curve: the price changed while it ran.
pub fn needs_curve(charge: &Charge, rates: Rates, zone: Zone) -> bool {
    let Rates::Two(_, second) = rates else { return false };
    let times = utc::parse(&charge.start).zip(until(charge));
    times.is_none_or(|(start, until)| one_side(start, until, second.window, zone).is_none())
}

/// The last moment at which energy of `charge` was counted: its end, or the last look while it runs,
/// and at least the end of a gap whose energy is part of it.
fn until(charge: &Charge) -> Option<i64> {
    let last = match &charge.end {
        Some(end) => utc::parse(end)?,
        None => utc::parse(&charge.start)?.saturating_add_unsigned(charge.duration_s),
    };
    let counted = charge.gaps.iter().filter(|gap| gap.counted);
    let gaps = counted.filter_map(|gap| utc::parse(&gap.to));
    Some(gaps.fold(last, i64::max))
}

/// The cost of `charge`, whose points are `curve` where they were read.
///
/// # Errors
/// Why there is none.
pub fn cost(
    charge: &Charge,
    curve: Option<&[CurvePoint]>,
    rates: Rates,
    zone: Zone,
) -> Result<Amount, NoCost> {
    let energy = charge.energy_wh.ok_or(NoCost::NoEnergy)?;
    let (price, second) = match rates {
        Rates::One(price) => return Ok(Amount::of(&[(energy, price)])),
        Rates::Two(price, second) => (price, second),
    };
    let within = if needs_curve(charge, rates, zone) {
        within(charge, energy, curve.ok_or(NoCost::NotRead)?, second.window, zone)?
    } else {
        let is_within = utc::parse(&charge.start).is_some_and(|at| second.window.holds(at, zone));
        if is_within { energy } else { 0 }
    };
    Ok(Amount::of(&[(energy - within, price), (within, second.price)]))
}

/// The part of `energy` that was charged within `window`, Wh.
fn within(
    charge: &Charge,
    energy: u64,
    curve: &[CurvePoint],
    window: Window,
    zone: Zone,
) -> Result<u64, NoCost> {
    let mut points = counted(charge, curve);
    // The last look came after the last point, but where the curve was read later than the charge.
    if let Some(last) = until(charge).zip(charge.counter_end_wh) {
        points.retain(|(at, _)| *at < last.0);
        points.push(last);
    }
    let (mut inside, mut all) = (0, 0);
    for pair in points.windows(2) {
        let [(from, before), (to, after)] = *pair else { continue };
        let rise = after.saturating_sub(before);
        if rise == 0 || is_left_out(charge, from, to) {
            continue;
        }
        all += rise;
        inside += match one_side(from, to, window, zone) {
            Some(true) => rise,
            Some(false) => 0,
            None if to - from <= EVEN_S => share(rise, from, to, window, zone),
            None => return Err(NoCost::Unseen),
        };
    }
    match all {
        _ if all == energy => Ok(inside),
        0 => Err(NoCost::NoCurve),
        _ => Err(NoCost::Unseen),
    }
}

/// Times and counters of the points that have both, in the order of time.
fn counted(charge: &Charge, curve: &[CurvePoint]) -> Vec<(i64, u64)> {
    let start = utc::parse(&charge.start).zip(charge.counter_start_wh);
    let points = curve.iter().filter_map(|point| utc::parse(&point.at).zip(point.counter_wh));
    start.into_iter().filter(|_| !curve.is_empty()).chain(points).collect()
}

/// Whether what the counter rose by between `from` and `to` is not part of the charge's energy.
fn is_left_out(charge: &Charge, from: i64, to: i64) -> bool {
    charge.gaps.iter().filter(|gap| !gap.counted).any(|gap| {
        let ends = utc::parse(&gap.from).zip(utc::parse(&gap.to));
        ends.is_some_and(|(begin, end)| begin < to && from < end)
    })
}

/// Whether all of the time is within the window, or none; `None` if some is.
fn one_side(from: i64, to: i64, window: Window, zone: Zone) -> Option<bool> {
    let first = window.holds(from, zone);
    // The two prices of every day are both in a day.
    let to = to.min(from + DAY_S + 60);
    if zone.is_steady(from, to) {
        return (window.changes_after(from, zone) >= to).then_some(first);
    }
    let mut at = from;
    while at < to {
        if window.holds(at, zone) != first {
            return None;
        }
        at += 60 - at.rem_euclid(60);
    }
    Some(first)
}

/// The part of `rise` that falls into the window, where it rose evenly.
fn share(rise: u64, from: i64, to: i64, window: Window, zone: Zone) -> u64 {
    let inside = (from..to).filter(|at| window.holds(*at, zone)).count() as u64;
    let all = (from..to).count().max(1) as u64;
    (rise * inside + all / 2) / all
}

#[cfg(test)]
mod tests;
