//! Writes the words as functions, and has the linker keep what `cargo xtask page` needs to cut the
//! modules.

#[path = "build/words.rs"]
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/words.rs");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    for (feature, program) in
        [("CARGO_FEATURE_SPLIT", "nrgkick-app"), ("CARGO_FEATURE_SPLIT_SOURCES", "custom-api-page")]
    {
        if is_wasm && std::env::var_os(feature).is_some() {
            println!("cargo::rustc-link-arg-bin={program}=--emit-relocs");
        }
    }
    match words::write(is_wasm) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}
