//! HTTP Basic and Digest (RFC 7617, RFC 7616), as the device asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::config::Login;

/// One challenge of a device.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Challenge {
    Basic,
    Digest(Digest),
    /// Another scheme, by its name.
    Other(String),
}

/// The parameters of a digest challenge.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Digest {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// Set for SHA-256; MD5 otherwise.
    is_sha256: bool,
    /// Set if the device offers `qop=auth`.
    has_auth: bool,
    /// Requests that were answered with this nonce.
    count: u32,
}

/// Parses the `WWW-Authenticate` headers of an answer; the best that is known goes first.
pub(super) fn challenges<'h>(headers: impl Iterator<Item = &'h HeaderValue>) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = headers
        .filter_map(|header| header.to_str().ok())
        .flat_map(split)
        .filter_map(|(scheme, parameters)| challenge(&scheme, &parameters))
        .collect();
    found.sort_by_key(|challenge| match challenge {
        Challenge::Digest(Digest { is_sha256: true, .. }) => 0,
        Challenge::Digest(_) => 1,
        Challenge::Basic => 2,
        Challenge::Other(_) => 3,
    });
    found
}

type Parameters = Vec<(String, String)>;

/// Splits a header into its challenges: a scheme, then its parameters.
fn split(header: &str) -> Vec<(String, Parameters)> {
    let mut found: Vec<(String, Parameters)> = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c == ',' || c.is_whitespace());
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        let after = after.trim_start();
        match after.strip_prefix('=') {
            Some(value) => {
                let (value, after) = value_of(value.trim_start());
                if let Some((_, parameters)) = found.last_mut() {
                    parameters.push((word.to_ascii_lowercase(), value));
                }
                rest = after;
            }
            None => {
                found.push((word.to_owned(), Vec::new()));
                rest = after;
            }
        }
        rest = rest.trim_start_matches([',', ' ', '\t']);
    }
    found
}

/// Reads a value with or without quotes; returns what follows, too.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn challenge(scheme: &str, parameters: &Parameters) -> Option<Challenge> {
    let of =
        |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    if scheme.is_empty() {
        return None;
    }
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    if !scheme.eq_ignore_ascii_case("digest") {
        return Some(Challenge::Other(scheme.to_owned()));
    }
    let algorithm = of("algorithm").unwrap_or_else(|| "MD5".to_owned());
    let is_sha256 = algorithm.eq_ignore_ascii_case("SHA-256");
    if !is_sha256 && !algorithm.eq_ignore_ascii_case("MD5") {
        return Some(Challenge::Other(format!("Digest with {algorithm}")));
    }
    let qop = of("qop");
    Some(Challenge::Digest(Digest {
        realm: of("realm").unwrap_or_default(),
        nonce: of("nonce").unwrap_or_default(),
        opaque: of("opaque"),
        is_sha256,
        has_auth: qop.is_some_and(|qop| qop.split(',').any(|word| word.trim() == "auth")),
        count: 0,
    }))
}

/// Returns the value of `Authorization` for Basic.
pub(super) fn basic(login: &Login) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", login.username, login.password)))
}

impl Digest {
    /// Returns the value of `Authorization` for one request. `client_nonce` must be new each time.
    pub(super) fn answer(
        &mut self,
        login: &Login,
        method: &str,
        target: &str,
        client_nonce: &str,
    ) -> String {
        self.count += 1;
        let Login { username, password } = login;
        let Self { realm, nonce, .. } = &*self;
        let owner = self.hash(&format!("{username}:{realm}:{password}"));
        let request = self.hash(&format!("{method}:{target}"));
        let count = format!("{:08x}", self.count);
        let response = match self.has_auth {
            true => self.hash(&format!("{owner}:{nonce}:{count}:{client_nonce}:auth:{request}")),
            false => self.hash(&format!("{owner}:{nonce}:{request}")),
        };
        let algorithm = if self.is_sha256 { "SHA-256" } else { "MD5" };
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let mut answer = format!(
            "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{target}\", \
             algorithm={algorithm}, response=\"{response}\"",
            quoted(username),
            quoted(realm),
            quoted(nonce)
        );
        if self.has_auth {
            answer += &format!(", qop=auth, nc={count}, cnonce=\"{client_nonce}\"");
        }
        if let Some(opaque) = &self.opaque {
            answer += &format!(", opaque=\"{}\"", quoted(opaque));
        }
        answer
    }

    fn hash(&self, text: &str) -> String {
        let bytes = match self.is_sha256 {
            true => Sha256::digest(text).to_vec(),
            false => Md5::digest(text).to_vec(),
        };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7616, 3.9.1: one challenge for each algorithm.
    #[test]
    fn digests_are_those_of_the_standard() {
        let header = |algorithm: &str| {
            HeaderValue::from_str(&format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
                 algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            ))
            .unwrap()
        };
        let login = Login { username: "Mufasa".to_owned(), password: "Circle of Life".to_owned() };
        let nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let header = header(algorithm);
            let [Challenge::Digest(digest)] = &mut challenges([&header].into_iter())[..] else {
                panic!("{algorithm}")
            };
            let answer = digest.answer(&login, "GET", "/dir/index.html", nonce);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            assert!(answer.contains("nc=00000001") && answer.contains("opaque=\"FQhe"), "{answer}");
        }
    }

    #[test]
    fn of_several_challenges_the_best_goes_first() {
        let header = HeaderValue::from_static(
            "Basic realm=\"x, y\", Digest realm=\"a \\\"b\\\"\", nonce=abc, Bearer",
        );
        let found = challenges([&header].into_iter());
        let Challenge::Digest(digest) = &found[0] else { panic!("{found:?}") };
        assert_eq!((digest.realm.as_str(), digest.nonce.as_str()), ("a \"b\"", "abc"));
        assert_eq!(found[1..], [Challenge::Basic, Challenge::Other("Bearer".to_owned())]);
    }

    /// The example of RFC 7617, 2.
    #[test]
    fn basic_is_that_of_the_standard() {
        let login = Login { username: "Aladdin".to_owned(), password: "open sesame".to_owned() };
        assert_eq!(basic(&login), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
