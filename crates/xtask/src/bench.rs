//! `cargo xtask bench`: builds the programs optimised, then compares them with alternatives.
//!
//! Here are only the build and the call; the benchmarks are in `tests/bench`.

use crate::{
    cli::BenchArgs,
    error::Result,
    page,
    process::{self, LONG},
    setup, workspace,
};
use std::{path::Path, process::Command};

/// The measured programs, and the simulated charger.
const MEASURED: [&str; 4] = ["cors-proxy", "modbus-proxy", "custom-api", "nrgkick-sim"];

/// The benchmarks that need the page and a browser.
const OF_THE_PAGE: [&str; 2] = ["page", "soak"];

/// The benchmark that needs programs of others.
const OF_MANY: &str = "fleet";

/// Builds the programs and runs the benchmarks.
pub(crate) fn bench(arguments: &BenchArgs) -> Result<()> {
    let mut build = workspace::cargo_here(&["build", "--release"]);
    build.args(MEASURED.iter().flat_map(|name| ["--package", *name]));
    process::run(&mut build, LONG)?;
    let mut measure = measure(&workspace::target()?.join("release"), arguments);
    if arguments.rest.first().is_none_or(|which| OF_THE_PAGE.contains(&which.as_str())) {
        let browser = setup::browser()?;
        measure.env("NRGKICK_DIST", page::build(false)?);
        measure.env("NRGKICK_CHROMEDRIVER", &browser.chromedriver);
        measure.env("NRGKICK_CHROMIUM", &browser.chromium);
    }
    if arguments.rest.first().is_some_and(|which| which == OF_MANY) {
        measure.envs(setup::outsiders()?);
    }
    process::run(&mut measure, LONG)
}

fn measure(programs: &Path, arguments: &BenchArgs) -> Command {
    let mut command =
        workspace::cargo_here(&["bench", "--package", "nrgkick-tests", "--bench", "servers", "--"]);
    command.args(&arguments.rest).env("NRGKICK_BIN_DIR", programs);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optimised_programs_are_measured_and_arguments_passed_on() {
        let rest = ["modbus", "--rounds", "9"].map(str::to_owned).to_vec();
        assert_eq!(
            process::shown(&measure(Path::new("release"), &BenchArgs { rest })),
            "NRGKICK_BIN_DIR=release cargo bench --package nrgkick-tests --bench servers -- \
             modbus --rounds 9"
        );
    }
}
