//! A trial: every value of a text once, as `check` tries them, with the replies of the devices.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::ValuesAnswer;
use gateway_api::custom_api::edit::{Trial, TriedValue};
use tokio::time::Instant;

use crate::check::{rows, settle};
use crate::config::Config;
use crate::document::View;
use crate::source::{self, Timeouts, Turns};
use crate::store::Store;

/// Limit for a trial.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// Tries all values, or the one at `only` with its parts, in turn with whoever else asks the devices.
pub(crate) async fn run(
    config: Config,
    only: Option<usize>,
    timeouts: Timeouts,
    turns: &Arc<Turns>,
) -> Trial {
    let config = Arc::new(config);
    let store = Arc::new(Store::new(&config));
    let parts = only.map(|index| with_parts(&config, index));
    let wanted = |index: usize| parts.as_ref().is_none_or(|parts| parts.contains(&index));
    let (sources, replies) = source::start_some(&config, &store, timeouts, turns, wanted);
    settle(&config, &store, wanted, LIMIT).await;
    // Also its connections are closed when its answer comes.
    { sources }.shutdown().await;
    let (replies, of): (Vec<_>, Vec<_>) = replies.take().into_iter().unzip();
    let cells = store.cells();
    let view = View::new(&config, &store, &cells, Instant::now());
    let tried = rows(&config, &view, &cells, LIMIT).into_iter().enumerate();
    let value = |(index, row): (usize, crate::check::Row)| TriedValue {
        at: row.name,
        unit: config.values[index].unit().to_owned(),
        from: row.from,
        outcome: row.outcome,
        observed: view.state(index).observed,
        reply: of.iter().position(|values| values.contains(&index)),
    };
    let values = tried.filter(|(index, _)| wanted(*index)).map(value).collect();
    let is_whole = only.is_none();
    let answer = is_whole.then(|| match view.document() {
        Ok(document) => ValuesAnswer::Document(document),
        Err(reason) => ValuesAnswer::Unavailable(reason),
    });
    let house = if is_whole { view.house().to_string() } else { String::new() };
    Trial { values, replies, house, answer }
}

/// Returns a value and all that it is computed from.
fn with_parts(config: &Config, index: usize) -> Vec<usize> {
    let mut all = vec![index];
    let mut next = 0;
    while let Some(value) = all.get(next).and_then(|index| config.values.get(*index)) {
        for part in value.source.parts() {
            if !all.contains(part) {
                all.push(*part);
            }
        }
        next += 1;
    }
    all
}
