//! Documents rendered from the table and kept as golden files.
//!
//! A difference fails; `UPDATE=1 cargo test -p nrgkick-tests --test it golden` rewrites them.

use std::fmt::Write as _;
use std::fs;

use nrgkick_model::field::{Absence, Access, DocumentName, Field, Presence};
use nrgkick_model::register::Encoding;
use nrgkick_tests::root;

fn assert_golden(name: &str, rendered: &str) {
    let path = root().join("tests/golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, rendered).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == rendered,
        "{} differs from the table; UPDATE=1 writes it anew",
        path.strip_prefix(root()).unwrap_or(&path).display()
    );
}

fn row(field: &Field) -> String {
    let register = field.register;
    let last = register.end() - 1;
    let address = if last == register.address {
        register.address.to_string()
    } else {
        format!("{}–{last}", register.address)
    };
    let factor = match register.encoding {
        Encoding::Text { .. } => String::new(),
        _ => register.factor.to_string(),
    };
    let mut about = field.about().to_owned();
    if field.absence == Absence::Zero && !about.contains('0') {
        about.push_str(" 0 means that there is none.");
    }
    match field.presence {
        Presence::Always => {}
        Presence::Cellular => about.push_str(" Only with a modem."),
        Presence::Gps => about.push_str(" Only with a position."),
    }
    let access = if field.access == Access::Write { "R/W" } else { "R" };
    format!(
        "| {address} | `{}` | {} | {factor} | {} | {access} | {}: {about} |",
        field.path,
        register.encoding.name(),
        field.unit.symbol(),
        field.label(),
    )
}

#[test]
fn the_register_table_is_the_table() {
    let mut page = String::from(
        "# Every value of the charger\n\n\
         Rendered from the table in `nrgkick-model`; do not edit.\n\
         Registers are 0-based; of values with several words the least significant comes first.\n\
         The value is the register divided by the factor.\n",
    );
    for document in DocumentName::ALL {
        let _ = write!(
            page,
            "\n## /{document}\n\n| register | JSON path | type | factor | unit | access | meaning |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n"
        );
        for field in document.fields() {
            let _ = writeln!(page, "{}", row(field));
        }
    }
    assert_golden("registers.md", &page);
}
