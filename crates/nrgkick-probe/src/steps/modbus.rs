//! Reads over Modbus, right ones and wrong ones.

use charger_profile::Reply;
use nrgkick_model::field::{DocumentName, FIELDS, Presence};
use nrgkick_model::{Field, FieldId, Request, Scalar};

use super::documents::describe;
use crate::owner::Owner;
use crate::registers::{READ, READ_INPUT, UNIT, read};
use crate::session::{Session, Skip, left};
use crate::trouble::Trouble;

pub(super) async fn open<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let registers = s.registers()?;
    s.pace().await;
    // The energies are there on every unit, and their block is short.
    let asked = row(FieldId::TotalChargedEnergy);
    let heard = match registers.ask(&asked).await {
        Ok(heard) => heard.reply(&asked),
        Err(trouble) => {
            s.note("Modbus", &trouble.to_string());
            Reply::Closed
        }
    };
    s.answers.modbus.enabled = Some(heard == Reply::Answered);
    if heard != Reply::Answered {
        s.registers = None;
        return left(format!("no register can be read: {heard:?}; is Modbus on in the app?"));
    }
    if s.http.is_none() {
        let readings = registers.readings(&DocumentName::ALL).await?;
        s.secrets.learn(&readings);
        s.readings.merge(readings);
        // Whether there is a modem is not asked here; its registers are, later.
        describe(s);
        s.answers.charger.modem = Some(s.readings.has_modem());
        s.answers.charger.position = None;
    }
    Ok(())
}

/// Builds the read of one row.
pub(super) fn row(id: FieldId) -> Vec<u8> {
    let register = Field::of(id).register;
    read(READ, register.address, register.encoding.words())
}

pub(super) async fn units<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let registers = s.registers()?;
    let asked = row(FieldId::Status);
    for unit in [2, 0, 255] {
        s.pace().await;
        let mut link = registers.open().await?;
        let heard = link.ask(unit, &asked, s.options.times.silence).await.reply(&asked);
        s.note(format!("Modbus unit {unit}"), &format!("{heard:?}"));
        if unit == 2 {
            s.answers.modbus.other_unit = Some(heard);
        }
    }
    Ok(())
}

pub(super) async fn refusals<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let limit = Field::of(FieldId::EnergyLimit).register;
    let half = read(READ, limit.address, 1);
    s.answers.modbus.cut_read = Some(s.ask(&half).await?.reply(&half));
    let last = FIELDS.iter().map(|field| field.register.end()).max().unwrap_or_default();
    let beyond = read(READ, last, 1);
    s.answers.modbus.outside = Some(s.ask(&beyond).await?.reply(&beyond));
    let input = read(READ_INPUT, Field::of(FieldId::Status).register.address, 1);
    s.answers.modbus.input_registers = Some(s.ask(&input).await?.reply(&input));
    for id in [FieldId::Imei, FieldId::Latitude] {
        if !lacks(s, id) {
            continue;
        }
        let asked = row(id);
        let heard = s.ask(&asked).await?.reply(&asked);
        s.note(
            format!("Modbus, {} on a unit without", Field::of(id).label()),
            &format!("{heard:?}"),
        );
        s.answers.modbus.absent.get_or_insert(heard);
    }
    let missing = s.answers.charger.missing.first().and_then(|path| Field::at(path));
    if let Some(field) = missing {
        let asked = row(field.id);
        s.answers.modbus.missing = Some(s.ask(&asked).await?.reply(&asked));
    }
    Ok(())
}

/// `true` if the unit is known to lack this row.
fn lacks<O: Owner>(s: &Session<'_, O>, id: FieldId) -> bool {
    let charger = &s.answers.charger;
    match Field::of(id).presence {
        Presence::Always => false,
        Presence::Cellular => charger.modem == Some(false),
        Presence::Gps => charger.position == Some(false) || charger.modem == Some(false),
    }
}

pub(super) async fn floats<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let registers = s.registers()?;
    s.http()?;
    let id = match s.answers.charger.position {
        Some(true) => FieldId::Latitude,
        _ => FieldId::ChargingRate,
    };
    let request = if id == FieldId::Latitude { Request::info() } else { Request::values() };
    let answer = s.get(&request.target()).await?;
    s.learn(Field::of(id).document(), &answer.reply())?;
    let known = s.readings.number(id).filter(|number| *number != 0.0);
    let Some(known) = known else {
        return left("the number is 0 now; ask while a vehicle charges");
    };
    let asked = row(id);
    s.pace().await;
    let mut link = registers.open().await?;
    let heard = link.ask(UNIT, &asked, s.options.times.exchange).await;
    let Some(mut words) = heard.words(Field::of(id).register.encoding.words()) else {
        let reply = heard.reply(&asked);
        return Err(Trouble::Unusable(format!("the number cannot be read: {reply:?}")).into());
    };
    // The model takes the low word for the first one.
    let mut distance = |turned: bool| {
        if turned {
            words.reverse();
        }
        let read = Field::of(id).decode(&words).ok().as_ref().and_then(Scalar::number);
        read.map_or(f64::INFINITY, |read| ((read - known) / known).abs())
    };
    let (low_first, high_first) = (distance(false), distance(true));
    // A charging rate moves between the two reads.
    const NEAR: f64 = 0.2;
    s.answers.modbus.float_low_word_first = match (low_first < NEAR, high_first < NEAR) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => return left("neither order gives the number that HTTP does"),
    };
    Ok(())
}
