//! Turns a request into a response, without a socket.
//!
//! The answers of a real unit are known only in part; see [`Switches`](crate::Switches) for the
//! rest. No CORS headers: none were ever seen, and the owner of the socket can add them.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nrgkick_model::command::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::request::{Read, Request, basic_authorization};
use nrgkick_model::{Field, FieldId, Readings, Refusal};
use serde_json::json;

use crate::control::{Asked, Refused, Rules};
use crate::recorded::{Occasion, RecordedAnswer};
use crate::switches::RawZero;
use crate::{Credentials, Simulator, Via};

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers, as name and value; `Content-Type` is among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

const CONTENT_TYPE: &str = "content-type";
const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
const CHALLENGE: (&str, &str) = ("www-authenticate", "Basic realm=\"NRGkick\"");
const RAW_ZERO: &str = "raw=0";

impl Response {
    fn json(body: String) -> Self {
        Self { status: 200, headers: vec![(CONTENT_TYPE.to_owned(), JSON.to_owned())], body }
    }

    fn refusal(refusal: &Refusal) -> Self {
        Self { status: refusal.status, ..Self::json(refusal.body()) }
    }

    /// Returns the value of the header `name`, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Keys that end in a colon before SmartModule 4.0.0.100, as seen on real units.
const COLON_KEYS: [FieldId; 5] = [
    FieldId::AttachmentMaxCurrent,
    FieldId::GridFrequencyType,
    FieldId::VoltageL1,
    FieldId::VoltageL2,
    FieldId::VoltageL3,
];

impl Simulator {
    /// Answers a request. `target` is path and query as sent, `authorization` the value of that
    /// header. A write may change the state; time does not advance.
    pub fn request(&mut self, method: &str, target: &str, authorization: Option<&str>) -> Response {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let response = self.answer(method, path, query, authorization);
        let is_control = path.strip_prefix('/') == Some(DocumentName::Control.name());
        if let Some(query) = query.filter(|query| is_control && !query.is_empty()) {
            self.record(Via::Http, query, response.status);
        }
        response
    }

    fn answer(
        &mut self,
        method: &str,
        path: &str,
        query: Option<&str>,
        authorization: Option<&str>,
    ) -> Response {
        let own = |response: Response| self.with_headers(response);
        if method != "GET" {
            let refusal = Refusal::new(405, "Error 405 - Method not allowed");
            return match method {
                "OPTIONS" => self.recorded_or(Occasion::Preflight, Response::refusal(&refusal)),
                _ => own(Response::refusal(&refusal)),
            };
        }
        let allowed = self.setup.credentials.as_ref().is_none_or(|credentials| {
            authorization.is_some_and(|header| credentials.allow(header))
        });
        if path == "/" && (allowed || !self.switches.guarded_page) {
            let headers = vec![(CONTENT_TYPE.to_owned(), HTML.to_owned())];
            return own(Response { headers, ..Response::json(self.page()) });
        }
        let is_api = path == Request::Api.target();
        if is_api && (allowed || !self.switches.guarded_api) {
            let (json, modbus) = (self.switches.json, self.switches.modbus);
            let body = json!({ "json": json, "modbus": modbus }).to_string();
            return self.recorded_or(Occasion::Api, Response::json(body));
        }
        if !self.switches.json {
            let refusal = Refusal::new(200, Refusal::DISABLED);
            return self.recorded_or(Occasion::Disabled, Response::refusal(&refusal));
        }
        if !allowed {
            let refusal = Refusal::new(401, self.switches.unauthorized.as_str());
            let mut response = Response::refusal(&refusal);
            if self.switches.challenge {
                response.headers.push((CHALLENGE.0.to_owned(), CHALLENGE.1.to_owned()));
            }
            return self.recorded_or(Occasion::Unauthorized, response);
        }
        let named = |name: &DocumentName| path.strip_prefix('/') == Some(name.name());
        let answered = match DocumentName::ALL.into_iter().find(named) {
            Some(DocumentName::Control) => self.control(query.unwrap_or_default()),
            Some(document) => self.read(document, query),
            None => {
                let refusal = Refusal::new(404, Refusal::NOT_FOUND);
                Err(Refused::on(Occasion::UnknownPath, refusal))
            }
        };
        match answered {
            Ok(body) => self.with_headers(Response::json(body)),
            Err(Refused { refusal, occasion: Some(occasion) }) => {
                self.recorded_or(occasion, Response::refusal(&refusal))
            }
            Err(Refused { refusal, occasion: None }) => {
                self.with_headers(Response::refusal(&refusal))
            }
        }
    }

