//! Reading the log-ins that go before other requests: the sections `[logins.NAME]`.

use super::Context;
use super::read::{read_pointer, read_request};
use super::reader::{Entry, Reader};
use super::source::LoginStep;

/// Reads all sections `[logins.NAME]`; of one without a usable address the name, so that the values
/// that need it are not reported as well.
pub(super) fn read_logins(
    root: &Reader<'_, '_>,
    context: &Context,
) -> Vec<Result<LoginStep, String>> {
    let Some(reader) = root.get("logins").and_then(|entry| entry.table()) else {
        return Vec::new();
    };
    let read = |(name, _, entry): (&str, _, Entry<'_, '_>)| {
        let name = name.to_owned();
        let Some(login) = entry.table() else { return Err(name) };
        login.only(&["http", "post", "post_file", "headers_file", "token", "trust"]);
        let request = read_request(&login, context);
        if !login.has("post") && !login.has("post_file") {
            login.wrong("post_file is missing: the file with what is sent to log in");
        }
        let token = read_pointer(&login, "token");
        if token.as_ref().is_some_and(String::is_empty) {
            login.wrong_at("token", "a JSON pointer begins with a slash, as \"/token\"");
        }
        match request {
            Some(request) => Ok(LoginStep { name, request, token }),
            None => Err(name),
        }
    };
    reader.entries().into_iter().map(read).collect()
}
