//! Trying every source once: what came, and what did not.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use nrgkick_model::custom_api::Observed;
use tokio::time::{Instant, timeout};

use crate::config::{Config, Source};
use crate::document::View;
use crate::source::{self, Patience};
use crate::status::describe;
use crate::store::Store;

/// What came of trying.
#[derive(Debug)]
pub struct Report(Vec<Row>);

#[derive(Debug)]
struct Row {
    name: String,
    from: String,
    found: Found,
}

#[derive(Debug)]
enum Found {
    Value(String),
    /// It comes by itself, some time.
    Awaited,
    Nothing(String),
}

/// Starts every source and waits until each has said yes or no, at most `limit`.
pub async fn check(config: Config, limit: Duration, patience: Patience) -> Report {
    let config = Arc::new(config);
    let store = Arc::new(Store::new(&config));
    let mut changes = store.changes();
    let sources = source::start(&config, &store, patience);
    let all_settled = changes.wait_for(|_| {
        let cells = store.cells();
        let mut pairs = config.values.iter().zip(cells.iter());
        pairs.all(|(value, cell)| cell.is_settled || matches!(value.source, Source::Push(_)))
    });
    // Whoever has said nothing by then is in the report as such.
    let _ = timeout(limit, all_settled).await;
    drop(sources);
    Report(rows(&config, &store, limit))
}

fn rows(config: &Config, store: &Store, limit: Duration) -> Vec<Row> {
    let cells = store.cells();
    let view = View::new(config, store, &cells, Instant::now());
    let tried = tried(config, &cells);
    let row = |(index, value): (usize, &crate::config::Value)| {
        let error = cells[index].error.as_ref().map(|failure| failure.message.clone());
        let state = view.state(index);
        let unit = value.place.map_or("", |place| place.field().unit.symbol());
        let shown = |observed: Observed| format!("{observed} {unit}").trim_end().to_owned();
        // Whatever stands in for a value that is missing is no success.
        let Tried { is_here, awaits_push } = tried[index];
        let found = match (state.shown.filter(|_| is_here), error) {
            (Some(observed), None) => Found::Value(shown(observed)),
            (_, Some(error)) => Found::Nothing(error),
            (None, None) if awaits_push => Found::Awaited,
            (None, None) if is_here => Found::Nothing("its parts make no number".to_owned()),
            (None, None) if !value.source.parts().is_empty() => {
                Found::Nothing("some of its parts are missing".to_owned())
            }
            (None, None) => Found::Nothing(format!("nothing came within {limit:?}")),
        };
        Row { name: value.name.clone(), from: describe(config, &value.source), found }
    };
    config.values.iter().enumerate().map(row).collect()
}

/// What trying has shown of a value, or of all that it is made of.
#[derive(Clone, Copy, Default)]
struct Tried {
    /// Something has come, of every part.
    is_here: bool,
    /// Nobody has pushed it, or a part of it.
    awaits_push: bool,
}

fn tried(config: &Config, cells: &[crate::store::Cell]) -> Vec<Tried> {
    let mut all = vec![Tried::default(); config.values.len()];
    for index in &config.order {
        let source = &config.values[*index].source;
        all[*index] = match source.parts() {
            [] => Tried {
                is_here: cells[*index].last.is_some(),
                awaits_push: matches!(source, Source::Push(_)),
            },
            parts => Tried {
                is_here: parts.iter().all(|part| all[*part].is_here),
                awaits_push: parts.iter().any(|part| all[*part].awaits_push),
            },
        };
    }
    all
}

impl Report {
    /// Whether every source that can be asked gave a value.
    pub fn is_good(&self) -> bool {
        !self.0.iter().any(|row| matches!(row.found, Found::Nothing(_)))
    }
}

/// A table, one line a value.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: fn(&Row) -> &str| {
            self.0.iter().map(|row| column(row).chars().count()).max().unwrap_or_default()
        };
        let (name, from) = (width(|row| &row.name), width(|row| &row.from));
        for row in &self.0 {
            let (mark, found) = match &row.found {
                Found::Value(value) => ("ok  ", value.as_str()),
                Found::Awaited => ("wait", "comes when somebody pushes it"),
                Found::Nothing(error) => ("FAIL", error.as_str()),
            };
            writeln!(f, "{mark}  {:name$}  {:from$}  {found}", row.name, row.from)?;
        }
        let failed = self.0.iter().filter(|row| matches!(row.found, Found::Nothing(_))).count();
        write!(f, "{} values, {failed} failed", self.0.len())
    }
}
