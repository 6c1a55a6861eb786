//! Stands for the library of the same name, by `[patch.crates-io]` of the workspace.
//!
//! leptos brings `server_fn`, which can stream requests and answers through that library. The page
//! has no server functions, but the library's exports to JavaScript keep some forty of its
//! functions in the module: 4 kB of gzip on every phone. Here are the signatures that `server_fn`
//! is compiled against; calling one ends the page with a message.

use futures_util::Stream;
use futures_util::stream::Pending;
use wasm_bindgen::{JsValue, throw_str};

const NOT_HERE: &str = "this page has no server functions, and so no streams";

/// A stream of JavaScript, which is never made here.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Takes a stream of JavaScript.
    pub const fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Gives it back.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Would make one of a stream of Rust.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        throw_str(NOT_HERE)
    }

    /// Would make a stream of Rust of it.
    pub fn into_stream(self) -> Pending<Result<JsValue, JsValue>> {
        throw_str(NOT_HERE)
    }
}
