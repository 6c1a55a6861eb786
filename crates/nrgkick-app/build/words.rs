//! The words as Rust: one function a key, with an argument for each placeholder.
//!
//! Every language is checked against English, and the labels of the table's rows against the table,
//! so that a missing word does not build. English is the source: its texts are in the program on a
//! host, for tests, and in a browser only those that must be shown before any file has come.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use messages::{Catalogue, Kind, is_never_mute, placeholders, problems};
use nrgkick_model::custom_api::{DeviceField, FIELDS as DEVICE_FIELDS};
use nrgkick_model::field::FIELDS;

const FOLDER: &str = "../../i18n";
const SOURCE: &str = "en";

/// Writes `words.rs` into the folder of the build's results.
pub(crate) fn write(is_wasm: bool) -> Result<(), String> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let languages = read_all()?;
    let source = languages.get(SOURCE).ok_or(format!("{FOLDER}/{SOURCE}.json is missing"))?;
    let mut wrong = Vec::new();
    for (name, language) in &languages {
        let found = problems(language, source);
        wrong.extend(found.into_iter().map(|found| format!("i18n/{name}.json: {found}")));
    }
    let rows = rows();
    for (key, text) in &rows {
        if source.get(key) != Some(text) {
            wrong.push(format!("i18n/{SOURCE}.json: {key} is “{text}” in the model's table"));
        }
    }
    let broken = source.entries().filter(|(_, text)| text.contains('\n'));
    wrong.extend(broken.map(|(key, _)| format!("i18n/{SOURCE}.json: {key} has a line break")));
    let place = |key: &str| source.entries().position(|(there, _)| there == key);
    for tables in [&rows[..FIELDS.len() * 2], &rows[FIELDS.len() * 2..]] {
        let first = place(&tables[0].0).unwrap_or_default();
        for (index, (key, _)) in tables.iter().enumerate() {
            if place(key).is_some_and(|place| place != first + index) {
                wrong.push(format!("i18n/{SOURCE}.json: {key} is not in the order of the table"));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let mut code = table(source, is_wasm);
    code += &codes(&languages);
    code += &first_row(source, &rows[0].0, "FIELDS_AT");
    code += &first_row(source, &rows[FIELDS.len() * 2].0, "DEVICE_FIELDS_AT");
    code += &functions(source)?;
    let path = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let path = path.join("words.rs");
    fs::write(&path, code).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn read_all() -> Result<BTreeMap<String, Catalogue>, String> {
    let failed = |path: &Path, error: String| format!("{}: {error}", path.display());
    let folder = Path::new(FOLDER);
    let mut languages = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error.to_string()))? {
        let path = entry.map_err(|error| failed(folder, error.to_string()))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(name) = name.strip_suffix(".json") {
            let text =
                fs::read_to_string(&path).map_err(|error| failed(&path, error.to_string()))?;
            let catalogue =
                Catalogue::parse(&text).map_err(|error| failed(&path, error.to_string()))?;
            languages.insert(name.to_owned(), catalogue);
        }
    }
    Ok(languages)
}

/// Keys and texts of the rows of both tables, in the order in which the page finds them: label and
/// sentence of each.
fn rows() -> Vec<(String, &'static str)> {
    let mut rows = Vec::new();
    for field in FIELDS {
        let key = format!("field.{}", field.path);
        rows.push((key.clone(), field.label()));
        rows.push((key + ".about", field.about()));
    }
    for field in DEVICE_FIELDS {
        let DeviceField { section, key, label, about, .. } = field;
        let key = format!("device.{}.{key}", section.map_or("house", |section| section.key()));
        rows.push((key.clone(), label));
        rows.push((key + ".about", about));
    }
    rows
}

/// The place of the first of the rows, which stand together.
fn first_row(source: &Catalogue, first: &str, name: &str) -> String {
    let at = source.entries().position(|(key, _)| key == first).unwrap_or_default();
    format!("pub(super) const {name}: usize = {at};\n")
}

fn table(source: &Catalogue, is_wasm: bool) -> String {
    let mut code = format!("pub(super) const VERSION: &str = {:?};\n", source.version());
    let texts = source.entries().map(|(key, text)| {
        let is_there = !is_wasm || is_never_mute(key);
        if is_there { text } else { "" }
    });
    // One text: an array would have a pointer and a length for each of the many that are not there.
    let texts: Vec<_> = texts.collect();
    let _ = writeln!(code, "pub(super) const COUNT: usize = {};", texts.len());
    let _ = writeln!(code, "pub(super) static ENGLISH: &str = {:?};", texts.join("\n"));
    code
}

fn codes(languages: &BTreeMap<String, Catalogue>) -> String {
    let source = languages.keys().position(|name| name == SOURCE).unwrap_or_default();
    let mut code = format!("pub(super) const LANGUAGES: [(&str, &str); {}] = [\n", languages.len());
    for (name, language) in languages {
        let own = language.get("language").unwrap_or(name);
        let _ = writeln!(code, "    ({name:?}, {own:?}),");
    }
    code + &format!("];\npub(super) const SOURCE: usize = {source};\n")
}

/// One function a key that is no row of a table; the part before the first dot is its module.
fn functions(source: &Catalogue) -> Result<String, String> {
    let mut modules: BTreeMap<&str, String> = BTreeMap::new();
    for (index, (key, text)) in source.entries().enumerate() {
        let (module, name) = key.split_once('.').unwrap_or(("", key));
        if ["field", "device"].contains(&module) {
            continue;
        }
        let arguments = placeholders(text).map_err(|error| format!("{key}: {error}"))?;
        let path = if module.is_empty() { "" } else { "super::" };
        let code = modules.entry(module).or_default();
        let _ = writeln!(code, "/// {}", text.replace('[', "\\["));
        if arguments.is_empty() {
            let _ = writeln!(code, "pub fn {name}() -> &'static str {{ {path}plain({index}) }}");
            continue;
        }
        let (mut parameters, mut values, mut number) =
            (String::new(), String::new(), String::new());
        for (argument, kind) in arguments {
            let kind = match kind {
                Kind::Text => {
                    let _ = write!(values, "({argument:?}, {argument}), ");
                    "&str"
                }
                Kind::Count if number.is_empty() => {
                    number = format!(", {argument:?}, {argument}");
                    "u64"
                }
                Kind::Count => return Err(format!("{key}: has two numbers that choose a form")),
            };
            let _ = write!(parameters, "{argument}: {kind}, ");
        }
        let call = if number.is_empty() { "filled" } else { "counted" };
        let _ = writeln!(
            code,
            "pub fn {name}({parameters}) -> String {{ {path}{call}({index}, &[{values}]{number}) }}"
        );
    }
    Ok(modules
        .into_iter()
        .map(|(module, code)| match module {
            "" => code,
            module => format!("/// The words of `{module}`.\npub mod {module} {{\n{code}}}\n"),
        })
        .collect())
}
