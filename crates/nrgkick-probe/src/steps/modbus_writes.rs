//! Writes over Modbus, each of them asked for.

use charger_profile::Reply;
use nrgkick_model::{Field, FieldId};

use super::modbus::row;
use super::writes::{as_it_is, unchanged};
use crate::owner::{Owner, Point};
use crate::registers::{write_many, write_one};
use crate::session::{Change, Session, Skip, left};

/// Tenths of an ampere, below the least current of the charging standard.
const BELOW_LEAST: u16 = 50;

/// Sends a write once, if it may be sent.
async fn send<O: Owner>(
    s: &mut Session<'_, O>,
    change: &Change,
    pdu: &[u8],
) -> Result<Reply, Skip> {
    let registers = s.registers()?;
    s.may_write(change).await?;
    let heard = registers.ask(pdu).await;
    s.owner.reached(Point::AfterWrite).await;
    Ok(heard?.reply(pdu))
}

pub(super) async fn read_only<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let field = Field::of(FieldId::GridFrequency);
    let words = s.ask(&row(field.id)).await?.words(field.register.encoding.words());
    let Some(&[word]) = words.as_deref() else { return left("the frequency shows no value") };
    let words =
        "the measured frequency, which can only be read, is written with the value that it \
                 has."
            .to_owned();
    let change = Change { field: None, words, changes: false };
    let reply = send(s, &change, &write_one(field.register.address, word)).await?;
    s.answers.modbus.read_only = Some(reply);
    Ok(())
}

pub(super) async fn half<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.registers()?;
    let command = as_it_is(s, FieldId::EnergyLimit).await?;
    let write = command.registers();
    let Some(&low) = write.words.first() else { return left("the limit has no register") };
    let change = Change {
        words: format!(
            "half of the energy limit, which is {} Wh, is written with the value that it has.",
            command.query_value()
        ),
        ..unchanged(command)
    };
    let reply = send(s, &change, &write_one(write.address, low)).await?;
    s.answers.modbus.part_of_limit = Some(reply);
    Ok(())
}

pub(super) async fn out_of_range<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.registers()?;
    let command = as_it_is(s, FieldId::CurrentSet).await?;
    let change = Change {
        field: Some(FieldId::CurrentSet),
        words: format!(
            "the set current goes from {} A to 5.0 A, which the charger should refuse, and back.",
            command.query_value()
        ),
        changes: true,
    };
    let reply = send(s, &change, &write_one(command.registers().address, BELOW_LEAST)).await?;
    s.put_back().await?;
    s.answers.modbus.out_of_range = Some(reply);
    Ok(())
}

async fn same<O: Owner>(s: &mut Session<'_, O>, field: FieldId) -> Result<Reply, Skip> {
    s.registers()?;
    let command = as_it_is(s, field).await?;
    let write = command.registers();
    send(s, &unchanged(command), &write_many(write.address, &write.words)).await
}

pub(super) async fn same_phases<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.answers.modbus.same_phases = Some(same(s, FieldId::PhaseCount).await?);
    Ok(())
}

pub(super) async fn same_pause<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.answers.modbus.same_pause = Some(same(s, FieldId::ChargePause).await?);
    Ok(())
}
