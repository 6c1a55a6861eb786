//! The size of a page's first load on the wire, in bytes, against a limit; in `programs`, that of the
//! programs.
//!
//! kB means 1000 bytes. A file counts with what one of our servers sends for it, head and body: as
//! gzip to a browser on plain HTTP, which accepts nothing better, and as brotli if the context is
//! secure or the host is `localhost`. Requests are not counted.

mod first_load;
mod programs;
mod served;

use crate::{
    chunks,
    compress::is_compressed,
    demo,
    error::{Error, Result, other},
    page::{self, PAGES},
    workspace::root,
};
use first_load::first_load;
use served::Served;
use std::{fmt::Write as _, fs, path::Path, path::PathBuf};

/// The beginning of the line of README.md that holds the figures.
const README_LINE: &str = "| A page, first load |";
/// How far README's figures may be from what is measured: compilers and tools differ by as much.
const TOLERANCE: f64 = 0.01;

/// `cargo xtask size`.
pub(crate) fn command(programs: bool) -> Result<()> {
    if programs { programs::programs() } else { size() }
}

/// Weighs the pages: prints the table; an error above the limit, or if README.md says otherwise.
pub(crate) fn size() -> Result<()> {
    let dist = match page::existing() {
        Ok(dist) => dist,
        Err(_) => page::build(false)?,
    };
    let readme = root().join("README.md");
    let text = fs::read_to_string(&readme).map_err(Error::file("read", &readme))?;
    let mut wrong = Vec::new();
    for page in PAGES {
        let folder = page.within(&dist);
        let served = Served::start(&folder)?;
        let rows = rows_of(&served, &folder, first_load(&folder)?)?;
        println!("{}limit, brotli: {} kB\n", table(page.name, &rows), kilobytes(page.limit));
        for (name, beside) in
            [("… later", chunks::FOLDER), ("the demo, loaded only for ?demo", demo::FOLDER)]
        {
            let beside = folder.join(beside);
            if beside.is_dir() {
                let rows = rows_of(&served, &folder, page::files_under(&beside)?)?;
                println!("{}", table(name, &rows));
            }
        }
        let total = Row::total(&rows);
        if total.brotli > page.limit {
            let excess = kilobytes(total.brotli - page.limit);
            wrong.push(format!("the first load of {} is {excess} kB above its limit", page.name));
        }
        for bytes in [total.gzip, total.brotli] {
            if !says(&text, bytes) {
                let found = kilobytes(bytes);
                wrong.push(format!("README.md does not say that {} weighs {found} kB", page.name));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { other(wrong.join("; ")) }
}

/// Returns `true` if the line of figures in README.md has one for `bytes`.
fn says(readme: &str, bytes: usize) -> bool {
    let line = readme.lines().find(|line| line.starts_with(README_LINE)).unwrap_or_default();
    let words = line.split(|c: char| !c.is_ascii_digit() && c != '.');
    let figures = words.filter_map(|word| word.trim_matches('.').parse::<f64>().ok());
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand")]
    let kilobytes = bytes as f64 / 1000.0;
    figures.into_iter().any(|figure| (figure - kilobytes).abs() <= kilobytes * TOLERANCE)
}

/// Returns the files in `folder` with their sizes; compressed copies are skipped.
fn rows_of(served: &Served, folder: &Path, files: Vec<PathBuf>) -> Result<Vec<Row>> {
    let plain = files.into_iter().filter(|file| !is_compressed(file));
    let row = |file: PathBuf| {
        let raw = fs::metadata(&file).map_err(Error::file("read", &file))?.len();
        let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        let path = if name == "index.html" { "" } else { &name };
        let (gzip, brotli) = (served.bytes(path, "gzip, deflate")?, served.bytes(path, "br")?);
        Ok(Row { name, raw: usize::try_from(raw).unwrap_or(usize::MAX), gzip, brotli })
    };
    plain.map(row).collect()
}

/// A file: its own bytes, and what a server sends for it.
struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Row {
    fn total(rows: &[Self]) -> Self {
        Self {
            name: "total".to_owned(),
            raw: rows.iter().map(|row| row.raw).sum(),
            gzip: rows.iter().map(|row| row.gzip).sum(),
            brotli: rows.iter().map(|row| row.brotli).sum(),
        }
    }
}

fn table(name: &str, rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max(name.len());
    let mut text =
        format!("{:width$}  {:>9}  {:>9}  {:>9}\n", name, "raw kB", "gzip kB", "brotli kB");
    for row in rows.iter().chain([&Row::total(rows)]) {
        let [raw, gzip, brotli] = [row.raw, row.gzip, row.brotli].map(kilobytes);
        let _ = writeln!(text, "{:width$}  {raw:>9}  {gzip:>9}  {brotli:>9}", row.name);
    }
    text
}

/// Rounds up, so that a size above the limit never looks within it.
fn kilobytes(bytes: usize) -> String {
    let hundreds = bytes.div_ceil(100);
    format!("{}.{}", hundreds / 10, hundreds % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kilobytes_are_thousands_and_never_rounded_down() {
        assert_eq!(kilobytes(0), "0.0");
        assert_eq!(kilobytes(128_000), "128.0");
        assert_eq!(kilobytes(128_001), "128.1");
        assert_eq!(kilobytes(999), "1.0");
    }

    #[test]
    fn the_table_adds_up() {
        let row = |name: &str, raw, gzip, brotli| Row { name: name.to_owned(), raw, gzip, brotli };
        let index = row("index.html", 2_000, 800, 700);
        let text = table("page", &[index, row("a-0123_bg.wasm", 350_000, 99_000, 90_000)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[3], "total               352.0       99.8       90.7");
        assert!(lines[1..].iter().all(|line| line.len() == lines[3].len()), "{text}");
    }

    #[test]
    fn readme_says_what_is_measured_within_a_hundredth() {
        let readme = "150.9 kB\n| A page, first load | the panel 151.5 kB, brotli 126.3. |\n";
        for (bytes, is_said) in
            [(151_500, true), (150_100, true), (149_900, false), (126_300, true)]
        {
            assert_eq!(says(readme, bytes), is_said, "{bytes}");
        }
    }
}
