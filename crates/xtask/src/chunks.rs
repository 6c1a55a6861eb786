//! Splits the wasm module of a page: the part for the overview, and chunks that are loaded later.
//!
//! The program marks the later parts (by cargo features). The split happens between the
//! linker and wasm-bindgen, where Trunk has no hook: Trunk builds the page in one piece, and here
//! its module, its glue script and their names are replaced. All names of one build carry one hash,
//! as the pieces belong together.
//!
//! Not here: the choice of later parts (`nrgkick-app`), the time of loading, and Trunk's own
//! output.

mod mute;
mod shorten;

use crate::{
    error::{Error, Result, other},
    hook,
    process::{self, LONG},
    setup::PageTools,
};
use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::Command,
};
use wasm_split_cli_support as splitter;

/// The folder of the chunks beside `index.html`.
pub(crate) const FOLDER: &str = "later";

/// The base name of wasm-bindgen's input, and of its glue script.
const MAIN: &str = "main";
/// The name of the script that loads chunks, in the output of splitter and glue.
const LINK: &str = "__wasm_split.js";
/// The function that loads a chunk, with a time limit.
const FETCH: &str = include_str!("chunks/fetch.js");

/// Replaces Trunk's module in `page`, built from `module`, by one in pieces. `params` are
/// wasm-opt's; the folder `work` is emptied.
pub(crate) fn cut(
    page: &Path,
    module: &Path,
    params: &[String],
    work: &Path,
    tools: &PageTools,
) -> Result<()> {
    let (split, bound) = (work.join("split"), work.join("bound"));
    if work.exists() {
        fs::remove_dir_all(work).map_err(Error::file("empty", work))?;
    }
    let wasm = mute::mute(&fs::read(module).map_err(Error::file("read", module))?)?;
    let main = split.join(format!("{MAIN}.wasm"));
    let mut options = splitter::Options::new(&wasm);
    options.output_dir = &split;
    options.main_out_path = &main;
    let chunks = splitter::transform(options)
        .map_err(|error| Error::Other(format!("cannot cut {}: {error:#}", module.display())))?
        .split_modules;
    bind(&main, &bound, tools)?;
    let read = |path: PathBuf| fs::read_to_string(&path).map_err(Error::file("read", &path));
    let glue = read(bound.join(format!("{MAIN}.js")))?;
    let link = read(split.join(LINK))?;
    let main = bound.join(format!("{MAIN}_bg.wasm"));
    let wasm = fs::read(&main).map_err(Error::file("read", &main))?;
    let (glue, wasm) = shorten::shorten(&glue, &wasm)?;
    fs::write(&main, wasm).map_err(Error::file("write", &main))?;
    let mut pieces = Pieces { glue, link: patient(&link)?, wasm: Vec::new() };
    for path in std::iter::once(main).chain(chunks) {
        pieces.wasm.push((stem(&path), optimised(&path, params, tools)?));
    }
    pieces.put(page)
}

