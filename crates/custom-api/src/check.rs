//! `check`: tries every source once and judges the values as they would be served.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::Freshness;
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
struct Row {
    name: String,
    from: String,
    found: Found,
}

#[derive(Debug)]
enum Found {
    Value(String),
    /// A remark; the charger gets the other values without this one.
    Warning(String),
    /// A value that is pushed and has not been pushed yet.
    Awaited,
    Nothing(String),
}

/// Starts every source and waits until each has a value or an error, at most `limit`.
pub async fn check(config: Config, limit: Duration, timeouts: Timeouts) -> Report {
    let config = Arc::new(config);
    let store = Arc::new(Store::new(&config));
    let mut changes = store.changes();
    let sources = source::start(&config, &store, timeouts);
    let all_settled = changes.wait_for(|_| {
        let cells = store.cells();
        let mut pairs = config.values.iter().zip(cells.iter());
        pairs.all(|(value, cell)| cell.is_settled || matches!(value.source, Source::Push(_)))
    });
    // A source without a result by then gets a row that says so.
    let _ = timeout(limit, all_settled).await;
    drop(sources);
    Report(rows(&config, &store, limit))
}

fn rows(config: &Config, store: &Store, limit: Duration) -> Vec<Row> {
    let cells = store.cells();
    let view = View::new(config, store, &cells, Instant::now());
    let tried = tried(config, &view, &cells);
    let row = |(index, value): (usize, &Value)| Row {
        name: value.name.clone(),
        from: describe(config, value, view.house()),
        found: found(value, view.state(index), view.house(), &cells[index], tried[index])
            .unwrap_or_else(|| Found::Nothing(format!("nothing came within {limit:?}"))),
    };
    config.values.iter().enumerate().map(row).collect()
}

/// Returns the result of one value; `None` if its source gave neither value nor error.
fn found(
    value: &Value,
    state: &State,
    house: &HouseLoad,
    cell: &Cell,
    Tried { is_here, awaits_push }: Tried,
) -> Option<Found> {
    if let Some(misfit) = &state.misfit {
        return Some(Found::Nothing(misfit.clone()));
    }
    if let Some(failure) = &cell.error {
        return Some(Found::Nothing(failure.message.clone()));
    }
    let is_derived_house = matches!(value.source, Source::House(_));
    match house {
        // While some parts are still to be pushed, the load cannot be judged.
        HouseLoad::LeftOut(_) if is_derived_house && awaits_push && !is_here => {
            return Some(Found::Awaited);
        }
        HouseLoad::LeftOut(reason) if is_derived_house || state.freshness == Freshness::LeftOut => {
            return Some(Found::Warning(format!("left out: {reason}")));
        }
        _ => {}
    }
    // A stand-in for a missing value (zero, the last one) does not count as success.
    match state.shown.filter(|_| is_here) {
        Some(observed) => Some(Found::Value(served(value, observed))),
        None if awaits_push => Some(Found::Awaited),
        None if is_here => Some(Found::Nothing("its parts make no number".to_owned())),
        None if !value.source.parts().is_empty() => {
            Some(Found::Nothing("some of its parts are missing".to_owned()))
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
        !self.0.iter().any(|row| matches!(row.found, Found::Nothing(_)))
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
            let (mark, found) = match &row.found {
                Found::Value(value) => ("ok  ", value.as_str()),
                Found::Warning(reason) => ("warn", reason.as_str()),
                Found::Awaited => ("wait", "comes when somebody pushes it"),
                Found::Nothing(error) => ("FAIL", error.as_str()),
            };
            writeln!(f, "{mark}  {:name$}  {:from$}  {found}", row.name, row.from)?;
        }
        let count = |is: fn(&Found) -> bool| self.0.iter().filter(|row| is(&row.found)).count();
        let failed = count(|found| matches!(found, Found::Nothing(_)));
        write!(f, "{} values, {failed} failed", self.0.len())?;
        match count(|found| matches!(found, Found::Warning(_))) {
            0 => Ok(()),
            left_out => write!(f, ", {left_out} left out"),
        }
    }
}
