//! The rules for writes: `/control` with a query.
//!
//! The rules work on characters, as in the manufacturer's own page, and are odd in places: at most
//! four characters, so 16.55 is refused for its length while 6.55 is rounded. They are checked in a
//! fixed order; the first wrong value ends the write, and nothing is applied.

use nrgkick_model::command::{ChargingCurrent, Command, ControlWrite, EnergyLimit, PhaseCount};
use nrgkick_model::field::{Access, FIELDS};
use nrgkick_model::{Field, FieldId, Refusal};

use crate::recorded::Occasion;
use crate::switches::{AboveRated, Switches, UnknownKey};

/// A refusal, with the occasion whose recorded answer takes its place.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    pub(crate) occasion: Option<Occasion>,
}

impl Refused {
    pub(crate) const fn on(occasion: Occasion, refusal: Refusal) -> Self {
        Self { refusal, occasion: Some(occasion) }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, occasion: None }
    }
}

/// A parsed query of `/control`.
#[derive(Debug)]
pub(crate) enum Asked {
    /// No parameter: a read.
    Read,
    /// A write that passed every rule. It may be empty.
    Write(ControlWrite),
}

/// The state that the rules depend on.
pub(crate) struct Rules<'a> {
    /// The unit's rated current, A.
    pub(crate) rated: f64,
    /// The switches that allow, refuse or choose an answer.
    pub(crate) switches: &'a Switches,
}

impl Rules<'_> {
    /// Parses the query of `/control`.
    pub(crate) fn read(&self, query: &str) -> Result<Asked, Refused> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        if pairs.is_empty() {
            return Ok(Asked::Read);
        }
        let setting =
            |key: &str| FIELDS.iter().any(|f| f.access == Access::Write && f.key() == key);
        let known = pairs.iter().all(|(key, _)| setting(key));
        if !known && self.switches.unknown_key == UnknownKey::Refuse {
            let refusal = Refusal::new(501, Refusal::INVALID_PARAMETER);
            return Err(Refused::on(Occasion::UnknownKey, refusal));
        }
        // The first of a repeated key counts.
        let value = |id: FieldId| {
            let key = Field::of(id).key();
            pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
        };
        let mut write = ControlWrite::new();
        let steps: [(FieldId, Step<'_>); 4] = [
            (FieldId::CurrentSet, &|text| self.current(text)),
            (FieldId::ChargePause, &|text| self.pause(text)),
            (FieldId::EnergyLimit, &limit),
            (FieldId::PhaseCount, &|text| self.phases(text)),
        ];
        for (id, step) in steps {
            if let Some(text) = value(id) {
                write = write.with(step(text)?);
            }
        }
        Ok(Asked::Write(write))
    }

    fn current(&self, text: &str) -> Result<Command, Refused> {
        let refused = || Refused::from(Refusal::new(406, Refusal::INVALID_CURRENT));
        let most = match self.switches.above_rated {
            AboveRated::Accept => ChargingCurrent::MAX,
            AboveRated::Refuse => self.rated.min(ChargingCurrent::MAX),
        };
        let shaped = (1..=4).contains(&text.len())
            && !text.starts_with('.')
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && text.bytes().filter(|byte| *byte == b'.').count() <= 1;
        let amperes: f64 = text.parse().ok().filter(|_| shaped).ok_or_else(refused)?;
        if !(ChargingCurrent::MIN..=most).contains(&amperes) {
            let is_above = (most..=ChargingCurrent::MAX).contains(&amperes);
            let occasion = is_above.then_some(Occasion::AboveRated);
            return Err(Refused { occasion, ..refused() });
        }
        let all = self.switches.solar_blocks_all;
        self.unless_solar(Occasion::SolarCurrent, SOLAR_CURRENT, all)?;
        let tenths = (amperes * 10.0).round() / 10.0;
        ChargingCurrent::from_amperes(tenths).map(Command::CurrentSet).map_err(|_| refused())
    }

    fn pause(&self, text: &str) -> Result<Command, Refused> {
        let pause = match text {
            "0" => false,
            "1" => true,
            _ => return Err(Refusal::new(406, Refusal::INVALID_PAUSE).into()),
        };
        self.unless_solar(Occasion::SolarPause, Refusal::PAUSE_BLOCKED, true)?;
        Ok(Command::ChargePause(pause))
    }

    fn phases(&self, text: &str) -> Result<Command, Refused> {
        let refused = || Refused::from(Refusal::new(406, Refusal::INVALID_PHASES));
        let number = digits(text, 1).ok_or_else(refused)?;
        let count = PhaseCount::from_number(number).map_err(|_| refused())?;
        if !self.switches.phase_switch {
            let wording = &self.switches.phase_refusal;
            let refusal = Refusal::new(wording.status, wording.text.as_str());
            return Err(Refused::on(Occasion::PhaseSwitch, refusal));
        }
        let all = self.switches.solar_blocks_all;
        self.unless_solar(Occasion::SolarPhases, SOLAR_PHASES, all)?;
        Ok(Command::PhaseCount(count))
    }

    fn unless_solar(&self, at: Occasion, words: &str, concerned: bool) -> Result<(), Refused> {
        if self.switches.solar && concerned {
            return Err(Refused::on(at, Refusal::new(self.switches.solar_status, words)));
        }
        Ok(())
    }
}

type Step<'a> = &'a dyn Fn(&str) -> Result<Command, Refused>;

/// Inferred after [`Refusal::PAUSE_BLOCKED`].
const SOLAR_CURRENT: &str = "Current change blocked by solar-charging";
/// Inferred after [`Refusal::PAUSE_BLOCKED`].
const SOLAR_PHASES: &str = "Phase count change is blocked by solar-charging";

fn limit(text: &str) -> Result<Command, Refused> {
    let limit = digits(text, 7).and_then(|number| EnergyLimit::from_watt_hours(number).ok());
    let refused = || Refusal::new(406, Refusal::INVALID_LIMIT).into();
    limit.map(Command::EnergyLimit).ok_or_else(refused)
}

/// Parses one to `most` digits and nothing else.
fn digits(text: &str, most: usize) -> Option<u32> {
    let shaped = text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| shaped)
}
