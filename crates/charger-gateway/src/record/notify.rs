//! Tells one address what happened: each thing once, in order, without holding anything up.
//!
//! A post that fails is tried again, as no answer came; an address that hangs costs a time limit and
//! nothing else. What cannot be told in time is dropped and logged.

use std::time::{Duration, SystemTime};

use charge_record::Unit;
use charge_record::{Event, wall};
use gateway_api::record::{Notice, NoticeKind};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use http_service::Target;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Notices that wait at most.
const QUEUE: usize = 64;
/// Limit of one post.
const LIMIT: Duration = Duration::from_secs(5);
/// Pauses before a post is tried again.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(2), Duration::from_secs(10), Duration::from_secs(60)];
/// Bytes of an answer that are read.
const MOST: usize = 64 * 1024;

/// Where notices are put.
#[derive(Clone, Debug)]
pub(super) struct Notices(mpsc::Sender<Notice>);

/// The other end, which posts them.
#[derive(Debug)]
pub(super) struct Postman {
    target: Target,
    notices: mpsc::Receiver<Notice>,
}

pub(super) fn notices(target: Target) -> (Notices, Postman) {
    let (sender, notices) = mpsc::channel(QUEUE);
    (Notices(sender), Postman { target, notices })
}

impl Notices {
    /// Tells what a look made happen.
    pub(super) fn happened(&self, charger: &str, unit: &Unit, event: &Event) {
        let (kind, charge, error_code) = match event {
            Event::Started(charge) => (NoticeKind::ChargeStarted, Some(charge.shown()), None),
            Event::Ended(charge) => (NoticeKind::ChargeEnded, Some(charge.shown()), None),
            Event::Fault(code) => (NoticeKind::Error, None, Some(*code)),
            Event::Closed(_) => return,
        };
        self.put(Notice { charge, error_code, ..notice(kind, charger, Some(unit)) });
    }

    /// Tells that a charger has not answered for long.
    pub(super) fn lost(&self, charger: &str, unit: Option<&Unit>) {
        self.put(notice(NoticeKind::LinkLost, charger, unit));
    }

    fn put(&self, notice: Notice) {
        if self.0.try_send(notice).is_err() {
            tracing::warn!("--notify does not answer: what happened is not told");
        }
    }
}

fn notice(event: NoticeKind, charger: &str, unit: Option<&Unit>) -> Notice {
    Notice {
        event,
        at: wall::text(wall::of(SystemTime::now())),
        charger: charger.to_owned(),
        serial_number: unit.map(|unit| unit.serial.clone()),
        simulated: unit.is_some_and(|unit| unit.simulated),
        charge: None,
        error_code: None,
    }
}

impl Postman {
    /// Posts until nobody can put anything any more.
    pub(super) async fn run(mut self) {
        while let Some(notice) = self.notices.recv().await {
            if let Err(error) = self.post(&notice).await {
                tracing::warn!(event = ?notice.event, error, "--notify was not told");
            }
        }
    }

    async fn post(&self, notice: &Notice) -> Result<(), String> {
        let body = serde_json::to_vec(notice).unwrap_or_default();
        let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let mut pauses = PAUSES.into_iter();
        loop {
            let asked = self.target.ask(Method::POST, &json, body.clone(), MOST, LIMIT).await;
            let error = match asked {
                // What refuses it refuses it again.
                Ok((status, _)) if status.is_server_error() => status.to_string(),
                Ok((status, _)) if status.is_success() => return Ok(()),
                Ok((status, _)) => return Err(status.to_string()),
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) => sleep(pause).await,
                None => return Err(error),
            }
        }
    }
}
