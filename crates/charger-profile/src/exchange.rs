//! An answer over HTTP as it came.

use nrgkick_model::Refusal;
use nrgkick_model::json;
use serde::{Deserialize, Serialize};

/// Status, headers and body of an answer.
///
/// Headers that belong to one exchange or connection are left out, see [`Exchange::new`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// HTTP status, 100 to 599.
    pub status: u16,
    /// Headers in their order, as name in lower case and value.
    pub headers: Vec<(String, String)>,
    /// The body; see [`Exchange::MAX_BODY`].
    pub body: String,
}

impl Exchange {
    /// Most bytes of a body. A longer one is cut; the documents of a charger have about 1300.
    pub const MAX_BODY: usize = 8 * 1024;
    /// Most headers; a charger sends few.
    pub const MAX_HEADERS: usize = 40;

    /// Headers that say something of one exchange or connection, and nothing of the charger.
    const PASSING: [&str; 6] =
        ["connection", "content-length", "date", "keep-alive", "set-cookie", "transfer-encoding"];

    /// Takes over an answer. Headers that pass with the exchange are left out, and so is what a
    /// text cannot hold.
    pub fn new(status: u16, headers: &[(String, String)], body: &[u8]) -> Self {
        let lasting = headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .filter(|(name, _)| !Self::PASSING.contains(&name.as_str()))
            .take(Self::MAX_HEADERS);
        let mut body = String::from_utf8_lossy(body).into_owned();
        while body.len() > Self::MAX_BODY {
            body.pop();
        }
        Self { status, headers: lasting.collect(), body }
    }

    /// Returns the charger's text where this is a refusal; it may be empty.
    pub fn refusal(&self) -> Option<Refusal> {
        let body = json::parse(self.body.as_bytes()).ok();
        let response = body.as_ref().and_then(|body| body.get("Response"));
        let is_error = !(200..300).contains(&self.status);
        Refusal::find(self.status, response)
            .or_else(|| is_error.then(|| Refusal::new(self.status, "")))
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        if !(100..=599).contains(&self.status) {
            return Err(format!("status: {} is not 100 to 599", self.status));
        }
        if self.body.len() > Self::MAX_BODY {
            return Err(format!("body: more than {} bytes", Self::MAX_BODY));
        }
        check_headers(&self.headers)
    }
}

/// Checks that every header could have been sent.
pub(crate) fn check_headers(headers: &[(String, String)]) -> Result<(), String> {
    if headers.len() > Exchange::MAX_HEADERS {
        return Err(format!("headers: more than {}", Exchange::MAX_HEADERS));
    }
    for (name, value) in headers {
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let is_value = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if !is_name || !is_value {
            return Err(format!("headers: `{name}` cannot be sent as a header"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_with_the_exchange_is_left_out() {
        let headers = [("Date", "x"), ("Content-Type", "text/plain"), ("Content-Length", "2")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let exchange = Exchange::new(200, &headers, &vec![b'a'; 9000]);
        assert_eq!(exchange.headers, [("content-type".to_owned(), "text/plain".to_owned())]);
        assert_eq!(exchange.body.len(), Exchange::MAX_BODY);
        assert_eq!(exchange.check(), Ok(()));
    }

    #[test]
    fn a_refusal_is_told_by_its_body_or_its_status() {
        let refused = |status, body: &str| Exchange::new(status, &[], body.as_bytes()).refusal();
        assert_eq!(refused(200, r#"{"current_set":6.0}"#), None);
        assert_eq!(refused(200, r#"{"Response":"no"}"#).unwrap().text, "no");
        assert_eq!(refused(403, "<html>").unwrap().text, "");
        assert_eq!(refused(500, "").unwrap().status, 500);
    }

    #[test]
    fn what_could_not_be_sent_is_refused() {
        let with = |name: &str, value: &str| Exchange {
            status: 200,
            headers: vec![(name.to_owned(), value.to_owned())],
            body: String::new(),
        };
        assert_eq!(with("server", "esp").check(), Ok(()));
        for wrong in [with("a b", "x"), with("a", "x\r\nb: y"), with("", "")] {
            assert!(wrong.check().is_err());
        }
        assert!(Exchange { status: 99, ..with("a", "b") }.check().is_err());
    }
}
