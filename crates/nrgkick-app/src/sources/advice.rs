//! Advice for when `custom-api` does not answer.

use crate::request_error::RequestError;
use crate::words::en::Advice;

/// Returns title and advice for `error`.
pub fn advice(error: &RequestError) -> Advice {
    let (title, text) = match error {
        RequestError::Unreachable | RequestError::Away => (
            "The server does not answer.".to_owned(),
            "Is custom-api, which served this page, still running, and is this device still in \
             the same network? Without it the charger gets no values either.",
        ),
        RequestError::Timeout => ("The server takes too long to answer.".to_owned(), ""),
        RequestError::Gateway(message)
        | RequestError::OutcomeLost(message)
        | RequestError::Token(message) => (format!("The server says: {message}"), ""),
        RequestError::Status(status) => {
            (format!("The answer was status {status} without a reason."), "")
        }
        RequestError::Unreadable(_)
        | RequestError::NotShared
        | RequestError::MixedContent
        | RequestError::Unauthorized
        | RequestError::Disabled
        | RequestError::Refused(_) => (
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
        assert!(advice(&RequestError::Unreachable).text.contains("still running"));
        assert!(advice(&RequestError::Unreadable(String::new())).title.contains("not custom-api"));
        assert_eq!(advice(&RequestError::Gateway("No.".into())).title, "The server says: No.");
    }
}
