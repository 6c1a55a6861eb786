//! Requests to the charger and its replies, as values.
//!
//! Not here: sending. The page and `cors-proxy` each have a client of their own that turns a
//! [`Request`] into bytes and bytes into a [`Reply`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::command::ControlWrite;
use crate::document::{Control, Document};
use crate::error::{DecodeError, shown};
use crate::field::DocumentName;
use crate::json;
use crate::reading::{Body, Form, RESPONSE, Readings};
use crate::refusal::Refusal;
use crate::text::clean;

/// A read of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Read {
    /// The document.
    pub document: DocumentName,
    /// The form of codes. [`Form::Text`] loses the number of a code without a name.
    pub form: Form,
    /// Only these sections; all if none is named.
    pub sections: Vec<&'static str>,
}

/// A query flag that the document does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no parameter of this document")]
pub struct UnknownParameter(pub String);

const RAW: &str = "raw";

impl Read {
    /// Returns a read of the whole `document`, codes as numbers: the form that our own programs
    /// use.
    pub fn raw(document: DocumentName) -> Self {
        Self { document, form: Form::Raw, sections: Vec::new() }
    }

    /// Returns a read of the whole `document`, codes as their names.
    pub fn text(document: DocumentName) -> Self {
        Self { document, form: Form::Text, sections: Vec::new() }
    }

    /// Parses the query of `/info` or `/values`: flags, bare or with `=1`.
    ///
    /// The meaning of `raw=0` to a charger is not known, so it is refused.
    ///
    /// # Errors
    /// Names the first flag that the document does not have.
    pub fn parse(document: DocumentName, query: Option<&str>) -> Result<Self, UnknownParameter> {
        let mut read = Self::text(document);
        for flag in query.unwrap_or_default().split('&').filter(|flag| !flag.is_empty()) {
            let name = flag.strip_suffix("=1").unwrap_or(flag);
            if name == RAW && document != DocumentName::Control {
                read.form = Form::Raw;
            } else if let Some(section) = document.section(name) {
                if !read.sections.contains(&section) {
                    read.sections.push(section);
                }
            } else {
                return Err(UnknownParameter(flag.chars().take(60).collect()));
            }
        }
        Ok(read)
    }

    fn target(&self) -> String {
        let raw = (self.form == Form::Raw).then_some(RAW);
        let flags: Vec<_> = raw.into_iter().chain(self.sections.iter().copied()).collect();
        let query = if flags.is_empty() { String::new() } else { format!("?{}", flags.join("&")) };
        format!("/{}{query}", self.document)
    }
}

/// Any request to a charger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// `GET /info` or `GET /values`.
    Read(Read),
    /// `GET /control` without a query.
    Control,
    /// `GET /control` with a query: a GET that changes settings.
    Write(ControlWrite),
    /// `GET /api`: the APIs that are enabled. Its shape is inferred from the charger's own page.
    Api,
}

impl Request {
    /// Returns `/values?raw`.
    pub fn values() -> Self {
        Self::Read(Read::raw(DocumentName::Values))
    }

    /// Returns `/info?raw`.
    pub fn info() -> Self {
        Self::Read(Read::raw(DocumentName::Info))
    }

    /// Returns path and query in one string, so that no library turns the bare flag `raw` into
    /// `raw=`.
    pub fn target(&self) -> String {
        match self {
            Self::Read(read) => read.target(),
            Self::Control => format!("/{}", DocumentName::Control),
            Self::Write(write) => format!("/{}?{}", DocumentName::Control, write.query()),
            Self::Api => "/api".to_owned(),
        }
    }

    /// Returns `true` if it changes the charger and so must be sent once.
    pub const fn is_write(&self) -> bool {
        matches!(self, Self::Write(_))
    }
}

/// Returns the value of the `Authorization` header for the charger's BasicAuth.
pub fn basic_authorization(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(basic_credentials(username, password)))
}

/// Returns what [`basic_authorization`] encodes as base64, for who has an encoder already.
///
/// Characters beyond Latin-1 are sent as UTF-8. The encoding that a charger expects for umlauts is
/// not known; other clients use Latin-1.
pub fn basic_credentials(username: &str, password: &str) -> Vec<u8> {
    let credentials = format!("{username}:{password}");
    let latin1: Option<Vec<u8>> =
        credentials.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    latin1.unwrap_or_else(|| credentials.into_bytes())
}

/// A reply: status and body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body as received.
    pub body: Vec<u8>,
}

/// The error of an answer without a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The charger refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer does not match the documentation.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// A status other than success, without a reason.
    #[error("the charger answered with status {0}")]
    Status(u16),
}

