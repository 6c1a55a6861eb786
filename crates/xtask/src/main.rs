//! The project's commands: set-up, run, test, size, page, bench, dist.
//!
//! Every command installs what it needs and skips what is present. Nothing is installed outside the
//! tools' own cache folder and cargo's, except Debian packages, and those only as root. Not here:
//! the code that is built and tested; no other crate depends on this one.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]
#![allow(clippy::disallowed_methods, reason = "native only: Instant::now cannot panic here")]

mod bench;
mod beside;
mod chunks;
mod cli;
mod compress;
mod demo;
mod dist;
mod error;
mod hook;
mod icons;
mod minify;
mod page;
mod process;
mod run;
mod setup;
mod site;
mod size;
mod target;
mod test;
mod workspace;

use clap::Parser as _;
use cli::{Cli, Task};
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Run(arguments) => run::run(&arguments),
        Task::Test(arguments) => test::test(&arguments),
        Task::Page { force } => page::build(force).map(drop),
        Task::Size { programs } => size::command(programs),
        Task::Dist(arguments) => dist::dist(&arguments),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Setup { tests } => setup::command(tests),
        Task::Icons => icons::draw(),
        Task::TrunkHook => hook::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}
