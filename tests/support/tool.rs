//! Tools that only `cargo xtask test` provides, named in the environment.

use std::io::Write as _;
use std::path::PathBuf;

/// The tool that `variable` names; nothing, and a line that says so, where it is not set.
///
/// # Panics
/// Where it is not set although `NRGKICK_REQUIRE_TOOLS` is: then nothing may be skipped.
pub fn find(variable: &str, test: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    assert!(
        std::env::var_os("NRGKICK_REQUIRE_TOOLS").is_none(),
        "{test} needs {variable}, and nothing may be skipped"
    );
    // Past the test harness, which swallows what passing tests print.
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "skipped: {test} needs {variable}; `cargo xtask test` runs it");
    None
}
