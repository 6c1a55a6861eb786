//! Draws the icons for home screens from the one SVG, in Chromium.
//!
//! The pictures are committed, as a build needs no browser; this is run when the SVG changes.

use crate::{
    error::{Error, Result, other},
    process::{self, LONG, find_on_path},
    workspace,
};
use std::{env, fs, path::PathBuf, process::Command};

/// The folder of the icons, which a page holds under its last name.
const FOLDER: &str = "crates/nrgkick-app/icon";

/// The colour of the SVG's own tile.
const TILE: &str = "#0b8163";

/// A picture: its name, its edge in px, the colour behind the SVG, and the share that the SVG takes.
/// A system that cuts an icon into a shape of its own keeps what is within four fifths of the width.
const PICTURES: [(&str, u32, &str, u32); 4] = [
    ("icon-192.png", 192, "transparent", 100),
    ("icon-512.png", 512, "transparent", 100),
    ("maskable-512.png", 512, TILE, 80),
    ("touch-180.png", 180, TILE, 90),
];

/// Draws all of them.
pub(crate) fn draw() -> Result<()> {
    let named = env::var_os("NRGKICK_CHROMIUM").map(PathBuf::from);
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let Some(chromium) = named.or_else(|| find_on_path(&names)) else {
        return other("no Chromium is on PATH; NRGKICK_CHROMIUM may name one");
    };
    let folder = workspace::root().join(FOLDER);
    let source = folder.join("icon.svg");
    let page = env::temp_dir().join(format!("icon-{}.html", std::process::id()));
    for (name, edge, colour, share) in PICTURES {
        let html = format!(
            "<!doctype html><style>body{{margin:0;height:100vh;display:grid;place-items:center;\
             background:{colour}}}img{{width:{share}%}}</style><img src=\"file://{}\">",
            source.display()
        );
        fs::write(&page, html).map_err(Error::file("write", &page))?;
        let mut draw = Command::new(&chromium);
        draw.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]);
        draw.args(["--force-device-scale-factor=1", "--default-background-color=00000000"]);
        draw.arg(format!("--window-size={edge},{edge}"));
        draw.arg(format!("--screenshot={}", folder.join(name).display()));
        process::run(draw.arg(format!("file://{}", page.display())), LONG)?;
    }
    fs::remove_file(&page).map_err(Error::file("remove", &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> String {
        fs::read_to_string(workspace::root().join(path)).unwrap()
    }

    #[test]
    fn the_mark_is_the_same_wherever_it_is_drawn() {
        let svg = read("crates/nrgkick-app/icon/icon.svg");
        let paths: Vec<_> =
            svg.split(" d=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(paths.len(), 2);
        for (file, count) in [
            ("index.html", 2),
            ("crates/nrgkick-app/custom-api.html", 1),
            ("crates/nrgkick-app/src/part/masthead.rs", 1),
        ] {
            for path in &paths {
                assert_eq!(read(file).matches(path).count(), count, "{path} in {file}");
            }
        }
        assert!(svg.contains(TILE));
    }

    #[test]
    fn the_manifest_names_pictures_of_their_sizes() {
        let manifest = read("crates/nrgkick-app/icon/manifest.webmanifest");
        for (name, edge, ..) in PICTURES {
            let bytes = fs::read(workspace::root().join(FOLDER).join(name)).unwrap();
            // The head of a PNG: eight bytes, a length, `IHDR`, width and height.
            let sides = [&bytes[16..20], &bytes[20..24]].map(<[u8]>::to_vec);
            assert_eq!(sides, [edge.to_be_bytes(); 2].map(Vec::from), "{name}");
            assert!(bytes.len() < 20_000, "{name} has {} bytes", bytes.len());
            let entry = format!("\"src\": \"{name}\", \"sizes\": \"{edge}x{edge}\"");
            assert_eq!(manifest.contains(&entry), !name.starts_with("touch"), "{name}");
        }
    }
}
