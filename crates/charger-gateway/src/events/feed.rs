//! The poll of a charger, shared by all its event streams.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gateway_api::link::{INFO_PERIOD, INFO_RETRY, POLL_PAUSE};
use http_service::ApiError;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::frame::{Failed, Frame};
use crate::charger::Answer;
use crate::handle::Handle;
use crate::passed::{Passed, passed};
use crate::single_flight::Timed;

/// A charger's feed. It polls while there are subscribers.
pub(crate) struct Feed {
    handle: Arc<Handle>,
    frames: watch::Sender<Arc<Frame>>,
    /// Time limit of a read.
    limit: Duration,
    is_running: Mutex<bool>,
}

impl Feed {
    pub(crate) fn new(handle: Arc<Handle>, limit: Duration) -> Arc<Self> {
        let frames = watch::Sender::new(Arc::new(Frame::empty()));
        Arc::new(Self { handle, frames, limit, is_running: Mutex::new(false) })
    }

    /// Subscribes to the frames. The first one may be from an earlier poll.
    pub(crate) fn subscribe(self: &Arc<Self>) -> watch::Receiver<Arc<Frame>> {
        let mut is_running = self.is_running.lock().unwrap_or_else(PoisonError::into_inner);
        let frames = self.frames.subscribe();
        if !std::mem::replace(&mut *is_running, true) {
            // Frames from before the last subscriber left are outdated.
            self.frames.send_replace(Arc::new(Frame::empty()));
            tokio::spawn(Arc::clone(self).run());
        }
        frames
    }

    async fn run(self: Arc<Self>) {
        let mut info_asked = None;
        loop {
            let next_poll = self.poll(&mut info_asked).await;
            tokio::select! {
                () = sleep_until(next_poll) => {}
                () = self.handle.known.cache.written.notified() => {}
                () = self.frames.closed() => {}
            }
            let mut is_running = self.is_running.lock().unwrap_or_else(PoisonError::into_inner);
            if self.frames.receiver_count() == 0 {
                *is_running = false;
                return;
            }
        }
    }

    /// Polls once; returns the time of the next poll. As in the page, the measured values decide
    /// whether the poll succeeded.
    async fn poll(&self, info_asked: &mut Option<Instant>) -> Instant {
        let mut answers = Vec::new();
        let failed = match self.read(Read::raw(DocumentName::Values)).await {
            Ok(values) => {
                let is_other_possible = self.frames.borrow().may_be_another(&values.value);
                answers.push((DocumentName::Values, values));
                // A document that fails keeps its age, and so becomes stale by itself.
                if let Ok(control) = self.read(Read::text(DocumentName::Control)).await {
                    answers.push((DocumentName::Control, control));
                }
                if is_other_possible || self.is_info_due(*info_asked) {
                    *info_asked = Some(Instant::now());
                    if let Ok(info) = self.read(Read::raw(DocumentName::Info)).await {
                        answers.push((DocumentName::Info, info));
                    }
                }
                None
            }
            Err(error) => Some(error),
        };
        let link = self.handle.known.status.seen(Instant::now()).link.name();
        self.frames.send_modify(|frame| *frame = Arc::new(frame.next(answers, link, failed)));
        Instant::now() + POLL_PAUSE
    }

    async fn read(&self, read: Read) -> Result<Timed<Arc<Answer>>, Failed> {
        let answer = self.handle.read(read, self.limit).await;
        let answer = answer.map_err(|error| failed(&error.into()))?;
        match passed(&answer.value, self.handle.known.has_password) {
            Ok(Passed::Document(_)) => Ok(answer),
            Ok(Passed::Refusal(status)) => {
                let body = answer.value.reply.body.clone();
                Err(Failed { status: status.as_u16(), body })
            }
            Err(error) => Err(failed(&error)),
        }
    }

    fn is_info_due(&self, asked: Option<Instant>) -> bool {
        let is_over =
            |at: Option<Instant>, time: Duration| at.is_none_or(|at| at.elapsed() >= time);
        let known = self.frames.borrow().begun(DocumentName::Info);
        is_over(known, INFO_PERIOD) && is_over(asked, INFO_RETRY)
    }
}

fn failed(error: &ApiError) -> Failed {
    Failed { status: error.status().as_u16(), body: error.body() }
}
