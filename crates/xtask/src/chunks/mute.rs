//! Takes out of a module what would put the message of a panic together.
//!
//! No browser shows such a message without a panic hook, and the page has none: a panic ends in a trap
//! either way. So the functions that never return are a trap at once, and `Debug` writes nothing. What
//! nothing else reads is blanked: the texts of panics, and the paths of source files, so that nobody
//! learns where a page was built.
//!
//! It is done before the splitter looks at the module: what only these functions called then belongs to
//! no part, and what a chunk calls, too, belongs to that chunk. The splitter goes by the linker's
//! relocations, which are places in the module, so every function keeps its place and length, and the
//! relocations of those that were emptied go.

use std::ops::Range;

use wasm_encoder::{CustomSection, Encode as _, Module, RawSection, SectionId};
use wasmparser::{
    KnownCustom, Name, Parser, Payload, RelocAddendKind, RelocSectionReader, TypeRef, ValType,
};

use crate::error::{Error, Result, other};

/// The section with the relocations of functions.
const RELOCATIONS: &str = "reloc.CODE";

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

/// Texts of panics that are handed over by their callers, which stay. Whole, as texts stand in the
/// module without a gap; none is part of a text that the page shows.
const MESSAGES: [&[u8]; 38] = [
    b"a Display implementation returned an error unexpectedly",
    b"a formatting trait implementation returned an error when the underlying stream did not",
    b"assertion failed: edge.height == self.height - 1",
    b"assertion failed: edge.height == self.node.height - 1",
    b"assertion failed: idx < CAPACITY",
    b"assertion failed: self.is_char_boundary(new_len)",
    b"assertion failed: src.len() == dst.len()",
    b"attempt to join into collection with len > usize::MAX",
    b"called `Option::unwrap_throw()` on a `None` value",
    b"called `Result::unwrap_throw()` on an `Err` value",
    b"cannot access a Thread Local Storage value during or after destruction: ",
    b"cannot convert float seconds to Duration: value is either too big or NaN",
    b"cannot convert float seconds to Duration: value is negative",
    b"Arc counter overflow",
    b"Dereferenced SendWrapper<T> variable from a thread different to the one it has been created with.",
    b"Executor::spawn called, but no global 'spawn' function is configured.",
    b"Executor::spawn_local called, but no global 'spawn_local' function is configured.",
    b"finish: result should be None",
    b"FnOnce called more than once",
    b"Got a QuickInitGuard in slow init",
    b"Hash table capacity overflow",
    b"capacity overflow",
    b"internal error: entered unreachable code",
    b"js_value passed has no string representation",
    b"JsValue passed is not an Error type -- this is a bug",
    b"LazyCell instance has previously been poisoned",
    b"No guard available even without polling",
    b"overflow in Duration::new",
    b"overflow when adding durations",
    b"overflow when multiplying duration by scalar",
    b"overflow when subtracting durations",
    b"Polled future after completion",
    b"polled MutexLockFuture after completion",
    b"QueueHead dropped without a waker list",
    b"The JS binding should only ever produce a valid value or the specific 'invalid' value",
    b"the guard should always be in place until the Drop implementation",
    b"Tried to access a reactive value that has already been disposed.",
    b"Tried to shrink to a larger capacity",
];

/// What becomes of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Becomes {
    /// A trap, where it was called never to return.
    Trap,
    /// A function that writes nothing and succeeds.
    Silence,
}

/// Returns `module`, which has its names and relocations, without the messages of panics.
pub(super) fn mute(module: &[u8]) -> Result<Vec<u8>> {
    let read = changed(module);
    match read.map_err(|error| Error::Other(format!("cannot read the module: {error}")))? {
        Some(muted) => Ok(muted),
        None => other("the linker has written no relocations of functions"),
    }
}

/// `None` if there are no relocations of functions.
fn changed(module: &[u8]) -> wasmparser::Result<Option<Vec<u8>>> {
    let plan = plan(module)?;
    let mut bytes = module.to_vec();
    let (mut nth, mut code_start, mut emptied) = (0, 0, Vec::new());
    let (mut written, mut has_relocations) = (Module::new(), false);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                if let Some(becomes) = plan.get(nth).copied().flatten()
                    && empty(&mut bytes[place(&range)], becomes)
                {
                    emptied.push(range.start - code_start..range.end - code_start);
                }
                nth += 1;
                if nth == plan.len() {
                    let data = &bytes[place(&(code_start..range.end))];
                    written.section(&RawSection { id: SectionId::Code as u8, data });
                }
            }
            Payload::CodeSectionStart { range, .. } => code_start = range.start,
            Payload::CustomSection(section) if section.name() == RELOCATIONS => {
                if let KnownCustom::Reloc(reader) = section.as_known() {
                    let data = without(&reader, &emptied)?.into();
                    written.section(&CustomSection { name: RELOCATIONS.into(), data });
                    has_relocations = true;
                }
            }
            payload => {
                let Some((id, range)) = payload.as_section() else { continue };
                let data = &mut bytes[place(&range)];
                if id == SectionId::Data as u8 {
                    blank_paths(data, &cargo_home());
                    blank_messages(data);
                }
                written.section(&RawSection { id, data });
            }
        }
    }
    Ok(has_relocations.then(|| written.finish()))
}

