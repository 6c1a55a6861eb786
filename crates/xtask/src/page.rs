//! Builds the pages: the panel in `dist/` and `custom-api`'s own in a folder of it, with a gzip and
//! a brotli file beside each file that gets smaller.
//!
//! A build takes minutes, so it is skipped if nothing changed. A stamp in the target folder records
//! the sources and the result of the last build; a `dist/` from another program (`trunk serve`
//! writes its own, for development) does not match it.

use crate::{
    beside::Beside,
    chunks, compress, demo,
    error::{Error, Result, other},
    minify,
    process::{self, LONG},
    setup::PageTools,
    workspace,
};
use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::Command,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// A page to build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// Trunk's source document, relative to the root.
    html: &'static str,
    /// Its folder in `dist/`; empty for the root.
    folder: &'static str,
    /// The program, whose module is split into chunks.
    program: &'static str,
    /// The cargo feature of `nrgkick-app` that marks its later parts.
    feature: &'static str,
    /// Set if the demo stands beside it.
    has_demo: bool,
    /// Limit for all files of its first load together, as brotli, in bytes.
    pub(crate) limit: usize,
}

/// The panel is first, as building it empties `dist/`.
pub(crate) const PAGES: [Page; 2] = [
    Page {
        name: "the panel",
        html: "index.html",
        folder: "",
        program: "nrgkick-app",
        feature: "split",
        has_demo: true,
        limit: 136_000,
    },
    Page {
        name: "the page of custom-api",
        html: "crates/nrgkick-app/custom-api.html",
        folder: "custom-api",
        program: "custom-api-page",
        feature: "split-sources",
        has_demo: false,
        limit: 142_000,
    },
];

impl Page {
    /// Returns the name of its folder in `dist`; empty for the root.
    pub(crate) const fn folder(self) -> &'static str {
        self.folder
    }

    /// Returns its folder in `dist`.
    pub(crate) fn within(self, dist: &Path) -> PathBuf {
        if self.folder.is_empty() { dist.to_path_buf() } else { dist.join(self.folder) }
    }

    /// Returns wasm-opt's parameters from the page's HTML, where Trunk reads them too.
    fn optimisation(self) -> Result<Vec<String>> {
        let path = workspace::root().join(self.html);
        let html = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        let params = html.split_once("data-wasm-opt-params=\"");
        match params.and_then(|(_, rest)| rest.split_once('"')) {
            Some((params, _)) => Ok(params.split_whitespace().map(str::to_owned).collect()),
            None => other(format!("{} has no data-wasm-opt-params", path.display())),
        }
    }

    fn trunk(self, dist: &Path) -> Command {
        let mut trunk = Command::new("trunk");
        trunk.args(["build", "--release", "--offline", "--skip-version-check"]);
        trunk.args(["--html-output", "index.html", "--dist"]).arg(self.within(dist)).arg(self.html);
        trunk.current_dir(workspace::root());
        trunk.args(["--features", self.feature]);
        // Trunk reads it as its own setting and accepts only true and false.
        trunk.env_remove("NO_COLOR");
        trunk
    }
}

/// The sources of the pages, relative to the root.
const SOURCES: [&str; 15] = [
    ".cargo/config.toml",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "style",
    "i18n",
    "crates/messages",
    "crates/nrgkick-app",
    "crates/nrgkick-demo",
    "crates/nrgkick-model",
    "crates/nrgkick-sim-core",
    "crates/gateway-api",
    "crates/wasm-streams",
    // Post-processes Trunk's output.
    "crates/xtask/src",
];

/// Builds the page unless it is up to date, and returns its folder.
pub(crate) fn build(force: bool) -> Result<PathBuf> {
    build_beside(force, None)
}

