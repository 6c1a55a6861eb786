//! What Chromium received, as it counted itself.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Browser, HOST};

/// A request that has ended.
#[derive(Clone, Debug)]
pub struct Received {
    /// The path.
    pub path: String,
    /// When it was sent, s.
    pub sent: f64,
    /// When all of its answer was there, s.
    pub ended: f64,
    /// The bytes of its answer on the wire, head and body.
    pub bytes: f64,
}

impl Browser {
    /// Returns the requests to [`HOST`] that ended since the last call, each with its path and the bytes of
    /// its answer on the wire, head and body, as the browser counted them.
    ///
    /// # Panics
    /// If the browser was not started by [`Browser::start_counting`].
    pub async fn received(&self) -> Vec<(String, u64)> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let bytes = |one: Received| (one.path, one.bytes as u64);
        self.received_with_times().await.into_iter().map(bytes).collect()
    }

    /// As [`Browser::received`], with times in s on a clock of the browser's own.
    ///
    /// # Panics
    /// If the browser was not started by [`Browser::start_counting`].
    pub async fn received_with_times(&self) -> Vec<Received> {
        let answer = self.post("se/log", &json!({"type": "performance"})).await;
        let mut open = HashMap::new();
        let mut received = Vec::new();
        for entry in answer["value"].as_array().unwrap() {
            let entry: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            let (message, params) = (&entry["message"], &entry["message"]["params"]);
            let id = params["requestId"].as_str().unwrap_or_default().to_owned();
            let time = || params["timestamp"].as_f64().unwrap();
            if message["method"] == "Network.requestWillBeSent" {
                let url = params["request"]["url"].as_str().unwrap().parse::<::http::Uri>();
                // The browser's own pages have addresses as well.
                if let Ok(url) = url
                    && url.host() == Some(HOST)
                {
                    let path = url.path().to_owned();
                    open.insert(id, Received { path, sent: time(), ended: 0.0, bytes: 0.0 });
                }
            } else if message["method"] == "Network.loadingFinished"
                && let Some(one) = open.remove(&id)
            {
                let bytes = params["encodedDataLength"].as_f64().unwrap();
                received.push(Received { ended: time(), bytes, ..one });
            }
        }
        received
    }
}
