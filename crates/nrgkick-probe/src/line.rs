//! The way by which settings are read and written: the JSON API, or Modbus where that is off.

use nrgkick_model::document::{Control, Document as _, Info};
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Command, FieldId, Readings, Request};

use crate::http::{Ask, Http};
use crate::registers::{Registers, write_many};
use crate::trouble::Trouble;

/// A way to the settings.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    Http(Http),
    Registers(Registers),
}

impl Line {
    /// Reads the settings.
    pub(crate) async fn readings(&self) -> Result<Readings, Trouble> {
        match self {
            Self::Http(http) => {
                let answer = http.send(Ask::get(&Request::Control.target())).await?;
                let readings = answer.reply().readings(DocumentName::Control);
                readings.map_err(|error| Trouble::Unusable(error.to_string()))
            }
            Self::Registers(registers) => registers.readings(&[DocumentName::Control]).await,
        }
    }

    pub(crate) async fn control(&self) -> Result<Control, Trouble> {
        Ok(Control::from_readings(&self.readings().await?))
    }

    /// Sends a write once. A refusal is no trouble here: what counts is the reading afterwards.
    pub(crate) async fn write(&self, command: Command) -> Result<(), Trouble> {
        match self {
            Self::Http(http) => {
                let target = Request::Write(command.into()).target();
                http.send(Ask::get(&target)).await.map(drop)
            }
            Self::Registers(registers) => {
                let write = command.registers();
                registers.ask(&write_many(write.address, &write.words)).await.map(drop)
            }
        }
    }

    /// Reads the charger's serial number.
    pub(crate) async fn serial_number(&self) -> Result<Option<String>, Trouble> {
        let readings = match self {
            Self::Http(http) => {
                let answer = http.send(Ask::get(&Request::info().target())).await?;
                let readings = answer.reply().readings(Info::NAME);
                readings.map_err(|error| Trouble::Unusable(error.to_string()))?
            }
            Self::Registers(registers) => registers.readings(&[DocumentName::Info]).await?,
        };
        Ok(readings.text(FieldId::SerialNumber).map(str::to_owned))
    }
}
