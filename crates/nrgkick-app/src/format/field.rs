//! Values of the table and their raw data as text.

use gateway_api::snapshot::Snapshot;
use nrgkick_model::field::{Field, Unit};
use nrgkick_model::reading::Scalar;

use super::{Quantity, duration, grouped, number};
use crate::words::{self, details};

/// Any value of the table, in the table's unit and with its decimals.
pub fn reading(field: &Field, scalar: Option<&Scalar>) -> Quantity {
    let number = match scalar {
        None => return Quantity::none(),
        Some(scalar) if field.unit == Unit::Second => return duration(scalar.number()),
        Some(Scalar::Text(text)) if text.trim().is_empty() => return Quantity::none(),
        Some(Scalar::Text(text)) => text.clone(),
        Some(Scalar::Unsigned(number)) => grouped(&number.to_string()),
        Some(Scalar::Signed(number)) => grouped(&number.to_string()),
        Some(Scalar::Decimal(value)) => number(*value, field.decimals),
        Some(Scalar::Flag(flag)) => words::flag(*flag).to_owned(),
        Some(Scalar::Code(code)) => words::code(*code),
    };
    let unit = if field.unit == Unit::None { "" } else { field.unit.symbol() };
    Quantity::new(number, unit)
}

/// The raw data of a row, as it stands beside the value: its registers, and what was found where
/// that is no value. `errors` holds the values found in registers that cannot be decoded, by
/// address.
pub fn as_read(field: &Field, snapshot: &Snapshot, errors: &[(u16, String)]) -> String {
    let decoded =
        errors.iter().find_map(|(at, found)| (*at == field.register.address).then_some(found));
    let words = snapshot.words(field).map(|found| words(field, found)).unwrap_or_default();
    match snapshot.readings().misfit(field.id) {
        // The gateway writes that in the document for registers that it could not decode.
        Some(error) if error.found == "null" => match decoded {
            Some(found) => words + " " + &details::not_readable_found(found),
            None => words + " " + details::not_readable(),
        },
        Some(error) => words + " " + &details::not_readable_found(&error.found),
        None => words,
    }
}

/// Registers as read: the first address, then the words in hexadecimal.
fn words(field: &Field, words: &[u16]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("{word:04X}")).collect();
    details::register(&field.register.address.to_string(), &words.join(" "))
}

#[cfg(test)]
mod tests {
    use nrgkick_model::Readings;
    use nrgkick_model::code::CodeKind;
    use nrgkick_model::error::DecodeError;
    use nrgkick_model::field::{DocumentName, FieldId};
    use nrgkick_model::time::Moment;

    use super::*;

    #[test]
    fn registers_are_shown_with_their_address() {
        let field = Field::of(FieldId::EnergyLimit);
        assert_eq!(words(field, &[0x2710, 0]), "Register 196: 2710 0000");
    }

    #[test]
    fn what_cannot_be_read_says_why_over_either_api() {
        let field = Field::of(FieldId::Status);
        let misread = |found: &str| {
            let mut readings = Readings::default();
            readings.put(field.id, Err(DecodeError::new(field.path, "a code", found)));
            Snapshot::default().with(Moment::default(), DocumentName::Values, readings)
        };
        assert_eq!(as_read(field, &misread("300"), &[]), " Not readable: 300");
        let snapshot = misread("null").with_words(vec![(field.register.address, vec![300])]);
        let address = field.register.address;
        let errors = [(0, "another".to_owned()), (address, format!("300 in register {address}"))];
        assert_eq!(
            as_read(field, &snapshot, &errors),
            format!("Register {address}: 012C Not readable: 300 in register {address}")
        );
        assert_eq!(
            as_read(field, &snapshot, &[]),
            format!("Register {address}: 012C Not readable.")
        );
    }

    #[test]
    fn a_reading_is_shown_as_the_table_says() {
        let show = |id, scalar| reading(Field::of(id), Some(&scalar)).text();
        assert_eq!(show(FieldId::VoltageL1, Scalar::Decimal(231.456)), "231.46 V");
        assert_eq!(show(FieldId::ActivePower, Scalar::Decimal(-0.2)), "0 W");
        assert_eq!(show(FieldId::WifiRssi, Scalar::Signed(-70)), "−70 dBm");
        assert_eq!(
            show(FieldId::TotalChargedEnergy, Scalar::Unsigned(1_234_567)),
            "1\u{202f}234\u{202f}567 Wh"
        );
        assert_eq!(show(FieldId::VehicleConnectTime, Scalar::Unsigned(4_320)), "1 h 12 min");
        assert_eq!(show(FieldId::ChargePause, Scalar::Flag(true)), "Yes");
        assert_eq!(show(FieldId::DeviceName, Scalar::Text("  ".into())), "—");
        let code = CodeKind::ChargingStatus.from_number(200);
        assert_eq!(show(FieldId::Status, Scalar::Code(code)), "Unknown code 200");
    }
}
