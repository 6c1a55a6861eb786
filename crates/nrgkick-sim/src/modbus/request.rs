//! Modbus faults over HTTP: the body of `POST /_sim/fault` with kind `modbus`.
//!
//! `{"kind":"modbus","fault":"late","ms":50,"count":1,"every":100,"seed":7,"on":"reads"}`. The
//! names are those of [`Fault`] with hyphens; `none` clears all faults, `delay` with `ms` delays
//! every reply from now on.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use super::Modbus;
use super::fault::{Fault, On, Plan};

/// The body. The fault decides which of `ms`, `length`, `code` and `by` is required.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRequest {
    /// Always [`FaultRequest::KIND`].
    #[expect(dead_code, reason = "whoever reads the body has chosen this type by it")]
    #[serde(default)]
    kind: Option<String>,
    fault: String,
    ms: Option<u64>,
    length: Option<u16>,
    code: Option<u8>,
    by: Option<i8>,
    count: Option<NonZeroU32>,
    every: Option<NonZeroU32>,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    on: On,
}

/// The reason why a fault is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFault {
    /// Unknown name.
    #[error("fault: `{0}` is none of {names}", names = names())]
    Name(String),
    /// A required number is missing.
    #[error("fault `{fault}` needs `{key}`")]
    Missing {
        /// The fault.
        fault: String,
        /// The key of the number.
        key: &'static str,
    },
    /// A number that the fault does not use.
    #[error("fault `{fault}` takes no `{key}`")]
    Surplus {
        /// The fault.
        fault: String,
        /// The key of the number.
        key: &'static str,
    },
    /// A time above the limit.
    #[error("ms: {0} is above {MOST_MS}")]
    TooLong(u64),
    /// Too many active faults.
    #[error("too many faults are in force; `none` clears them")]
    TooMany,
}

/// Longest time, ms: ten minutes.
const MOST_MS: u64 = 600_000;

/// Faults without a number.
const PLAIN: [(&str, Fault); 19] = [
    ("silence", Fault::Silence),
    ("apply-and-lose", Fault::ApplyAndLose),
    ("wrong-transaction", Fault::WrongTransaction),
    ("wrong-unit", Fault::WrongUnit),
    ("wrong-function", Fault::WrongFunction),
    ("wrong-protocol", Fault::WrongProtocol),
    ("fewer-registers", Fault::FewerRegisters),
    ("more-registers", Fault::MoreRegisters),
    ("byte-by-byte", Fault::ByteByByte),
    ("two-in-one", Fault::TwoInOne),
    ("garbage", Fault::Garbage),
    ("http-text", Fault::HttpText),
    ("reset-before", Fault::ResetBefore),
    ("reset-inside", Fault::ResetInside),
    ("reset-after", Fault::ResetAfter),
    ("close-before", Fault::CloseBefore),
    ("close-inside", Fault::CloseInside),
    ("echo-other", Fault::EchoOther),
    ("exception-without-code", Fault::ExceptionWithoutCode),
];

const NUMBERED: [&str; 5] = ["late", "endless", "length", "byte-count", "exception"];

fn names() -> String {
    let plain = PLAIN.iter().map(|(name, _)| *name);
    plain.chain(NUMBERED).chain(["delay", "none"]).collect::<Vec<_>>().join(", ")
}

impl FaultRequest {
    /// The kind of this body; other kinds are faults of HTTP.
    pub const KIND: &str = "modbus";

    /// Activates the fault.
    ///
    /// # Errors
    /// With the key and the mistake; then nothing has changed.
    pub fn apply(&self, modbus: &Modbus) -> Result<(), InvalidFault> {
        match self.fault.as_str() {
            "none" => {
                self.takes_only(&[])?;
                modbus.clear_faults();
                Ok(())
            }
            "delay" => {
                self.takes_only(&["ms"])?;
                modbus.set_delay(self.time()?);
                Ok(())
            }
            _ => match modbus.add_fault(self.plan()?) {
                true => Ok(()),
                false => Err(InvalidFault::TooMany),
            },
        }
    }

    fn plan(&self) -> Result<Plan, InvalidFault> {
        let every = self.every.unwrap_or(NonZeroU32::MIN);
        let (count, seed, on) = (self.count, self.seed, self.on);
        Ok(Plan { fault: self.fault()?, count, every, seed, on })
    }

    fn fault(&self) -> Result<Fault, InvalidFault> {
        let plain = PLAIN.into_iter().find(|(name, _)| *name == self.fault);
        if let Some((_, fault)) = plain {
            self.takes_only(&[])?;
            return Ok(fault);
        }
        let (key, fault) = match self.fault.as_str() {
            "late" => ("ms", Fault::Late(self.time()?)),
            "endless" => ("ms", Fault::Endless(self.time()?)),
            "length" => ("length", Fault::Length(self.need(self.length, "length")?)),
            // One byte more than there are is odd, and so invalid.
            "byte-count" => ("by", Fault::ByteCount(self.by.unwrap_or(1))),
            "exception" => ("code", Fault::Exception(self.need(self.code, "code")?)),
            other => return Err(InvalidFault::Name(other.to_owned())),
        };
        self.takes_only(&[key])?;
        Ok(fault)
    }

    fn time(&self) -> Result<Duration, InvalidFault> {
        let ms = self.need(self.ms, "ms")?;
        if ms > MOST_MS {
            return Err(InvalidFault::TooLong(ms));
        }
        Ok(Duration::from_millis(ms))
    }

    fn need<T>(&self, number: Option<T>, key: &'static str) -> Result<T, InvalidFault> {
        number.ok_or_else(|| InvalidFault::Missing { fault: self.fault.clone(), key })
    }

    fn takes_only(&self, keys: &[&str]) -> Result<(), InvalidFault> {
        let given = [
            ("ms", self.ms.is_some()),
            ("length", self.length.is_some()),
            ("code", self.code.is_some()),
            ("by", self.by.is_some()),
        ];
        match given.into_iter().find(|(key, given)| *given && !keys.contains(key)) {
            Some((key, _)) => Err(InvalidFault::Surplus { fault: self.fault.clone(), key }),
            None => Ok(()),
        }
    }
}
