//! The page's own document, with the last answers of the charger in it: a browser that opens the page
//! need not ask for what is known.
//!
//! Only where there are fresh answers, for callers that may read them, and never waited for. The page
//! finds them as `{"values?raw": [AGE_MS, DOCUMENT], …}` and uses them as answers to these requests.
//!
//! Of a charger that is known to be simulated the page is told so, with answers or without, as
//! `"simulated": [0, true]`.

use axum::body::Body;
use axum::response::Response;
use http::Request;
use http_service::{Bundle, Caller};
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use tokio::time::Instant;

use super::Shared;
use crate::handle::Handle;
use crate::privacy;

/// The member for a charger that is not real.
const SIMULATED: &str = "\"simulated\":[0,true]";

/// Answers a request for the page's document; `None` where it needs nothing but the file, and for
/// any other request.
pub(crate) fn document(
    shared: &Shared,
    bundle: &Bundle,
    request: &Request<Body>,
    caller: Caller,
) -> Option<Response> {
    if !bundle.is_asked_anew(request) || caller == Caller::Anyone {
        return None;
    }
    let handle = shared.fleet.find(None)?;
    let hides = privacy::hides_from(Some(&caller), shared.options.show_private);
    let answers = [DocumentName::Values, DocumentName::Info]
        .into_iter()
        .filter_map(|document| known(&handle, Read::raw(document), hides))
        .chain(handle.known.status.seen(Instant::now()).simulated.then(|| SIMULATED.to_owned()))
        .collect::<Vec<_>>();
    if answers.is_empty() {
        return None;
    }
    bundle.document_with(request, &format!("{{{}}}", answers.join(",")))
}

/// A fresh answer to `read` as a member of the object; only rows of the table, so that it is JSON
/// whatever the charger wrote.
fn known(handle: &Handle, read: Read, hides_private: bool) -> Option<String> {
    let answer = handle.known.cache.documents.fresh(&read)?.timed().ok()?;
    let readings = answer.value.readings.as_ref().ok()?;
    let json = if hides_private && privacy::concerns(read.document) {
        String::from_utf8(privacy::without_private(&read, readings.clone())).ok()?
    } else {
        readings.to_json(read.document, &read.sections, read.form)
    };
    let target = nrgkick_model::Request::Read(read).target();
    let (name, age) = (target.trim_start_matches('/'), answer.begun.elapsed().as_millis());
    Some(format!("\"{name}\":[{age},{json}]"))
}
