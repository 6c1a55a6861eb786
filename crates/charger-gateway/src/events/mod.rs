//! Events of a charger: one poll for all subscribers, and none without any.
//!
//! Not here: the stream to a client (`route/events.rs`).

mod feed;
mod feeds;
mod frame;

pub(crate) use feed::Feed;
pub(crate) use feeds::Feeds;
pub(crate) use frame::Frame;
