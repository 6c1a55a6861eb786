//! The power of the house, derived from other devices, or the reason why it is not.
//!
//! The balance is the power of the inverters plus the power from the grid. The power of a battery
//! behind an inverter is part of that inverter's AC power. A battery with an inverter of its own
//! (AC-coupled) counts separately: plus when discharging, minus when charging. There is one battery
//! at most, so with several inverters it is behind the one with `battery_connected = true`, and
//! AC-coupled if every inverter has `false`. If one of them has no value and none has `true`, the
//! coupling is unknown and nothing is derived: a guess could be wrong by the battery's whole power.

use std::fmt;

use super::devices::DeviceIndex;
use super::info::DeviceInfo;
use super::place::Place;
use super::quantity::Observed;
use super::table::DeviceFieldId;

/// The value of [`EnergyMeterInfo::location`](super::EnergyMeterInfo::location) for the grid.
pub const GRID_LOCATION: u8 = 1;

/// Allowed deviation as a share, because related values are not measured at the same moment …
const TOLERANCE: f64 = 0.1;
/// … and the least allowed deviation, W.
const LEAST_TOLERANCE: f64 = 100.0;

/// The source of the house's load.
#[derive(Clone, Debug, PartialEq)]
pub enum HouseLoad {
    /// It has a source of its own.
    Configured,
    /// It is derived from other values.
    Derived(Balance),
    /// It is not served, for this reason.
    LeftOut(NoHouseLoad),
}

impl fmt::Display for HouseLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configured => f.write_str("as configured"),
            Self::Derived(balance) => balance.fmt(f),
            Self::LeftOut(reason) => reason.fmt(f),
        }
    }
}

/// A derived load.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// Power that the house takes, W.
    pub watts: f64,
    /// The summands: the inverters, the grid, and an AC-coupled battery.
    pub terms: Vec<Place>,
    /// `true` if no meter has a location, so that the first one is assumed to be at the grid.
    pub is_meter_assumed: bool,
    /// The coupling of the battery.
    pub battery: BatteryCoupling,
}

/// The coupling of a battery to the inverters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatteryCoupling {
    /// There is no battery.
    None,
    /// Its power is part of an inverter's.
    BehindInverter,
    /// It has an inverter of its own and counts separately.
    AcCoupled,
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Listed(&self.terms, " + ").fmt(f)?;
        f.write_str(match self.battery {
            BatteryCoupling::None => "",
            BatteryCoupling::BehindInverter => {
                "; the battery is behind an inverter and inside its power"
            }
            BatteryCoupling::AcCoupled => "; the battery has an inverter of its own, so it counts",
        })?;
        if self.is_meter_assumed {
            f.write_str(
                "; no meter has a location, so energy_meters.0 is taken for the one at the grid",
            )?;
        }
        Ok(())
    }
}

/// The reason why the house's load is not served; [`Display`](fmt::Display) adds a remedy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoHouseLoad {
    /// There is no meter.
    #[error("there is no energy meter; add the one at the grid, with location = 1")]
    NoMeter,
    /// No meter is known to be at the grid.
    #[error("no energy meter is known to be at the grid; give that one location = 1")]
    NoGridMeter,
    /// Several meters are at the grid.
    #[error(
        "several meters are at the grid ({}); keep location = 1 at the one that counts the whole \
         house, or write load_power_w yourself", Listed(.0, ", ")
    )]
    SeveralGridMeters(Vec<Place>),
    /// The coupling of the battery is unknown.
    #[error("is the battery behind an inverter? {}", Question(.0))]
    BatteryUnknown(Vec<Place>),
    /// Values that it is derived from are missing.
    #[error("it needs {}", Listed(.0, " and "))]
    Missing(Vec<Place>),
    /// A negative load, which is impossible.
    #[error(
        "\u{2212}{} W is below zero, which no house takes; check the signs (grid plus is consumption, \
         battery plus is discharging) and that no inverter is missing", .0.unsigned_abs()
    )]
    BelowZero(i64),
    /// A load above the power that comes in, which is impossible.
    #[error(
        "{watts} W is more than all that flows: inverters, grid and battery give {most} W; check \
         the signs, the unit and that no inverter is missing"
    )]
    MoreThanFlows {
        /// The given load of the house, W.
        watts: i64,
        /// Power of inverters, grid and battery together, W.
        most: i64,
    },
}

/// Places in one line.
struct Listed<'a>(&'a [Place], &'static str);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, place) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { self.1 })?;
            place.fmt(f)?;
        }
        Ok(())
    }
}

/// The remedy for an unknown coupling of the battery.
struct Question<'a>(&'a [Place]);

impl fmt::Display for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(
                "no inverter is named that could say battery_connected; add it, or write \
                 load_power_w as the sum of grid and battery",
            );
        }
        f.write_str("give ")?;
        Listed(self.0, " and ").fmt(f)?;
        f.write_str(": true where it is, false where the battery has an inverter of its own")
    }
}

