//! Builds the panel's demo, a module of its own that a browser loads only where it is asked for.
//!
//! It is compiled and optimised as the page is. Its two files stand in a folder beside the page's
//! and carry one hash, and an element in `index.html` names the script: without it, as in what
//! Trunk alone builds, the page knows that there is no demo.

use crate::{
    chunks::optimised,
    error::{Error, Result, other},
    minify,
    process::{self, LONG},
    setup::PageTools,
    workspace::{cargo_here, with_wasm_flags},
};
use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    process::Command,
};

/// The crate.
const PACKAGE: &str = "nrgkick-demo";
/// The folder of the demo beside `index.html`.
pub(crate) const FOLDER: &str = "demo";
/// The base name of wasm-bindgen's output.
const NAME: &str = "demo";
/// What starts the module, put behind its glue script.
const START: &str = include_str!("../../nrgkick-demo/start.js");

/// Builds the demo into `page`. `params` are wasm-opt's; the folder `work` is for what lies between,
/// and `target` is cargo's.
pub(crate) fn build(
    page: &Path,
    params: &[String],
    work: &Path,
    target: &Path,
    tools: &PageTools,
) -> Result<()> {
    let mut cargo = cargo_here(&["build", "--offline", "--quiet", "--package", PACKAGE]);
    cargo.args(["--profile", "wasm-release", "--target", "wasm32-unknown-unknown"]);
    process::run(with_wasm_flags(&mut cargo), LONG)?;
    let file = format!("{}.wasm", PACKAGE.replace('-', "_"));
    let module = target.join("wasm32-unknown-unknown/wasm-release").join(file);

    let mut bindgen = Command::new("wasm-bindgen");
    // No ES module: a browser keeps the failure of one that did not come until a reload.
    bindgen.args(["--target", "no-modules", "--no-typescript", "--out-name", NAME, "--out-dir"]);
    tools.apply(&mut bindgen)?;
    process::run(bindgen.arg(work).arg(module), LONG)?;

    let wasm = optimised(&work.join(format!("{NAME}_bg.wasm")), params, tools)?;

    let glue = work.join(format!("{NAME}.js"));
    let script = work.join("script.js");
    let text = fs::read_to_string(&glue).map_err(Error::file("read", &glue))?;
    // In a block, as the glue's constants may not be declared twice: a second attempt is one.
    fs::write(&script, format!("{{{text}{START}}}")).map_err(Error::file("write", &script))?;
    minify::script(&script, &[], tools)?;

    let script = fs::read_to_string(&script).map_err(Error::file("read", &script))?;
    put(page, &script, &wasm)
}

/// Puts the files beside the page, and the script's name into it.
fn put(page: &Path, script: &str, wasm: &[u8]) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    (script, wasm).hash(&mut hasher);
    let name = format!("{NAME}-{:016x}", hasher.finish());
    let script = script.replace(&format!("{NAME}_bg.wasm"), &format!("{name}_bg.wasm"));
    let folder = page.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::file("empty", &folder))?;
    }
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    for (file, bytes) in
        [(format!("{name}.js"), script.as_bytes()), (format!("{name}_bg.wasm"), wasm)]
    {
        let file = folder.join(file);
        fs::write(&file, bytes).map_err(Error::file("write", &file))?;
    }
    let index = page.join("index.html");
    let html = fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    let Some((before, after)) = html.split_once("</head>") else {
        return other(format!("{} has no head", index.display()));
    };
    let element = format!(r#"<meta id="demo-script" content="{FOLDER}/{name}.js">"#);
    let html = format!("{before}{element}</head>{after}");
    fs::write(&index, html).map_err(Error::file("write", &index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_script_and_the_script_the_module() {
        let page = std::env::temp_dir().join(format!("xtask-{}-demo", std::process::id()));
        fs::create_dir_all(page.join(FOLDER)).unwrap();
        fs::write(page.join(FOLDER).join("demo-old.js"), "").unwrap();
        fs::write(page.join("index.html"), "<head></head><body></body>").unwrap();
        put(&page, "{start('demo_bg.wasm')}", b"wasm").unwrap();
        let html = fs::read_to_string(page.join("index.html")).unwrap();
        let (_, rest) = html.split_once(r#"content=""#).unwrap();
        let (script, rest) = rest.split_once('"').unwrap();
        assert_eq!(rest, "></head><body></body>");
        let text = fs::read_to_string(page.join(script)).unwrap();
        let module = text.split('\'').nth(1).unwrap();
        assert_eq!(fs::read(page.join(FOLDER).join(module)).unwrap(), b"wasm");
        assert_eq!(fs::read_dir(page.join(FOLDER)).unwrap().count(), 2, "nothing old is left");
        assert!(START.contains("demo_bg.wasm"));
        fs::remove_dir_all(&page).unwrap();
    }
}
