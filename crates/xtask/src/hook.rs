//! Trunk's post-build hook: moves the inline boot script into a file, merges the style sheets and
//! writes the words.
//!
//! Trunk writes the script that starts the wasm module into `index.html`. The page's
//! Content-Security-Policy allows scripts from files only, so it moves to `boot-HASH.js` in the
//! same folder. Imports of a module are relative to the module, so `./x.js` still names the same
//! file, and the preload links and their integrity still match.
//!
//! Other inline scripts stay: `trunk serve` adds one that reloads the page.

mod stylesheets;
mod words;

use crate::error::{Error, Result, other};
use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

/// Processes the build in progress; Trunk names its folder in `TRUNK_STAGING_DIR`.
pub(crate) fn run() -> Result<()> {
    let Some(folder) = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from) else {
        return other("TRUNK_STAGING_DIR is not set: only Trunk calls this command");
    };
    let base = env::var("TRUNK_PUBLIC_URL").unwrap_or_else(|_| "./".to_owned());
    let index = folder.join("index.html");
    let html = fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    let Some(moved) = move_boot_script(&html, &base) else {
        return other(format!("{} has no inline module script to move", index.display()));
    };
    let script = folder.join(&moved.name);
    fs::write(&script, moved.script).map_err(Error::file("write", &script))?;
    let html = stylesheets::merge(&moved.html, &folder, &base)?;
    words::write(&folder, &env::var("TRUNK_HTML_FILE").unwrap_or_default())?;
    fs::write(&index, html).map_err(Error::file("write", &index))
}

/// Renames the module from `old` to `new` in a page built by Trunk, and preloads the script `with`.
pub(crate) fn rename(page: &Path, old: &str, new: &str, with: &str) -> Result<()> {
    let index = page.join("index.html");
    let html = fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    let boot = scripts(&html).find_map(|script| {
        let source = attribute(script.attributes, "src")?;
        let (base, name) = source.split_at(source.rfind('/').map_or(0, |slash| slash + 1));
        name.starts_with("boot-").then_some((script.start, base, name))
    });
    let Some((start, base, name)) = boot else {
        return other(format!("{} starts no module", index.display()));
    };
    let path = page.join(name);
    let script = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let script = script.replace(old, new);
    let renamed = boot_name(&script);
    let preload = format!(r#"<link crossorigin rel="modulepreload" href="{base}{with}">"#);
    let (before, after) = html.split_at(start);
    let html = format!("{before}{preload}{after}").replace(old, new).replace(name, &renamed);
    fs::remove_file(&path).map_err(Error::file("remove", &path))?;
    let path = page.join(&renamed);
    fs::write(&path, script).map_err(Error::file("write", &path))?;
    fs::write(&index, html).map_err(Error::file("write", &index))
}

fn boot_name(script: &str) -> String {
    let mut hasher = DefaultHasher::new();
    script.hash(&mut hasher);
    format!("boot-{:016x}.js", hasher.finish())
}

/// A document without its inline module script, and that script.
#[derive(Debug, PartialEq)]
struct Moved {
    html: String,
    name: String,
    script: String,
}

fn move_boot_script(html: &str, base: &str) -> Option<Moved> {
    let element = scripts(html).find(|element| element.is_inline() && element.is_module())?;
    let script = format!("{}\n", element.body.trim());
    let name = boot_name(&script);
    let (before, after) = (&html[..element.start], &html[element.end..]);
    let html = format!(r#"{before}<script type="module" src="{base}{name}"></script>{after}"#);
    Some(Moved { html, name, script })
}

/// Counts the inline scripts of a document; the page's policy blocks each of them.
pub(crate) fn inline_scripts(html: &str) -> usize {
    scripts(html).filter(Script::is_inline).count()
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

    const BUILT: &str = r#"<!doctype html><html><head>
<!-- <script type="module">old()</script> -->
<script src="./a.js"></script>
<link rel="modulepreload" href="./app.js" integrity="sha384-x">
<script type="module" nonce="a>b">
import init from './app.js';
const wasm = await init({ module_or_path: './app_bg.wasm' });
</script></head><body><script>reload()</script></body></html>"#;

    #[test]
    fn only_the_module_script_moves() {
        let moved = move_boot_script(BUILT, "./").unwrap();
        assert!(moved.script.starts_with("import init from './app.js';\n"), "{}", moved.script);
        assert!(moved.script.ends_with("});\n"));
        let tag = format!(r#"<script type="module" src="./{}"></script></head>"#, moved.name);
        assert!(moved.html.contains(&tag), "{}", moved.html);
        assert!(moved.html.contains("<body><script>reload()</script>"));
        assert!(moved.html.contains(r#"integrity="sha384-x""#));
        assert!(moved.html.contains("old()"), "a comment is no script");
        assert_eq!((inline_scripts(BUILT), inline_scripts(&moved.html)), (2, 1));
        assert_eq!(move_boot_script(&moved.html, "./"), None, "a second time finds nothing");
    }

    #[test]
    fn minified_markup_is_understood() {
        let html = "<body><SCRIPT type=module>import i from'./a.js';await i()</SCRIPT>";
        let moved = move_boot_script(html, "/sub/").unwrap();
        assert_eq!(moved.script, "import i from'./a.js';await i()\n");
        assert!(moved.html.starts_with("<body><script type=\"module\" src=\"/sub/boot-"));
    }

    #[test]
    fn the_name_follows_the_content() {
        let name = |js: &str| {
            let html = format!("<script type=module>{js}</script>");
            move_boot_script(&html, "./").unwrap().name
        };
        assert_eq!(name("a()"), name("a()"));
        assert_ne!(name("a()"), name("b()"));
        assert!(name("a()").starts_with("boot-") && name("a()").ends_with(".js"));
    }

    #[test]
    fn broken_markup_is_no_script() {
        for html in ["", "<script", "<script type=module>", "<scripted>x</script>", "<!--<script>"]
        {
            assert_eq!(move_boot_script(html, "./"), None, "{html}");
        }
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        assert_eq!(attribute(r#" a=1 type = 'module' src"#, "type"), Some("module"));
        assert_eq!(attribute(" async SRC=x.js", "src"), Some("x.js"));
        assert_eq!(attribute(r#" data-src="src=no""#, "src"), None);
        assert_eq!(attribute(" defer", "defer"), Some(""));
    }
}
