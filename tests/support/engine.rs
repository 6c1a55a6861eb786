//! The browsers that tests drive: which one a test gets, and how each is started.
//!
//! Not here: what is asked of a browser that runs; see [`crate::webdriver`].

mod start;

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;

use serde_json::Value;
use thirtyfour::Capabilities;

/// A name of this machine that is not `localhost`: over plain HTTP it makes no secure context. WebKit
/// does not know it.
pub const HOST: &str = "charger-panel.local";

/// A name of the public network that leads to this machine, as an attacker's would. WebKit does not
/// know it.
pub const FOREIGN: &str = "rebound.example";

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium. The others cannot emulate touch, forced colours or a slow network.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK, in its own small browser on a screen in memory. Its driver reads no console, and
    /// its colours are light.
    WebKit,
}

thread_local! {
    static CHOSEN: Cell<Engine> = const { Cell::new(Engine::Chromium) };
}

/// Makes the thread's browsers Chromium again.
struct Back;

impl Drop for Back {
    fn drop(&mut self) {
        CHOSEN.set(Engine::Chromium);
    }
}

impl Engine {
    /// Runs a test whose browsers are of this engine. Tests run on a thread of their own.
    pub fn runs(self, test: fn()) {
        CHOSEN.set(self);
        let _back = Back;
        test();
    }

    /// Returns the engine of this thread's test.
    pub(crate) fn chosen() -> Self {
        CHOSEN.get()
    }

    /// Starts the driver, and what it needs, with an empty profile in `profile`; `logs` are what
    /// Chromium keeps. `None` if `cargo xtask test` has not named the programs.
    ///
    /// # Panics
    /// If a program does not start.
    pub(crate) fn start(self, test: &str, profile: &Path, logs: Value) -> Option<Started> {
        match self {
            Self::Chromium => start::chromium(test, profile, logs),
            Self::Firefox => start::firefox(test, profile),
            Self::WebKit => start::webkit(test, profile),
        }
    }

    /// Returns what stands before the names of its pictures.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Chromium => "",
            Self::Firefox => "firefox-",
            Self::WebKit => "webkit-",
        }
    }
}

/// A driver that waits for a session.
#[derive(Debug)]
pub(crate) struct Started {
    /// The driver, and what it needs.
    pub(crate) processes: Vec<Child>,
    /// The driver's address.
    pub(crate) address: SocketAddr,
    /// What the session is to be.
    pub(crate) capabilities: Capabilities,
}
