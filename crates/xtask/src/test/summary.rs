//! Parses the counts in the harness's output, and formats the summary of a run.

use std::{fmt::Write as _, ops::AddAssign, time::Duration};

/// Counts of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The result of one step.
pub(super) struct Outcome {
    pub(super) name: &'static str,
    pub(super) time: Duration,
    pub(super) counts: Counts,
    /// The error, if it failed.
    pub(super) error: Option<String>,
    /// The command that runs this step alone.
    pub(super) alone: String,
}

/// Parses the counts of a `test result:` line; `None` for any other line.
pub(super) fn counts_in(line: &str) -> Option<Counts> {
    let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.split(';') {
        let Some((number, what)) = part.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match what {
            "passed" => counts.passed = number,
            "failed" => counts.failed = number,
            "ignored" => counts.skipped = number,
            _ => {}
        }
    }
    Some(counts)
}

/// Formats one line for each step, then commands for the failed ones, then the counts as the last
/// line.
///
/// A step that failed without a failed test (a compile error, a lint) adds one failure, so that the
/// last line never reads like a success.
pub(super) fn report(outcomes: &[Outcome], total: usize, time: Duration) -> String {
    let width = outcomes.iter().map(|outcome| outcome.name.len()).max().unwrap_or(0);
    let mut text = String::from("\n== summary\n");
    let mut sum = Counts::default();
    for outcome in outcomes {
        let mut counts = outcome.counts;
        let state = if outcome.error.is_some() { "FAILED" } else { "ok" };
        let seconds = outcome.time.as_secs_f64();
        let _ = write!(text, "{:width$}  {state:6}  {seconds:7.1} s", outcome.name);
        if counts != Counts::default() {
            let _ = write!(text, "  {}", numbers(counts));
        }
        text.push('\n');
        if outcome.error.is_some() && counts.failed == 0 {
            counts.failed = 1;
        }
        sum += counts;
    }
    let left = total - outcomes.len();
    if left > 0 {
        let _ = writeln!(text, "{left} step(s) were not run");
    }
    let _ = writeln!(text, "{:width$}  {:6}  {:7.1} s", "all", "", time.as_secs_f64());
    for outcome in outcomes.iter().filter(|outcome| outcome.error.is_some()) {
        let _ = writeln!(text, "{} failed; alone: {}", outcome.name, outcome.alone);
    }
    let _ = writeln!(text, "{}", numbers(sum));
    text
}

fn numbers(counts: Counts) -> String {
    format!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_harnesses_are_understood() {
        let native = "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 4 filtered out; \
                      finished in 0.01s";
        assert_eq!(counts_in(native), Some(Counts { passed: 12, failed: 0, skipped: 3 }));
        let wasm = "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out";
        assert_eq!(counts_in(wasm), Some(Counts { passed: 1, failed: 2, skipped: 0 }));
        assert_eq!(counts_in("test result::tests::ok ... ok"), None);
        assert_eq!(counts_in("test a::b ... FAILED"), None);
    }

    fn outcome(name: &'static str, counts: Counts, error: Option<&str>) -> Outcome {
        let (time, alone) = (Duration::from_millis(1_234), format!("cargo {name}"));
        Outcome { name, time, counts, error: error.map(str::to_owned), alone }
    }

    #[test]
    fn the_last_line_adds_up_and_is_all_there_is_on_it() {
        let counts = Counts { passed: 5, failed: 0, skipped: 1 };
        let outcomes = [outcome("lints", Counts::default(), None), outcome("it", counts, None)];
        let text = report(&outcomes, 2, Duration::from_secs(3));
        assert!(text.ends_with("\n5 passed, 0 failed, 1 skipped\n"), "{text}");
        assert!(text.contains("lints  ok          1.2 s\n"), "{text}");
    }

    #[test]
    fn a_failure_is_never_counted_as_none() {
        let counts = Counts { passed: 5, failed: 2, skipped: 0 };
        let outcomes =
            [outcome("lints", Counts::default(), Some("no")), outcome("it", counts, Some("no"))];
        let text = report(&outcomes, 5, Duration::from_secs(3));
        assert!(text.ends_with("\n5 passed, 3 failed, 0 skipped\n"), "{text}");
        assert!(text.contains("3 step(s) were not run\n"), "{text}");
        assert!(text.contains("lints failed; alone: cargo lints\n"), "{text}");
    }
}
