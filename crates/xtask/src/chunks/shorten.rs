//! Shortens the names by which the module and its glue script know each other.
//!
//! wasm-bindgen ends them with a hash of 16 digits, in the script and in the module: digits that no
//! compression makes smaller. Nobody else uses these names.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Export, Imports, Parser, Payload};

use crate::error::{Error, Result};

/// The fewest digits that are taken for a hash.
const HASH: usize = 16;

/// Returns script and module with short names.
pub(super) fn shorten(glue: &str, module: &[u8]) -> Result<(String, Vec<u8>)> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Error::Other(format!("cannot read what wasm-bindgen wrote: {error}"))
    };
    let names = names(module).map_err(|error| unreadable(&error))?;
    let short: BTreeMap<String, String> =
        names.into_iter().enumerate().map(|(at, name)| (name, format!("${at}"))).collect();
    let mut written = Module::new();
    Renamed { names: &short }
        .parse_core_module(&mut written, Parser::new(0), module)
        .map_err(|error| unreadable(&error))?;
    let mut glue = glue.to_owned();
    // The longer first, as one may begin with another.
    for (name, short) in short.iter().rev() {
        glue = glue.replace(name.as_str(), short);
    }
    Ok((glue, written.finish()))
}

/// The names with a hash that the module imports and exports.
fn names(module: &[u8]) -> wasmparser::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    names.insert(import?.name.to_owned());
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    names.insert(export?.name.to_owned());
                }
            }
            _ => {}
        }
    }
    names.retain(|name| has_hash(name));
    Ok(names)
}

fn has_hash(name: &str) -> bool {
    let digits = |part: &str| part.bytes().take_while(u8::is_ascii_hexdigit).count();
    name.split('_').any(|part| digits(part.trim_start_matches('h')) >= HASH)
}

struct Renamed<'a> {
    names: &'a BTreeMap<String, String>,
}

impl Renamed<'_> {
    fn name<'b>(&'b self, name: &'b str) -> &'b str {
        self.names.get(name).map_or(name, String::as_str)
    }
}

impl Reencode for Renamed<'_> {
    type Error = std::convert::Infallible;

    fn parse_imports(
        &mut self,
        imports: &mut ImportSection,
        found: Imports<'_>,
    ) -> std::result::Result<(), reencode::Error> {
        // Other forms are not written by wasm-bindgen; their names stay, as in the script.
        let Imports::Single(_, import) = found else {
            return reencode::utils::parse_imports(self, imports, found);
        };
        let kind = self.entity_type(import.ty)?;
        imports.import(import.module, self.name(import.name), kind);
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> std::result::Result<(), reencode::Error> {
        let index = self.external_index(export.kind, export.index)?;
        let kind = self.export_kind(export.kind)?;
        exports.export(self.name(export.name), kind, index);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, TypeSection};

    use super::*;

    #[test]
    fn only_names_with_a_hash_are_shortened_in_script_and_module() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for name in ["__wbg_abort_0123456789abcdef", "__wbindgen_init_externref_table"] {
            imports.import("./main_bg.js", name, EntityType::Function(0));
        }
        let mut exports = ExportSection::new();
        exports.export("convert__invoke__h0123456789abcdef", wasm_encoder::ExportKind::Func, 0);
        exports.export("convert__invoke__h0123456789abcdef_5", wasm_encoder::ExportKind::Func, 1);
        let mut module = Module::new();
        let module = module.section(&types).section(&imports).section(&exports).clone().finish();
        let glue = "__wbg_abort_0123456789abcdef: f, __wbindgen_init_externref_table: g, \
            wasm.convert__invoke__h0123456789abcdef_5, wasm.convert__invoke__h0123456789abcdef)";
        let (glue, module) = shorten(glue, &module).unwrap();
        assert_eq!(glue, "$0: f, __wbindgen_init_externref_table: g, wasm.$2, wasm.$1)");
        assert!(names(&module).unwrap().is_empty());
        let text = String::from_utf8_lossy(&module);
        assert!(
            ["$0", "$1", "$2", "__wbindgen_init_externref_table"]
                .iter()
                .all(|name| text.contains(name))
        );
        assert!(shorten("", b"no module").is_err());
    }
}
