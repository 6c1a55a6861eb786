//! `GET /charges` and `GET /charges/ID`, as JSON or CSV, with an `ETag`.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::{FromRequestParts, RawPathParams, RawQuery};
use axum::response::{IntoResponse as _, Response};
use charge_record::store::StoreError;
use charge_record::wall::Wall;
use charge_record::{Charge, ChargeId, csv, wall};
use gateway_api::code;
use gateway_api::record::{Charges, DEFAULT_PAGE, MAX_PAGE};
use http::header::{
    ACCEPT, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH,
};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_service::ApiError;
use serde::Serialize;

use super::{ChargerName, Recorded, State};
use crate::record::Asked;

pub(super) async fn list(
    state: State,
    name: ChargerName,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let recorded = state.record_of(&name)?;
    let query = Parameters::parse(query.as_deref(), &["from", "to", "limit", "before", "format"])?;
    let form = Form::wanted(&query, &headers)?;
    let (from, to) = query.times(0, Wall::MAX)?;
    let asked = Asked {
        from,
        to,
        before: query.get("before").map(place).transpose()?,
        limit: query.number("limit", DEFAULT_PAGE, MAX_PAGE)?,
    };
    let page = match &recorded.serial {
        Some(serial) => recorded.record.charges(serial, asked).await.map_err(failed)?,
        None => charge_record::store::Page::default(),
    };
    let charges: Vec<_> = page.charges.iter().map(Charge::shown).collect();
    let next = page.next.map(|(start, id)| format!("{start}.{}", ChargeId(id).text()));
    Ok(match form {
        Form::Csv => answer_csv(&headers, csv::charges(&charges), "charges", next.as_deref()),
        Form::Json => answer(&headers, &Charges { charges, next }),
    })
}

pub(super) async fn one(
    state: State,
    name: ChargerName,
    Id(id): Id,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let recorded = state.record_of(&name)?;
    let query = Parameters::parse(query.as_deref(), &["format"])?;
    let form = Form::wanted(&query, &headers)?;
    let serial = Recorded::known_serial(recorded.serial)?;
    let charge = recorded.record.charge(&serial, id).await.map_err(failed)?;
    Ok(match form {
        Form::Csv => answer_csv(&headers, csv::curve(&charge), &id.text(), None),
        Form::Json => answer(&headers, &charge),
    })
}

/// The error of a record that cannot answer.
pub(super) fn failed(error: StoreError) -> ApiError {
    match error {
        StoreError::Unknown => {
            let message = "There is no such charge; GET /charges lists them.";
            ApiError::new(StatusCode::NOT_FOUND, "unknown_charge", message)
        }
        error => {
            let text = error.to_string();
            let (first, rest) = text.split_at(1);
            let sentence = format!("{}{rest}.", first.to_uppercase());
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::RECORD_FAILED, sentence)
                .retryable()
        }
    }
}

/// The place in `before`, as [`Charges::next`] has it.
fn place(text: &str) -> Result<(Wall, u64), ApiError> {
    let bad = || ApiError::bad_request("before must be the next of the page before.");
    let (start, id) = text.split_once('.').ok_or_else(bad)?;
    let start = start.parse().map_err(|_| bad())?;
    Ok((start, ChargeId::parse(id).ok_or_else(bad)?.0))
}

/// The `{id}` of a path.
pub(super) struct Id(pub(super) ChargeId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let params = params.map_err(|_| ApiError::not_found())?;
        let id =
            params.iter().find(|(key, _)| *key == "id").and_then(|(_, id)| ChargeId::parse(id));
        id.map(Self).ok_or_else(|| failed(StoreError::Unknown))
    }
}

/// The parameters of a query, each at most once and none unknown.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn parse(query: Option<&str>, known: &[&str]) -> Result<Self, ApiError> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&key.as_ref()) || found.iter().any(|(other, _)| *other == key) {
                let message =
                    format!("Of {} each may be there once, and nothing else.", known.join(", "));
                return Err(ApiError::bad_request(message));
            }
            found.push((key.into_owned(), value.into_owned()));
        }
        Ok(Self(found))
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    /// `from` and `to`.
    pub(super) fn times(&self, from: Wall, to: Wall) -> Result<(Wall, Wall), ApiError> {
        let time = |key: &str, usual| match self.get(key) {
            None => Ok(usual),
            Some(text) => {
                wall::parse(text).map_err(|error| ApiError::bad_request(format!("{key}: {error}.")))
            }
        };
        let (from, to) = (time("from", from)?, time("to", to)?);
        if from >= to {
            let (from, to) = (wall::text(from), wall::text(to));
            let message = format!("from ({from}) must be before to ({to}).");
            return Err(ApiError::bad_request(message));
        }
        Ok((from, to))
    }

    /// A number from 1 to `most`.
    pub(super) fn number(&self, key: &str, usual: usize, most: usize) -> Result<usize, ApiError> {
        let Some(text) = self.get(key) else { return Ok(usual) };
        text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| {
            let shown: String = text.chars().take(20).collect();
            ApiError::bad_request(format!("{key}={shown} is not 1 to {most}."))
        })
    }
}

/// The form of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Csv,
}

impl Form {
    pub(super) fn wanted(query: &Parameters, headers: &HeaderMap) -> Result<Self, ApiError> {
        match query.get("format") {
            Some("csv") => return Ok(Self::Csv),
            Some("json") => return Ok(Self::Json),
            Some(_) => return Err(ApiError::bad_request("format must be json or csv.")),
            None => {}
        }
        let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let first = accept.split([',', ';']).next().unwrap_or_default().trim();
        Ok(if first.eq_ignore_ascii_case("text/csv") { Self::Csv } else { Self::Json })
    }
}

/// A 200 with a document, or a 304 where the caller has it.
pub(super) fn answer<T: Serialize>(headers: &HeaderMap, document: &T) -> Response {
    let body = serde_json::to_vec(document).unwrap_or_default();
    tagged(headers, body, HeaderValue::from_static("application/json"))
}

/// As [`answer`], with CSV to save as `name`.csv. `next`: there are more, see [`Charges::next`].
pub(super) fn answer_csv(
    headers: &HeaderMap,
    text: String,
    name: &str,
    next: Option<&str>,
) -> Response {
    let content_type = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    let mut response = tagged(headers, text.into_bytes(), content_type);
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    if let Some(next) = next.and_then(|next| HeaderValue::try_from(next).ok()) {
        response.headers_mut().insert("x-nrgkick-next", next);
    }
    response
}

fn tagged(headers: &HeaderMap, body: Vec<u8>, content_type: HeaderValue) -> Response {
    let mut hasher = DefaultHasher::new();
    (&body, content_type.as_bytes()).hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let is_known = headers.get_all(IF_NONE_MATCH).iter().any(|value| {
        let tags = value.to_str().unwrap_or_default().split(',').map(str::trim);
        tags.into_iter().any(|known| known == "*" || known.trim_start_matches("W/") == tag)
    });
    // Hexadecimal digits in quotes.
    let tag = HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""));
    let caching = (http::header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let vary = (http::header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if is_known {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag), caching, vary]).into_response();
    }
    let plain = [(CONTENT_TYPE, content_type), caching, vary];
    let Some(packed) = http_service::gzip(headers, &body) else {
        return (plain, [(ETAG, tag)], body).into_response();
    };
    // Other bytes with the same meaning: the tag says so (RFC 9110, section 8.8.1).
    let weak = format!("W/{}", tag.to_str().unwrap_or_default());
    let tag = HeaderValue::try_from(weak).unwrap_or(tag);
    let encoding = (CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    (plain, [(ETAG, tag), encoding], packed).into_response()
}
