//! The guard's decision, as a pure function of a request's head.

use http::header::{HOST, HeaderName, ORIGIN, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, Method};

use super::host::{Host, is_same};
use super::{Denied, GuardConfig};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Checks a request against the guard's rules.
///
/// # Errors
/// The rule that refuses it; converts into [`ApiError`](crate::ApiError).
pub fn decide(config: &GuardConfig, head: &Parts) -> Result<(), Denied> {
    // Hyper has already dropped a Content-Length beside Transfer-Encoding, so that case looks like
    // a plain chunked body. No legitimate client sends either.
    if head.headers.contains_key(TRANSFER_ENCODING) || head.method == Method::CONNECT {
        return Err(Denied::Ambiguous);
    }
    let host = check_host(config, head)?;
    check_page(config, head, host.as_ref())
}

/// Returns the requested host; `None` only on a path that needs none.
fn check_host<'a>(config: &GuardConfig, head: &'a Parts) -> Result<Option<Host<'a>>, Denied> {
    let hostless = config.hostless.iter().any(|path| path == head.uri.path());
    let mut values = head.headers.get_all(HOST).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (None, _) if hostless => return Ok(None),
        _ => return Err(Denied::HostCount),
    };
    let parsed =
        value.to_str().ok().and_then(|text| Host::parse(text).ok()).ok_or(Denied::HostMalformed);
    if hostless {
        return Ok(parsed.ok());
    }
    let host = parsed?;
    if let Some(authority) = head.uri.authority()
        && Host::parse(authority.as_str()).as_ref() != Ok(&host)
    {
        return Err(Denied::HostContradicted);
    }
    if config.any_host
        || host.is_beyond_dns()
        || config.hosts.iter().any(|allowed| *allowed == host.name)
    {
        Ok(Some(host))
    } else {
        Err(Denied::HostUnknown)
    }
}

/// Checks that the page that sends the request, if any, is allowed to.
fn check_page(config: &GuardConfig, head: &Parts, host: Option<&Host<'_>>) -> Result<(), Denied> {
    let mut origins = head.headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => {}
        (Some(origin), None) => {
            let origin = origin.to_str().map_err(|_| Denied::Origin)?;
            if config.origins.iter().any(|allowed| allowed == origin) {
                return Ok(());
            }
            if !host.is_some_and(|host| is_same(origin, host)) {
                return Err(Denied::Origin);
            }
        }
        (Some(_), Some(_)) => return Err(Denied::Origin),
    }
    if is(&head.headers, &SEC_FETCH_SITE, "cross-site") && !is_navigation(head) {
        return Err(Denied::CrossSite);
    }
    Ok(())
}

/// `true` if a person followed a link to this server. A GET has no effect and a foreign page cannot
/// read the result of a navigation; without this no link to the page would work. Frames are
/// excluded.
fn is_navigation(head: &Parts) -> bool {
    head.method == Method::GET
        && is(&head.headers, &SEC_FETCH_MODE, "navigate")
        && is(&head.headers, &SEC_FETCH_DEST, "document")
}

fn is(headers: &HeaderMap, name: &HeaderName, value: &str) -> bool {
    headers.get_all(name).iter().any(|found| found == value)
}
