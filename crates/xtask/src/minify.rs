//! Makes the scripts of a built page small, that in its document too.

use crate::{
    error::{Error, Result, other},
    hook,
    process::{self, LONG},
    setup::PageTools,
    workspace,
};
use std::{fs, path::Path};

/// Minifies the scripts of a page in place: names carry the hash of Trunk's output, which is
/// equivalent.
pub(crate) fn scripts(folder: &Path, tools: &PageTools) -> Result<()> {
    for file in fs::read_dir(folder).map_err(Error::file("list", folder))? {
        let file = file.map_err(Error::file("list", folder))?.path();
        if file.extension().is_some_and(|ending| ending == "js") {
            script(&file, &["--module"], tools)?;
        }
    }
    let index = folder.join("index.html");
    let html = fs::read_to_string(&index).map_err(Error::file("read", &index))?;
    let Some(place) = hook::inline_script(&html) else {
        return other(format!("{} has no script of its own", index.display()));
    };
    let file = workspace::target()?.join("xtask/boot.js");
    fs::write(&file, &html[place.clone()]).map_err(Error::file("write", &file))?;
    script(&file, &[], tools)?;
    let small = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
    if small.contains("</") {
        return other("a smaller script would end its element");
    }
    let html = [&html[..place.start], small.trim_end(), &html[place.end..]].concat();
    fs::write(&index, html).map_err(Error::file("write", &index))
}

/// Minifies one script in place; `flags` are terser's.
pub(crate) fn script(file: &Path, flags: &[&str], tools: &PageTools) -> Result<()> {
    let mut terser = tools.terser()?;
    terser.args(flags).args(["--compress", "--mangle", "--output"]);
    process::run(terser.arg(file).arg(file), LONG)
}
