//! Tools that only `cargo xtask test` provides, named in environment variables.

use std::io::Write as _;
use std::path::PathBuf;

/// Returns the tool that `variable` names; prints a line and returns `None` if it is not set.
///
/// # Panics
/// If it is not set and `NRGKICK_REQUIRE_TOOLS` is: then no test may be skipped.
pub fn find(variable: &str, test: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    lacks(variable, test);
    None
}

/// Prints that the test is skipped, as this machine lacks `what`.
///
/// # Panics
/// If `NRGKICK_REQUIRE_TOOLS` is set: then no test may be skipped.
pub fn lacks(what: &str, test: &str) {
    assert!(
        std::env::var_os("NRGKICK_REQUIRE_TOOLS").is_none(),
        "{test} needs {what}, and nothing may be skipped"
    );
    // Bypasses the test harness, which hides the output of passing tests.
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "skipped: {test} needs {what}; `cargo xtask test` runs it");
}
