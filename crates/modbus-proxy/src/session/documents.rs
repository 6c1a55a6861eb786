//! Reads documents in blocks of registers, with the lengths and rows that the charger allows.
//!
//! A refused block is split at once, down to single rows. A block that gets no answer, or a closed
//! connection, is shortened by one step per poll, so that an absent charger gets one request per
//! poll. The model plans the blocks.

use std::time::Duration;

use nrgkick_model::field::{DocumentName, Field, Presence};
use nrgkick_model::register::{Block, MAX_QUANTITY, ReadPlan};
use nrgkick_model::{DecodeError, Readings};
use tokio::time::Instant;

use super::{CachedState, Session, SessionError, Suspect};
use modbus_client::Exception;

/// Count of refused single rows, at least one of them a single register, after which a charger
/// that has answered none counts as refusing all.
const HOPELESS: usize = 3;
/// Time during which a charger that refused everything is not read row by row again.
const HOPELESS_FOR: Duration = Duration::from_secs(60);
/// Validity of the blocks of an unfinished `/info`.
const UNFINISHED_FOR: Duration = Duration::from_secs(60);

/// The documents that a read serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    Info,
    State,
}

impl Session {
    /// Reads `/info`, with the optional blocks that this unit may have.
    ///
    /// A slow charger may not answer all blocks in the time of one call: the next call continues
    /// where this one ended.
    pub(crate) async fn info(&mut self) -> Result<Readings, SessionError> {
        let documents = [DocumentName::Info];
        if self.unfinished.as_ref().is_some_and(|(_, at)| at.elapsed() >= UNFINISHED_FOR) {
            self.unfinished = None;
        }
        let (mut readings, _) =
            self.unfinished.clone().unwrap_or_else(|| (Readings::default(), Instant::now()));
        self.read(&mut readings, Goal::Info, |plan| plan.required(&documents)).await?;
        self.plan.learn(&readings);
        let now = self.now();
        self.read(&mut readings, Goal::Info, |plan| plan.optional(&documents, now)).await?;
        self.unfinished = None;
        Ok(self.named(readings, &documents))
    }

    /// Reads `/control` or `/values`. One read brings both, so a following request for the other
    /// document is answered from the same words; a repeated request for the same one never is.
    pub(crate) async fn state(&mut self, document: DocumentName) -> Result<Readings, SessionError> {
        if let Some(kept) = self.cached_state.take()
            && kept.for_document == document
            && kept.at.elapsed() < self.timeouts.keep
        {
            return Ok(kept.readings);
        }
        let at = Instant::now();
        let both = [DocumentName::Control, DocumentName::Values];
        let mut readings = Readings::default();
        self.read(&mut readings, Goal::State, |plan| plan.required(&both)).await?;
        let readings = self.named(readings, &both);
        let for_document = match document {
            DocumentName::Control => DocumentName::Values,
            DocumentName::Values | DocumentName::Info => DocumentName::Control,
        };
        self.cached_state = Some(CachedState { readings: readings.clone(), for_document, at });
        Ok(readings)
    }

    /// Reads the blocks that `wanted` names, except those already in `readings`. Refused blocks are
    /// split, down to single rows; the plan remembers the lengths and rows that were refused.
    async fn read(
        &mut self,
        readings: &mut Readings,
        goal: Goal,
        wanted: impl Fn(&ReadPlan) -> Vec<Block>,
    ) -> Result<(), SessionError> {
        let mut blocks = wanted(&self.plan);
        let mut retry = None;
        if let Some(suspect) = self.suspect.filter(|suspect| suspect.misses >= 2)
            && blocks.contains(&suspect.block)
        {
            // One shorter read distinguishes an absent charger from one that limits the length.
            let probe = suspect.block.front(suspect.step);
            self.probe(readings, suspect, probe).await?;
            self.plan.endure(probe.quantity);
            (self.suspect, retry) = (None, Some(suspect.block));
            blocks = wanted(&self.plan);
        }
        let is_missing = |readings: &Readings, block: &Block| {
            block
                .rows()
                .any(|row| readings.reported(row.id).is_none() && readings.misfit(row.id).is_none())
        };
        for block in blocks {
            if is_missing(readings, &block) {
                self.read_block(readings, block).await?;
                if goal == Goal::Info {
                    let since = self.unfinished.take().map_or_else(Instant::now, |(_, at)| at);
                    self.unfinished = Some((readings.clone(), since));
                }
            }
        }
        // Everything is read. If the block is answered now, its length was not the cause.
        if let Some(block) = retry
            && self.words(block.address, block.quantity).await.is_ok()
        {
            self.plan.endure(MAX_QUANTITY);
        }
        Ok(())
    }

