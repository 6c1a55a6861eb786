//! The cost of decoding a document: rows of the table, a tree, a derived struct, and CPython.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use nrgkick_model::Reply;
use nrgkick_model::field::DocumentName;
use nrgkick_tests::fixtures;
use serde::Deserialize;
use serde_json::Value;

use crate::table::{Spread, Table};
use crate::{Result, ensure};

/// Documents in one round.
const DOCUMENTS: u32 = 20_000;
/// The document, a charger's answer to `/values?raw`.
const DOCUMENT: &str = "official_values_raw.json";
/// Prints the time of one document in µs.
const PYTHON: &str = "import json, sys, timeit
text, count = open(sys.argv[1], 'rb').read(), int(sys.argv[2])
print(timeit.timeit(lambda: json.loads(text), number=count) / count * 1e6)";

/// A typical struct for this document alone, without codes, ranges and tolerance.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what counts is that it is read")]
struct Derived {
    energy: BTreeMap<String, f64>,
    powerflow: Powerflow,
    general: BTreeMap<String, f64>,
    temperatures: BTreeMap<String, f64>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what counts is that it is read")]
struct Powerflow {
    l1: Phase,
    l2: Phase,
    l3: Phase,
    total_active_power: f64,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what counts is that it is read")]
struct Phase {
    voltage: f64,
    current: f64,
    active_power: f64,
    reactive_power: f64,
    apparent_power: f64,
    power_factor: f64,
}

/// Measures the contestants in turns and prints a table.
pub(crate) fn run(rounds: u32) -> Result<()> {
    let file = fixtures().join(DOCUMENT);
    let document: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    // Compact, as a charger sends it.
    let folder = tempfile::tempdir()?;
    let compact = folder.path().join(DOCUMENT);
    std::fs::write(&compact, document.to_string())?;
    let reply = Reply { status: 200, body: document.to_string().into_bytes() };
    let rows = reply.readings(DocumentName::Values)?.iter().count();
    ensure(rows == DocumentName::Values.fields().count(), || format!("{rows} rows were read"))?;
    let derived: Derived = serde_json::from_slice(&reply.body)?;
    ensure(format!("{derived:?}").len() > 100, || "the struct is empty".to_owned())?;

    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..rounds {
        times[0].push(time(|| drop(black_box(reply.readings(DocumentName::Values)))));
        times[1].push(time(|| drop(black_box(serde_json::from_slice::<Value>(&reply.body)))));
        times[2].push(time(|| drop(black_box(serde_json::from_slice::<Derived>(&reply.body)))));
        times[3].extend(python(&compact)?);
    }
    let spreads = times.map(Spread::of);
    let tree = spreads[1].median;
    let mut table = Table::new(&["µs a document", "min", "median", "max", "Value = 1"]);
    let names = ["rows of the table", "serde_json::Value", "a derived struct", "CPython's json"];
    for (name, spread) in names.into_iter().zip(&spreads) {
        let ratio = format!("{:.2}", spread.median / tree);
        table.row(name, spread.cells().into_iter().chain([ratio]));
    }
    let bytes = reply.body.len();
    table.print(&format!("decode: {bytes} bytes of /values?raw, {rounds} rounds of {DOCUMENTS}"));
    if spreads[3].median > 0.0 {
        println!("  rows take {:.2} of CPython's time", spreads[0].median / spreads[3].median);
    }
    Ok(())
}

/// Returns the time of one call, µs.
fn time(call: impl Fn()) -> f64 {
    let began = Instant::now();
    for _ in 0..DOCUMENTS {
        call();
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(DOCUMENTS)
}

/// Returns the time of one document in Python, µs; prints a line and returns `None` without Python.
fn python(document: &std::path::Path) -> Result<Option<f64>> {
    let named = std::env::var_os("NRGKICK_PYTHON").filter(|name| !name.is_empty());
    let python = named.unwrap_or_else(|| "python3".into());
    let mut command = Command::new(&python);
    command.args(["-c", PYTHON]).arg(document).arg((DOCUMENTS / 4).to_string());
    let Ok(output) = command.output() else {
        println!("\nSKIPPED: CPython, as {} does not start", python.display());
        return Ok(None);
    };
    Ok(Some(String::from_utf8(output.stdout)?.trim().parse()?))
}
