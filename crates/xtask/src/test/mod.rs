//! `cargo xtask test`: all checks and tests in one run, with a summary.
//!
//! A step that builds something ends the run if it fails, since later steps need it; after any
//! other failure the run goes on. All tools are present, so no test may skip itself: under
//! `NRGKICK_REQUIRE_TOOLS=1` one that lacks its tool fails. Skipped tests are those that the
//! harness reports as ignored.

mod environment;
mod steps;
mod summary;

use crate::{
    cli::TestArgs,
    error::{Error, Result, other},
    page,
    process::{self, LONG, shown},
    site, size,
};
use environment::Environment;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    thread,
    time::Instant,
};
use steps::{Action, Kind, Step};
use summary::{Counts, Outcome};

/// Sets up, runs every step, prints the summary; an error if a step failed.
pub(crate) fn test(arguments: &TestArgs) -> Result<()> {
    let started = Instant::now();
    let environment = Environment::ready(arguments.quick)?;
    let steps = steps::all(&environment, arguments);
    let total = steps.len();
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (index, mut step) in steps.into_iter().enumerate() {
        let outcome = run(&mut step, index + 1, total);
        let stop = step.kind == Kind::Build && outcome.error.is_some();
        outcomes.push(outcome);
        if stop {
            println!("\nNothing after this step can run without it.");
            break;
        }
    }
    let failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
    print!("{}", summary::report(&outcomes, total, started.elapsed()));
    if failed > 0 {
        // The summary has all details, and its last line stays the last one of standard output.
        return other(format!("{failed} step(s) failed"));
    }
    Ok(())
}

fn run(step: &mut Step, number: usize, total: usize) -> Outcome {
    println!("\n== {number}/{total} {}", step.name);
    let started = Instant::now();
    let alone = match &step.action {
        Action::Command(command) => shown(command),
        Action::Page => "cargo xtask page".to_owned(),
        Action::Size => "cargo xtask size".to_owned(),
    };
    let mut counts = Counts::default();
    let result = match &mut step.action {
        Action::Command(command) if step.kind == Kind::Tests => counting(command, &mut counts),
        Action::Command(command) => process::run(command, LONG),
        Action::Page => page::build(false).and_then(|page| site::write(&page)).map(drop),
        Action::Size => size::size(),
    };
    let error = result.err().map(|error| error.to_string());
    if let Some(error) = &error {
        println!("-- {} FAILED: {error}", step.name);
    }
    Outcome { name: step.name, time: started.elapsed(), counts, error, alone }
}

/// Runs a test command with its output passed through, and adds up the harness's counts.
fn counting(command: &mut Command, counts: &mut Counts) -> Result<()> {
    println!("$ {}", shown(command));
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(process::not_started(command))?;
    let pipe = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut counts = Counts::default();
        let lines = pipe.into_iter().flat_map(|pipe| BufReader::new(pipe).split(b'\n'));
        for line in lines.map_while(std::io::Result::ok) {
            let mut out = std::io::stdout().lock();
            // A closed stdout is ignored; the counts matter all the same.
            let _ = out.write_all(&line).and_then(|()| out.write_all(b"\n"));
            counts += summary::counts_in(&String::from_utf8_lossy(&line)).unwrap_or_default();
        }
        counts
    });
    let status = process::wait(&mut child, command, LONG)?;
    *counts += reader.join().unwrap_or_default();
    if status.success() {
        return Ok(());
    }
    let command = shown(command);
    Err(Error::Failed { command, status: status.to_string(), output: String::new() })
}
