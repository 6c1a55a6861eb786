//! What is new of a charger, told as it comes: one poll for all who listen, and none where nobody
//! does.
//!
//! Not here: the stream to one client (`route/events.rs`).

mod feed;
mod frame;

pub(crate) use feed::Feed;
pub(crate) use frame::Frame;
