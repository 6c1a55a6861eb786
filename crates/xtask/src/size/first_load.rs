//! The files that a browser loads before the page shows anything.

use crate::{
    chunks,
    compress::is_compressed,
    demo,
    error::{Error, Result},
    page,
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The words of a browser in English; those of other languages weigh about the same.
const WORDS: &str = "i18n/en.json";

/// Returns `index.html`, every file that it or a text file of the first load names, and the words.
///
/// Names carry the hash of the content, so a name in a text means that the file is loaded. Files
/// that no text names (an icon for a home screen, a second module) are not in the first load;
/// neither are the chunks and the demo, nor files of another page in a folder with its own index.html.
pub(super) fn first_load(dist: &Path) -> Result<Vec<PathBuf>> {
    let is_own = |file: &PathBuf| {
        file.ancestors().skip(1).find(|folder| folder.join("index.html").is_file()) == Some(dist)
    };
    let later = [chunks::FOLDER, demo::FOLDER].map(|folder| dist.join(folder));
    let all: Vec<PathBuf> = page::files_under(dist)?
        .into_iter()
        .filter(is_own)
        .filter(|file| !is_compressed(file) && !later.iter().any(|later| file.starts_with(later)))
        .collect();
    let mut loaded = BTreeSet::new();
    let mut open = vec![dist.join("index.html")];
    open.extend(all.iter().filter(|file| file.ends_with(WORDS)).cloned());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_is_what_names_lead_to() {
        let dist = std::env::temp_dir().join(format!("xtask-{}-load", std::process::id()));
        for folder in ["snippets", "other", "i18n", chunks::FOLDER, demo::FOLDER] {
            fs::create_dir_all(dist.join(folder)).unwrap();
        }
        let files = [
            ("index.html", "boot-1.js, style-2.css and demo/demo-6.js"),
            ("index.html.br", ""),
            ("index.html.gz", ""),
            ("boot-1.js", "import './app-3.js'; './app-3_bg.wasm'"),
            ("app-3.js", "import './snippets/inline0.js'; './later/split_details-5.wasm'"),
            ("app-3_bg.wasm", "second-4.wasm"),
            ("snippets/inline0.js", ""),
            ("style-2.css", ""),
            ("second-4.wasm", ""),
            ("demo/demo-6.js", "demo-6_bg.wasm"),
            ("demo/demo-6_bg.wasm", ""),
            ("later/split_details-5.wasm", ""),
            ("i18n/de.json", ""),
            ("i18n/en.json", ""),
            ("i18n/en-details.json", ""),
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
        let expected = ["app-3.js", "app-3_bg.wasm", "boot-1.js", "i18n/en.json", "index.html"]
            .into_iter()
            .chain(["snippets/inline0.js", "style-2.css"]);
        assert!(names.iter().map(|name| name.to_str().unwrap()).eq(expected), "{names:?}");
    }
}
