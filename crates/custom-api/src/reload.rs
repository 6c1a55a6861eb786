//! Reading the file again, on SIGHUP: a right one is followed at once, a wrong one changes nothing.

use std::sync::Arc;

use http_service::program::Hangups;

use crate::config::Config;
use crate::shared::Shared;

/// Reads the file again at each SIGHUP, until dropped.
pub(crate) async fn at_each_hangup(shared: Arc<Shared>) {
    let mut hangups = Hangups::new();
    loop {
        hangups.next().await;
        reload(&shared).await;
    }
}

async fn reload(shared: &Shared) {
    let mut sources = shared.sources.lock().await;
    let config = Arc::clone(&shared.running().config);
    let read =
        tokio::task::spawn_blocking(move || Config::load(&config.file, config.token_file())).await;
    match read {
        Ok(Ok(config)) => {
            tracing::info!(file = %config.file.display(), "read again");
            shared.follow(config, &mut sources).await;
        }
        Ok(Err(error)) => {
            let message = http_service::logging::Chain(&error).to_string();
            tracing::error!(error = message, "the file is wrong; all goes on as before");
            *shared.problem() = Some(message);
        }
        Err(error) => tracing::error!(%error, "the file was not read again"),
    }
}
