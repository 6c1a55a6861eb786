//! The size of a page's first load, in bytes, against a limit.
//!
//! kB means 1000 bytes. Compressed sizes are at the strongest setting, as the servers send them:
//! gzip to a browser on plain HTTP, which accepts nothing better, and brotli if the context is
//! secure or the host is `localhost`. HTTP headers are not counted.

use crate::{
    chunks,
    compress::{brotli, gzip, is_compressed},
    error::{Error, Result, other},
    page::{self, PAGES},
};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Limit for all files of a page's first load together, as brotli, in bytes.
const LIMIT: usize = 128_000;

/// `cargo xtask size`: prints the table; an error above the limit.
pub(crate) fn size() -> Result<()> {
    let dist = match page::existing() {
        Ok(dist) => dist,
        Err(_) => page::build(false)?,
    };
    let mut over = Vec::new();
    for page in PAGES {
        let folder = page.within(&dist);
        let rows = rows_of(&folder, first_load(&folder)?)?;
        println!("{}limit, brotli: {} kB\n", table(page.name, &rows), kilobytes(LIMIT));
        let later = folder.join(chunks::FOLDER);
        if later.is_dir() {
            println!("{}", table("… later", &rows_of(&folder, page::files_under(&later)?)?));
        }
        let total = rows.iter().map(|row| row.brotli).sum::<usize>();
        if total > LIMIT {
            let excess = kilobytes(total - LIMIT);
            over.push(format!("the first load of {} is {excess} kB above its limit", page.name));
        }
    }
    if over.is_empty() { Ok(()) } else { other(over.join("; ")) }
}

/// Returns the files in `folder` with their sizes; compressed copies are skipped.
fn rows_of(folder: &Path, files: Vec<PathBuf>) -> Result<Vec<Row>> {
    let plain = files.into_iter().filter(|file| !is_compressed(file));
    let row = |file: PathBuf| {
        let bytes = fs::read(&file).map_err(Error::file("read", &file))?;
        let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        let (gzip, brotli) = (gzip(&bytes).len(), brotli(&bytes).len());
        Ok(Row { name, raw: bytes.len(), gzip, brotli })
    };
    plain.map(row).collect()
}

struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Returns `index.html` and every file that it or a text file of the first load names.
///
/// Names carry the hash of the content, so a name in a text means that the file is loaded. Files
/// that no text names (an icon for a home screen, a second module) are not in the first load;
/// neither are the chunks, nor files of another page in a folder with its own index.html.
fn first_load(dist: &Path) -> Result<Vec<PathBuf>> {
    let is_own = |file: &PathBuf| {
        file.ancestors().skip(1).find(|folder| folder.join("index.html").is_file()) == Some(dist)
    };
    let later = dist.join(chunks::FOLDER);
    let all: Vec<PathBuf> = page::files_under(dist)?
        .into_iter()
        .filter(is_own)
        .filter(|file| !is_compressed(file) && file.parent() != Some(&later))
        .collect();
    let mut loaded = BTreeSet::new();
    let mut open = vec![dist.join("index.html")];
    while let Some(file) = open.pop() {
        if !loaded.insert(file.clone()) {
            continue;
        }
        let text = match file.extension().and_then(|ending| ending.to_str()) {
            Some("html" | "js" | "css") => {
                fs::read_to_string(&file).map_err(Error::file("read", &file))?
            }
            _ => continue,
        };
        let named = |file: &&PathBuf| {
            file.file_name().is_some_and(|name| text.contains(&*name.to_string_lossy()))
        };
        open.extend(all.iter().filter(named).cloned());
    }
    Ok(loaded.into_iter().collect())
}

fn table(name: &str, rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max(name.len());
    let total = Row {
        name: "total".to_owned(),
        raw: rows.iter().map(|row| row.raw).sum(),
        gzip: rows.iter().map(|row| row.gzip).sum(),
        brotli: rows.iter().map(|row| row.brotli).sum(),
    };
    let mut text =
        format!("{:width$}  {:>9}  {:>9}  {:>9}\n", name, "raw kB", "gzip kB", "brotli kB");
    for row in rows.iter().chain([&total]) {
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
    fn the_first_load_is_what_names_lead_to() {
        let dist = std::env::temp_dir().join(format!("xtask-{}-load", std::process::id()));
        for folder in ["snippets", "other", chunks::FOLDER] {
            fs::create_dir_all(dist.join(folder)).unwrap();
        }
        let files = [
            ("index.html", "boot-1.js and style-2.css"),
            ("index.html.br", ""),
            ("index.html.gz", ""),
            ("boot-1.js", "import './app-3.js'; './app-3_bg.wasm'"),
            ("app-3.js", "import './snippets/inline0.js'; './later/split_details-5.wasm'"),
            ("app-3_bg.wasm", "demo-4.wasm"),
            ("snippets/inline0.js", ""),
            ("style-2.css", ""),
            ("demo-4.wasm", ""),
            ("later/split_details-5.wasm", ""),
            ("other/index.html", "style-2.css"),
            ("other/style-2.css", ""),
        ];
        for (name, text) in files {
            fs::write(dist.join(name), text).unwrap();
        }
        let loaded = first_load(&dist).unwrap();
        let _ = fs::remove_dir_all(&dist);
        let mut names: Vec<_> =
            loaded.iter().map(|file| file.strip_prefix(&dist).unwrap()).collect();
        names.sort();
        let expected = ["app-3.js", "app-3_bg.wasm", "boot-1.js", "index.html"]
            .into_iter()
            .chain(["snippets/inline0.js", "style-2.css"]);
        assert!(names.iter().map(|name| name.to_str().unwrap()).eq(expected), "{names:?}");
    }
}
