//! The bound of the charging current: of all that may limit it, the one that does now.
//!
//! Plain logic over the documents, for a vehicle that charges. It says nothing where a value that
//! decides is missing or where values contradict each other, as they do for some seconds after a
//! change: `/control` and the vehicle follow late.
//!
//! Not here: that the charger offers less than the user allows. The [`sentence`](crate::sentence)
//! says it, and the cause where that is known.

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use crate::format;
use crate::sentence::{SAME_CURRENT, Sentence, State, Tone, power_flows};
use crate::words::why as words;

/// The largest difference, A, between the signalled current and that of a vehicle which follows it.
/// The signal is an upper limit, so vehicles keep a little below; no source says by how much.
const BELOW_SIGNAL: f64 = 1.0;

/// The limit of the charging current. All currents in A.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binding {
    /// The current that the user allows.
    Set(f64),
    /// The largest current of the attachment that is plugged in.
    Attachment(f64),
    /// The rated current of the unit.
    Rated(f64),
    /// The rated current of the unit, and the attachment's at the same value.
    RatedAndAttachment(f64),
    /// The charger offers less than all of these allow, because it is warm.
    Warm,
    /// The charger offers less than all of these allow, for a reason that it does not report.
    NotTold,
    /// The vehicle, which draws less than it is offered.
    Vehicle {
        /// The largest of the measured phase currents.
        drawn: f64,
        /// The current that the charger signals.
        offered: f64,
    },
}

/// The limit that binds in `snapshot`; `None` while no vehicle charges or where it is not known.
pub fn binding(snapshot: &Snapshot) -> Option<Binding> {
    let state = State::of(snapshot);
    if state.status != Some(ChargingStatus::Charging) || !power_flows(&state, snapshot) {
        return None;
    }
    let offered = snapshot.number(FieldId::SignalledCurrent)?;
    let drawn = [FieldId::CurrentL1, FieldId::CurrentL2, FieldId::CurrentL3]
        .into_iter()
        .filter_map(|phase| snapshot.number(phase))
        .reduce(f64::max)?;
    if drawn < offered - BELOW_SIGNAL {
        return Some(Binding::Vehicle { drawn, offered });
    }
    if drawn > offered + BELOW_SIGNAL {
        return None;
    }
    of_charger(&state, snapshot, offered)
}

/// The limit behind the `offered` current, A.
fn of_charger(state: &State, snapshot: &Snapshot, offered: f64) -> Option<Binding> {
    let set = snapshot.number(FieldId::CurrentSet);
    let rated = snapshot.readings().rated_current();
    let attachment = snapshot.number(FieldId::AttachmentMaxCurrent).filter(|max| *max > 0.0);
    let least = [set, rated, attachment].into_iter().flatten().reduce(f64::min)?;
    if offered >= least + SAME_CURRENT {
        return None;
    }
    if offered > least - SAME_CURRENT {
        let binds = |limit: Option<f64>| limit.filter(|limit| *limit < least + SAME_CURRENT);
        // Where both allow the same, setting more would change nothing.
        return match (binds(rated), binds(attachment)) {
            (Some(_), Some(_)) => Some(Binding::RatedAndAttachment(least)),
            (Some(_), None) => Some(Binding::Rated(least)),
            (None, Some(_)) => Some(Binding::Attachment(least)),
            (None, None) => Some(Binding::Set(least)),
        };
    }
    if state.is_warm() {
        return Some(Binding::Warm);
    }
    // A limit that was not read may be the cause.
    (set.is_some() && rated.is_some() && attachment.is_some()).then_some(Binding::NotTold)
}

/// The limit in one line beside the sentence `said`; `None` where that says it already, and where
/// it tells of something more urgent than the current.
pub fn why(snapshot: &Snapshot, said: &Sentence) -> Option<String> {
    let amperes = |current: f64| format::current(Some(current)).text();
    match binding(snapshot).filter(|_| said.tone == Tone::Charging)? {
        Binding::Set(current) => Some(words::set(&amperes(current))),
        Binding::Attachment(current) => Some(words::attachment(&amperes(current))),
        Binding::Rated(current) => Some(words::rated(&amperes(current))),
        Binding::RatedAndAttachment(current) => Some(words::rated_attachment(&amperes(current))),
        Binding::Warm => None,
        Binding::NotTold => Some(words::not_told().to_owned()),
        Binding::Vehicle { drawn, offered } => {
            Some(words::vehicle(&amperes(drawn), &amperes(offered)))
        }
    }
}

#[cfg(test)]
mod tests;
