//! What to tell someone whose `custom-api` does not answer.

use crate::trouble::Trouble;
use crate::words::en::Advice;

/// The words for `trouble`.
pub fn advice(trouble: &Trouble) -> Advice {
    let (title, text) = match trouble {
        Trouble::Unreachable | Trouble::Away => (
            "The server does not answer.".to_owned(),
            "Is custom-api, which served this page, still running, and is this device still in \
             the same network? Without it the charger gets no values either.",
        ),
        Trouble::Timeout => ("The server takes too long to answer.".to_owned(), ""),
        Trouble::Gateway(message) | Trouble::OutcomeLost(message) | Trouble::Token(message) => {
            (format!("The server says: {message}"), "")
        }
        Trouble::Status(status) => {
            (format!("The answer was status {status} without a reason."), "")
        }
        Trouble::Unreadable(_)
        | Trouble::NotShared
        | Trouble::MixedContent
        | Trouble::Unauthorized
        | Trouble::Disabled
        | Trouble::Refused(_) => (
            "What answers here is not custom-api.".to_owned(),
            "Or it is of another version than this page: reload the page.",
        ),
    };
    Advice { title: title.into(), text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_told_from_something_else_that_answers() {
        assert!(advice(&Trouble::Unreachable).text.contains("still running"));
        assert!(advice(&Trouble::Unreadable(String::new())).title.contains("not custom-api"));
        assert_eq!(advice(&Trouble::Gateway("No.".into())).title, "The server says: No.");
    }
}