fn place(range: &Range<u64>) -> Range<usize> {
    // A module in memory is shorter than that.
    let at = |place| usize::try_from(place).unwrap_or(usize::MAX);
    at(range.start)..at(range.end)
}

/// Overwrites the body of a function; `false` if there is no room.
fn empty(body: &mut [u8], becomes: Becomes) -> bool {
    const NOP: u8 = 0x01;
    const END: u8 = 0x0b;
    // Without locals: a trap, or the constant zero.
    let start: &[u8] = match becomes {
        Becomes::Trap => &[0x00, 0x00],
        Becomes::Silence => &[0x00, 0x41, 0x00],
    };
    let Some((begin, rest)) = body.split_at_mut_checked(start.len()) else { return false };
    let Some((last, middle)) = rest.split_last_mut() else { return false };
    begin.copy_from_slice(start);
    middle.fill(NOP);
    *last = END;
    true
}

/// The relocations but for those within `emptied`, which are in order, as the section writes them.
fn without(
    relocations: &RelocSectionReader<'_>,
    emptied: &[Range<u64>],
) -> wasmparser::Result<Vec<u8>> {
    let (mut count, mut entries) = (0_u32, Vec::new());
    for entry in relocations.entries() {
        let entry = entry?;
        let offset = u64::from(entry.offset);
        let next = emptied.partition_point(|range| range.end <= offset);
        if emptied.get(next).is_some_and(|range| range.contains(&offset)) {
            continue;
        }
        count += 1;
        entries.push(entry.ty as u8);
        entry.offset.encode(&mut entries);
        entry.index.encode(&mut entries);
        match entry.ty.addend_kind() {
            RelocAddendKind::None => {}
            RelocAddendKind::Addend32 | RelocAddendKind::Addend64 => {
                entry.addend.encode(&mut entries);
            }
        }
    }
    let mut section = Vec::new();
    relocations.section_index().encode(&mut section);
    count.encode(&mut section);
    section.append(&mut entries);
    Ok(section)
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

fn blank_messages(data: &mut [u8]) {
    for message in MESSAGES {
        while let Some(found) = place_of(data, message) {
            data[found..found + message.len()].fill(0);
        }
    }
}

fn place_of(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
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
    use wasmparser::BinaryReader;

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
    fn texts_of_panics_are_blanked_and_the_texts_beside_them_stay() {
        let mut data = b"a valuecapacity overflowHash table capacity overflownext".to_vec();
        blank_messages(&mut data);
        data.retain(|byte| *byte != 0);
        assert_eq!(String::from_utf8(data).unwrap(), "a valuenext");
    }

    #[test]
    fn an_emptied_function_keeps_its_length_and_its_relocations_go() {
        let mut body = [0x00, 0x10, 0x80, 0x80, 0x00, 0x0b];
        assert!(empty(&mut body, Becomes::Silence));
        assert_eq!(body, [0x00, 0x41, 0x00, 0x01, 0x01, 0x0b]);
        assert!(empty(&mut body, Becomes::Trap));
        assert_eq!(body, [0x00, 0x00, 0x01, 0x01, 0x01, 0x0b]);
        assert!(!empty(&mut [0x00, 0x0b], Becomes::Trap), "no room");
        // Of section 3: calls in functions at 2 and 9, and an address with an addend at 16.
        let section = [3, 3, 0, 2, 7, 0, 9, 8, 4, 16, 5, 1];
        let reader = |bytes| RelocSectionReader::new(BinaryReader::new(bytes, 0)).unwrap();
        assert_eq!(without(&reader(&section), &[]).unwrap(), section);
        let kept = without(&reader(&section), std::slice::from_ref(&(8..14))).unwrap();
        assert_eq!(kept, [3, 2, 0, 2, 7, 4, 16, 5, 1]);
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
