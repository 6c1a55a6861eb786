//! What the page asked in the last minutes, and what came of it. In memory only, and bounded.
//!
//! An entry has the address and nothing of what is sent with it: no header, no token, no body.

use std::cell::RefCell;
use std::time::Duration;

use nrgkick_model::time::Moment;

use super::call::Answer;
use crate::browser;
use crate::request_error::RequestError;

/// The most entries that are kept.
pub const MOST: usize = 200;

/// A request that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The time at which it began.
    pub at: Moment,
    /// The method.
    pub method: &'static str,
    /// The address, relative to the page where it is at the page's own host.
    pub url: String,
    /// The status; `None` where nothing came, or nothing that this page may read.
    pub status: Option<u16>,
    /// Whether nothing came within the limit.
    pub is_late: bool,
    /// The time from the request to the whole answer.
    pub took: Duration,
    /// The length of the answer, bytes.
    pub length: usize,
}

thread_local! {
    static LIST: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
}

/// The requests that were answered or given up last, the oldest first.
pub fn asked() -> Vec<Asked> {
    LIST.with_borrow(Vec::clone)
}

/// Keeps that `url` was asked at `at`, with what has come of it by now.
pub(super) fn keep(
    at: Moment,
    method: &'static str,
    url: String,
    answer: Result<&Answer, &RequestError>,
) {
    let status = answer.ok().map(|answer| answer.status);
    put(Asked {
        at,
        method,
        url,
        status,
        is_late: answer.err() == Some(&RequestError::Timeout),
        took: browser::now().since(at),
        length: answer.map_or(0, |answer| answer.body.len()),
    });
}

fn put(asked: Asked) {
    LIST.with_borrow_mut(|list| {
        if list.len() == MOST {
            list.remove(0);
        }
        list.push(asked);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_are_kept_the_oldest_first() {
        for number in 0..MOST as u64 + 5 {
            let at = Moment::from_millis(number);
            keep(at, "GET", "values?raw".into(), Err(&RequestError::Timeout));
        }
        let list = asked();
        assert_eq!(list.len(), MOST);
        assert_eq!(list[0].at.as_millis(), 5);
        assert!(list.iter().all(|asked| asked.is_late && asked.status.is_none()));
    }
}