    /// Reads `block`; splits it into halves as long as it is refused.
    async fn read_block(
        &mut self,
        readings: &mut Readings,
        block: Block,
    ) -> Result<(), SessionError> {
        let mut parts = vec![block];
        let (mut refused, mut rows, mut longest) = (Vec::new(), Vec::new(), 0);
        let mut shortest = block.quantity;
        while let Some(part) = parts.pop() {
            let exception = match self.words(part.address, part.quantity).await {
                Ok(words) => {
                    self.take(readings, part.address, &words);
                    self.plan.answered(part);
                    longest = longest.max(part.quantity);
                    self.clear_suspect(part.quantity);
                    continue;
                }
                Err(SessionError::Refused(exception)) => exception,
                Err(error) => {
                    self.suspect_of(part, &error);
                    return Err(error);
                }
            };
            let is_optional = block.presence != Presence::Always;
            let is_passing = self.plan.refused_now(&part) || !exception.may_be_length();
            if is_passing || (is_optional && !self.plan.is_untried(&part)) {
                if is_optional {
                    self.leave_out(part, exception);
                    continue;
                }
                return Err(SessionError::Refused(exception));
            }
            let is_hopeless = self.hopeless.is_some_and(|at| at.elapsed() < HOPELESS_FOR);
            match part.halves().filter(|_| !is_hopeless) {
                Some((front, back)) => {
                    refused.push(part);
                    parts.extend([back, front]);
                }
                None if is_optional => self.leave_out(part, exception),
                None => {
                    rows.extend(part.rows().map(|row| row.id));
                    shortest = shortest.min(part.quantity);
                    let refuses_all = longest == 0 && shortest == 1 && rows.len() >= HOPELESS;
                    if is_hopeless || refuses_all {
                        self.hopeless.get_or_insert_with(Instant::now);
                        return Err(SessionError::Refused(exception));
                    }
                    self.cache.forget(part.address, part.quantity);
                    tracing::warn!(
                        charger = %self.address, address = part.address, %exception,
                        "the charger refuses a register; its value counts as unknown"
                    );
                }
            }
        }
        self.hopeless = None;
        self.plan.learn_refusals(&refused, &rows, longest);
        Ok(())
    }

    /// Reads `probe`, a shorter block in place of the suspected one.
    async fn probe(
        &mut self,
        readings: &mut Readings,
        suspect: Suspect,
        probe: Block,
    ) -> Result<(), SessionError> {
        match self.words(probe.address, probe.quantity).await {
            Ok(words) => {
                self.take(readings, probe.address, &words);
                Ok(())
            }
            Err(error) => {
                // The next poll tries a shorter one; after the shortest, the whole block again.
                let is_last = probe.halves().is_none();
                let next = Suspect { step: probe.quantity / 2, ..suspect };
                self.suspect = (error.is_silence() && !is_last).then_some(next);
                Err(error)
            }
        }
    }

    /// Counts a missing answer or a closed connection on `block`: twice in a row may be due to its
    /// length.
    fn suspect_of(&mut self, block: Block, error: &SessionError) {
        if !error.is_silence() || block.halves().is_none() {
            self.suspect = None;
            return;
        }
        let misses = match self.suspect {
            Some(suspect) if suspect.block == block => suspect.misses + 1,
            _ => 1,
        };
        self.suspect = Some(Suspect { block, misses, step: block.quantity / 2 });
    }

    /// Clears the suspicion when a read at least as long as the suspected block was answered.
    fn clear_suspect(&mut self, quantity: u16) {
        self.suspect = self.suspect.filter(|suspect| suspect.block.quantity > quantity);
    }

    /// Adds an error to each refused row.
    fn named(&self, mut readings: Readings, documents: &[DocumentName]) -> Readings {
        for id in self.plan.refused(documents) {
            let error = DecodeError::new(Field::of(id).path, "an answer", "a Modbus exception");
            readings.put(id, Err(error));
        }
        readings
    }

    /// Omits a refused optional block; the rest of the document stays valid.
    fn leave_out(&mut self, block: Block, exception: Exception) {
        tracing::debug!(address = block.address, %exception, "left out");
        if exception == Exception::ILLEGAL_ADDRESS {
            self.cache.forget(block.address, block.quantity);
            self.plan.mark_absent(block, self.now());
        }
    }

    /// Caches `words`, undecodable ones too, and decodes them.
    fn take(&mut self, readings: &mut Readings, address: u16, words: &[u16]) {
        self.cache.keep(address, words, Instant::now());
        readings.read_words(address, words);
        self.misfits.note(&self.address.to_string(), readings);
    }

    /// `true` if the charger has answered on this connection and no failure has followed.
    pub(crate) fn is_proven(&self) -> bool {
        self.is_proven && self.client.is_some()
    }
}
