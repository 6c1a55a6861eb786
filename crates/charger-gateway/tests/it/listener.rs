//! A client of the event stream.

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt as _;
use http::Request;
use http_service::Caller;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::fake::Gateway;

/// A client of the event stream.
pub(crate) struct Listener(BodyDataStream);

impl Listener {
    pub(crate) async fn open(gateway: &Gateway, caller: Caller) -> Self {
        let request = Request::get("/events").extension(caller).body(Body::empty()).unwrap();
        let response = gateway.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["connection"], "close");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self(response.into_body().into_data_stream())
    }

    /// Returns name and data of the next event; `None` for a comment.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        let bytes = self.0.next().await.unwrap().unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let (name, data) = text.strip_prefix("event: ")?.split_once("\ndata: ").unwrap();
        Some((name.to_owned(), serde_json::from_str(data.strip_suffix("\n\n").unwrap()).unwrap()))
    }

    pub(crate) async fn event(&mut self, name: &str) -> Value {
        let (got, data) = self.next().await.unwrap();
        assert_eq!(got, name, "{data}");
        data
    }
}
