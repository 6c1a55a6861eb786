//! The charger's last numbers as gauges: one family for each numeric row of the table that is not
//! private, named after its path and unit.

use std::fmt;

use gateway_api::LinkState;
use nrgkick_model::field::{DocumentName, FIELDS, Field, Kind, Unit};
use prometheus_client::registry::Unit as Suffix;
use tokio::time::Instant;

use super::Families;
use crate::handle::Handle;

/// Encodes the available rows of all chargers. A charger that is lost, or has not answered yet, has
/// none.
pub(super) fn encode(families: &mut Families<'_, '_>) -> fmt::Result {
    let is_shown = |field: &&Field| !field.is_private() && field.kind != Kind::Text;
    for field in FIELDS.iter().filter(is_shown) {
        let name = field.path.replace('.', "_");
        let unit = word(field.unit).map(|word| Suffix::Other(word.to_owned()));
        families.gauges(&name, field.label(), unit.as_ref(), |handle| {
            number(handle, field).map(|number| (None, number))
        })?;
    }
    Ok(())
}

fn number(handle: &Handle, field: &Field) -> Option<f64> {
    let status = &handle.known.status;
    match status.seen(Instant::now()).link {
        LinkState::Live | LinkState::Stale => {}
        LinkState::Connecting | LinkState::Lost => return None,
    }
    let document: DocumentName = field.document();
    let answer = status.document(document)?;
    answer.readings.as_ref().ok()?.number(field.id)
}

/// Returns the unit as the suffix of a metric's name, in the plural.
const fn word(unit: Unit) -> Option<&'static str> {
    Some(match unit {
        Unit::None => return None,
        Unit::Ampere => "amperes",
        Unit::Celsius => "celsius",
        Unit::DecibelMilliwatt => "decibel_milliwatts",
        Unit::Degree => "degrees",
        Unit::Hertz => "hertz",
        Unit::KilometrePerHour => "kilometres_per_hour",
        Unit::Metre => "metres",
        Unit::Second => "seconds",
        Unit::Volt => "volts",
        Unit::VoltAmpere => "volt_amperes",
        Unit::VoltAmpereReactive => "volt_amperes_reactive",
        Unit::Watt => "watts",
        Unit::WattHour => "watt_hours",
        // The enum of units is non-exhaustive.
        _ => return None,
    })
}
