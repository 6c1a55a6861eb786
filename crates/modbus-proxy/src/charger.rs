//! The charger over its Modbus API, as the gateway wants it: documents in, documents out.
//!
//! What a charger with its JSON API would send is rendered from registers by the model. A Modbus
//! exception becomes a refusal in the same form. Not here: the connection
//! ([`session`](crate::session)).

use charger_gateway::{
    Address, Charger, ChargerError, Failure, FailureKind, RegisterAnswer, RegisterRange,
};
use gateway_api::{ApiStatus, Upstream};
use modbus_client::{Echo, Exception};
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::{ControlWrite, Readings, Refusal, Reply, Request};

use crate::patience::Patience;
use crate::session::{Session, Trouble};
use crate::{status, write};

/// A charger with its Modbus API.
///
/// The gateway's owner holds it and with it the only connection, so there is never more than one
/// request under way.
pub struct ModbusCharger {
    address: Address,
    session: Session,
}

impl ModbusCharger {
    /// A charger that is not connected yet. `unit`: its Modbus unit id, 1 on real ones.
    pub fn new(address: Address, unit: u8, patience: Patience) -> Self {
        let session = Session::new(address.clone(), unit, patience);
        Self { address, session }
    }

    async fn ask(&mut self, request: &Request) -> Result<String, Trouble> {
        let session = &mut self.session;
        match request {
            Request::Read(read) => {
                let readings = match read.document {
                    DocumentName::Info => session.info().await?,
                    document => session.state(document).await?,
                };
                Ok(readings.to_json(read.document, &read.sections, read.form))
            }
            Request::Control => {
                let readings = session.state(DocumentName::Control).await?;
                Ok(readings.to_json(DocumentName::Control, &[], Form::Text))
            }
            Request::Write(write) => self.write(*write).await,
            // Nobody can ask over Modbus whether the JSON API is on. That the Modbus API is on is
            // known from an answer only, an exception included.
            Request::Api => {
                if !session.is_proven() {
                    match session.state(DocumentName::Control).await {
                        Ok(_) | Err(Trouble::Refused(_)) => {}
                        Err(failed) => return Err(failed),
                    }
                }
                let status = ApiStatus { json: None, modbus: Some(true), gateway: None };
                // Three optional fields always serialise.
                Ok(serde_json::to_string(&status).unwrap_or_default())
            }
        }
    }

    /// Answers as a charger with its JSON API does: by naming what it took.
    async fn write(&mut self, write: ControlWrite) -> Result<String, Trouble> {
        let Some(request) = write::request(&write) else {
            let detail = "settings that are not neighbours need a write each";
            let failure = Failure::new(FailureKind::Protocol, self.address.to_string(), detail);
            return Err(Trouble::Failed(ChargerError::NotSent(failure)));
        };
        let echo = self.session.write(&request).await?;
        let mut taken = Readings::default();
        for command in write.commands() {
            let row = command.field();
            taken.set(
                row.id,
                match echo {
                    Echo::Same => Some(command.scalar()),
                    // Only what is written as one word is echoed with it.
                    Echo::Other(word) => row.decode(&[word]).ok(),
                },
            );
        }
        Ok(taken.to_json(DocumentName::Control, &[], Form::Text))
    }
}

impl Charger for ModbusCharger {
    async fn exchange(&mut self, request: &Request) -> Result<Reply, ChargerError> {
        match self.ask(request).await {
            Ok(body) => Ok(Reply { status: 200, body: body.into_bytes() }),
            Err(Trouble::Refused(exception)) if request.is_write() && exception.leaves_open() => {
                let detail = exception.to_string();
                let address = self.address.to_string();
                Err(ChargerError::Lost(Failure::new(FailureKind::Undecided, address, detail)))
            }
            Err(Trouble::Refused(exception)) => Ok(refusal(exception, request)),
            Err(Trouble::Failed(error)) => Err(error),
        }
    }

    async fn registers(
        &mut self,
        address: u16,
        quantity: u16,
    ) -> Result<RegisterAnswer, ChargerError> {
        match self.session.words(address, quantity).await {
            Ok(words) => Ok(RegisterAnswer::Words(words)),
            Err(Trouble::Refused(exception)) => Ok(RegisterAnswer::Refused(exception.0)),
            Err(Trouble::Failed(error)) => Err(error),
        }
    }

    fn cached_registers(&self) -> Vec<RegisterRange> {
        self.session.cached()
    }

    fn parts(&self, write: ControlWrite) -> Vec<ControlWrite> {
        write::parts(write)
    }

    fn upstream(&self) -> Upstream {
        Upstream::Modbus
    }

    fn address(&self) -> String {
        self.address.to_string()
    }
}

fn refusal(exception: Exception, request: &Request) -> Reply {
    let what = match request {
        Request::Write(write) => format!("to a write of {}", write.query().replace('&', ", ")),
        other => format!("to a read of {}", other.target()),
    };
    let text = format!("The charger answered {what} with {exception}.");
    let code =
        if request.is_write() { status::of_write(exception) } else { status::of_read(exception) };
    let refusal = Refusal::new(code, text);
    Reply { status: refusal.status, body: refusal.body().into_bytes() }
}
