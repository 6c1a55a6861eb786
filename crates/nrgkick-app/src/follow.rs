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
use crate::endpoint::Endpoint;
use crate::request_error::RequestError;
use crate::words;
use crate::writer::{Finished, Writer};
use crate::{api, browser, notify, poll_clock};

/// Carries out `first`, and then the last command that was queued meanwhile, until none is.
pub(crate) async fn follow_all(app: App, writer: Writer, first: Command) {
    let mut current = Some(first);
    while let Some(command) = current {
        let done = follow(app, command).await;
        let locked = untrack(|| !app.why_locked().is_empty());
        current = writer.finish(done, locked);
        poll_clock::poll_now();
    }
}

/// Carries out `command`. An error says why nothing was sent.
async fn follow(app: App, command: Command) -> Result<Finished, String> {
    let endpoint = app.endpoint.get_untracked();
    let write = ControlWrite::from(command);
    let (outcome, message) = match &*endpoint {
        Endpoint::Gateway(gateway) => match api::write_through(gateway, write).await {
            Ok(answer) => answer,
            Err(error) => (Outcome::Unknown, lost(error, &endpoint)?),
        },
        _ => {
            let answer = directly(&endpoint, write).await;
            (answer.outcome, answer.message.unwrap_or_default())
        }
    };
    Ok(Finished { command, outcome, message, at: browser::now() })
}

/// Tells the errors of a write through a gateway apart. `Ok`: the outcome is not known, with the
/// reason. `Err`: the gateway says that nothing reached the charger, with the reason.
fn lost(error: RequestError, endpoint: &Endpoint) -> Result<String, String> {
    let words = |error: &RequestError| words::advice(error, endpoint).title.into_owned();
    match error {
        RequestError::Gateway(message) | RequestError::Token(message) => {
            Err(words::nothing_changed(&message))
        }
        RequestError::Away => Err(words::nothing_changed(&words(&error))),
        RequestError::OutcomeLost(message) => Ok(message),
        error => Ok(words(&error)),
    }
}

/// Sends `write` to the charger itself, and reads back until the outcome is known.
async fn directly(endpoint: &Endpoint, write: ControlWrite) -> WriteAnswer {
    let sent = match api::write_directly(endpoint, write).await {
        Ok(()) => Sent::Accepted,
        Err(
            RequestError::Refused(text) | RequestError::Gateway(text) | RequestError::Token(text),
        ) => Sent::Refused(Refusal::new(0, text)),
        Err(error @ (RequestError::Unauthorized | RequestError::Disabled)) => {
            Sent::Refused(Refusal::new(0, words::advice(&error, endpoint).title))
        }
        Err(error) => Sent::Lost(words::advice(&error, endpoint).title.into_owned()),
    };
    let (mut read_back, mut step) = ReadBack::begin(write, browser::now(), sent);
    loop {
        match step {
            Step::Done(answer) => return answer,
            Step::Read(pause) => notify::sleep(pause).await,
        }
        let readings = api::read(endpoint, DocumentName::Control).await;
        let control = readings.ok().map(|(readings, _)| Control::from_readings(&readings));
        step = read_back.observe(browser::now(), control);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_gateway_did_not_send_is_told_from_what_it_lost() {
        let endpoint = Endpoint::Searching;
        for error in [
            RequestError::Gateway("Too many requests wait for this charger.".into()),
            RequestError::Gateway("Nothing was changed: it was busy.".into()),
            RequestError::Token("The token is needed.".into()),
            RequestError::Away,
        ] {
            let said = lost(error.clone(), &endpoint).unwrap_err();
            assert!(said.starts_with("Nothing was changed"), "{error:?}: {said}");
            assert_eq!(said.matches("Nothing").count(), 1, "{said}");
        }
        for error in [
            RequestError::OutcomeLost("Look at the charger's settings.".into()),
            RequestError::Timeout,
            RequestError::Unreachable,
            RequestError::Status(502),
            RequestError::Unreadable("half an answer".into()),
        ] {
            assert!(lost(error.clone(), &endpoint).is_ok(), "{error:?}");
        }
    }
}
