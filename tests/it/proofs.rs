//! What is promised against faults and attacks, each with the tests that show it; written out as
//! `docs/proofs.md`.
//!
//! The numbers are those of the lists by which the servers were built: F for faults of a charger, a
//! network or a machine, S for attacks. A row without a test does not pass, and neither does a test
//! that is not there, or is not run. Here: the checks and the page; the rows are in [`faults`] and
//! [`attacks`], the tests of the sources in [`sources`].

mod attacks;
mod faults;
mod sources;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use nrgkick_tests::root;

use attacks::ATTACKS;
use faults::FAULTS;
use sources::{Found, Sources};

/// A promise, and what shows that it is kept.
struct Row {
    /// `F1` to `F30`, `S1` to `S31`.
    id: &'static str,
    /// What happens, or is tried.
    case: &'static str,
    /// What the servers do then.
    expected: &'static str,
    proofs: &'static [Proof],
}

/// What shows that a row holds.
enum Proof {
    /// A test, as `file: function`.
    Test(&'static str),
    /// A command that fails where the row does not hold, and the function that decides that.
    Command(&'static str, &'static str),
    /// What cannot be had on machines such as this one, and why.
    Gap(&'static str),
}

use Proof::{Command, Gap, Test};

/// The most rows that may have a gap.
const MOST_GAPS: usize = 3;

fn rows() -> impl Iterator<Item = &'static Row> {
    FAULTS.iter().chain(ATTACKS)
}

/// Splits `file: function`.
fn place(named: &str) -> (&str, &str) {
    named.split_once(": ").unwrap_or_else(|| panic!("{named:?} is no `file: function`"))
}

#[test]
fn every_number_has_one_row() {
    let numbers = |kind: char, last: u32| (1..=last).map(move |number| format!("{kind}{number}"));
    let wanted: Vec<_> = numbers('F', 30).chain(numbers('S', 31)).collect();
    let found: Vec<_> = rows().map(|row| row.id).collect();
    assert_eq!(found, wanted);
}

#[test]
fn every_row_has_a_test_that_is_there_and_is_run() {
    let sources = Sources::read();
    let steps = fs::read_to_string(root().join("crates/xtask/src/test/steps.rs")).unwrap();
    let mut wrong = Vec::new();
    for row in rows() {
        let mut shown = 0;
        for proof in row.proofs {
            match proof {
                Test(named) => {
                    let (file, name) = place(named);
                    match sources.test(file, name) {
                        Found::Test => {}
                        Found::Ignored if steps.contains(name) => {}
                        Found::Ignored => wrong.push(format!("{}: nobody runs {named}", row.id)),
                        Found::Nothing => wrong.push(format!("{}: there is no {named}", row.id)),
                    }
                    shown += 1;
                }
                Command(command, named) => {
                    let (file, name) = place(named);
                    assert!(command.starts_with("cargo xtask "), "{command}");
                    if !sources.fails(file, name) {
                        wrong.push(format!("{}: {named} fails nothing", row.id));
                    }
                    shown += 1;
                }
                Gap(reason) => assert!(reason.len() > 40, "{}: {reason}", row.id),
            }
        }
        let has_gap = row.proofs.iter().any(|proof| matches!(proof, Gap(_)));
        if shown == 0 && !has_gap {
            wrong.push(format!("{} has no test", row.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let gaps = rows().filter(|row| row.proofs.iter().any(|proof| matches!(proof, Gap(_)))).count();
    assert!(gaps <= MOST_GAPS, "{gaps} rows have a gap");
}

/// Whoever names a test after a number says that it shows that row.
#[test]
fn a_test_with_a_number_in_its_name_is_in_its_row() {
    let named: BTreeSet<_> = rows()
        .flat_map(|row| row.proofs.iter().map(move |proof| (row.id.to_lowercase(), proof)))
        .filter_map(|(id, proof)| match proof {
            Test(named) => Some((id, place(named).1.to_owned())),
            Command(..) | Gap(_) => None,
        })
        .collect();
    for (file, name) in Sources::read().tests() {
        let Some((kind, digits)) =
            name.split_once('_').and_then(|(number, _)| number.split_at_checked(1))
        else {
            continue;
        };
        if ["f", "s"].contains(&kind) && digits.len() == 2 && digits.parse::<u32>().is_ok() {
            let id = format!("{kind}{}", digits.trim_start_matches('0'));
            assert!(named.contains(&(id, name.to_owned())), "{file}: {name} is in no row");
        }
    }
}

/// The table of features names its tests in the same way.
#[test]
fn every_test_in_the_table_of_features_is_there() {
    let sources = Sources::read();
    let page = fs::read_to_string(root().join("docs/features.md")).unwrap();
    let named = page.split('`').filter(|part| part.contains(".rs: "));
    let mut count = 0;
    for named in named {
        let (file, name) = place(named);
        assert!(matches!(sources.test(file, name), Found::Test), "there is no {named}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

const HEAD: &str = "# What is promised, and the tests that show it

Written from the tables in `tests/it/proofs`; do not edit. `UPDATE=1 cargo test -p nrgkick-tests --test \
it proofs` writes it anew. A row without a test, or with one that is not there or not run, fails the \
tests. `cargo xtask test` runs them all. Registers and their values: \
[tests/golden/registers.md](../tests/golden/registers.md).
";

fn table(page: &mut String, title: &str, rows: &[Row]) {
    let _ = write!(
        page,
        "\n## {title}\n\n| | case | expected | shown by |\n| --- | --- | --- | --- |\n"
    );
    for row in rows {
        let shown: Vec<_> = row
            .proofs
            .iter()
            .map(|proof| match proof {
                Test(named) => format!("`{named}`"),
                Command(command, named) => format!("`{command}` (`{named}`)"),
                Gap(reason) => format!("**not here**: {reason}"),
            })
            .collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} |",
            row.id,
            row.case,
            row.expected,
            shown.join("<br>")
        );
    }
}

#[test]
fn the_page_is_the_table() {
    let mut page = HEAD.to_owned();
    table(&mut page, "Faults of the charger, the network and the machine", FAULTS);
    table(&mut page, "Attacks", ATTACKS);
    let path = root().join("docs/proofs.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "docs/proofs.md differs from the tables; UPDATE=1 writes it anew");
}
