//! Takes out of a module what would put the message of a panic together.
//!
//! No browser shows such a message without a panic hook, and the page has none: a panic ends in a trap
//! either way. So the functions that never return are a trap at once, and `Debug` writes nothing; the
//! optimiser then drops what only they called. The paths of source files, which nothing else reads, are
//! blanked, so that nobody learns where a page was built.

use wasm_encoder::{CodeSection, Function, Instruction, Module, RawSection};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef, ValType};

use crate::error::{Error, Result};

/// Parts of the names of functions that build the message of a panic and never return.
const PANICS: [&str; 7] = [
    "4core9panicking",
    "13unwrap_failed",
    "13expect_failed",
    "16slice_error_fail",
    "19slice_error_fail_rt",
    "16slice_index_fail",
    "17rust_begin_unwind",
];

/// Parts of the names of `Debug::fmt`, as both ways of mangling write them.
const DEBUG: [&str; 2] = ["core..fmt..Debug$GT$3fmt", "5Debug3fmt"];

/// What becomes of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Becomes {
    /// A trap, where it was called never to return.
    Trap,
    /// A function that writes nothing and succeeds.
    Silence,
}

/// Returns `module`, which has its names, without the messages of panics.
pub(super) fn mute(module: &[u8]) -> Result<Vec<u8>> {
    changed(module).map_err(|error| Error::Other(format!("cannot read the module: {error}")))
}

fn changed(module: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let plan = plan(module)?;
    let mut written = Module::new();
    let mut code = CodeSection::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            // Written again below, function by function.
            Payload::CodeSectionStart { .. } => {}
            Payload::CodeSectionEntry(body) => {
                let at = code.len() as usize;
                match plan.get(at).copied().flatten() {
                    None => code.raw(body.as_bytes()),
                    Some(becomes) => code.function(&body_of(becomes)),
                };
                if code.len() as usize == plan.len() {
                    written.section(&code);
                }
            }
            other => {
                let Some((id, range)) = other.as_section() else { continue };
                let place = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
                let data = place.and_then(|(start, end)| module.get(start..end));
                let mut data = data.unwrap_or_default().to_vec();
                if id == wasm_encoder::SectionId::Data as u8 {
                    blank_paths(&mut data, &cargo_home());
                }
                written.section(&RawSection { id, data: &data });
            }
        }
    }
    Ok(written.finish())
}

/// The folder that holds the sources of libraries, as cargo finds it; empty where it has no home.
fn cargo_home() -> String {
    let own = std::env::var("CARGO_HOME");
    let default = || std::env::home_dir().map(|home| home.join(".cargo").display().to_string());
    own.ok().or_else(default).unwrap_or_default()
}

/// The longest path of a source file.
const LONGEST: usize = 250;

/// Overwrites the paths of Rust's source files with zeros. Texts stand without a gap between them, so
/// a path begins where one of the known beginnings does.
fn blank_paths(data: &mut [u8], cargo_home: &str) {
    // Of the standard library, of other libraries, of our own.
    let libraries = format!("{cargo_home}/registry/src/");
    let starts = [b"/rustc/", libraries.as_bytes(), b"crates/"];
    let is_of_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-@+".contains(byte);
    for start in starts {
        let mut from = 0;
        while let Some(found) = place_of(&data[from..], start) {
            let begin = from + found;
            let rest = &data[begin..data.len().min(begin + LONGEST)];
            let rest =
                &rest[..rest.iter().position(|byte| !is_of_path(byte)).unwrap_or(rest.len())];
            from = begin + start.len();
            if let Some(end) = place_of(rest, b".rs").map(|end| begin + end + b".rs".len()) {
                data[begin..end].fill(0);
                from = end;
            }
        }
    }
}

fn place_of(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn body_of(becomes: Becomes) -> Function {
    let mut function = Function::new([]);
    function.instruction(&match becomes {
        Becomes::Trap => Instruction::Unreachable,
        Becomes::Silence => Instruction::I32Const(0),
    });
    function.instruction(&Instruction::End);
    function
}

/// What becomes of each function of the module's own.
fn plan(module: &[u8]) -> wasmparser::Result<Vec<Option<Becomes>>> {
    let (mut types, mut own, mut imported) = (Vec::new(), Vec::new(), 0);
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for kind in section.into_iter_err_on_gc_types() {
                    types.push(kind?.results().to_vec());
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(section) => {
                for kind in section {
                    own.push(kind? as usize);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                names.push(naming?);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut plan = vec![None; own.len()];
    for naming in names {
        let Some(at) = naming.index.checked_sub(imported).map(|at| at as usize) else { continue };
        if let Some(results) = own.get(at).and_then(|kind| types.get(*kind)) {
            plan[at] = becomes(naming.name, results);
        }
    }
    Ok(plan)
}

fn becomes(name: &str, results: &[ValType]) -> Option<Becomes> {
    let named = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    match results {
        [] if named(&PANICS) => Some(Becomes::Trap),
        [ValType::I32] if named(&DEBUG) => Some(Becomes::Silence),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_blanked_and_the_texts_beside_them_stay() {
        let text = |data: &[u8]| String::from_utf8(data.to_vec()).unwrap().replace('\0', "");
        for (data, wanted) in [
            ("a value/rustc/59807/library/core/src/a.rsnext", "a valuenext"),
            ("x/home/me/.cargo/registry/src/index-1/web-sys-0.3/src/lib.rsy", "xy"),
            ("crates/nrgkick-app/src/lib.rscrates/messages/src/fill.rs", ""),
            (
                "the crates/ of a page and /rustc/ are no files.rs",
                "the crates/ of a page and /rustc/ are no files.rs",
            ),
        ] {
            let mut bytes = data.as_bytes().to_vec();
            blank_paths(&mut bytes, "/home/me/.cargo");
            assert_eq!((text(&bytes).as_str(), bytes.len()), (wanted, data.len()), "{data}");
        }
    }

    #[test]
    fn only_what_never_returns_traps_and_only_debug_is_silent() {
        let i32s = &[ValType::I32][..];
        for (name, results, wanted) in [
            ("_ZN4core9panicking9panic_fmt17h0E", &[][..], Some(Becomes::Trap)),
            ("_RNvNtCs_4core9panicking5panic", &[], Some(Becomes::Trap)),
            // These return.
            ("_ZN3std9panicking11panic_count17is_zero_slow_path17h0E", i32s, None),
            ("_ZN3std9panicking11panic_count8decrease17h0E", &[], None),
            (
                "_ZN42_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0E",
                i32s,
                Some(Becomes::Silence),
            ),
            ("_RNvXs_NtNtCs_4core3ops5rangeNtB5_5Debug3fmtB8_", i32s, Some(Becomes::Silence)),
            ("_ZN44_$LT$$RF$T$u20$as$u20$core..fmt..Display$GT$3fmt17h0E", i32s, None),
            ("_ZN11nrgkick_app4main17h0E", &[], None),
        ] {
            assert_eq!(becomes(name, results), wanted, "{name}");
        }
    }
}
