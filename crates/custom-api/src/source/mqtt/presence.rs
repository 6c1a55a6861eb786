//! Is the publisher of changes there? Its topic, its last will or its signs of life tell.

use super::super::pick::{Reply, piece};
use crate::config::Alive;

/// Usual words of topics that tell if a publisher is there, and if it is not.
const THERE: &[&str] = &["online", "on", "true", "connected", "alive", "ready", "running"];
const GONE: &[&str] = &[
    "offline",
    "off",
    "false",
    "0",
    "disconnected",
    "not connected",
    "lost",
    "dead",
    "unavailable",
];

/// The meaning of a message about a publisher.
#[derive(Debug, PartialEq)]
pub(super) enum Presence {
    /// It is there until something else is said.
    There,
    /// It was there just now.
    Sign,
    /// It is not there, with what was said.
    Gone(String),
    /// What was said has several parts, and nothing names the one that tells it.
    Unclear(String),
}

/// Reads a message of the topic that tells if a publisher is there.
pub(super) fn presence(alive: &Alive, reply: &Reply) -> Presence {
    let mut is_compound = false;
    let said = match reply {
        Reply::Json(document) => match document.pointer(&alive.pointer) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(found) => {
                is_compound = found.is_object() || found.is_array();
                found.to_string()
            }
            None => String::new(),
        },
        Reply::Text(text, _) => text.clone(),
    };
    let said = piece(said.trim());
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(&said));
    let is_own = alive.equals.iter().any(|word| word.eq_ignore_ascii_case(&said));
    if is_own || alive.equals.is_empty() && is(THERE) {
        Presence::There
    } else if is_compound {
        Presence::Unclear(said)
    } else if !alive.equals.is_empty() || is(GONE) || said.is_empty() {
        Presence::Gone(said)
    } else {
        Presence::Sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence(alive: &Alive, payload: &[u8]) -> Presence {
        super::presence(alive, &Reply::parse(payload))
    }

    #[test]
    fn a_publisher_is_there_by_the_files_word_or_by_the_usual_ones() {
        let alive = |pointer: &str, equals: &[&str]| Alive {
            topic: "t".to_owned(),
            pointer: pointer.to_owned(),
            equals: equals.iter().map(|word| (*word).to_owned()).collect(),
        };
        let usual = alive("", &[]);
        for word in ["online", "Online", "true", "\"on\"", "connected"] {
            assert_eq!(presence(&usual, word.as_bytes()), Presence::There, "{word}");
        }
        for word in ["offline", "0", "false", "not connected", ""] {
            let gone = matches!(presence(&usual, word.as_bytes()), Presence::Gone(_));
            assert!(gone, "{word}");
        }
        assert_eq!(presence(&usual, b"123456"), Presence::Sign, "seconds of running");
        let own = alive("", &["2", "3"]);
        assert_eq!(presence(&own, b"2"), Presence::There);
        assert!(matches!(presence(&own, b"online"), Presence::Gone(_)));
        let inside = alive("/state", &["online"]);
        assert_eq!(presence(&inside, br#"{"state":"online"}"#), Presence::There);
        assert!(matches!(presence(&inside, br#"{"x":1}"#), Presence::Gone(_)));
        for (alive, said) in [
            (&usual, br#"{"state":"offline"}"#.as_slice()),
            (&own, br#"{"state":"2"}"#),
            (&usual, b"[1]"),
            (&inside, br#"{"state":{"bridge":"offline"}}"#),
        ] {
            let found = presence(alive, said);
            assert!(matches!(found, Presence::Unclear(_)), "{found:?}, no sign of life");
        }
    }
}
