//! Session cookies in place of the token: `v1.ISSUED.MAC`.
//!
//! `ISSUED` is in seconds since 1970, `MAC` is the HMAC-SHA-256 of the text before it, keyed by the
//! SHA-256 of the token. The server stores no sessions, so a restart ends none; a new token ends
//! all. A session stolen from a disk is valid for [`LIFETIME`] and does not reveal the token.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Token;
use crate::names::SESSION_COOKIE;

/// Lifetime of an unused session in seconds: 30 days.
pub(super) const LIFETIME: u64 = 30 * 24 * 60 * 60;
/// Age in seconds from which a used session is replaced by a new one: a day.
pub(super) const RENEWED_AFTER: u64 = 24 * 60 * 60;

/// Returns the seconds since 1970; 0 if the clock is set earlier.
pub(super) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Creates a session that begins `now`.
pub(super) fn issue(token: &Token, now: u64) -> String {
    let mut session = format!("v1.{now}.");
    let mac = mac(token, session.as_bytes());
    for byte in mac {
        // Writing to a string does not fail.
        let _ = write!(session, "{byte:02x}");
    }
    session
}

/// Returns the age of `shown` in seconds if it is a valid session of `token`.
///
/// A small computer without a real-time clock may be behind for a while after a start, so a
/// session from the near future counts like one from the near past.
pub(super) fn age(token: &Token, shown: &str, now: u64) -> Option<u64> {
    let issued = shown.strip_prefix("v1.")?.split_once('.')?.0.parse().ok()?;
    let is_right: bool = issue(token, issued).as_bytes().ct_eq(shown.as_bytes()).into();
    Some(now.abs_diff(issued)).filter(|age| is_right && *age < LIFETIME)
}

/// Returns the cookie's name, one per token: cookies do not distinguish ports, and a second server
/// on the same machine with another token must not overwrite this one's session.
pub(super) fn cookie_name(token: &Token) -> String {
    let mac = mac(token, b"name");
    format!("{SESSION_COOKIE}-{:02x}{:02x}{:02x}", mac[0], mac[1], mac[2])
}

fn mac(token: &Token, text: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.key()) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000;

    fn token(text: &str) -> Token {
        Token::new(text).unwrap()
    }

    #[test]
    fn a_session_is_not_the_token_and_belongs_to_one_token() {
        let own = token("0123456789abcdef");
        let session = issue(&own, NOW);
        assert!(session.starts_with("v1.1790000000.") && session.len() == 14 + 64, "{session}");
        assert!(!session.contains("0123456789abcdef"));
        assert_eq!(age(&own, &session, NOW + 5), Some(5));
        assert_eq!(age(&token("fedcba9876543210"), &session, NOW), None);
        assert_ne!(cookie_name(&own), cookie_name(&token("fedcba9876543210")));
    }

    /// Computed with `printf 'v1.1790000000.' | openssl dgst -sha256 -mac HMAC -macopt hexkey:…`,
    /// the key being the SHA-256 of the token.
    #[test]
    fn the_signature_is_hmac_sha_256() {
        let session = issue(&token("0123456789abcdef"), NOW);
        assert_eq!(
            session,
            "v1.1790000000.3811239f710b9c53877ce7d6fb76da8c48104beb7ca394e15bcf2a87d6307284"
        );
    }

    #[test]
    fn a_session_ends() {
        let own = token("0123456789abcdef");
        let session = issue(&own, NOW);
        assert_eq!(age(&own, &session, NOW + LIFETIME - 1), Some(LIFETIME - 1));
        assert_eq!(age(&own, &session, NOW + LIFETIME), None);
        assert_eq!(age(&own, &session, NOW - 60), Some(60), "the clock was set back");
        assert_eq!(age(&own, &session, NOW - LIFETIME), None);
    }

    #[test]
    fn nothing_of_it_can_be_changed() {
        let own = token("0123456789abcdef");
        let session = issue(&own, NOW);
        for other in [
            session.replace("1790000000", "1790000001"),
            session.replace("1790000000", "01790000000"),
            session.replace("1790000000", "+1790000000"),
            session.replace("v1", "v2"),
            session[..session.len() - 1].to_owned(),
            format!("{session}0"),
            session.to_uppercase(),
            "v1.1790000000.".to_owned(),
            "v1.99999999999999999999.00".to_owned(),
            "0123456789abcdef".to_owned(),
            String::new(),
        ] {
            assert_eq!(age(&own, &other, NOW), None, "{other}");
        }
    }
}
