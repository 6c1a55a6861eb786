//! Reading a value from JSON over HTTP, and the request for it.

use std::sync::Arc;

use nrgkick_model::custom_api::Place;

use super::super::Context;
use super::super::address::{self, Url};
use super::super::adjust::Adjust;
use super::super::files::{read_headers, read_post, read_trust, read_user};
use super::super::reader::Reader;
use super::super::source::{HttpRequest, HttpSource, LoginStep};
use super::super::trust::Trust;
use super::pick::read_pick;

pub(super) fn read_http(
    reader: &Reader<'_, '_>,
    place: Option<Place>,
    adjust: Adjust,
    context: &Context,
) -> Option<HttpSource> {
    let request = read_request(reader, context);
    let user = read_user(reader, context);
    let login = request.as_ref().and_then(|request| read_login(reader, &request.url, context));
    let pick = read_pick(reader, place, adjust);
    let every = reader.duration("every").unwrap_or(context.every);
    let timeout = reader.duration("timeout");
    let mut request = HttpRequest { user, login, ..request? };
    if request.trust.is_none() {
        let logins = context.logins.borrow();
        let step = login.and_then(|login| logins.get(login)?.as_ref().ok());
        request.trust = step.and_then(|step| step.request.trust.clone());
    }
    Some(HttpSource { request: context.share(request), pick, every, timeout })
}

/// Reads a request, without user name and log-in; `None` without an address.
pub(in super::super) fn read_request(
    reader: &Reader<'_, '_>,
    context: &Context,
) -> Option<HttpRequest> {
    let url = reader.required("http").and_then(|text| {
        address::url(text, &context.allow_hosts)
            .map_err(|message| reader.wrong_at("http", message))
            .ok()
    });
    let headers = read_headers(reader, context);
    let post = read_post(reader, context);
    let trust = read_trust(reader, "trust", context);
    let url = url?;
    check_trust(reader, &url, trust.as_ref());
    Some(HttpRequest { url, headers, post, trust, user: None, login: None })
}

/// Looks the log-in up. It gives a secret, which is for its own host only.
fn read_login(reader: &Reader<'_, '_>, url: &Url, context: &Context) -> Option<usize> {
    let name = reader.string("login")?;
    let logins = context.logins.borrow();
    let named = |login: &Result<LoginStep, String>| match login {
        Ok(login) => login.name == name,
        Err(wrong) => wrong == name,
    };
    let Some(index) = logins.iter().position(named) else {
        reader.wrong_at("login", format!("there is no section [logins.{name}]"));
        return None;
    };
    // What is wrong there is told there.
    let Ok(step) = &logins[index] else { return None };
    let Url { at, is_tls, .. } = &step.request.url;
    if *is_tls && !url.is_tls {
        let message =
            format!("[logins.{name}] is at https; its cookie or token is not sent in the clear");
        reader.wrong_at("login", message);
    }
    if at.host != url.at.host {
        let message =
            format!("[logins.{name}] is at {at}; its cookie or token is for no other host");
        reader.wrong_at("login", message);
    }
    Some(index)
}

/// A certificate belongs to an encrypted address. Without one the address is not trusted, which is
/// said when it is asked, with its fingerprint.
fn check_trust(reader: &Reader<'_, '_>, url: &Url, trust: Option<&Trust>) {
    if url.is_tls && !cfg!(feature = "tls") {
        reader.wrong_at("http", "this program was built without TLS (the feature tls)");
    }
    if !url.is_tls && trust.is_some() {
        reader.wrong_at("trust", "belongs to an https address");
    }
}

impl Context {
    /// Returns the request, shared with the values that have the same one.
    fn share(&self, request: HttpRequest) -> Arc<HttpRequest> {
        let mut requests = self.requests.borrow_mut();
        if let Some(same) = requests.iter().find(|same| ***same == request) {
            return Arc::clone(same);
        }
        let request = Arc::new(request);
        requests.push(Arc::clone(&request));
        request
    }
}
