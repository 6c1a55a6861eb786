//! The size of the programs as they are installed, and what each build feature costs.
//!
//! MiB means 1,048,576 bytes. A program counts with its page inside, stripped.

use crate::{
    error::{Error, Result, other},
    page,
    process::{self, LONG},
    target::{PROFILE, Target},
    workspace,
};
use std::fs;

/// Bytes of a MiB.
const MIB: f64 = 1_048_576.0;
/// The largest program without any feature, in MiB.
const BARE: f64 = 4.0;
/// The largest program as it is shipped, in MiB.
const SHIPPED: f64 = 6.0;
/// The programs with features, each with its own.
const PROGRAMS: [(&str, &[&str]); 3] = [
    ("cors-proxy", &["tls", "mqtt"]),
    ("modbus-proxy", &["tls", "mqtt"]),
    ("custom-api", &["tls"]),
];

/// `cargo xtask size --programs`: builds each program bare, with each feature alone, and as shipped.
pub(super) fn programs() -> Result<()> {
    let (page, target) = (page::existing()?, Target::choose(None)?);
    let mut wrong = Vec::new();
    let mut lines = vec!["program       features        MiB".to_owned()];
    for (program, features) in PROGRAMS {
        let mut weigh = |name: &str, arguments: &[&str], limit: Option<f64>| {
            let mut cargo = workspace::cargo_here(&["build", "--profile", PROFILE, "--locked"]);
            cargo.args(["--package", program, "--target", &target.triple]).args(arguments);
            target.apply(&mut cargo)?;
            process::run(cargo.env("NRGKICK_PAGE", &page), LONG)?;
            let path = target.built()?.join(program);
            let bytes = fs::metadata(&path).map_err(Error::file("read", &path))?.len();
            let mib = bytes as f64 / MIB;
            lines.push(format!("{program:12}  {name:12}  {mib:5.2}"));
            if limit.is_some_and(|limit| mib > limit) {
                wrong.push(format!("{program} ({name}) has {mib:.2} MiB"));
            }
            Ok::<_, Error>(())
        };
        weigh("none", &["--no-default-features"], Some(BARE))?;
        for feature in features {
            weigh(feature, &["--no-default-features", "--features", feature], None)?;
        }
        weigh("as shipped", &[], Some(SHIPPED))?;
    }
    println!(
        "\n{}\nlimits: {BARE} MiB without features, {SHIPPED} MiB as shipped",
        lines.join("\n")
    );
    if wrong.is_empty() { Ok(()) } else { other(wrong.join("; ")) }
}
