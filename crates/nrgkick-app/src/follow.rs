//! Carrying out a change and following it to its outcome.
//!
//! A write is sent once. A gateway follows it itself; without one the page reads back. This code
//! comes in the chunk that [`send`](crate::send) asks for.

use gateway_api::Outcome;
use gateway_api::outcome::{ReadBack, Sent, Step, WriteAnswer};
use leptos::prelude::*;
use nrgkick_model::command::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::refusal::Refusal;
use nrgkick_model::{Command, Control, Document};

use crate::app::App;
use crate::place::Place;
use crate::trouble::Trouble;
use crate::words::en;
use crate::writer::{Finished, Writer};
use crate::{api, browser, notify, poll_clock};

/// Follows `first`, and then what was asked for meanwhile.
pub(crate) async fn follow_all(app: App, writer: Writer, first: Command) {
    let mut current = Some(first);
    while let Some(command) = current {
        let done = follow(app, command).await;
        let locked = untrack(|| !app.why_locked().is_empty());
        current = writer.finish(done, locked);
        poll_clock::poll_now();
    }
}

/// Has `command` carried out. An error says why nothing was sent.
async fn follow(app: App, command: Command) -> Result<Finished, String> {
    let place = app.place.get_untracked();
    let write = ControlWrite::from(command);
    let (outcome, message) = match &*place {
        Place::Gateway(behind) => match api::write_through(behind, write).await {
            Ok(answer) => answer,
            Err(trouble) => (Outcome::Unknown, lost(trouble, &place)?),
        },
        _ => {
            let answer = directly(&place, write).await;
            (answer.outcome, answer.message.unwrap_or_default())
        }
    };
    Ok(Finished { command, outcome, message, at: browser::now() })
}

/// Why it is not known what became of a write that the gateway answered with `trouble`. An error
/// says that nothing was changed, and why: the gateway says so where nothing reached the charger.
fn lost(trouble: Trouble, place: &Place) -> Result<String, String> {
    let words = |trouble: &Trouble| en::advice(trouble, place).title.into_owned();
    match trouble {
        Trouble::Gateway(message) | Trouble::Token(message) => Err(en::nothing_changed(&message)),
        Trouble::Away => Err(en::nothing_changed(&words(&trouble))),
        Trouble::OutcomeLost(message) => Ok(message),
        trouble => Ok(words(&trouble)),
    }
}

/// Without a gateway the page reads back itself.
async fn directly(place: &Place, write: ControlWrite) -> WriteAnswer {
    let sent = match api::write_directly(place, write).await {
        Ok(()) => Sent::Accepted,
        Err(Trouble::Refused(text) | Trouble::Gateway(text) | Trouble::Token(text)) => {
            Sent::Refused(Refusal::new(0, text))
        }
        Err(trouble @ (Trouble::Unauthorized | Trouble::Disabled)) => {
            Sent::Refused(Refusal::new(0, en::advice(&trouble, place).title))
        }
        Err(trouble) => Sent::Lost(en::advice(&trouble, place).title.into_owned()),
    };
    let (mut read_back, mut step) = ReadBack::begin(write, browser::now(), sent);
    loop {
        match step {
            Step::Done(answer) => return answer,
            Step::Read(pause) => notify::sleep(pause).await,
        }
        let readings = api::read(place, DocumentName::Control).await;
        let control = readings.ok().map(|readings| Control::from_readings(&readings));
        step = read_back.observe(browser::now(), control);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_gateway_did_not_send_is_told_from_what_it_lost() {
        let place = Place::Searching;
        for trouble in [
            Trouble::Gateway("Too many requests wait for this charger.".into()),
            Trouble::Gateway("Nothing was changed: it was busy.".into()),
            Trouble::Token("The token is needed.".into()),
            Trouble::Away,
        ] {
            let said = lost(trouble.clone(), &place).unwrap_err();
            assert!(said.starts_with("Nothing was changed"), "{trouble:?}: {said}");
            assert_eq!(said.matches("Nothing").count(), 1, "{said}");
        }
        for trouble in [
            Trouble::OutcomeLost("Look at the charger's settings.".into()),
            Trouble::Timeout,
            Trouble::Unreachable,
            Trouble::Status(502),
            Trouble::Unreadable("half an answer".into()),
        ] {
            assert!(lost(trouble.clone(), &place).is_ok(), "{trouble:?}");
        }
    }
}
