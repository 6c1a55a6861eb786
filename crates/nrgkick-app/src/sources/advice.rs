//! Advice for when `custom-api` does not answer.

use crate::request_error::RequestError;
use crate::words::{Advice, link, sources as words};

/// Returns title and advice for `error`.
pub fn advice(error: &RequestError) -> Advice {
    let (title, text) = match error {
        RequestError::Unreachable | RequestError::Away => {
            (words::server_silent().to_owned(), words::server_silent_why())
        }
        RequestError::Timeout => (words::server_slow().to_owned(), ""),
        RequestError::Gateway(message)
        | RequestError::OutcomeLost(message)
        | RequestError::Token(message) => (words::server_says(message), ""),
        RequestError::Status(status) => (link::status(&status.to_string()), ""),
        RequestError::Unreadable(_)
        | RequestError::NotShared
        | RequestError::MixedContent
        | RequestError::Unauthorized
        | RequestError::Disabled
        | RequestError::Refused(_)
        | RequestError::Demo(_) => {
            (words::not_custom_api().to_owned(), words::not_custom_api_why())
        }
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
