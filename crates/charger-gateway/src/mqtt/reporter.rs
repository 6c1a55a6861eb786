//! What of one charger is published when.
//!
//! State at once when it changes and again at the interval, with its ages; measured values with it;
//! settings and master data when they change; the last charge when the record changes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::SystemTime;

use gateway_api::link::POLL_PAUSE;
use nrgkick_model::field::DocumentName;
use nrgkick_model::{FieldId, Readings};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::args::MqttSettings;
use super::documents::{self, What};
use super::home_assistant::Described;
use super::outbox::{Message, Outbox};
use super::topics::{OFFLINE, ONLINE, Topic};
use crate::events::Frame;
use crate::handle::Handle;
use crate::program::Program;
use crate::record::Record;
use crate::status::Seen;
use crate::timing::milliseconds;

/// What all reporters share.
pub(crate) struct Parts {
    pub(crate) settings: MqttSettings,
    pub(crate) program: Program,
    pub(crate) shows_private: bool,
    pub(crate) record: Option<Arc<Record>>,
}

/// The publication of one charger over one connection to the broker.
pub(super) struct Reporter {
    parts: Arc<Parts>,
    handle: Arc<Handle>,
    outbox: Arc<Outbox>,
    frames: watch::Receiver<Arc<Frame>>,
    /// Hash of what was put last.
    put: HashMap<Topic, u64>,
    what: Option<What>,
    /// Who answers, once it is known.
    serial: Option<String>,
}

impl Reporter {
    pub(super) fn new(
        parts: Arc<Parts>,
        handle: Arc<Handle>,
        outbox: Arc<Outbox>,
        frames: watch::Receiver<Arc<Frame>>,
    ) -> Self {
        let (put, what, serial) = (HashMap::new(), None, None);
        Self { parts, handle, outbox, frames, put, what, serial }
    }

    /// Reports until the feed ends, which is never before the server's end.
    pub(super) async fn run(mut self) {
        let mut record = self.parts.record.as_ref().map(|record| record.changes());
        let mut due = Instant::now();
        loop {
            let frame = Arc::clone(&self.frames.borrow_and_update());
            let now = Instant::now();
            let is_due = now >= due;
            if is_due {
                due = now + self.parts.settings.every;
            }
            if self.look(&frame, is_due) {
                self.last_charge().await;
            }
            // A poll that hangs makes no frame, and its charger is lost all the same.
            let next = due.min(now + POLL_PAUSE);
            tokio::select! {
                () = sleep_until(next) => {}
                changed = self.frames.changed() => if changed.is_err() { return },
                () = changed(record.as_mut()) => self.last_charge().await,
            }
        }
    }

    /// Puts what is new, and what is due. Returns `true` if another charger answers than before.
    fn look(&mut self, frame: &Frame, is_due: bool) -> bool {
        let now = Instant::now();
        let seen = self.handle.known.status.seen(now);
        let is_there = documents::is_there(seen.link);
        let is_another = self.who(frame.readings(DocumentName::Info));
        let is_news = self.state(frame, seen, now, is_due);
        if is_there && let Some(info) = frame.readings(DocumentName::Info) {
            self.document(DocumentName::Info, info, info, false);
            if let Some(control) = frame.readings(DocumentName::Control) {
                self.document(DocumentName::Control, control, info, false);
            }
            let values = DocumentName::Values;
            let is_due = is_due || is_news || !self.put.contains_key(&Topic::Document(values));
            if let Some(readings) = frame.readings(values).filter(|_| is_due) {
                self.document(values, readings, info, true);
            }
        }
        // Last, and not before there are values, so that whoever sees it finds the rest: another
        // reader may have reached the charger before the first poll of these.
        let is_known = self.put.contains_key(&Topic::Document(DocumentName::Values));
        let status = if is_there && is_known { ONLINE } else { OFFLINE };
        self.put_new(Topic::Status, status.to_owned());
        is_another
    }

    /// Learns who answers, and lets Home Assistant find it.
    fn who(&mut self, info: Option<&Readings>) -> bool {
        let Some(info) = info else { return false };
        let Some(serial) = info.text(FieldId::SerialNumber) else { return false };
        let Parts { settings, program, shows_private, record } = &*self.parts;
        let before = self.serial.replace(serial.to_owned());
        if before.as_deref() == Some(serial) {
            return false;
        }
        let topics = &settings.topics;
        if let Some(gone) = before.and_then(|before| topics.discovery(&before)) {
            // Its topics are another's from now on.
            self.outbox.put(Message { topic: gone, payload: String::new() });
        }
        self.put.clear();
        if let Some(topic) = topics.discovery(serial) {
            let described = Described {
                program: *program,
                topics,
                charger: &self.handle.known.name,
                serial,
                info,
                every: settings.every,
                shows_private: *shows_private,
                has_record: record.is_some(),
            };
            let payload = described.payload().to_string();
            self.outbox.put(Message { topic, payload });
        }
        true
    }

    /// Puts the state if it is due or has changed. Returns whether it has.
    fn state(&mut self, frame: &Frame, seen: Seen, now: Instant, is_due: bool) -> bool {
        let info = frame.readings(DocumentName::Info);
        let mut what = What {
            charger: self.handle.known.name.clone(),
            serial_number: self.serial.clone(),
            simulated: info.map(Readings::is_simulated),
            link: seen.link.name(),
            failure: seen.error,
            ..What::default()
        };
        if documents::is_there(seen.link) {
            let [values, control] = [DocumentName::Values, DocumentName::Control];
            what.take(frame.readings(values), frame.readings(control));
        }
        let is_news = self.what.as_ref() != Some(&what);
        if is_news || is_due {
            let ages = DocumentName::ALL
                .map(|document| frame.begun(document).map(|begun| milliseconds(now - begun)));
            self.put_always(Topic::State, text(&what.clone().at(SystemTime::now(), ages)));
            self.what = Some(what);
        }
        is_news
    }

    fn document(&mut self, name: DocumentName, readings: &Readings, info: &Readings, always: bool) {
        let shows_private = self.parts.shows_private;
        let document = documents::document(name, readings, shows_private, info.is_simulated());
        let (topic, payload) = (Topic::Document(name), text(&document));
        if always {
            self.put_always(topic, payload);
        } else {
            self.put_new(topic, payload);
        }
    }

    async fn last_charge(&mut self) {
        let Some(record) = &self.parts.record else { return };
        let Some(serial) = &self.serial else { return };
        // A record that cannot be read says so in its log.
        let Ok(charge) = record.last_ended(serial).await else { return };
        let payload = charge.map(|charge| text(&charge.shown())).unwrap_or_default();
        self.put_new(Topic::Charge, payload);
    }

    /// Puts `payload` if it is not what was put last.
    fn put_new(&mut self, topic: Topic, payload: String) {
        if self.put.get(&topic) != Some(&hash(&payload)) {
            self.put_always(topic, payload);
        }
    }

    fn put_always(&mut self, topic: Topic, payload: String) {
        self.put.insert(topic, hash(&payload));
        let topic = self.parts.settings.topics.of(&self.handle.known.name, topic);
        self.outbox.put(Message { topic, payload });
    }
}

async fn changed(record: Option<&mut watch::Receiver<u64>>) {
    if let Some(record) = record
        && record.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn text(document: &impl Serialize) -> String {
    // Texts, numbers and maps with texts as keys always serialise.
    serde_json::to_string(document).unwrap_or_default()
}
