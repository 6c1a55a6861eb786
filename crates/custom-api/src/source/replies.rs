//! The replies of devices, kept for who tries a configuration.

use std::sync::{Mutex, PoisonError};

use gateway_api::custom_api::edit::{LONGEST_REPLY, ReplyBody, TriedReply};

/// Most bytes of all replies together.
const MOST_BYTES: usize = 8 * LONGEST_REPLY;

/// The last reply to each request, and the last message of each topic.
#[derive(Debug, Default)]
pub(crate) struct Replies(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    reply: TriedReply,
    bytes: usize,
    values: Vec<usize>,
}

impl Replies {
    /// Keeps the reply that `values` are from, in place of the one before.
    pub(super) fn keep(&self, from: String, values: Vec<usize>, body: &[u8]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.values != values);
        let before: usize = all.iter().map(|kept| kept.bytes).sum();
        let is_long = body.len() > LONGEST_REPLY || before + body.len() > MOST_BYTES;
        let content = match serde_json::from_slice(body) {
            _ if is_long => ReplyBody::TooLong(body.len()),
            Ok(json) => ReplyBody::Json(json),
            Err(_) => ReplyBody::Text(String::from_utf8_lossy(body).into_owned()),
        };
        let bytes = if is_long { 0 } else { body.len() };
        all.push(Kept { reply: TriedReply { from, body: content }, bytes, values });
    }

    /// Takes all replies, each with the values that it is for.
    pub(crate) fn take(&self) -> Vec<(TriedReply, Vec<usize>)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.drain(..).map(|Kept { reply, values, .. }| (reply, values)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_reply_counts_and_a_long_one_is_only_measured() {
        let replies = Replies::default();
        for (values, body) in [(vec![0, 1], "{\"a\":1}"), (vec![2], "off"), (vec![0, 1], "[2]")] {
            replies.keep("device".to_owned(), values, body.as_bytes());
        }
        replies.keep("long".to_owned(), vec![3], &[b'1'; LONGEST_REPLY + 1]);
        let (bodies, values): (Vec<_>, Vec<_>) =
            replies.take().into_iter().map(|(reply, values)| (reply.body, values)).unzip();
        assert_eq!(values, [vec![2], vec![0, 1], vec![3]]);
        let expected = [
            ReplyBody::Text("off".to_owned()),
            ReplyBody::Json(serde_json::json!([2])),
            ReplyBody::TooLong(LONGEST_REPLY + 1),
        ];
        assert_eq!(bodies, expected);
    }
}