    /// Returns the answer that was recorded on `occasion`, otherwise `response`.
    fn recorded_or(&self, occasion: Occasion, response: Response) -> Response {
        match self.switches.recorded.get(&occasion).cloned() {
            Some(RecordedAnswer { status, headers, body }) => Response { status, headers, body },
            None => self.with_headers(response),
        }
    }

    fn with_headers(&self, mut response: Response) -> Response {
        response.headers.extend(self.switches.headers.iter().cloned());
        response
    }

    fn read(&self, document: DocumentName, query: Option<&str>) -> Result<String, Refused> {
        let asks_raw_zero = query.is_some_and(|query| query.split('&').any(|f| f == RAW_ZERO));
        let query = query.map(|query| self.without_raw_zero(query));
        let read = Read::parse(document, query.as_deref()).map_err(|_| {
            let at = if asks_raw_zero { Occasion::RawZero } else { Occasion::UnknownFlag };
            Refused::on(at, Refusal::new(501, Refusal::INVALID_PARAMETER))
        })?;
        let body = self.render(document, &read.sections, read.form);
        match self.switches.recorded.get(&Occasion::AbsentGroup) {
            Some(_) if body == "{}" => {
                Err(Refused::on(Occasion::AbsentGroup, Refusal::new(200, "")))
            }
            _ => Ok(body),
        }
    }

    fn without_raw_zero<'q>(&self, query: &'q str) -> Cow<'q, str> {
        let replacement = match self.switches.raw_zero {
            RawZero::Refuse => return Cow::Borrowed(query),
            RawZero::On => RAW_ZERO.trim_end_matches("=0"),
            RawZero::Off => "",
        };
        let flags = query.split('&').map(|flag| if flag == RAW_ZERO { replacement } else { flag });
        Cow::Owned(flags.collect::<Vec<_>>().join("&"))
    }

    pub(crate) fn control(&mut self, query: &str) -> Result<String, Refused> {
        let rules = Rules { rated: self.number(FieldId::RatedCurrent), switches: &self.switches };
        match rules.read(query)? {
            Asked::Read => Ok(self.render(DocumentName::Control, &[], Form::Text)),
            Asked::Write(write) => {
                let due = self.now().saturating_add(self.setup.control_lag);
                self.settings.accept(&write, due);
                self.refresh();
                Ok(self.switches.numbers.print(DocumentName::Control, echo(&write)))
            }
        }
    }

    fn render(&self, document: DocumentName, sections: &[&str], form: Form) -> String {
        let body = self.readings().to_json(document, sections, form);
        let mut body = self.switches.numbers.print(document, body);
        if self.setup.firmware.has_colon_keys() {
            let fields = COLON_KEYS.map(Field::of).into_iter();
            let mut keys: Vec<_> =
                fields.filter(|f| f.document() == document).map(Field::key).collect();
            keys.dedup();
            for key in keys {
                // Quotes inside a text are escaped, so only keys match. The grid's voltage is in
                // another document than those of the phases.
                body = body.replace(&format!("\"{key}\":"), &format!("\"{key}:\":"));
            }
        }
        body
    }

    fn page(&self) -> String {
        let setup = &self.setup;
        format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <title>SIMULATED charger</title><h1>SIMULATED charger</h1>\
             <p>This is no NRGkick but a program that answers like one: model {}, firmware {}, \
             scenario {}. Nothing here is measured.</p></html>\n",
            setup.model, setup.firmware, setup.scenario
        )
    }
}

/// Formats the sent keys with the values that are applied.
fn echo(write: &ControlWrite) -> String {
    let mut readings = Readings::default();
    for command in write.commands() {
        readings.set(command.field().id, Some(command.scalar()));
    }
    readings.to_json(DocumentName::Control, &[], Form::Text)
}

impl Credentials {
    /// `true` if an `Authorization` header has these credentials. The encoding that a real unit
    /// expects beyond ASCII is not known, so Latin-1 and UTF-8 are both accepted.
    fn allow(&self, header: &str) -> bool {
        let latin1 = basic_authorization(&self.username, &self.password);
        let utf8 = STANDARD.encode(format!("{}:{}", self.username, self.password));
        match header.trim().split_once(' ') {
            Some((scheme, shown)) if scheme.eq_ignore_ascii_case("basic") => {
                let shown = shown.trim();
                latin1.split_once(' ').is_some_and(|(_, token)| token == shown) || shown == utf8
            }
            _ => false,
        }
    }
}
