//! The page's own memory of the charger that it shows, from the moment on at which it is opened.

use std::cell::RefCell;

use js_sys::Date;
use leptos::prelude::*;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::time::Moment;

use super::plot::{Sample, Series};
use super::seen::Seen;
use crate::app::App;
use crate::browser;

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

/// Remembers from now on, for as long as the page lives.
///
/// Not while a gateway keeps a record, which is shown instead.
pub fn remember(app: App) {
    Effect::new(move |last: Option<(Option<Moment>, Option<String>)>| {
        let (last_at, last_serial) = last.unwrap_or_default();
        if app.endpoint.with(|endpoint| endpoint.record().is_some()) {
            return (last_at, last_serial);
        }
        let found = app.link.with(|link| {
            let snapshot = link.current()?;
            let at = snapshot.at(DocumentName::Values)?;
            let serial = snapshot.text(FieldId::SerialNumber).map(str::to_owned);
            let sample = Sample {
                at: seconds(at),
                power_w: snapshot.number(FieldId::ActivePower),
                set_a: snapshot.number(FieldId::CurrentSet),
            };
            Some((at, serial, sample))
        });
        let Some((at, serial, sample)) = found else { return (last_at, last_serial) };
        let is_other = serial.is_some() && last_serial.is_some() && serial != last_serial;
        SEEN.with_borrow_mut(|seen| {
            if is_other {
                seen.clear();
            }
            if Some(at) != last_at {
                seen.take(sample);
            }
        });
        (Some(at), serial.or(last_serial))
    });
}

/// What was seen so far.
pub fn remembered() -> Series {
    SEEN.with_borrow(Seen::series)
}

/// Seconds since 1970 of a moment, by the device's clock.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
fn seconds(at: Moment) -> i64 {
    (browser::wall_clock(at).get_time() / 1000.0) as i64
}

/// The minutes that the device's clocks are ahead of UTC at `at`, s since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "seconds of a calendar, and minutes of a day"
)]
pub(super) fn offset(at: i64) -> i64 {
    let date = Date::new(&(at as f64 * 1000.0).into());
    -(date.get_timezone_offset() as i64)
}