impl Reply {
    /// Returns the body as JSON, unless the charger refused.
    ///
    /// # Errors
    /// See [`ReplyError`]. An answer is an object without duplicate keys.
    pub fn json(&self) -> Result<Value, ReplyError> {
        let parsed = json::parse(&self.body);
        let response = parsed.as_ref().ok().and_then(|value| value.get(RESPONSE));
        self.check(response)?;
        match parsed {
            Ok(value) if value.is_object() => Ok(value),
            Ok(value) => {
                Err(DecodeError::new("the answer", "a JSON object", &shown(&value)).into())
            }
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Decodes the rows of `document` in this reply.
    ///
    /// # Errors
    /// See [`ReplyError`]. The error of a single value is its row's [misfit](Readings::misfit).
    pub fn readings(&self, document: DocumentName) -> Result<Readings, ReplyError> {
        let parsed = Body::parse(document, &self.body);
        self.check(parsed.as_ref().ok().and_then(|body| body.response.as_ref()))?;
        Ok(parsed.map_err(|error| self.unreadable(&error))?.document(document)?)
    }

    /// Checks that the reply is a success; the only place that decides it.
    fn check(&self, response: Option<&Value>) -> Result<(), ReplyError> {
        if let Some(refusal) = Refusal::find(self.status, response) {
            return Err(refusal.into());
        }
        if !(200..300).contains(&self.status) {
            return Err(ReplyError::Status(self.status));
        }
        if response.is_some() {
            return Err(DecodeError::new(RESPONSE, "a reason", "null").into());
        }
        Ok(())
    }

    fn unreadable(&self, error: &serde_json::Error) -> ReplyError {
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(60)]);
        let found = format!("{error}; it begins with `{}`", clean(start.trim()));
        DecodeError { place: "the answer".to_owned(), expected: "JSON", found }.into()
    }

    /// Decodes the document of this reply.
    ///
    /// # Errors
    /// See [`ReplyError`].
    pub fn document<T: Document>(&self) -> Result<T, ReplyError> {
        Ok(T::from_readings(&self.readings(T::NAME)?))
    }

    /// Decodes the echo of a write: the keys that were sent, with the values that the charger
    /// applied.
    ///
    /// # Errors
    /// See [`ReplyError`].
    pub fn echo(&self) -> Result<Control, ReplyError> {
        self.document()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Values;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.into() }
    }

    #[test]
    fn targets_are_written_with_bare_flags() {
        assert_eq!(Request::values().target(), "/values?raw");
        assert_eq!(Request::Control.target(), "/control");
        let read = Read::parse(DocumentName::Info, Some("raw=1&connector")).unwrap();
        assert_eq!(Request::Read(read).target(), "/info?raw&connector");
    }

    #[test]
    fn flags_are_the_documents_sections_and_raw() {
        let parse = |query| Read::parse(DocumentName::Values, Some(query));
        assert_eq!(parse("").unwrap().form, Form::Text);
        assert_eq!(parse("raw").unwrap().form, Form::Raw);
        assert_eq!(parse("general=1&energy&general").unwrap().sections, ["general", "energy"]);
        for unknown in ["status", "raw=0", "cellular", "raw&x=1", "RAW"] {
            assert!(parse(unknown).is_err(), "{unknown}");
        }
        assert!(Read::parse(DocumentName::Control, Some("raw")).is_err());
    }

    #[test]
    fn what_is_no_document_says_what_it_is() {
        let disabled = reply(200, r#"{"Response":"API must be enabled within the NRGkick App"}"#);
        assert!(matches!(disabled.document::<Values>(), Err(ReplyError::Refused(_))));
        assert!(matches!(reply(401, "").json(), Err(ReplyError::Refused(_))));
        assert_eq!(reply(503, "{}").json(), Err(ReplyError::Status(503)));
        for body in [
            "<!doctype html><p>",
            r#"{"energy":{"#,
            "",
            "NaN",
            "\u{feff}{}",
            "[1,2]",
            "\"x\"",
            r#"{"a":1,"a":1}"#,
        ] {
            let error = reply(200, body).json().unwrap_err();
            assert!(matches!(error, ReplyError::Unreadable(_)), "{body}: {error}");
        }
        for body in ["[1,2]", "\"x\"", r#"{"general":{"status":1,"status":3}}"#] {
            let error = reply(200, body).document::<Values>().unwrap_err();
            assert!(matches!(error, ReplyError::Unreadable(_)), "{body}: {error}");
        }
        let odd = reply(200, r#"{"general":{"status":300,"charge_count":7}}"#);
        let state = odd.document::<Values>().unwrap().general.unwrap();
        assert_eq!((state.status, state.charge_count), (None, Some(7)));
    }

    #[test]
    fn credentials_are_latin_1_where_they_can_be() {
        assert_eq!(basic_authorization("user", "pass"), "Basic dXNlcjpwYXNz");
        assert_eq!(basic_authorization("u", "ü"), "Basic dTr8");
        assert_eq!(basic_authorization("u", "⚡"), "Basic dTrimqE=");
    }
}
