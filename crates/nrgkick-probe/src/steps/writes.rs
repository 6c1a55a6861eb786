//! Writes over HTTP, each of them asked for.

use std::time::Duration;

use charger_profile::{Exchange, scrub};
use nrgkick_model::command::ChargingCurrent;
use nrgkick_model::{Command, Field, FieldId, Request};
use tokio::time::Instant;

use crate::http::Ask;
use crate::journal;
use crate::owner::{Owner, Point};
use crate::session::{Change, Session, Skip, left};

/// The rated current of the larger units, A; nothing above it is ever written.
const LARGEST: f64 = 32.0;
/// Added to the rated current of a smaller one, A.
const ABOVE: f64 = 4.0;

/// Returns the write that sets `field` to what it is.
pub(super) async fn as_it_is<O: Owner>(
    s: &mut Session<'_, O>,
    field: FieldId,
) -> Result<Command, Skip> {
    let line = s.line()?;
    s.pace().await;
    let control = line.control().await?;
    let commands = journal::commands(&control);
    match commands.into_iter().find(|command| command.field().id == field) {
        Some(command) => Ok(command),
        None => left(format!("{} shows no value", Field::of(field).label())),
    }
}

/// Sends a write once, if it may be sent.
async fn send<O: Owner>(
    s: &mut Session<'_, O>,
    change: &Change,
    target: &str,
) -> Result<Exchange, Skip> {
    let http = s.http()?;
    s.may_write(change).await?;
    let answer = http.send(Ask::get(target)).await;
    s.owner.reached(Point::AfterWrite).await;
    let exchange = answer?.exchange();
    s.note(format!("GET {target}"), &format!("{}: {}", exchange.status, exchange.body));
    Ok(exchange)
}

async fn same<O: Owner>(s: &mut Session<'_, O>, field: FieldId) -> Result<Exchange, Skip> {
    s.http()?;
    let command = as_it_is(s, field).await?;
    let change = unchanged(command);
    let target = Request::Write(command.into()).target();
    Ok(scrub::exchange(&send(s, &change, &target).await?))
}

/// A write of the value that is set already.
pub(super) fn unchanged(command: Command) -> Change {
    let label = command.field().label();
    let value = command.query_value();
    let words = format!("{label} is {value}. It is written once more as {value}.");
    Change { field: Some(command.field().id), words, changes: false }
}

pub(super) async fn unknown_key<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let words = "a setting `nrgkick_probe`, which does not exist, is written as 1.".to_owned();
    let change = Change { field: None, words, changes: false };
    let target = format!("{}?nrgkick_probe=1", Request::Control.target());
    s.answers.http.unknown_key = Some(scrub::exchange(&send(s, &change, &target).await?));
    Ok(())
}

pub(super) async fn same_phases<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.answers.http.same_phases = Some(same(s, FieldId::PhaseCount).await?);
    Ok(())
}

pub(super) async fn same_pause<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.answers.http.same_pause = Some(same(s, FieldId::ChargePause).await?);
    Ok(())
}

pub(super) async fn same_current<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.answers.http.same_current = Some(same(s, FieldId::CurrentSet).await?);
    Ok(())
}

pub(super) async fn lag<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let line = s.line()?;
    s.http()?;
    let Command::CurrentSet(before) = as_it_is(s, FieldId::CurrentSet).await? else {
        return left("the set current shows no value");
    };
    let step = if before.amperes() > ChargingCurrent::MIN + 0.05 { -0.1 } else { 0.1 };
    let after = ((before.amperes() + step) * 10.0).round() / 10.0;
    let Ok(after) = ChargingCurrent::from_amperes(after) else {
        return left(format!("no current is 0.1 A beside {before} A"));
    };
    let command = Command::CurrentSet(after);
    let change = Change {
        field: Some(FieldId::CurrentSet),
        words: format!("the set current goes from {before} A to {after} A, and back."),
        changes: true,
    };
    let exchange = send(s, &change, &Request::Write(command.into()).target()).await?;
    let began = Instant::now();
    if exchange.refusal().is_some() {
        s.put_back().await?;
        return left("the charger refuses the current");
    }
    let until = began + s.options.times.settle * 2;
    let mut readings = 0_u32;
    let shown = loop {
        if command.shown_by(&line.control().await?) == Some(true) {
            // One that shows in the first reading shows at once, however long that took.
            break Some(if readings == 0 { Duration::ZERO } else { began.elapsed() });
        }
        readings += 1;
        if Instant::now() >= until {
            break None;
        }
        s.look().await;
    };
    s.put_back().await?;
    let Some(lag) = shown else { return left("the change never showed") };
    // In tenths of a second: a reading takes as long as that.
    let tenths = u32::try_from((lag.as_millis() + 50) / 100).unwrap_or(u32::MAX / 100);
    s.answers.http.control_lag_ms = Some((tenths * 100).min(60_000));
    Ok(())
}

pub(super) async fn above_rated<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.http()?;
    let Some(rated) = s.readings.rated_current().filter(|rated| *rated < LARGEST) else {
        return left("this unit is not rated for less than 32 A");
    };
    let before = as_it_is(s, FieldId::CurrentSet).await?.query_value();
    let Ok(after) = ChargingCurrent::from_amperes((rated + ABOVE).min(LARGEST)) else {
        return left("no current lies between the rated one and 32 A");
    };
    let change = Change {
        field: Some(FieldId::CurrentSet),
        words: format!(
            "the set current goes from {before} A to {after} A, above the rated {rated} A, and \
             back. The charger may refuse it."
        ),
        changes: true,
    };
    let target = Request::Write(Command::CurrentSet(after).into()).target();
    let exchange = send(s, &change, &target).await?;
    s.put_back().await?;
    s.answers.http.above_rated = Some(scrub::exchange(&exchange));
    Ok(())
}
