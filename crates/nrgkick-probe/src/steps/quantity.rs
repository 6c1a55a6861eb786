//! The largest number of registers that one read may have.
//!
//! Every read is of whole values that this unit has, so that only its length can be the reason of a
//! refusal.

use std::collections::BTreeMap;

use charger_profile::Reply;
use nrgkick_model::field::{FIELDS, Presence};
use nrgkick_model::register::MAX_QUANTITY;

use crate::owner::Owner;
use crate::registers::{READ, read};
use crate::session::{Session, Skip, left};

pub(super) async fn most<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    s.registers()?;
    let windows = windows(s);
    let lengths: Vec<u16> = windows.keys().copied().collect();
    let Some(&longest) = lengths.last() else { return left("no register is known") };
    let mut refusal = None;
    // The number of lengths, from the shortest on, that are answered.
    let (mut answered, mut refused) = (0, lengths.len());
    let mut next = refused - 1;
    while answered < refused {
        let quantity = lengths[next];
        let asked = read(READ, windows[&quantity], quantity);
        match s.ask(&asked).await?.reply(&asked) {
            Reply::Answered => answered = next + 1,
            reply => {
                refused = next;
                refusal = Some(reply);
            }
        }
        next = usize::midpoint(answered, refused);
    }
    let beyond = read(READ, 0, MAX_QUANTITY + 1);
    s.answers.modbus.beyond_modbus = Some(s.ask(&beyond).await?.reply(&beyond));
    let Some(most) = answered.checked_sub(1).map(|at| lengths[at]) else {
        return left("not even one register could be read");
    };
    if refusal.is_some() {
        s.answers.modbus.most_registers = Some(most);
        s.answers.modbus.too_many = refusal;
        return Ok(());
    }
    if longest == MAX_QUANTITY {
        s.answers.modbus.most_registers = Some(MAX_QUANTITY);
        return Ok(());
    }
    // No more than `longest` lie side by side on this unit. A refusal of the longest read of all
    // that is not for the registers it touches is for its length.
    let asked = read(READ, 0, MAX_QUANTITY);
    let reply = s.ask(&asked).await?.reply(&asked);
    let modbus = &mut s.answers.modbus;
    if reply == Reply::Answered {
        modbus.most_registers = Some(MAX_QUANTITY);
    } else if ![modbus.absent, modbus.cut_read, modbus.missing].contains(&Some(reply)) {
        modbus.most_registers = Some(most);
        modbus.too_many = Some(reply);
    }
    Ok(())
}

/// Returns, by its length, the first read of whole values that this unit has.
fn windows<O: Owner>(s: &Session<'_, O>) -> BTreeMap<u16, u16> {
    let charger = &s.answers.charger;
    let is_there = |presence, path: &str| match presence {
        Presence::Always => !charger.missing.iter().any(|missing| missing == path),
        Presence::Cellular => charger.modem == Some(true),
        Presence::Gps => charger.position == Some(true),
    };
    let mut windows = BTreeMap::new();
    for (at, first) in FIELDS.iter().enumerate() {
        let run = FIELDS[at..].iter().take_while(|field| is_there(field.presence, field.path));
        for field in run {
            let length = field.register.end() - first.register.address;
            if length > MAX_QUANTITY {
                break;
            }
            windows.entry(length).or_insert(first.register.address);
        }
    }
    windows
}
