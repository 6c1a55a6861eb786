//! The page in a real browser, with the real servers in this process.
//!
//! `cargo xtask test` names the browser and the built page; without them every test reports that it
//! is skipped.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

mod access;
mod accounts;
mod attack;
mod cases;
mod chooser;
mod connection;
mod custom_api;
mod custom_api_day;
mod custom_api_edit;
mod custom_api_flow;
mod demo;
mod direct;
mod early;
mod engines;
mod events;
mod face;
mod front;
mod gestures;
mod golden;
mod journey;
mod keyboard;
mod kiosk;
mod languages;
mod looks;
mod modbus;
mod nginx;
mod proxy;
mod record;
mod screens;
mod states;
mod static_host;
mod weight;
mod words;

use std::path::PathBuf;

use nrgkick_tests::tool;
use nrgkick_tests::webdriver::Browser;

/// Starts a browser and returns it with the built page; `None` if they are not named.
async fn set_up(test: &str) -> Option<(Browser, PathBuf)> {
    let page = tool::find("NRGKICK_DIST", test)?;
    let page = nrgkick_tests::root().join(page);
    assert!(page.join("index.html").is_file(), "{} holds no page", page.display());
    Some((Browser::start(test).await?, page))
}
