//! The gateway's charger interface over the Modbus API.
//!
//! The model renders registers as the documents that a charger with its JSON API would send. A
//! Modbus exception becomes a refusal in the same form. Not here: the connection
//! ([`session`](crate::session)).

use std::net::SocketAddr;

use charger_gateway::{
    Address, Answer, Charger, ChargerError, Failure, FailureKind, Place, RegisterAnswer,
    RegisterRange,
};
use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use modbus_client::{Echo, Exception};
use nrgkick_model::document::Document as _;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Readings, Refusal, Reply, ReplyError};

use crate::session::{Session, SessionError};
use crate::timeouts::Timeouts;
use crate::{status, write};

/// A charger reached over its Modbus API.
///
/// The gateway's owner task holds it and with it the only connection, so there is never more than
/// one request under way.
pub struct ModbusCharger {
    address: Address,
    session: Session,
}

impl ModbusCharger {
    /// Creates a charger that is not connected yet. `unit`: its Modbus unit id, 1 on real ones.
    pub fn new(address: Address, unit: u8, timeouts: Timeouts) -> Self {
        let session = Session::new(address.clone(), unit, timeouts);
        Self { address, session }
    }

    async fn readings(&mut self, document: DocumentName) -> Result<Readings, SessionError> {
        match document {
            DocumentName::Info => self.session.info().await,
            DocumentName::Control | DocumentName::Values => self.session.state(document).await,
        }
    }
}

impl Charger for ModbusCharger {
    /// Renders the bytes that a charger with its JSON API would send.
    async fn read(&mut self, read: &Read) -> Result<Answer, ChargerError> {
        match self.readings(read.document).await {
            Ok(readings) => {
                let body = readings.to_json(read.document, &read.sections, read.form).into_bytes();
                Ok(Answer {
                    reply: Reply { status: 200, body },
                    readings: Ok(readings),
                    retry_after: None,
                })
            }
            Err(SessionError::Refused(exception)) => {
                let refusal = refused_read(exception, read.document);
                let reply = Reply { status: refusal.status, body: refusal.body().into_bytes() };
                Ok(Answer { reply, readings: Err(refusal.into()), retry_after: None })
            }
            Err(SessionError::Failed(error)) => Err(error),
        }
    }

    async fn control(&mut self) -> Result<Result<Control, ReplyError>, ChargerError> {
        match self.readings(DocumentName::Control).await {
            Ok(readings) => Ok(Ok(Control::from_readings(&readings))),
            Err(SessionError::Refused(exception)) => {
                Ok(Err(refused_read(exception, DocumentName::Control).into()))
            }
            Err(SessionError::Failed(error)) => Err(error),
        }
    }

    /// Sends the write; an echo of another value counts as accepted too, as the read-back decides.
    async fn write(&mut self, write: &ControlWrite) -> Result<Sent, ChargerError> {
        let address = self.address();
        let Some(request) = write::request(write) else {
            let detail = "settings that are not neighbours need a write each";
            let failure = Failure::new(FailureKind::Protocol, address, detail);
            return Err(ChargerError::NotSent(failure));
        };
        match self.session.write(&request).await {
            Ok(Echo::Same | Echo::Other(_)) => Ok(Sent::Accepted),
            Err(SessionError::Refused(exception)) if exception.leaves_open() => {
                let failure = Failure::new(FailureKind::Undecided, address, exception.to_string());
                Err(ChargerError::Lost(failure))
            }
            Err(SessionError::Refused(exception)) => {
                let what = format!("to a write of {}", write.query().replace('&', ", "));
                Ok(Sent::Refused(refusal(exception, status::of_write(exception), &what)))
            }
            Err(SessionError::Failed(error)) => Err(error),
        }
    }

    /// Reports the Modbus API as on after any answer, an exception included. The state of the JSON
    /// API cannot be read over Modbus.
    async fn api(&mut self) -> Result<ApiStatus, ChargerError> {
        if !self.session.is_proven()
            && let Err(SessionError::Failed(error)) = self.readings(DocumentName::Control).await
        {
            return Err(error);
        }
        Ok(ApiStatus { json: None, modbus: Some(true), gateway: None })
    }

    async fn registers(
        &mut self,
        address: u16,
        quantity: u16,
    ) -> Result<RegisterAnswer, ChargerError> {
        match self.session.words(address, quantity).await {
            Ok(words) => Ok(RegisterAnswer::Words(words)),
            Err(SessionError::Refused(exception)) => Ok(RegisterAnswer::Refused(exception.0)),
            Err(SessionError::Failed(error)) => Err(error),
        }
    }

    fn cached_registers(&self) -> Vec<RegisterRange> {
        self.session.cached()
    }

    fn parts(&self, write: ControlWrite) -> Vec<ControlWrite> {
        write::parts(write)
    }

    fn exchanges(&self) -> u32 {
        self.session.transactions()
    }

    fn upstream(&self) -> Upstream {
        Upstream::Modbus
    }

    fn place(&self) -> Place {
        self.address.place()
    }

    fn set_place(&mut self, place: Option<SocketAddr>) {
        self.address = self.address.moved(place);
        self.session.move_to(self.address.clone());
    }

    fn address(&self) -> String {
        self.address.to_string()
    }
}

fn refused_read(exception: Exception, document: DocumentName) -> Refusal {
    refusal(exception, status::of_read(exception), &format!("to a read of /{document}"))
}

fn refusal(exception: Exception, status: u16, what: &str) -> Refusal {
    Refusal::new(status, format!("The charger answered {what} with {exception}."))
}
