//! The built pages as data: what a server shows without `--app-dir`.
//!
//! The build script copies the folder named by the environment variable `NRGKICK_PAGE` (relative
//! to the workspace's root, or absolute) into the build. Without it there is one HTML page that
//! says how to get the real ones. Not here: building the page, compressing it, serving it.

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The page that says how to get the real ones.
pub static NOTE: &[(&str, &[u8])] = &[("index.html", include_bytes!("../placeholder.html"))];