/// As [`build`]; runs `other` in parallel, as half of a page build uses one thread.
pub(crate) fn build_beside(force: bool, other: Option<&mut Command>) -> Result<PathBuf> {
    let dist = workspace::dist();
    let stamp = workspace::target()?.join("xtask").join("page.stamp");
    // Taken before the build: a change during it counts as a change afterwards.
    let sources = state_of_sources(&workspace::root())?;
    let known = fs::read_to_string(&stamp).unwrap_or_default();
    if !force && known == stamp_text(&sources, &dist) {
        println!("the page in {} is up to date", dist.display());
        return Ok(dist);
    }
    let tools = PageTools::ready()?;
    // The tools run offline, so the sources they compile must be present.
    process::run(&mut workspace::cargo_here(&["fetch", "--quiet"]), LONG)?;
    let other = other.map(Beside::start).transpose()?;
    for page in PAGES {
        let started = Instant::now();
        println!("building {}: minutes the first time, as it is optimised for size", page.name);
        let mut trunk = page.trunk(&dist);
        workspace::with_wasm_flags(&mut trunk);
        tools.apply(&mut trunk)?;
        process::run(&mut trunk, LONG)?;
        let target = workspace::target()?;
        let [chunks, demo] = ["chunks", "demo"].map(|work| target.join("xtask").join(work));
        let (folder, params) = (page.within(&dist), page.optimisation()?);
        let module = chunks::module(&target, page.program);
        chunks::cut(&folder, &module, &params, &chunks, &tools)?;
        if page.has_demo {
            demo::build(&folder, &params, &demo, &target, &tools)?;
        }
        minify::scripts(&page.within(&dist), &tools)?;
        println!("built {} ({:.0} s)", page.name, started.elapsed().as_secs_f64());
    }
    compress(&dist)?;
    write_stamp(&stamp, &stamp_text(&sources, &dist))?;
    other.map_or(Ok(()), |other| other.finish(LONG))?;
    Ok(dist)
}

/// Returns the folder of the built pages, or an error with the command that builds them.
pub(crate) fn existing() -> Result<PathBuf> {
    let dist = workspace::dist();
    let missing = PAGES.into_iter().find(|page| !page.within(&dist).join("index.html").is_file());
    match missing {
        None => Ok(dist),
        Some(page) => {
            let dist = dist.display();
            other(format!("{dist} does not hold {}; `cargo xtask page` builds it", page.name))
        }
    }
}

/// Writes `x.gz` and `x.br` beside `x` if they are smaller; servers choose what a browser accepts.
/// On plain HTTP under another name than `localhost` that is gzip.
fn compress(dist: &Path) -> Result<()> {
    for file in files_under(dist)? {
        if compress::is_compressed(&file) {
            continue;
        }
        let bytes = fs::read(&file).map_err(Error::file("read", &file))?;
        for (ending, small) in [(".gz", compress::gzip(&bytes)), (".br", compress::brotli(&bytes))]
        {
            if small.len() < bytes.len() {
                let mut name = file.clone().into_os_string();
                name.push(ending);
                let target = PathBuf::from(name);
                fs::write(&target, small).map_err(Error::file("write", &target))?;
            }
        }
    }
    Ok(())
}

/// Returns every file under a folder, sorted; for a file, the file itself.
pub(crate) fn files_under(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(Error::file("list", path))? {
        files.extend(files_under(&entry.map_err(Error::file("list", path))?.path())?);
    }
    files.sort();
    Ok(files)
}

/// Describes the sources as a text that changes when one is edited, added or removed.
fn state_of_sources(root: &Path) -> Result<String> {
    let (mut count, mut newest) = (0, UNIX_EPOCH);
    for file in SOURCES.iter().map(|source| files_under(&root.join(source))) {
        for file in file? {
            let modified = fs::metadata(&file).and_then(|found| found.modified());
            let modified: SystemTime = modified.map_err(Error::file("read", &file))?;
            newest = newest.max(modified);
            count += 1;
        }
    }
    let newest = newest.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(format!("{count} files, newest {newest}"))
}

/// Describes sources and results. Each index.html names every other file with its hash.
fn stamp_text(sources: &str, dist: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    let folders = PAGES.map(|page| page.within(dist));
    for folder in &folders {
        fs::read(folder.join("index.html")).unwrap_or_default().hash(&mut hasher);
    }
    let compressed = folders.iter().all(|folder| {
        ["index.html.gz", "index.html.br"].iter().all(|name| folder.join(name).is_file())
    });
    format!("{sources}\nindex.html {:016x}, compressed {compressed}\n", hasher.finish())
}

fn write_stamp(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
    }
    fs::write(path, text).map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trunk cannot share settings between pages, so equality is tested.
    #[test]
    fn both_pages_are_optimised_alike_and_name_the_same_browsers() {
        let shared = |page: Page| {
            let html = fs::read_to_string(workspace::root().join(page.html)).unwrap();
            let line = |start: &str| {
                let found = html.lines().map(str::trim).find(|line| line.starts_with(start));
                found.unwrap_or_else(|| panic!("{} has no {start}", page.html)).to_owned()
            };
            let floor =
                html.split_once("This page runs in").unwrap().1.split_once("</p>").unwrap().0;
            let floor = floor.split_whitespace().collect::<Vec<_>>().join(" ");
            (
                ["data-cargo-profile-release", "data-wasm-opt-params", "data-wasm-opt="].map(line),
                floor,
            )
        };
        let [panel, other] = PAGES.map(shared);
        assert_eq!(panel, other);
    }
}