/// Returns the meter at the grid, and `true` if it is assumed: the meter with the location of the
/// grid; if no meter has a location, the first.
///
/// # Errors
/// If there is none, or there are several.
pub fn grid_meter(info: &DeviceInfo) -> Result<(DeviceIndex, bool), NoHouseLoad> {
    let meters = &info.energy_meters;
    let at_grid: Vec<DeviceIndex> = meters
        .iter()
        .filter(|(_, meter)| meter.location == Some(GRID_LOCATION))
        .map(|(index, _)| index)
        .collect();
    match at_grid[..] {
        [index] => Ok((index, false)),
        [] if meters.is_empty() => Err(NoHouseLoad::NoMeter),
        [] => {
            let is_silent = meters.iter().all(|(_, meter)| meter.location.is_none());
            let first = meters.get(DeviceIndex::FIRST).filter(|_| is_silent);
            first.map(|_| (DeviceIndex::FIRST, true)).ok_or(NoHouseLoad::NoGridMeter)
        }
        _ => Err(NoHouseLoad::SeveralGridMeters(
            at_grid.into_iter().filter_map(|at| Place::new(DeviceFieldId::GridPower, at)).collect(),
        )),
    }
}

/// Derives the house's load from the devices in `info` and their present values.
///
/// # Errors
/// The reason why it cannot be derived.
pub fn derive(
    info: &DeviceInfo,
    value: impl Fn(Place) -> Option<Observed>,
) -> Result<Balance, NoHouseLoad> {
    let (meter, is_meter_assumed) = grid_meter(info)?;
    let battery = coupling(info, &value)?;
    let mut terms = inverters(info, DeviceFieldId::InverterPower);
    terms.extend(Place::new(DeviceFieldId::GridPower, meter));
    if battery == BatteryCoupling::AcCoupled {
        terms.push(Place::BATTERY_POWER);
    }
    let powers: Vec<Option<f64>> = terms.iter().map(|place| number(value(*place))).collect();
    let missing: Vec<Place> =
        terms.iter().zip(&powers).filter(|(_, power)| power.is_none()).map(|(at, _)| *at).collect();
    if !missing.is_empty() {
        return Err(NoHouseLoad::Missing(missing));
    }
    let watts = powers.into_iter().flatten().sum();
    // The upper limit of `check` does not apply: the load is the sum of the flows.
    not_negative(watts)?;
    Ok(Balance { watts, terms, is_meter_assumed, battery })
}

/// Checks a measured load of the house. The upper limit is applied only if all flows are known: the
/// grid, every inverter (one at least) and any battery.
///
/// # Errors
/// The reason why `watts` is impossible.
pub fn check(
    watts: f64,
    info: &DeviceInfo,
    value: impl Fn(Place) -> Option<Observed>,
) -> Result<(), NoHouseLoad> {
    not_negative(watts)?;
    let Some(most) = flows(info, value) else { return Ok(()) };
    if watts > most + (most * TOLERANCE).max(LEAST_TOLERANCE) {
        return Err(NoHouseLoad::MoreThanFlows { watts: whole(watts), most: whole(most) });
    }
    Ok(())
}

/// Returns the power that inverters, grid and battery give together, W; `None` if one is unknown.
fn flows(info: &DeviceInfo, value: impl Fn(Place) -> Option<Observed>) -> Option<f64> {
    let (meter, _) = grid_meter(info).ok()?;
    let mut sources = inverters(info, DeviceFieldId::InverterPower);
    if sources.is_empty() {
        return None;
    }
    sources.extend(Place::new(DeviceFieldId::GridPower, meter));
    if !info.batteries.is_empty() {
        sources.push(Place::BATTERY_POWER);
    }
    sources.into_iter().try_fold(0.0, |sum, place| Some(sum + number(value(place))?.max(0.0)))
}

fn coupling(
    info: &DeviceInfo,
    value: impl Fn(Place) -> Option<Observed>,
) -> Result<BatteryCoupling, NoHouseLoad> {
    if info.batteries.is_empty() {
        return Ok(BatteryCoupling::None);
    }
    let all = inverters(info, DeviceFieldId::InverterBattery);
    if all.iter().any(|place| value(*place) == Some(Observed::Flag(true))) {
        return Ok(BatteryCoupling::BehindInverter);
    }
    let says_no = |place: &Place| value(*place) == Some(Observed::Flag(false));
    if !all.is_empty() && all.iter().all(says_no) {
        return Ok(BatteryCoupling::AcCoupled);
    }
    Err(NoHouseLoad::BatteryUnknown(all.into_iter().filter(|place| !says_no(place)).collect()))
}

fn inverters(info: &DeviceInfo, field: DeviceFieldId) -> Vec<Place> {
    info.inverters.iter().filter_map(|(index, _)| Place::new(field, index)).collect()
}

const fn number(observed: Option<Observed>) -> Option<f64> {
    match observed {
        Some(Observed::Number(number)) => Some(number),
        Some(Observed::Flag(_)) | None => None,
    }
}

fn not_negative(watts: f64) -> Result<(), NoHouseLoad> {
    if watts.round() < 0.0 { Err(NoHouseLoad::BelowZero(whole(watts))) } else { Ok(()) }
}

#[expect(clippy::cast_possible_truncation, reason = "what is beyond is shown as the bound")]
fn whole(watts: f64) -> i64 {
    watts.round() as i64
}

#[cfg(test)]
mod tests;
