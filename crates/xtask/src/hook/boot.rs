//! The script that runs first, in place of Trunk's, which starts the program and does nothing else.
//!
//! In the head: behind the markup it would run once that is painted, late on a slow phone.

use gateway_api::budget;
use nrgkick_model::Request;

use super::{Script, scripts, words};
use crate::error::{Result, other};

/// The script, with names in capitals for what only a build knows.
const BOOT: &str = include_str!("../../../nrgkick-app/boot.js");

/// What the panel asks for at once: first what the others depend on. No other page has them.
fn asked_by_panel() -> Vec<String> {
    let requests = [Request::Api, Request::values(), Request::Control, Request::info()];
    // Relative, as the page may be in a sub-path.
    requests.iter().map(|request| request.target().trim_start_matches('/').to_owned()).collect()
}

/// Takes Trunk's script out of `html` and puts the page's own before its title.
pub(super) fn put(html: &str, is_panel: bool) -> Result<String> {
    let own = |script: &Script<'_>| script.is_inline() && script.is_module();
    let Some(element) = scripts(html).find(own) else {
        return other("Trunk has written no inline module script");
    };
    let named = |ending: &str| {
        let mut texts = element.body.split(['"', '\'']);
        texts.find(|text| text.ends_with(ending)).map(str::to_owned)
    };
    let (Some(glue), Some(wasm)) = (named(".js"), named(".wasm")) else {
        return other("Trunk starts its module in another way than it did");
    };
    let asked = if is_panel { asked_by_panel() } else { Vec::new() };
    let limit = budget::PAGE_READ.as_millis().to_string();
    let mut script = BOOT.to_owned();
    for (name, value) in [
        ("'GLUE'", format!("'{glue}'")),
        ("'WASM'", format!("'{wasm}'")),
        ("'VERSION'", format!("'{}'", words::version()?)),
        ("LANGUAGES", list(&words::languages()?)),
        ("SOURCE", format!("'{}'", words::SOURCE)),
        ("READ_LIMIT", limit),
        ("ASKED", list(&asked)),
    ] {
        if !script.contains(name) {
            return other(format!("boot.js has no {name}"));
        }
        script = script.replace(name, &value);
    }
    let rest = format!("{}{}", &html[..element.start], &html[element.end..]);
    let Some(title) = rest.find("<title>") else {
        return other("the page has no title");
    };
    let (before, after) = rest.split_at(title);
    Ok(format!("{before}<script>{}</script>{after}", short(&script)))
}

/// The lines without comments and indentation.
fn short(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn list(texts: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("'{}'", text.as_ref())).collect();
    format!("[{}]", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = "<html><head><meta charset=utf-8><title>T</title><script src=./a.js></script><script type=\"module\">
import init, * as bindings from './app-1.js';
const wasm = await init({ module_or_path: './app-1_bg.wasm' });
</script></head><body><p></p><script>reload()</script></body></html>";

    #[test]
    fn trunks_script_becomes_the_pages_own() {
        let html = put(BUILT, true).unwrap();
        assert!(html.contains("import('./app-1.js')"), "{html}");
        assert!(html.starts_with("<html><head><meta charset=utf-8><script>"), "{html}");
        assert!(html.contains("module_or_path: './app-1_bg.wasm'"), "{html}");
        assert!(html.contains("['api','values?raw','control','info?raw']"), "{html}");
        assert!(html.contains("'en'") && html.contains("<script>reload()</script>"));
        assert!(!html.contains("type=\"module\"") && !html.contains("// "));
        assert!(put(&html, true).is_err(), "a second time finds nothing");
        assert!(!put(BUILT, false).unwrap().contains("['api'"));
    }
}
