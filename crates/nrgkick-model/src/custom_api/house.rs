//! What the house takes, where nobody measures it: how the figure comes about, or why there is none.
//!
//! The balance is what the inverters give plus what comes from the grid. A battery behind an
//! inverter is inside that inverter's AC power. One with an inverter of its own (AC-coupled) is not,
//! and counts: plus what it gives, minus what it takes. There is one battery at most, so with
//! several inverters it is behind the one that says `battery_connected = true`, and AC-coupled where
//! every inverter says `false`. As long as one of them says nothing and none says `true`, nobody
//! knows, and nothing is derived: a guess would be off by the battery's whole power.

use std::fmt;

use super::devices::DeviceIndex;
use super::info::DeviceInfo;
use super::place::Place;
use super::quantity::Observed;
use super::table::DeviceFieldId;

/// Where the grid is, as [`EnergyMeterInfo::location`](super::EnergyMeterInfo::location) counts.
pub const GRID_LOCATION: u8 = 1;

/// Measured figures that belong together differ by this share, as they are not of one moment …
const TOLERANCE: f64 = 0.1;
/// … or by this much, W.
const LEAST_TOLERANCE: f64 = 100.0;

/// What becomes of the house's load.
#[derive(Clone, Debug, PartialEq)]
pub enum HouseLoad {
    /// It has a source of its own.
    Configured,
    /// It is worked out of other values.
    Derived(Balance),
    /// The charger is not told, for this reason.
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
    /// What the house takes, W.
    pub watts: f64,
    /// What was added up: the inverters, the grid, and a battery that is AC-coupled.
    pub terms: Vec<Place>,
    /// No meter has a location, so the first one is taken for the grid's.
    pub is_meter_assumed: bool,
    /// How the battery counts.
    pub battery: BatteryCoupling,
}

/// How a battery stands to the inverters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatteryCoupling {
    /// There is none.
    None,
    /// Its power is inside that of an inverter.
    BehindInverter,
    /// It has an inverter of its own and counts for itself.
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

/// Why the charger is not told what the house takes; [`Display`](fmt::Display) also says what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoHouseLoad {
    /// There is no meter.
    #[error("there is no energy meter; add the one at the grid, with location = 1")]
    NoMeter,
    /// None of the meters is known to be at the grid.
    #[error("no energy meter is known to be at the grid; give that one location = 1")]
    NoGridMeter,
    /// Several meters are at the grid.
    #[error(
        "several meters are at the grid ({}); keep location = 1 at the one that counts the whole \
         house, or write load_power_w yourself", Listed(.0, ", ")
    )]
    SeveralGridMeters(Vec<Place>),
    /// How the battery is connected is not known.
    #[error("is the battery behind an inverter? {}", Question(.0))]
    BatteryUnknown(Vec<Place>),
    /// Values that it is made of are missing.
    #[error("it needs {}", Listed(.0, " and "))]
    Missing(Vec<Place>),
    /// No house takes less than nothing.
    #[error(
        "\u{2212}{} W is below zero, which no house takes; check the signs (grid plus is consumption, \
         battery plus is discharging) and that no inverter is missing", .0.unsigned_abs()
    )]
    BelowZero(i64),
    /// No house takes more than what comes in.
    #[error(
        "{watts} W is more than all that flows: inverters, grid and battery give {most} W; check \
         the signs, the unit and that no inverter is missing"
    )]
    MoreThanFlows {
        /// What the house is said to take, W.
        watts: i64,
        /// What inverters, grid and battery give together, W.
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

/// What to write about the battery.
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

/// The meter at the grid, and whether that is an assumption: the one whose location says so; where
/// no meter has a location, the first.
///
/// # Errors
/// Where there is none, or several.
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

/// What the house takes, of the devices in `info` and their values now.
///
/// # Errors
/// Why it cannot be told.
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
    // It cannot be more than what flows, as it is made of that.
    not_negative(watts)?;
    Ok(Balance { watts, terms, is_meter_assumed, battery })
}

/// Whether a house can take `watts`, which somebody measured. More than what flows is told only
/// where all that flows is known: the grid, every inverter (one at least) and any battery.
///
/// # Errors
/// Why it cannot be.
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

/// What inverters, grid and battery give together, W.
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
