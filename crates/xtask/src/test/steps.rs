//! The steps of a test run, in their order.

use super::environment::Environment;
use crate::{cli::TestArgs, workspace};
use std::process::Command;

/// The member crate with the tests of the servers, and those in a browser.
const TESTS: &str = "nrgkick-tests";
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const DENY: [&str; 3] = ["--", "-D", "warnings"];
/// Settings that a release build has, without its slow optimisation. The Modbus library checks some
/// of a device's answers only with these assertions on.
const AS_IN_RELEASE: [&str; 4] = [
    "--config",
    "profile.dev.debug-assertions=false",
    "--config",
    "profile.dev.overflow-checks=false",
];

/// The kind of a step, which decides what its failure means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// No other step depends on it.
    Check,
    /// Later steps need what it builds.
    Build,
    /// It reports counts of tests.
    Tests,
}

/// One step.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) action: Action,
}

/// The action of a step.
pub(super) enum Action {
    Command(Command),
    Page,
    Size,
}

/// Returns the steps for these arguments.
///
/// The browser tests run one after the other in their own step, so their crate is excluded from the
/// workspace's step and its other targets are named in another.
pub(super) fn all(environment: &Environment, arguments: &TestArgs) -> Vec<Step> {
    let filter = arguments.filter.as_deref();
    let tests = |words: &[&str]| {
        let mut command = workspace::cargo_here(&["test", "--no-fail-fast"]);
        command.args(words).args(filter);
        command
    };
    let wasm_tests = tests(&[&["--package", "nrgkick-app"][..], &WASM].concat());
    let mut browser_tests = tests(&["--package", TESTS, "--test", "browser"]);
    browser_tests.args(["--", "--test-threads=1"]);
    let crates = tests(&["--workspace", "--exclude", TESTS]);
    let servers = tests(&["--package", TESTS, "--lib", "--test", "it"]);
    let faults =
        tests(&[&["--package", "modbus-proxy", "--test", "it"][..], &AS_IN_RELEASE].concat());

    let mut steps = Vec::new();
    if filter.is_none() {
        steps.extend(checks());
    }
    steps.push(step("programs", Kind::Build, programs()));
    if !arguments.quick {
        steps.push(Step { name: "page", kind: Kind::Build, action: Action::Page });
    }
    steps.push(step("tests of the crates", Kind::Tests, environment.native(crates)));
    steps.push(step("tests of the servers", Kind::Tests, environment.native(servers)));
    let as_in_release = environment.apart(faults, "no-debug-assertions");
    steps.extend(as_in_release.map(|c| step("Modbus faults as in release", Kind::Tests, c)));
    let in_browser = environment.wasm(wasm_tests);
    steps.extend(in_browser.map(|c| step("tests of the page's parts", Kind::Tests, c)));
    let whole = environment.browser(browser_tests);
    steps.extend(whole.map(|c| step("tests of the whole in a browser", Kind::Tests, c)));
    if filter.is_none() && !arguments.quick {
        steps.push(step("documentation", Kind::Check, documentation()));
        steps.push(Step { name: "size", kind: Kind::Check, action: Action::Size });
    }
    steps
}

fn step(name: &'static str, kind: Kind, command: Command) -> Step {
    Step { name, kind, action: Action::Command(command) }
}

fn checks() -> Vec<Step> {
    let check = |name, words: &[&[&str]]| {
        let words = words.concat();
        let mut command = workspace::cargo_here(&words);
        if WASM.iter().all(|word| words.contains(word)) {
            workspace::with_wasm_flags(&mut command);
        }
        step(name, Kind::Check, command)
    };
    let page = ["--package", "nrgkick-app", "--package", "nrgkick-demo", "--all-targets"];
    vec![
        check("formatting", &[&["fmt", "--all", "--check"]]),
        check("lints", &[&["clippy", "--workspace", "--all-targets"], &DENY]),
        check("lints of the page as wasm", &[&["clippy"], &page, &WASM, &DENY]),
        check("the model as wasm", &[&["check", "--package", "nrgkick-model"], &WASM]),
    ]
}

/// Builds the programs that tests start as processes.
fn programs() -> Command {
    let mut command = workspace::cargo_here(&["build"]);
    command.args(workspace::SERVERS.into_iter().flat_map(|name| ["--package", name]));
    command
}

fn documentation() -> Command {
    let mut command = workspace::cargo_here(&["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}
