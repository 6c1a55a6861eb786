//! The steps of a test run, in their order.

use super::environment::Environment;
use crate::{cli::TestArgs, workspace};
use std::process::Command;

/// The member crate with the tests of the servers, and those in a browser.
const TESTS: &str = "nrgkick-tests";
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const DENY: [&str; 3] = ["--", "-D", "warnings"];
/// The programs as small as they can be built.
const BARE: [&str; 8] = [
    "clippy",
    "--package",
    "cors-proxy",
    "--package",
    "modbus-proxy",
    "--package",
    "custom-api",
    "--no-default-features",
];
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
    for (name, which) in in_browsers(filter.is_some(), environment.has_webkit()) {
        let mut command = tests(&["--package", TESTS, "--test", "browser"]);
        command.args(["--", "--test-threads=1"]).args(which);
        steps.extend(environment.browser(command).map(|c| step(name, Kind::Tests, c)));
    }
    if filter.is_none() && !arguments.quick {
        steps.push(step("documentation", Kind::Check, documentation()));
        steps.push(Step { name: "size", kind: Kind::Check, action: Action::Size });
    }
    steps
}

/// Returns the steps of tests in a browser: their names, and what tells the harness which they are.
///
/// With a filter all that match run in one step, in whatever engine.
fn in_browsers(filtered: bool, webkit: bool) -> Vec<(&'static str, Vec<&'static str>)> {
    const FIREFOX: &str = "firefox::";
    const WEBKIT: &str = "webkit::";
    const WHOLE: &str = "tests of the whole in a browser";
    let without_webkit = if webkit { vec![] } else { vec!["--skip", WEBKIT] };
    if filtered {
        return vec![(WHOLE, without_webkit)];
    }
    let mut all = vec![
        (WHOLE, vec!["--skip", FIREFOX, "--skip", WEBKIT]),
        ("tests in Firefox", vec![FIREFOX]),
    ];
    all.extend(webkit.then(|| ("tests in WebKitGTK", vec![WEBKIT])));
    all
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
        check("lints of the programs without features", &[&BARE, &DENY]),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_in_a_browser_is_in_one_step_and_no_more() {
        let names = ["proxy::it", "engines::firefox::it", "engines::webkit::it"];
        let run_by = |which: &[&str], name: &str| {
            let skipped: Vec<_> =
                which.iter().skip_while(|w| **w != "--skip").filter(|w| **w != "--skip").collect();
            if skipped.is_empty() {
                which.iter().all(|word| name.contains(word))
            } else {
                !skipped.iter().any(|word| name.contains(**word))
            }
        };
        for filtered in [false, true] {
            let steps = in_browsers(filtered, true);
            for name in names {
                let times = steps.iter().filter(|(_, which)| run_by(which, name)).count();
                assert_eq!(times, 1, "{name}, filtered: {filtered}");
            }
            let steps = in_browsers(filtered, false);
            assert!(!steps.iter().any(|(_, which)| run_by(which, names[2])), "not without WebKit");
        }
    }
}
