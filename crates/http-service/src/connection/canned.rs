//! Replaces the answers that hyper gives by itself, before any service runs, by [`ApiError`]s.
//!
//! Hyper has no hook for them. They are recognised by their form: one of three statuses, no body,
//! and no other headers than `connection`, `content-length` and `date`; every answer of an
//! [`App`](crate::App) has a `Cache-Control`. The tests over raw sockets fail if hyper changes it.

use axum::response::IntoResponse as _;
use http::StatusCode;

use crate::ApiError;
use crate::headers::SecurityHeaders;

/// Bytes searched at the end; more than any such head has.
const MAX_HEAD: usize = 192;
const BEGIN: &[u8] = b"HTTP/1.1 ";

/// Finds an answer of hyper's own at the end of `bytes`; returns its start and the error that
/// replaces it.
pub(super) fn find(bytes: &[u8]) -> Option<(usize, ApiError)> {
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let tail = bytes.len().saturating_sub(MAX_HEAD);
    let begin = bytes[tail..].windows(BEGIN.len()).rposition(|window| window == BEGIN)? + tail;
    let head = std::str::from_utf8(&bytes[begin..]).ok()?;
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next()?.get(BEGIN.len()..)?.get(..3)?.parse().ok()?;
    let is_hypers = lines.all(|line| {
        let name = line.split(':').next().unwrap_or_default();
        ["connection", "content-length", "date"].contains(&name)
    });
    let error = of(status).filter(|_| is_hypers)?;
    Some((begin, error))
}

fn of(status: StatusCode) -> Option<ApiError> {
    let error = match status {
        StatusCode::BAD_REQUEST => ApiError::bad_request("The request cannot be understood."),
        StatusCode::URI_TOO_LONG => {
            ApiError::new(status, "uri_too_long", "The address is too long.")
        }
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ApiError::new(
            status,
            "headers_too_large",
            "The request's headers are too many or too long.",
        ),
        _ => return None,
    };
    Some(error.closing())
}

/// Encodes the whole answer, with the headers of every other answer.
pub(super) fn answer(error: &ApiError) -> Vec<u8> {
    let body = error.body();
    let response = SecurityHeaders::default().apply(error.clone().into_response());
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\
                       date: Wed, 25 Nov 2026 20:00:00 GMT\r\n\r\n";

    #[test]
    fn hypers_own_answer_is_found_at_the_end_and_nothing_else_is() {
        let after = format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi{OWN}");
        assert_eq!(find(OWN.as_bytes()).unwrap().0, 0);
        assert_eq!(find(after.as_bytes()).unwrap().0, after.len() - OWN.len());
        for other in [
            OWN.replace("date", "cache-control"),
            OWN.replace("400", "404"),
            OWN.replace("400", "200"),
            format!("{OWN}x"),
            "\r\n\r\n".to_owned(),
            String::new(),
        ] {
            assert!(find(other.as_bytes()).is_none(), "{other}");
        }
    }
}
