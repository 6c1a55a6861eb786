//! The built page as data: what a server shows without `--app-dir`.
//!
//! The build script copies the folder named by the environment variable `NRGKICK_PAGE` (relative
//! to the workspace's root, or absolute) into the build. Without it there is one HTML page that
//! says how to get the real one. Not here: building the page, compressing it, serving it.

include!(concat!(env!("OUT_DIR"), "/files.rs"));