/// Returns the file name of a module without its extension.
fn stem(module: &Path) -> String {
    module.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn bind(main: &Path, into: &Path, tools: &PageTools) -> Result<()> {
    let mut bindgen = Command::new("wasm-bindgen");
    // The chunks are linked through the linker's exports.
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", MAIN]);
    bindgen.arg("--out-dir").arg(into).arg(main);
    tools.apply(&mut bindgen)?;
    process::run(&mut bindgen, LONG)
}

/// Returns `module` as small as wasm-opt makes it, with `params` that name its features.
pub(crate) fn optimised(module: &Path, params: &[String], tools: &PageTools) -> Result<Vec<u8>> {
    let small = module.with_extension("small.wasm");
    let mut optimise = Command::new("wasm-opt");
    // Control flow taken apart and put together anew, in the optimiser's own shape: half a per cent.
    optimise.args(["--flatten", "--rereloop", "-Oz", "-Oz"]);
    // What tools write about themselves is read by no browser.
    optimise.args(["--strip-producers", "--strip-target-features"]);
    optimise.args(params).arg(module).arg("-o").arg(&small);
    tools.apply(&mut optimise)?;
    process::run(&mut optimise, LONG)?;
    fs::read(&small).map_err(Error::file("read", &small))
}

/// Adds a time limit to the splitter's script, and lets it accept any content type.
fn patient(link: &str) -> Result<String> {
    let replaced =
        link.replace("fetch(new URL(\"./", &format!("bring(new URL(\"./{FOLDER}/")).replace(
            "WebAssembly.instantiateStreaming(src, imports)",
            "WebAssembly.instantiate(await src, imports)",
        );
    if replaced.contains("instantiateStreaming") || !replaced.contains("bring(new URL(") {
        return other("the splitter fetches chunks in another way than it did");
    }
    Ok(replaced + FETCH)
}

/// Joins the script that loads chunks with the glue script that imports it: each file costs a request
/// before anything is shown.
fn joined(glue: &str, link: &str) -> Result<String> {
    let mut imports = String::new();
    let mut rest = String::new();
    for line in glue.lines() {
        let name = line.strip_prefix("import * as ").and_then(|line| line.split_once(" from "));
        match name.filter(|(_, from)| from.contains(LINK)) {
            Some((name, _)) => imports.push_str(&format!("const {name} = later;\n")),
            None => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    let (mut names, mut inner) = (Vec::new(), String::new());
    for line in link.lines() {
        if line.starts_with("import ") {
            continue;
        }
        if let Some(declared) = line.strip_prefix("export const ") {
            let name = declared.split([' ', '=']).next().unwrap_or_default();
            names.push(name.to_owned());
            inner.push_str("const ");
            inner.push_str(declared);
        } else {
            inner.push_str(line);
        }
        inner.push('\n');
    }
    if imports.is_empty() || names.is_empty() || inner.contains("\nexport ") {
        return other("the splitter's script is written in another way than it was");
    }
    let names = names.join(", ");
    Ok(format!("const later = (() => {{\n{inner}return {{ {names} }};\n}})();\n{imports}{rest}"))
}

/// The replacement of one module and its glue script.
struct Pieces {
    glue: String,
    link: String,
    /// Each with its name in the scripts; the main module first.
    wasm: Vec<(String, Vec<u8>)>,
}

impl Pieces {
    fn put(self, page: &Path) -> Result<()> {
        let old = trunks_name(page)?;
        let name = old.rsplit_once('-').map_or(old.as_str(), |(name, _)| name);
        let hash = self.hash();
        let new = format!("{name}-{hash}");
        let mut script = joined(&self.glue, &self.link)?
            .replace(&format!("{MAIN}_bg.wasm"), &format!("{new}_bg.wasm"));
        let folder = page.join(FOLDER);
        fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
        for (at, (stem, bytes)) in self.wasm.iter().enumerate() {
            let file = if at == 0 {
                page.join(format!("{new}_bg.wasm"))
            } else {
                let (named, hashed) = (format!("/{stem}.wasm"), format!("/{stem}-{hash}.wasm"));
                script = script.replace(&named, &hashed);
                folder.join(&hashed[1..])
            };
            fs::write(&file, bytes).map_err(Error::file("write", &file))?;
        }
        let file = page.join(format!("{new}.js"));
        fs::write(&file, script).map_err(Error::file("write", &file))?;
        for ending in [".js", "_bg.wasm"] {
            let file = page.join(format!("{old}{ending}"));
            fs::remove_file(&file).map_err(Error::file("remove", &file))?;
        }
        hook::rename(page, &old, &new)
    }

    fn hash(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.glue, &self.link, &self.wasm).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// Returns Trunk's name of the module in `page`, without its extension.
fn trunks_name(page: &Path) -> Result<String> {
    let list = fs::read_dir(page).map_err(Error::file("list", page))?;
    let found = list.filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        Some(name.strip_suffix("_bg.wasm")?.to_owned())
    });
    match found.collect::<Vec<_>>().as_slice() {
        [name] => Ok(name.clone()),
        names => other(format!("{} has {} modules, not one", page.display(), names.len())),
    }
}

/// Returns the path of a program's module in cargo's target folder.
pub(crate) fn module(target: &Path, program: &str) -> PathBuf {
    target.join(format!("wasm32-unknown-unknown/wasm-release/{program}.wasm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKED: &str = r#"import { initSync } from "./main.js";
const a = makeLoad(() => {
    const src = fetch(new URL("./split_details.wasm", import.meta.url));
    src.catch(() => {});
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}, []);
"#;

    #[test]
    fn a_chunk_has_a_limit_and_needs_no_type() {
        let script = patient(LINKED).unwrap();
        assert!(script.contains(r#"bring(new URL("./later/split_details.wasm""#), "{script}");
        assert!(script.contains("WebAssembly.instantiate(await src, imports)"));
        assert!(script.contains("AbortController"));
        assert!(patient("import(x)").is_err(), "another splitter is noticed");
    }

    const GLUE: &str = r#"import * as import1 from "./__wasm_split.js"
import * as import2 from "./__wasm_split.js"
function initSync() {}
const all = { "./__wasm_split.js": import1 };
const place = 'main_bg.wasm';
"#;

    #[test]
    fn the_pieces_find_each_other_and_nothing_old_is_left() {
        let page = std::env::temp_dir().join(format!("xtask-{}-chunks", std::process::id()));
        fs::create_dir_all(&page).unwrap();
        let html = r#"<link href=./app-00.js rel=modulepreload><link href=./app-00_bg.wasm>
            <script>import('./app-00.js')</script>"#;
        for (name, text) in [("index.html", html), ("app-00.js", ""), ("app-00_bg.wasm", "")] {
            fs::write(page.join(name), text).unwrap();
        }
        let linked = LINKED.replace("const a =", "export const a =");
        let pieces = Pieces {
            glue: GLUE.to_owned(),
            link: patient(&linked).unwrap(),
            wasm: vec![("main_bg".into(), vec![1]), ("split_details".into(), vec![2])],
        };
        let hash = pieces.hash();
        pieces.put(&page).unwrap();
        let read = |name: &str| fs::read_to_string(page.join(name)).unwrap();
        let html = read("index.html");
        assert!(!html.contains("app-00"), "{html}");
        assert_eq!(html.matches(&format!("app-{hash}")).count(), 3);
        let script = read(&format!("app-{hash}.js"));
        assert!(script.contains("const import1 = later;\nconst import2 = later;\n"), "{script}");
        assert!(script.contains("return { a };") && !script.contains("import {"), "{script}");
        assert!(script.contains("{ \"./__wasm_split.js\": import1 }"), "{script}");
        assert!(script.contains(&format!("'app-{hash}_bg.wasm'")), "{script}");
        assert!(script.contains(&format!("./later/split_details-{hash}.wasm")), "{script}");
        assert_eq!(fs::read(page.join(format!("later/split_details-{hash}.wasm"))).unwrap(), [2]);
        assert!(!page.join("app-00.js").exists());
        fs::remove_dir_all(&page).unwrap();
        assert!(joined("", &linked).is_err() && joined(GLUE, "x").is_err());
    }
}
