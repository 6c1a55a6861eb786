//! Merges the style sheets of a page into one file, in the page's order.
//!
//! The sources have a file for each part; served separately, each would need its own HTTP headers,
//! a name and a checksum in `index.html`, and would hardly compress.

use super::{attribute, end_of_tag};
use crate::error::{Error, Result};
use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

/// Merges the linked sheets that are in `folder` into one file; returns the new document.
pub(super) fn merge(html: &str, folder: &Path, base: &str) -> Result<String> {
    let (mut rest, mut all, mut place) = (String::new(), String::new(), None);
    let mut from = 0;
    for link in links(html) {
        let Some(name) = link.sheet.and_then(|href| href.strip_prefix(base)) else { continue };
        let file = folder.join(name);
        if !file.is_file() {
            continue;
        }
        all.push_str(fs::read_to_string(&file).map_err(Error::file("read", &file))?.trim());
        all.push('\n');
        fs::remove_file(&file).map_err(Error::file("remove", &file))?;
        rest.push_str(&html[from..link.start]);
        place.get_or_insert(rest.len());
        from = link.end;
    }
    let Some(place) = place else { return Ok(html.to_owned()) };
    rest.push_str(&html[from..]);
    let mut hasher = DefaultHasher::new();
    all.hash(&mut hasher);
    let name = format!("style-{:016x}.css", hasher.finish());
    let file = folder.join(&name);
    fs::write(&file, all).map_err(Error::file("write", &file))?;
    rest.insert_str(place, &format!(r#"<link rel="stylesheet" href="{base}{name}">"#));
    Ok(rest)
}

/// A `<link>` element: its position, and the address of its style sheet if it is one.
struct Link<'a> {
    start: usize,
    end: usize,
    sheet: Option<&'a str>,
}

fn links(html: &str) -> impl Iterator<Item = Link<'_>> {
    html.match_indices("<link").filter_map(|(start, tag)| {
        let after = start + tag.len();
        let end = end_of_tag(&html[after..])? + after;
        let attributes = &html[after..end - 1];
        let sheet = attribute(attributes, "rel") == Some("stylesheet");
        Some(Link { start, end, sheet: attribute(attributes, "href").filter(|_| sheet) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_become_one_in_their_order_and_other_links_stay() {
        let folder = std::env::temp_dir().join(format!("xtask-sheets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("b-1.css"), "b{}\n").unwrap();
        fs::write(folder.join("a-2.css"), "a{}").unwrap();
        let html = r#"<head><link rel=icon href=./i.svg><link href=./b-1.css integrity=x rel=stylesheet>
<link rel="stylesheet" href="./a-2.css" /><link rel=stylesheet href=https://example.org/c.css></head>"#;
        let merged = merge(html, &folder, "./").unwrap();
        let files: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(fs::read_to_string(&files[0]).unwrap(), "b{}\na{}\n");
        let name = files[0].file_name().unwrap().to_str().unwrap();
        assert_eq!(
            merged,
            format!(
                "<head><link rel=icon href=./i.svg><link rel=\"stylesheet\" href=\"./{name}\">\n\
                 <link rel=stylesheet href=https://example.org/c.css></head>"
            )
        );
        assert_eq!(merge(&merged, &folder, "./").unwrap(), merged, "a second time changes nothing");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_page_without_sheets_stays_as_it_is() {
        let html = "<link rel=icon href=./i.svg><link";
        assert_eq!(merge(html, Path::new("/nonexistent"), "./").unwrap(), html);
    }
}
