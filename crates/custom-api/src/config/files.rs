//! Reading what a request needs from files: headers, bodies, passwords and certificates.

use std::path::Path;

use http::{HeaderName, HeaderValue};
use http_service::logging::Chain;
use http_service::secret::{secret_file, secret_text};

use super::Context;
use super::login::Login;
use super::pem;
use super::reader::Reader;
use super::source::PostBody;
use super::trust::Trust;

/// Reads lines `Name: value`; empty lines and lines that begin with `#` are skipped.
pub(super) fn read_headers(
    reader: &Reader<'_, '_>,
    context: &Context,
) -> Vec<(HeaderName, HeaderValue)> {
    let Some(path) = reader.file("headers_file", &context.folder) else {
        return Vec::new();
    };
    let Some(text) = read_file(reader, "headers_file", &path) else { return Vec::new() };
    let mut headers = Vec::new();
    for (place, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let header = line.split_once(':').and_then(|(name, value)| {
            let mut value: HeaderValue = value.trim().parse().ok()?;
            value.set_sensitive(true);
            Some((name.trim().parse().ok()?, value))
        });
        match header {
            Some(header) => headers.push(header),
            None => {
                let at = format!("{}:{}", path.display(), place + 1);
                reader.wrong_at("headers_file", format!("{at}: write \"Name: value\""));
            }
        }
    }
    headers
}

/// Reads a body to send with POST.
pub(super) fn read_post(reader: &Reader<'_, '_>, context: &Context) -> Option<PostBody> {
    if reader.has("post") && reader.has("post_file") {
        reader.wrong("write post or post_file, not both");
    }
    let body = match reader.file("post_file", &context.folder) {
        Some(path) => read_file(reader, "post_file", &path)?.trim_end().to_owned(),
        None => reader.string("post")?.to_owned(),
    };
    let is_json = body.trim_start().starts_with(['{', '[']);
    let content_type =
        if is_json { "application/json" } else { "application/x-www-form-urlencoded" };
    Some(PostBody { body, content_type: HeaderValue::from_static(content_type) })
}

/// Reads a text, which may hold a password or a token.
fn read_file(reader: &Reader<'_, '_>, key: &str, path: &Path) -> Option<String> {
    let told = |error: &std::io::Error| {
        reader.wrong_at(key, format!("cannot read {}: {error}", path.display()));
    };
    secret_text(path).inspect_err(told).ok()
}

/// Reads `username` and `password_file`.
pub(super) fn read_user(reader: &Reader<'_, '_>, context: &Context) -> Option<Login> {
    let username = reader.string("username");
    match (username, reader.file("password_file", &context.folder)) {
        (Some(username), Some(file)) => match secret_file(&file) {
            Ok(password) => Some(Login { username: username.to_owned(), password }),
            Err(error) => {
                reader.wrong_at("password_file", Chain(&error).to_string());
                None
            }
        },
        (None, None) => None,
        _ => {
            reader.wrong("username and password_file stand together or not at all");
            None
        }
    }
}

/// Reads a fingerprint or the name of a file with certificates.
pub(super) fn read_trust(reader: &Reader<'_, '_>, key: &str, context: &Context) -> Option<Trust> {
    let text = reader.string(key)?;
    if text.starts_with(Trust::PREFIX) {
        let trust = Trust::fingerprint(text);
        if trust.is_none() {
            let message = "a fingerprint is sha256: and 64 hexadecimal digits; `custom-api check` \
                           shows the one of a device";
            reader.wrong_at(key, message);
        }
        return trust;
    }
    let path = context.folder.join(text);
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(error) => {
            reader.wrong_at(key, format!("cannot read {}: {error}", path.display()));
            return None;
        }
    };
    let certificates = pem::certificates(&pem);
    if certificates.is_empty() {
        let message = format!("{} holds no certificate (BEGIN CERTIFICATE)", path.display());
        reader.wrong_at(key, message);
        return None;
    }
    Some(Trust::File { path, certificates })
}
