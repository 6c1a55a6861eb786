//! The result of a poll, encoded as events of a stream.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use gateway_api::event;
use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, Field, FieldId};
use nrgkick_model::reading::Form;
use nrgkick_model::request::Read;
use tokio::time::Instant;

use crate::charger::Answer;
use crate::privacy;
use crate::single_flight::Timed;

/// The state of a charger after a poll.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Number of the poll, from 1.
    number: u64,
    /// The last good answer to each document.
    documents: [Option<Timed<Arc<Answer>>>; DocumentName::ALL.len()],
    /// The name of the link's state after the poll, and the error of a failed poll.
    link: &'static str,
    failed: Option<Failed>,
    /// The event of the changes since the frame before; `None` if a snapshot is needed.
    change: Option<Bytes>,
}

/// The error answer that a polling client would have got for the measured values.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: Vec<u8>,
}

impl Frame {
    /// Returns the frame before the first poll.
    pub(crate) fn empty() -> Self {
        Self { number: 0, documents: [None, None, None], link: "", failed: None, change: None }
    }

    /// Returns the number of the poll; 0 before the first.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// Returns the start of the exchange that read `document` last.
    pub(crate) fn begun(&self, document: DocumentName) -> Option<Instant> {
        Some(self.documents[document as usize].as_ref()?.begun)
    }

    /// `true` if these `values` may be of another charger than before: it was away, or has counted
    /// less. Its `/info` has to come with them, so that no client takes its settings for the
    /// other's.
    pub(crate) fn may_be_another(&self, values: &Answer) -> bool {
        let energy = |readings: &Readings| readings.number(FieldId::TotalChargedEnergy);
        let before = self.readings(DocumentName::Values).and_then(energy);
        let now = values.readings.as_ref().ok().and_then(energy);
        self.failed.is_some() || before.zip(now).is_some_and(|(before, now)| now < before)
    }

    /// Returns the frame after this one, with the `answers` of the new poll.
    pub(crate) fn next(
        &self,
        answers: Vec<(DocumentName, Timed<Arc<Answer>>)>,
        link: &'static str,
        failed: Option<Failed>,
    ) -> Self {
        let documents = self.documents.clone();
        let mut next = Self { number: self.number + 1, documents, link, failed, change: None };
        for (document, answer) in answers {
            next.documents[document as usize] = Some(answer);
        }
        next.change = next.change_since(self);
        next
    }

    /// Returns the event for a client that has seen frame number `seen`: the changes if that is the
    /// one before, otherwise a snapshot. `hides`: private values are left out.
    pub(crate) fn event(&self, seen: u64, hides: bool) -> Bytes {
        match &self.change {
            Some(change) if seen + 1 == self.number && seen > 0 => change.clone(),
            _ => self.snapshot(hides),
        }
    }

    fn snapshot(&self, hides: bool) -> Bytes {
        let body = |document: DocumentName| {
            let answer = &self.documents[document as usize].as_ref()?.value;
            let readings = answer.readings.as_ref().ok()?;
            Some(if hides && privacy::concerns(document) {
                privacy::without_private(&Read::raw(document), readings.clone())
            } else {
                answer.reply.body.clone()
            })
        };
        self.write(event::SNAPSHOT, body)
    }

    fn change_since(&self, before: &Self) -> Option<Bytes> {
        let mut changes: [Option<Readings>; DocumentName::ALL.len()] = [None, None, None];
        for document in DocumentName::ALL {
            let Some(new) = self.readings(document) else { continue };
            let changed = new.changes_since(before.readings(document)?)?;
            // Not every client may see private values, and they change very rarely.
            if changed.iter().any(|(field, _)| Field::is_private(field)) {
                return None;
            }
            changes[document as usize] = Some(changed).filter(|rows| rows.iter().next().is_some());
        }
        let body = |document: DocumentName| {
            let rows = changes[document as usize].as_ref()?;
            Some(rows.to_json(document, &[], Form::Raw).into_bytes())
        };
        Some(self.write(event::CHANGE, body))
    }

    /// Returns what was read of `document` last, where that could be read.
    pub(crate) fn readings(&self, document: DocumentName) -> Option<&Readings> {
        self.documents[document as usize].as_ref()?.value.readings.as_ref().ok()
    }

    /// Encodes an event: its name, and one line of JSON.
    fn write(&self, name: &str, body: impl Fn(DocumentName) -> Option<Vec<u8>>) -> Bytes {
        let now = Instant::now();
        let (link, failed) = (event::LINK, event::FAILED);
        let mut text = format!("event: {name}\ndata: {{\"{link}\":\"{}\"", self.link);
        if let Some(Failed { status, body }) = &self.failed {
            let body = one_line(body);
            // Writing to a string cannot fail.
            let _ = write!(text, ",\"{failed}\":{{\"status\":{status},\"body\":{body}}}");
        }
        for document in DocumentName::ALL {
            let Some(begun) = self.begun(document) else { continue };
            let age = now.duration_since(begun).as_millis();
            let _ = write!(text, ",\"{}\":{age}", event::age_key(document));
            if let Some(body) = body(document) {
                let _ = write!(text, ",\"{document}\":{}", one_line(&body));
            }
        }
        text.push_str("}\n\n");
        text.into()
    }
}

/// Replaces line breaks in JSON by spaces: they occur between tokens only, where both are the same.
fn one_line(json: &[u8]) -> String {
    String::from_utf8_lossy(json).replace(['\r', '\n'], " ")
}
