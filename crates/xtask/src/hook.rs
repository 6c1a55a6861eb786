//! Trunk's post-build hook: puts all into `index.html` that a browser needs at once, and writes the
//! words.
//!
//! Each file costs a request, and on a slow network a request is what a first load waits for. So the
//! style sheets and the script that runs first are in the document; servers of this project name their
//! hashes in the page's Content-Security-Policy. Trunk's own script only starts the program, which
//! `boot.js` does too, once it has asked for all that the program will want.
//!
//! Other inline scripts stay: `trunk serve` adds one that reloads the page.

mod boot;
mod build_name;
mod fields;
mod stylesheets;
mod words;

use crate::error::{Error, Result, other};
use std::{
    env, fs,
    ops::Range,
    path::{Path, PathBuf},
};

/// Processes the build in progress; Trunk names its folder in `TRUNK_STAGING_DIR`.
pub(crate) fn run() -> Result<()> {
    let Some(folder) = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from) else {
        return other("TRUNK_STAGING_DIR is not set: only Trunk calls this command");
    };
    let base = env::var("TRUNK_PUBLIC_URL").unwrap_or_else(|_| "./".to_owned());
    let source = env::var("TRUNK_HTML_FILE").unwrap_or_default();
    let index = folder.join("index.html");
    let html = fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    let html = boot::put(&html, words::is_of_panel(&source))?;
    let html = stylesheets::merge(&html, &folder, &base)?;
    let html = fields::write_into(&words::write_into(&html)?)?;
    words::write(&folder, &source)?;
    let html = build_name::give(&html, &folder)?;
    fs::write(&index, html).map_err(Error::file("write", &index))
}

/// Renames the module from `old` to `new` in a page built by Trunk.
pub(crate) fn rename(page: &Path, old: &str, new: &str) -> Result<()> {
    let index = page.join("index.html");
    let html = fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    fs::write(&index, html.replace(old, new)).map_err(Error::file("write", &index))
}

/// The place of the text of the page's own script, which is inline and no module.
pub(crate) fn inline_script(html: &str) -> Option<Range<usize>> {
    let script = scripts(html).find(|script| script.attributes.is_empty())?;
    let start = script.start + "<script>".len();
    Some(start..start + script.body.len())
}

/// A `<script>` element: its position, its attributes as written, its text.
struct Script<'a> {
    start: usize,
    end: usize,
    attributes: &'a str,
    body: &'a str,
}

impl Script<'_> {
    fn is_inline(&self) -> bool {
        attribute(self.attributes, "src").is_none()
    }

    fn is_module(&self) -> bool {
        attribute(self.attributes, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("module"))
    }
}

/// Finds the elements as a browser does: a script ends at the first `</script`.
fn scripts(html: &str) -> impl Iterator<Item = Script<'_>> {
    // Same length as `html`, so positions apply to both.
    let lower = html.to_ascii_lowercase();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let tag = lower[from..].find('<')? + from;
            if lower[tag..].starts_with("<!--") {
                from = lower[tag..].find("-->")? + tag + 3;
                continue;
            }
            let after = tag + "<script".len();
            let named = lower[tag..].starts_with("<script")
                && !lower[after..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if !named {
                from = tag + 1;
                continue;
            }
            let body = end_of_tag(&html[after..])? + after;
            let close = lower[body..].find("</script")? + body;
            let end = lower[close..].find('>')? + close + 1;
            from = end;
            let attributes = &html[after..body - 1];
            return Some(Script { start: tag, end, attributes, body: &html[body..close] });
        }
    })
}

/// Returns the position after the `>` that is outside quoted values.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    let close = tag.find(|c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => return c == '>',
        }
        false
    })?;
    Some(close + 1)
}

/// Returns an attribute's value, quoted or not; empty for one without a value.
fn attribute<'a>(mut rest: &'a str, wanted: &str) -> Option<&'a str> {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_whitespace() || "=/".contains(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end.max(1));
        let (value, after) = match after.trim_start().strip_prefix('=').map(str::trim_start) {
            None => ("", after),
            Some(text) => match text.chars().next().filter(|c| "\"'".contains(*c)) {
                Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
                None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
            },
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        assert_eq!(attribute(r#" a=1 type = 'module' src"#, "type"), Some("module"));
        assert_eq!(attribute(" async SRC=x.js", "src"), Some("x.js"));
        assert_eq!(attribute(r#" data-src="src=no""#, "src"), None);
        assert_eq!(attribute(" defer", "defer"), Some(""));
    }

    #[test]
    fn the_script_of_the_document_is_found_beside_others() {
        let html = "<!--<script>--><script type=\"module\">a</script><Script>let b;</Script>c";
        assert_eq!(inline_script(html).map(|place| &html[place]), Some("let b;"));
        assert_eq!(inline_script("<script src=a></script>"), None);
    }

    #[test]
    fn broken_markup_is_no_script() {
        for html in ["", "<script", "<script type=module>", "<scripted>x</script>", "<!--<script>"]
        {
            assert_eq!(scripts(html).count(), 0, "{html}");
        }
    }
}
