//! Merges the style sheets of a page into its document, in the page's order.
//!
//! The sources have a file for each part; served separately, each would need its own request, and would
//! hardly compress.

use super::{attribute, end_of_tag};
use crate::error::{Error, Result, other};
use std::{fs, path::Path};

/// Merges the linked sheets that are in `folder` into the document, which is returned.
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
    if all.contains("</") {
        return other("a style sheet ends the element that it is put into");
    }
    rest.insert_str(place, &format!("<style>{}</style>", all.trim()));
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
    fn sheets_come_into_the_document_in_their_order_and_other_links_stay() {
        let folder = std::env::temp_dir().join(format!("xtask-sheets-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("b-1.css"), "b{}\n").unwrap();
        fs::write(folder.join("a-2.css"), "a{}").unwrap();
        let html = r#"<head><link rel=icon href=./i.svg><link href=./b-1.css integrity=x rel=stylesheet>
<link rel="stylesheet" href="./a-2.css" /><link rel=stylesheet href=https://example.org/c.css></head>"#;
        let merged = merge(html, &folder, "./").unwrap();
        let files: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.is_empty(), "{files:?}");
        assert_eq!(
            merged,
            "<head><link rel=icon href=./i.svg><style>b{}\na{}</style>\n\
             <link rel=stylesheet href=https://example.org/c.css></head>"
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
