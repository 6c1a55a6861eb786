//! `check`: tries every source once and judges the values as they would be served.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::Freshness;
use gateway_api::custom_api::edit::TriedOutcome;
use nrgkick_model::custom_api::house::HouseLoad;
use nrgkick_model::custom_api::{Observed, Quantity};
use tokio::time::{Instant, timeout};

use crate::config::{Config, Source, Value};
use crate::describe::describe;
use crate::document::{State, View};
use crate::source::{self, Timeouts};
use crate::store::{Cell, Store};

/// The results of a check, one row for each value.
#[derive(Debug)]
pub struct Report(Vec<Row>);

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) from: String,
    pub(crate) outcome: TriedOutcome,
}

/// Starts every source and waits until each has a value or an error, at most `limit`.
pub async fn check(config: Config, limit: Duration, timeouts: Timeouts) -> Report {
    let config = Arc::new(config);
    let store = Arc::new(Store::new(&config));
    let sources = source::start(&config, &store, timeouts);
    settle(&config, &store, |_| true, limit).await;
    drop(sources);
    let cells = store.cells();
    let view = View::new(&config, &store, &cells, Instant::now());
    Report(rows(&config, &view, &cells, limit))
}

/// Waits until each of the values that are `wanted` has something from its source, at most `limit`.
pub(crate) async fn settle(
    config: &Config,
    store: &Store,
    wanted: impl Fn(usize) -> bool,
    limit: Duration,
) {
    let mut changes = store.changes();
    let all_settled = changes.wait_for(|_| {
        let cells = store.cells();
        let mut pairs = config.values.iter().zip(cells.iter()).enumerate();
        pairs.all(|(index, (value, cell))| {
            cell.is_settled || matches!(value.source, Source::Push(_)) || !wanted(index)
        })
    });
    // A source without a result by then gets a row that says so.
    let _ = timeout(limit, all_settled).await;
}

/// Judges every value; those without anything from their source had `limit`.
pub(crate) fn rows(config: &Config, view: &View<'_>, cells: &[Cell], limit: Duration) -> Vec<Row> {
    let tried = tried(config, view, cells);
    let row = |(index, value): (usize, &Value)| Row {
        name: value.name.clone(),
        from: describe(config, value, view.house()),
        outcome: outcome(value, view.state(index), view.house(), &cells[index], tried[index])
            .unwrap_or_else(|| TriedOutcome::Failed(format!("nothing came within {limit:?}"))),
    };
    config.values.iter().enumerate().map(row).collect()
}

/// Returns the result of one value; `None` if its source gave neither value nor error.
fn outcome(
    value: &Value,
    state: &State,
    house: &HouseLoad,
    cell: &Cell,
    Tried { is_here, awaits_push }: Tried,
) -> Option<TriedOutcome> {
    if let Some(misfit) = &state.misfit {
        return Some(TriedOutcome::Failed(misfit.clone()));
    }
    if let Some(failure) = &cell.error {
        return Some(TriedOutcome::Failed(failure.message.clone()));
    }
    let is_derived_house = matches!(value.source, Source::House(_));
    match house {
        // While some parts are still to be pushed, the load cannot be judged.
        HouseLoad::LeftOut(_) if is_derived_house && awaits_push && !is_here => {
            return Some(TriedOutcome::Awaited);
        }
        HouseLoad::LeftOut(reason) if is_derived_house || state.freshness == Freshness::LeftOut => {
            return Some(TriedOutcome::LeftOut(reason.to_string()));
        }
        _ => {}
    }
    // A stand-in for a missing value (zero, the last one) does not count as success.
    match state.shown.filter(|_| is_here) {
        Some(observed) => Some(TriedOutcome::Good(served(value, observed))),
        None if awaits_push => Some(TriedOutcome::Awaited),
        None if is_here => Some(TriedOutcome::Failed("its parts make no number".to_owned())),
        None if !value.source.parts().is_empty() => {
            Some(TriedOutcome::Failed("some of its parts are missing".to_owned()))
        }
        None => None,
    }
}

/// Formats the value as the charger's document has it; a part of others as it was observed.
fn served(value: &Value, observed: Observed) -> String {
    let Some(field) = value.place.map(|place| place.field()) else { return observed.to_string() };
    let number = match field.fit(observed) {
        Ok(Quantity::Integer(number)) => number.to_string(),
        Ok(Quantity::Decimal(number)) => number.to_string(),
        Ok(Quantity::Flag(flag)) => flag.to_string(),
        Err(misfit) => return misfit.to_string(),
    };
    format!("{number} {}", field.unit.symbol()).trim_end().to_owned()
}

/// The results so far of a value, or of all its parts.
#[derive(Clone, Copy, Default)]
struct Tried {
    /// Set when every part has been observed at least once.
    is_here: bool,
    /// Set when the value or one of its parts is pushed.
    awaits_push: bool,
}

fn tried(config: &Config, view: &View<'_>, cells: &[Cell]) -> Vec<Tried> {
    let mut all = vec![Tried::default(); config.values.len()];
    for index in &config.order {
        let source = &config.values[*index].source;
        // Of the possible parts of the house's load, only those in its balance count.
        let terms = match (source, view.house()) {
            (Source::House(_), HouseLoad::Derived(balance)) => balance.terms.as_slice(),
            _ => &[],
        };
        let counts = |part: &&usize| {
            terms.is_empty() || config.values[**part].place.is_some_and(|at| terms.contains(&at))
        };
        all[*index] = match source.parts() {
            [] => Tried {
                is_here: cells[*index].last.is_some(),
                awaits_push: matches!(source, Source::Push(_)),
            },
            parts => Tried {
                is_here: parts.iter().filter(counts).all(|part| all[*part].is_here),
                awaits_push: parts.iter().filter(counts).any(|part| all[*part].awaits_push),
            },
        };
    }
    all
}

impl Report {
    /// `true` if no source failed; values that are still to be pushed do not count as failures.
    pub fn is_good(&self) -> bool {
        !self.0.iter().any(|row| matches!(row.outcome, TriedOutcome::Failed(_)))
    }
}

/// A table with one line for each value.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: fn(&Row) -> &str| {
            self.0.iter().map(|row| column(row).chars().count()).max().unwrap_or_default()
        };
        let (name, from) = (width(|row| &row.name), width(|row| &row.from));
        for row in &self.0 {
            let left_out;
            let (mark, found) = match &row.outcome {
                TriedOutcome::Good(value) => ("ok  ", value.as_str()),
                TriedOutcome::LeftOut(reason) => {
                    left_out = format!("left out: {reason}");
                    ("warn", left_out.as_str())
                }
                TriedOutcome::Awaited => ("wait", "comes when somebody pushes it"),
                TriedOutcome::Failed(error) => ("FAIL", error.as_str()),
            };
            writeln!(f, "{mark}  {:name$}  {:from$}  {found}", row.name, row.from)?;
        }
        let count =
            |is: fn(&TriedOutcome) -> bool| self.0.iter().filter(|row| is(&row.outcome)).count();
        let failed = count(|found| matches!(found, TriedOutcome::Failed(_)));
        write!(f, "{} values, {failed} failed", self.0.len())?;
        match count(|found| matches!(found, TriedOutcome::LeftOut(_))) {
            0 => Ok(()),
            left_out => write!(f, ", {left_out} left out"),
        }
    }
}
