//! The charger's registers: the same state as in the JSON API, and the same rules for writes.
//!
//! Rows, addresses and encodings are in the model's table; the core decides if a value may be
//! written now. Here are the Modbus exceptions for requests that do not fit. Much of that is
//! unknown for the device and is a switch, see [`ModbusAnswers`].

use std::ops::Range;

use nrgkick_model::command::{ChargingCurrent, Command, ControlWrite, EnergyLimit, PhaseCount};
use nrgkick_model::field::{Access, FIELDS, Presence};
use nrgkick_model::register::Encoding;
use nrgkick_model::{Field, FieldId, Refusal, Scalar};
use nrgkick_sim_core::{ModbusAnswers, Simulator, Via};

use super::codec::Exception;

/// The number sent for a code without a number; no list of codes has it.
const UNNAMED: u16 = 0xFF;

/// Returns the words of `quantity` registers from `address`, as of now.
///
/// # Errors
/// The exception of the charger's reply.
pub fn read(simulator: &Simulator, address: u16, quantity: u16) -> Result<Vec<u16>, Exception> {
    let answers = &simulator.switches().modbus_answers;
    if quantity > answers.most_registers {
        return Err(Exception(answers.too_many));
    }
    let range = range(answers, address, quantity)?;
    let readings = simulator.readings();
    let mut words = Vec::with_capacity(range.len());
    for field in rows(&range) {
        if !is_whole(field, &range) && !answers.cut_reads {
            return Err(Exception(answers.cut));
        }
        let value = match readings.reported(field.id) {
            None if field.presence == Presence::Always && !answers.refuse_missing => {
                vec![0; usize::from(field.register.encoding.words())]
            }
            None => return Err(Exception(answers.absent)),
            Some(Scalar::Code(code)) if code.number().is_none() => vec![UNNAMED],
            Some(scalar) => field.encode(scalar).map_err(|_| Exception::FAILURE)?,
        };
        let turned = answers.float_high_word_first && field.register.encoding == Encoding::F32;
        let value: Vec<u16> = match turned {
            true => value.into_iter().rev().collect(),
            false => value,
        };
        let wanted = (field.register.address..field.register.end()).zip(value);
        words.extend(wanted.filter(|(place, _)| range.contains(place)).map(|(_, word)| word));
    }
    Ok(words)
}

/// The function code of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Function 6: one register.
    One,
    /// Function 16: one register or several.
    Many,
}

/// Writes `words` from `address`: all rows or none. The write is recorded, also if refused.
///
/// # Errors
/// The exception of the charger's reply.
pub fn write(
    simulator: &mut Simulator,
    function: Function,
    address: u16,
    words: &[u16],
) -> Result<(), Exception> {
    let (query, result) = match decode(simulator, function, address, words) {
        Ok(write) => (write.query(), apply(simulator, &write)),
        Err(exception) => (raw(address, words), Err(exception)),
    };
    let status = result.map_or_else(|exception: Exception| exception.0.into(), |()| 200);
    simulator.record(Via::Modbus, &query, status);
    result
}

/// `true` if a read touches a row that only some chargers have.
pub fn touches_optional(address: u16, quantity: u16) -> bool {
    let range = address..address.saturating_add(quantity);
    rows(&range).any(|field| field.presence != Presence::Always)
}

fn apply(simulator: &mut Simulator, write: &ControlWrite) -> Result<(), Exception> {
    let answers = &simulator.switches().modbus_answers;
    let (blocked, out_of_range) = (Exception(answers.blocked), Exception(answers.out_of_range));
    simulator.write(write).map_err(|refusal| match refusal.text.as_str() {
        Refusal::INVALID_CURRENT
        | Refusal::INVALID_PAUSE
        | Refusal::INVALID_LIMIT
        | Refusal::INVALID_PHASES => out_of_range,
        _ => blocked,
    })
}

fn decode(
    simulator: &Simulator,
    function: Function,
    address: u16,
    words: &[u16],
) -> Result<ControlWrite, Exception> {
    let answers = &simulator.switches().modbus_answers;
    let quantity = u16::try_from(words.len()).map_err(|_| Exception::VALUE)?;
    let range = range(answers, address, quantity)?;
    let mut write = ControlWrite::new();
    for field in rows(&range) {
        if field.access != Access::Write {
            return Err(Exception(answers.read_only));
        }
        if !is_whole(field, &range) {
            let single = function == Function::One;
            return Err(if single { Exception(answers.part_of_limit) } else { Exception::ADDRESS });
        }
        let first = usize::from(field.register.address - address);
        let count = usize::from(field.register.encoding.words());
        let scalar = field.decode(&words[first..first + count]).ok();
        let command = scalar.and_then(|scalar| command(field.id, &scalar));
        write = write.with(command.ok_or(Exception(answers.out_of_range))?);
    }
    Ok(write)
}

fn command(id: FieldId, scalar: &Scalar) -> Option<Command> {
    let unsigned = |number: u64| u32::try_from(number).ok();
    match (id, scalar) {
        (FieldId::CurrentSet, Scalar::Decimal(amperes)) => {
            ChargingCurrent::from_amperes(*amperes).ok().map(Command::CurrentSet)
        }
        (FieldId::ChargePause, Scalar::Flag(pause)) => Some(Command::ChargePause(*pause)),
        (FieldId::EnergyLimit, Scalar::Unsigned(limit)) => {
            EnergyLimit::from_watt_hours(unsigned(*limit)?).ok().map(Command::EnergyLimit)
        }
        (FieldId::PhaseCount, Scalar::Unsigned(count)) => {
            PhaseCount::from_number(unsigned(*count)?).ok().map(Command::PhaseCount)
        }
        _ => None,
    }
}

/// Formats a write that matches no setting, for the record.
fn raw(address: u16, words: &[u16]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("{word:04x}")).collect();
    format!("address={address}&words={}", words.join(","))
}

/// Returns the registers from `address`; refused if one is beyond the last of the table.
fn range(answers: &ModbusAnswers, address: u16, quantity: u16) -> Result<Range<u16>, Exception> {
    let last = FIELDS.iter().map(|field| field.register.end()).max().unwrap_or_default();
    let end = address.checked_add(quantity).filter(|end| *end <= last);
    end.map(|end| address..end).ok_or(Exception(answers.outside))
}

/// Returns the rows with a register in `range`, partly covered ones too.
fn rows(range: &Range<u16>) -> impl Iterator<Item = &'static Field> {
    let range = range.clone();
    let touched = move |field: &&Field| {
        field.register.address < range.end && range.start < field.register.end()
    };
    FIELDS.iter().filter(touched)
}

fn is_whole(field: &Field, range: &Range<u16>) -> bool {
    range.start <= field.register.address && field.register.end() <= range.end
}
