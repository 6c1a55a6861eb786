//! Answers requests from the files of a bundle.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use headers::{ContentLength, HeaderMapExt as _, IfNoneMatch};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};

use super::{File, INDEX, Page, Variant};
use crate::encoding::Accepted;
use crate::{ApiError, packing};

pub(super) fn answer<B>(files: &BTreeMap<String, File>, request: &Request<B>) -> Response<Body> {
    let Some(file) = files.get(name_of(request)) else {
        return ApiError::not_found().into_response();
    };
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return ApiError::method_not_allowed("GET, HEAD").into_response();
    }
    let (variant, encoding) = choose(file, request.headers());
    let mut response = Response::default();
    if file.content_type.as_bytes().starts_with(b"text/html") {
        response.extensions_mut().insert(Page);
    }
    let headers = response.headers_mut();
    headers.typed_insert(variant.etag.clone());
    headers.insert(CACHE_CONTROL, file.cache_control.clone());
    headers.insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    let condition = request.headers().typed_get::<IfNoneMatch>();
    if condition.is_some_and(|condition| !condition.precondition_passes(&variant.etag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(CONTENT_TYPE, file.content_type.clone());
    headers.typed_insert(ContentLength(variant.bytes.len() as u64));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if request.method() == Method::GET {
        *response.body_mut() = variant.bytes.clone().into();
    }
    response
}

/// The name of the file that is asked for, verbatim: nothing is decoded, joined or normalised.
fn name_of<B>(request: &Request<B>) -> &str {
    match request.uri().path() {
        "/" => INDEX,
        path => path.strip_prefix('/').unwrap_or(path),
    }
}

/// `true` for a GET of the page's document.
pub(super) fn is_of_document<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET && name_of(request) == INDEX
}

/// Answers with the `document` and `json` in it; packed here, as nobody has it twice.
pub(super) fn document_with<B>(
    document: &File,
    request: &Request<B>,
    json: &str,
) -> Option<Response<Body>> {
    let plain = std::str::from_utf8(&document.plain().bytes).ok()?;
    let (before, after) = plain.split_at(plain.find("<script>")?);
    // Inside a text of JSON it is the same, and ends no element.
    let data = json.replace('<', "\\u003c");
    let start = "<script type=\"application/json\" id=\"snapshot\">";
    let whole = [before, start, &data, "</script>", after].concat().into_bytes();
    let mut response = Response::default();
    response.extensions_mut().insert(Page);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    headers.insert(CONTENT_TYPE, document.content_type.clone());
    let bytes = match packing::gzip(request.headers(), &whole) {
        Some(packed) => {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            packed
        }
        None => whole,
    };
    headers.typed_insert(ContentLength(bytes.len() as u64));
    *response.body_mut() = bytes.into();
    Some(response)
}

/// Selects the variant with the highest weight, brotli before gzip if equal. If the client accepts
/// none of them, the plain one, which is better than an error.
fn choose<'a>(file: &'a File, headers: &HeaderMap) -> (&'a Variant, Option<&'static str>) {
    let accepted = Accepted::read(headers);
    let compressed = [
        (file.gzip.as_ref(), accepted.gzip, "gzip"),
        (file.brotli.as_ref(), accepted.brotli, "br"),
    ];
    compressed
        .into_iter()
        .filter_map(|(variant, weight, name)| Some((variant?, weight, name)))
        .filter(|(_, weight, _)| *weight > 0 && *weight >= accepted.plain)
        .max_by_key(|(_, weight, _)| *weight)
        .map_or_else(|| (file.plain(), None), |(variant, _, name)| (variant, Some(name)))
}
