//! Reading the log-ins that go before other requests: the sections `[logins.NAME]`.

use super::Context;
use super::address;
use super::files::{read_headers, read_post, read_trust};
use super::read::read_pointer;
use super::reader::Reader;
use super::source::{HttpRequest, LoginStep};

/// Reads all sections `[logins.NAME]`.
pub(super) fn read_logins(root: &Reader<'_, '_>, context: &Context) -> Vec<LoginStep> {
    let Some(reader) = root.get("logins").and_then(|entry| entry.table()) else {
        return Vec::new();
    };
    let mut logins = Vec::new();
    for (name, _, entry) in reader.entries() {
        let Some(login) = entry.table() else { continue };
        login.only(&["http", "post", "post_file", "headers_file", "token", "trust"]);
        let url = login.required("http").and_then(|text| {
            address::url(text, &context.allow_hosts)
                .map_err(|message| login.wrong_at("http", message))
                .ok()
        });
        let post = read_post(&login, context);
        if post.is_none() && !login.has("post") && !login.has("post_file") {
            login.wrong("post_file is missing: the file with what is sent to log in");
        }
        let token = read_pointer(&login, "token");
        if token.as_ref().is_some_and(String::is_empty) {
            login.wrong_at("token", "a JSON pointer begins with a slash, as \"/token\"");
        }
        let trust = read_trust(&login, "trust", context);
        let headers = read_headers(&login, context);
        if let Some(url) = url {
            let request = HttpRequest { url, headers, post, trust, user: None, login: None };
            logins.push(LoginStep { name: name.to_owned(), request, token });
        }
    }
    logins
}
