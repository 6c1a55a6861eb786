//! A look at who answers at an address that somebody announced.
//!
//! It is asked as a stranger: no password goes there. Not here: where a charger may be
//! (`discovery::Networks`), and what follows from the answer.

use std::time::Duration;

use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::request::Read;
use nrgkick_model::{Readings, ReplyError};
use tokio::time::timeout;

use crate::charger::Charger;

/// The longest that one look takes.
pub(crate) const LIMIT: Duration = Duration::from_secs(4);

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Probed {
    /// A charger, with its serial number.
    Charger(String),
    /// Something that asks for a password, so that nothing is known of it.
    AsksPassword,
    /// A charger of which this API is off.
    ApiOff,
    /// An answer without a serial number: no charger.
    Other,
    /// No answer.
    Silent,
}

/// Reads `/info` of `stranger`, which is a charger that holds no password.
pub(crate) async fn probe<C: Charger>(mut stranger: C) -> Probed {
    match timeout(LIMIT, stranger.read(&Read::raw(DocumentName::Info))).await {
        Ok(Ok(answer)) => judge(&answer.readings),
        Ok(Err(_)) | Err(_) => Probed::Silent,
    }
}

/// What an answer says about who gave it.
pub(crate) fn judge(readings: &Result<Readings, ReplyError>) -> Probed {
    match readings {
        Ok(info) => match info.text(FieldId::SerialNumber) {
            Some(serial) if !serial.is_empty() => Probed::Charger(serial.to_owned()),
            _ => Probed::Other,
        },
        Err(ReplyError::Refused(refusal)) => match refusal.kind {
            RefusalKind::Unauthorized => Probed::AsksPassword,
            RefusalKind::Disabled => Probed::ApiOff,
            _ => Probed::Other,
        },
        Err(_) => Probed::Other,
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::{Refusal, Reply};

    use super::*;

    fn judged(status: u16, body: &str) -> Probed {
        judge(&Reply { status, body: body.into() }.readings(DocumentName::Info))
    }

    #[test]
    fn only_an_info_with_a_serial_number_is_a_charger() {
        let info = r#"{"general":{"serial_number":"A1","rated_current":32}}"#;
        assert_eq!(judged(200, info), Probed::Charger("A1".to_owned()));
        for other in ["{}", r#"{"general":{"serial_number":""}}"#, "<html>", r#"{"Response":"x"}"#]
        {
            assert_eq!(judged(200, other), Probed::Other, "{other}");
        }
        assert_eq!(judged(401, r#"{"Response":"401 Unauthorized"}"#), Probed::AsksPassword);
        let off = Refusal::new(200, Refusal::DISABLED).body();
        assert_eq!(judged(200, &off), Probed::ApiOff);
    }
}
