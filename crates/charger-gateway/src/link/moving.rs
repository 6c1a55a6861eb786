//! A charger that is said to be elsewhere: the owner goes there, looks, and comes back where that
//! is another one.
//!
//! Only between two jobs, so that nobody reads or writes at an address that was not verified. The
//! charger's password, if one is held, goes there with the look: whether it may is decided before
//! ([`seek`](crate::seek)).

use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use tokio::time::Instant;

use super::ChargerLink;
use crate::address::Place;
use crate::charger::Charger;
use crate::job::{MoveJob, Moved};
use crate::probe::{self, Probed, judge};

impl<C: Charger> ChargerLink<C> {
    /// Moves the charger to where `job` says, unless something else is there.
    pub(crate) async fn move_to(&mut self, job: MoveJob) {
        let MoveJob { to, serial, reply } = job;
        let home = self.charger.place();
        self.charger.set_place(Some(to));
        let read = Read::raw(DocumentName::Info);
        let deadline = Instant::now() + probe::LIMIT;
        let answer = tokio::select! {
            biased;
            answer = self.charger.read(&read) => answer.ok(),
            () = self.stop.expired(deadline) => None,
            _ = self.stop.begun() => None,
        };
        let found = answer.as_ref().map_or(Probed::Silent, |answer| judge(&answer.readings));
        let is_it = match (&found, &serial) {
            (Probed::Charger(found), Some(serial)) => found == serial,
            // One that nobody has met yet may ask for a password that is not held here.
            (Probed::Charger(_) | Probed::AsksPassword, None) => true,
            _ => false,
        };
        // Whoever asked for the move may have gone.
        if !is_it {
            self.charger.set_place(match home {
                Place::At(home) => Some(home),
                Place::Named | Place::Unknown => None,
            });
            let _ = reply.send(Moved::Back(found));
            return;
        }
        self.known.cache.clear();
        self.rest.succeeded();
        self.known.status.moved(to);
        match answer.map(|answer| answer.readings) {
            Some(Ok(readings)) => {
                self.answered();
                self.learn(DocumentName::Info, &readings);
            }
            Some(Err(error)) => self.declined(&error),
            None => {}
        }
        let _ = reply.send(Moved::There);
    }
}

#[cfg(test)]
mod tests;
