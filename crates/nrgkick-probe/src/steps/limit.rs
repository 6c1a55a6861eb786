//! The energy limit after the vehicle was unplugged.

use charger_profile::AfterUnplug;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::command::EnergyLimit;
use nrgkick_model::{Command, FieldId};
use tokio::time::{Instant, sleep};

use super::writes::as_it_is;
use crate::owner::{Owner, Point};
use crate::session::{Change, Session, Skip, left};

/// More than any vehicle takes, so that it ends no charge; in Wh.
const LIMITS: [u32; 2] = [500_000, 501_000];

pub(super) async fn after_unplug<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    if s.options.no_writes {
        return left("--no-writes");
    }
    let line = s.line()?;
    let question = "This needs you at the charger: a vehicle plugged in, and then unplugged by you. \
                    Do you want that?";
    if !s.owner.ask(question).await {
        return left("not wanted");
    }
    let owners_time = s.options.times.owner;
    if s.status().await? == Some(ChargingStatus::Standby) {
        let plugged = s.owner.request("Plug a vehicle in; it need not charge.", owners_time).await;
        if !plugged || s.status().await? == Some(ChargingStatus::Standby) {
            return left("no vehicle is plugged in");
        }
    }
    let Command::EnergyLimit(before) = as_it_is(s, FieldId::EnergyLimit).await? else {
        return left("the energy limit shows no value");
    };
    let other = LIMITS.into_iter().find(|limit| *limit != before.watt_hours());
    let Some(limit) = other.and_then(|limit| EnergyLimit::from_watt_hours(limit).ok()) else {
        return left("no other limit is left");
    };
    let command = Command::EnergyLimit(limit);
    let change = Change {
        field: Some(FieldId::EnergyLimit),
        words: format!(
            "the energy limit goes from {} Wh to {} Wh, and back after you have unplugged.",
            before.watt_hours(),
            limit.watt_hours()
        ),
        changes: true,
    };
    s.may_write(&change).await?;
    let written = line.write(command).await;
    s.owner.reached(Point::AfterWrite).await;
    written?;
    let seen = watch(s, command, owners_time).await;
    s.put_back().await?;
    s.answers.charger.limit_after_unplug = Some(seen?);
    Ok(())
}

async fn watch<O: Owner>(
    s: &mut Session<'_, O>,
    command: Command,
    owners_time: std::time::Duration,
) -> Result<AfterUnplug, Skip> {
    let line = s.line()?;
    let settle = s.options.times.settle;
    let until = Instant::now() + settle * 2;
    while command.shown_by(&line.control().await?) != Some(true) {
        if Instant::now() >= until {
            return left("the charger does not take the limit");
        }
        s.look().await;
    }
    if !s.owner.request("Now unplug the vehicle.", owners_time).await {
        return left("not unplugged");
    }
    let until = Instant::now() + s.options.times.watch;
    while s.status().await? != Some(ChargingStatus::Standby) {
        if Instant::now() >= until {
            return left("the charger still shows a vehicle");
        }
        s.look().await;
    }
    sleep(settle).await;
    let control = line.control().await?;
    match (command.shown_by(&control), control.energy_limit) {
        (Some(true), _) => Ok(AfterUnplug::Kept),
        (_, Some(0)) => Ok(AfterUnplug::Cleared),
        (_, other) => left(format!("the limit shows {other:?}")),
    }
}
