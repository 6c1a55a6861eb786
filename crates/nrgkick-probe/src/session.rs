//! One run against one charger: requests at their pace, findings, and writes with consent.

use charger_profile::scrub::{self, Secrets};
use charger_profile::{Answers, Evidence};
use nrgkick_model::code::{ChargingStatus, Code};
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Field, FieldId, Readings, Reply, Request};
use tokio::time::{Instant, sleep, sleep_until};

use crate::http::{Answer, Ask, Http};
use crate::journal::{Journal, place};
use crate::line::Line;
use crate::options::Options;
use crate::owner::{Owner, Point};
use crate::registers::{Heard, Registers, UNIT};
use crate::restore;
use crate::trouble::Trouble;

/// The reason why a step found nothing out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Skip {
    /// It does not apply, or was not wanted.
    Left(String),
    /// No answer.
    Failed(Trouble),
    /// The run cannot go on.
    End(String),
}

impl From<Trouble> for Skip {
    fn from(trouble: Trouble) -> Self {
        Self::Failed(trouble)
    }
}

/// Leaves a step out.
pub(crate) fn left<T>(reason: impl Into<String>) -> Result<T, Skip> {
    Err(Skip::Left(reason.into()))
}

/// A write that the owner is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The setting that it names.
    pub(crate) field: Option<FieldId>,
    /// In plain words, with the value before and after.
    pub(crate) words: String,
    /// Set if the value after is another one, should the charger accept it.
    pub(crate) changes: bool,
}

/// One run.
pub(crate) struct Session<'a, O> {
    pub(crate) owner: &'a mut O,
    pub(crate) options: &'a Options,
    pub(crate) http: Option<Http>,
    pub(crate) registers: Option<Registers>,
    pub(crate) answers: Answers,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) secrets: Secrets,
    /// Every value that was read, from either API.
    pub(crate) readings: Readings,
    pub(crate) journal: Option<Journal>,
    next: Instant,
}

impl<'a, O: Owner> Session<'a, O> {
    pub(crate) fn new(options: &'a Options, owner: &'a mut O) -> Self {
        let mut secrets = Secrets::default();
        for address in [&options.http, &options.modbus].into_iter().flatten() {
            secrets.add(&address.host);
        }
        if let Some((user, password)) = &options.credentials {
            secrets.add(user);
            secrets.add(password);
        }
        let http = options.http.clone();
        let http = http.map(|at| Http::new(at, options.credentials.as_ref(), &options.times));
        let registers = options.modbus.clone().map(|at| Registers::new(at, options.times));
        Self {
            owner,
            options,
            http,
            registers,
            answers: Answers::default(),
            evidence: Vec::new(),
            secrets,
            readings: Readings::default(),
            journal: None,
            next: Instant::now(),
        }
    }

    /// Waits until another request may be sent.
    pub(crate) async fn pace(&mut self) {
        sleep_until(self.next).await;
        self.next = Instant::now() + self.options.times.gap;
    }

    /// The JSON API, unless it is off or not known.
    pub(crate) fn http(&self) -> Result<Http, Skip> {
        match &self.http {
            Some(http) => Ok(http.clone()),
            None => left("the JSON API cannot be used"),
        }
    }

    pub(crate) fn registers(&self) -> Result<Registers, Skip> {
        match &self.registers {
            Some(registers) => Ok(registers.clone()),
            None => left("the Modbus API cannot be used"),
        }
    }

    /// Sends a request over HTTP.
    pub(crate) async fn send(&mut self, ask: Ask<'_>) -> Result<Answer, Skip> {
        let http = self.http()?;
        self.pace().await;
        Ok(http.send(ask).await?)
    }

    pub(crate) async fn get(&mut self, target: &str) -> Result<Answer, Skip> {
        self.send(Ask::get(target)).await
    }

    /// Sends a request over Modbus, on a connection of its own.
    pub(crate) async fn ask(&mut self, pdu: &[u8]) -> Result<Heard, Skip> {
        let registers = self.registers()?;
        self.pace().await;
        let mut link = registers.open().await?;
        Ok(link.ask(UNIT, pdu, self.options.times.exchange).await)
    }

