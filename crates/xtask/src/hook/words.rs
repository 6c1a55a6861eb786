//! The words of a page: one file a language, and for the panel a second one with what the overview
//! does not need.

use std::fs;
use std::path::Path;

use messages::{Catalogue, Pack, is_never_mute, write_words};

use crate::error::{Error, Result, other};
use crate::workspace;

/// The folder of the catalogues, and the folder in which the page looks for its words.
const FOLDER: &str = "i18n";

/// The language that all others are translated from.
pub(super) const SOURCE: &str = "en";

/// A file of words: what its name ends in, and the keys in it by their beginnings.
struct File {
    part: &'static str,
    holds: fn(&str) -> bool,
}

const PANEL: [File; 2] = [
    File { part: "", holds: |group| !is_detail(group) && !is_of_sources(group) },
    File { part: "-details", holds: is_detail },
];

const SOURCES: [File; 1] =
    [File { part: "", holds: |group| !is_detail(group) && group != "control" }];

fn is_detail(group: &str) -> bool {
    let later = [
        "accounts", "chargers", "code", "curious", "demo", "details", "field", "kiosk", "record",
        "token", "trial", "version",
    ];
    later.contains(&group)
}

fn is_of_sources(group: &str) -> bool {
    ["device", "sources"].contains(&group)
}

fn catalogue(name: &str) -> Result<Catalogue> {
    let path = workspace::root().join(FOLDER).join(format!("{name}.json"));
    let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    Catalogue::parse(&text).or_else(|error| other(format!("{}: {error}", path.display())))
}

/// The version of the words.
pub(super) fn version() -> Result<String> {
    Ok(catalogue(SOURCE)?.version())
}

/// The codes of the languages.
pub(super) fn languages() -> Result<Vec<String>> {
    let folder = workspace::root().join(FOLDER);
    let mut codes = Vec::new();
    for entry in fs::read_dir(&folder).map_err(Error::file("list", &folder))? {
        let name = entry.map_err(Error::file("list", &folder))?.file_name();
        codes.extend(name.to_str().and_then(|name| name.strip_suffix(".json")).map(str::to_owned));
    }
    codes.sort();
    Ok(codes)
}

/// Whether the document `html` is the panel's.
pub(super) fn is_of_panel(html: &str) -> bool {
    !html.ends_with("custom-api.html")
}

/// Writes the words that the markup names into it.
pub(super) fn write_into(html: &str) -> Result<String> {
    write_words(html, &catalogue(SOURCE)?).map_err(Error::Other)
}

/// Writes the words into the `folder` of the page made from the document `html`.
pub(super) fn write(folder: &Path, html: &str) -> Result<()> {
    let source = catalogue(SOURCE)?;
    let target = folder.join(FOLDER);
    fs::create_dir_all(&target).map_err(Error::file("create", &target))?;
    for language in languages()? {
        let translation = catalogue(&language)?;
        let files: &[File] = if is_of_panel(html) { &PANEL } else { &SOURCES };
        for File { part, holds } in files {
            let is_in_program = |key: &str| language == SOURCE && is_never_mute(key);
            let wanted =
                |key: &str| holds(key.split('.').next().unwrap_or_default()) && !is_in_program(key);
            let path = target.join(format!("{language}{part}.json"));
            let pack = Pack::new(&translation, &source, wanted);
            fs::write(&path, pack.to_json().to_string()).map_err(Error::file("write", &path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_gets_its_words_once() {
        for group in ["state", "overview", "control", "field", "accounts", "sources", "device"] {
            let count = PANEL.iter().filter(|file| (file.holds)(group)).count();
            assert_eq!(count, usize::from(!is_of_sources(group)), "{group}");
        }
    }

    #[test]
    fn every_language_is_written_for_the_page() {
        let folder = std::env::temp_dir().join(format!("words-{}", std::process::id()));
        write(&folder, "crates/nrgkick-app/custom-api.html").unwrap();
        let text = fs::read_to_string(folder.join("i18n/en.json")).unwrap();
        assert!(text.contains("Values for the charger") && !text.contains("Household plug\""));
        assert!(!folder.join("i18n/en-details.json").exists());
        write(&folder, "index.html").unwrap();
        let text = fs::read_to_string(folder.join("i18n/en-details.json")).unwrap();
        assert!(text.contains("Serial number") && !text.contains("Stop charging"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
