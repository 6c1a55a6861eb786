//! The state shared by all routes: the running configuration behind one swap, and what outlives it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use http_service::access::Attempts;
use tokio::sync::Mutex as Turn;

use crate::config::Config;
use crate::fetches::Fetches;
use crate::history::{LastDay, Pace};
use crate::source::{Sources, Timeouts};
use crate::store::Store;

/// A configuration with its values.
pub(crate) struct Running {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Arc<Store>,
    /// The serialised body of `info.json`.
    pub(crate) info: Bytes,
}

/// The running configuration, the counters, and the turn of who replaces it.
pub(crate) struct Shared {
    running: RwLock<Arc<Running>>,
    pub(crate) fetches: Fetches,
    /// The last day of each value, by name.
    pub(crate) day: LastDay,
    /// Counts wrong push tokens for each address.
    pub(crate) attempts: Attempts,
    /// Set with `--edit`.
    pub(crate) is_editable: bool,
    /// The mistakes of the file, which is therefore not followed.
    problem: Mutex<Option<String>>,
    /// The running sources. Who holds them has the turn to replace the configuration.
    pub(crate) sources: Turn<Sources>,
    /// Held while a configuration is tried.
    pub(crate) trial: Turn<()>,
    pub(crate) timeouts: Timeouts,
}

impl Running {
    fn new(config: Config, store: Store) -> Self {
        // Strings and numbers always serialise.
        let info = serde_json::to_vec(&config.info).unwrap_or_default().into();
        Self { config: Arc::new(config), store: Arc::new(store), info }
    }
}

impl Shared {
    /// Creates the state without any running source.
    pub(crate) fn new(config: Config, timeouts: Timeouts, pace: Pace, is_editable: bool) -> Self {
        let store = Store::new(&config);
        Self {
            running: RwLock::new(Arc::new(Running::new(config, store))),
            fetches: Fetches::default(),
            day: LastDay::new(pace.step),
            attempts: Attempts::default(),
            is_editable,
            problem: Mutex::default(),
            sources: Turn::default(),
            trial: Turn::default(),
            timeouts,
        }
    }

    /// Returns the running configuration, which stays whole for as long as it is held.
    pub(crate) fn running(&self) -> Arc<Running> {
        Arc::clone(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets `act` see the running configuration; it is not replaced meanwhile, so nothing that is
    /// recorded is lost.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&Running) -> T) -> T {
        act(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The mistakes of the file, if it is not followed.
    pub(crate) fn problem(&self) -> MutexGuard<'_, Option<String>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the sources of the running configuration.
    pub(crate) fn start(&self, sources: &mut Sources) {
        let running = self.running();
        sources.start(&running.config, &running.store, self.timeouts);
    }

    /// Replaces the configuration at once. What was observed of values that are the same is kept,
    /// and served under its age until their sources have come again.
    ///
    /// A caller that may be dropped runs it as a task of its own: between the two there is no source.
    pub(crate) async fn follow(&self, config: Config, sources: &mut Sources) {
        // Some devices take one connection only, so the old ones have to be gone.
        sources.end().await;
        let mut running = self.running.write().unwrap_or_else(PoisonError::into_inner);
        let store = Store::after(&config, &running.store, &running.config);
        *running = Arc::new(Running::new(config, store));
        drop(running);
        *self.problem() = None;
        self.start(sources);
    }
}