    /// Keeps a text, without addresses and long numbers.
    pub(crate) fn note(&mut self, of: impl Into<String>, text: &str) {
        self.evidence.push(Evidence { of: of.into(), text: scrub::text(text) });
    }

    /// Keeps a document as it was printed, without what names anybody.
    pub(crate) fn note_document(&mut self, name: DocumentName, target: &str, answer: &Answer) {
        let text = scrub::document(name, &answer.text());
        let of = format!("GET {target}, {} ms", answer.took.as_millis());
        self.evidence.push(Evidence { of, text });
    }

    /// Takes over the values of an answer.
    pub(crate) fn learn(&mut self, name: DocumentName, reply: &Reply) -> Result<(), Skip> {
        let readings = reply.readings(name).map_err(|e| Trouble::Unusable(e.to_string()))?;
        self.secrets.learn(&readings);
        self.readings.merge(readings);
        Ok(())
    }

    /// The way to the settings.
    pub(crate) fn line(&self) -> Result<Line, Skip> {
        match (&self.http, &self.registers) {
            (Some(http), _) => Ok(Line::Http(http.clone())),
            (None, Some(registers)) => Ok(Line::Registers(registers.clone())),
            (None, None) => left("no API can be used"),
        }
    }

    /// The charging status, as read now.
    pub(crate) async fn status(&mut self) -> Result<Option<ChargingStatus>, Skip> {
        if self.http.is_some() {
            let answer = self.get(&Request::values().target()).await?;
            self.learn(DocumentName::Values, &answer.reply())?;
        } else {
            let registers = self.registers()?;
            self.pace().await;
            self.readings.merge(registers.readings(&[DocumentName::Values]).await?);
        }
        Ok(match self.readings.code(FieldId::Status) {
            Some(Code::ChargingStatus(status)) => Some(status),
            _ => None,
        })
    }

    /// Asks for a write, and notes it on the disk. Nothing is sent yet.
    pub(crate) async fn may_write(&mut self, change: &Change) -> Result<(), Skip> {
        if self.options.no_writes {
            return left("--no-writes");
        }
        let status = self.status().await?;
        let is_idle = matches!(status, Some(ChargingStatus::Standby | ChargingStatus::Connected));
        if !is_idle && !self.options.may_interrupt {
            return left(
                "the charger is neither idle nor merely connected; nothing is written then, unless \
                 --may-interrupt is given",
            );
        }
        self.begin_journal().await?;
        if let (Some(field), Some(journal)) = (change.field, &self.journal) {
            let known = crate::journal::commands(journal.before());
            if !known.iter().any(|command| command.field().id == field) {
                let label = Field::of(field).label();
                return left(format!("{label} shows no value that could be put back"));
            }
        }
        let question = format!("WRITE: {} Send it?", change.words);
        if !self.owner.ask(&question).await {
            return left("not wanted");
        }
        if let (Some(field), Some(journal)) = (change.field, &mut self.journal) {
            let noted = journal.about_to_write(field, change.changes);
            noted.map_err(|error| Skip::End(error.to_string()))?;
        }
        self.owner.reached(Point::BeforeWrite).await;
        self.pace().await;
        Ok(())
    }

    /// Writes the settings as they are now to the disk, once.
    async fn begin_journal(&mut self) -> Result<(), Skip> {
        if self.journal.is_some() {
            return Ok(());
        }
        let line = self.line()?;
        self.pace().await;
        let before = line.readings().await?;
        let serial = self.readings.text(FieldId::SerialNumber);
        let journal = Journal::begin(&place(&self.options.output), serial, &before);
        self.journal = Some(journal.map_err(|error| Skip::End(error.to_string()))?);
        Ok(())
    }

    /// Puts back what was changed, and stops the run if that fails.
    pub(crate) async fn put_back(&mut self) -> Result<(), Skip> {
        let line = self.line()?;
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let times = &self.options.times;
        match restore::put_back(&line, journal, times, self.owner).await {
            Ok(()) => journal.all_back().map_err(|error| Skip::End(error.to_string())),
            Err(left) => Err(Skip::End(format!("not put back: {}", left.0.join("; ")))),
        }
    }

    /// Waits between two looks at something that changes.
    pub(crate) async fn look(&self) {
        sleep(self.options.times.look).await;
    }
}
