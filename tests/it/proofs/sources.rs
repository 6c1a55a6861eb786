//! The functions of all sources, and which of them are tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nrgkick_tests::root;
use syn::visit::{self, Visit};
use syn::{Attribute, ItemFn, Macro};

/// What there is under a name.
pub(super) enum Found {
    /// A test.
    Test,
    /// A test that runs only where that is asked for.
    Ignored,
    /// No test.
    Nothing,
}

#[derive(Default)]
struct File {
    /// Tests, and whether they are ignored.
    tests: BTreeMap<String, bool>,
    /// Other functions, with the names of what they call.
    others: BTreeMap<String, Vec<String>>,
}

/// All sources, by their path from the root.
pub(super) struct Sources(BTreeMap<String, File>);

impl Sources {
    pub(super) fn read() -> Self {
        let mut files = BTreeMap::new();
        for folder in ["crates", "tests"] {
            read_folder(&root().join(folder), folder, &mut files);
        }
        assert!(files.len() > 500, "{}", files.len());
        Self(files)
    }

    pub(super) fn test(&self, file: &str, name: &str) -> Found {
        match self.0.get(file).and_then(|file| file.tests.get(name)) {
            Some(false) => Found::Test,
            Some(true) => Found::Ignored,
            None => Found::Nothing,
        }
    }

    /// `true` if `name` is a function that makes its command fail where something does not hold.
    pub(super) fn fails(&self, file: &str, name: &str) -> bool {
        let called = self.0.get(file).and_then(|file| file.others.get(name));
        called.is_some_and(|called| {
            called.iter().any(|name| ["assert", "ensure"].contains(&name.as_str()))
        })
    }

    /// Returns every test with its file.
    pub(super) fn tests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(path, file)| {
            file.tests.keys().map(move |name| (path.as_str(), name.as_str()))
        })
    }
}

fn read_folder(folder: &Path, name: &str, files: &mut BTreeMap<String, File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &name, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut file = File::default();
            Reader { file: &mut file, inside: None }.visit_file(&parsed);
            files.insert(name, file);
        }
    }
}

struct Reader<'a> {
    file: &'a mut File,
    /// The function that is being read, unless it is a test.
    inside: Option<String>,
}

/// `true` for `#[test]`, `#[tokio::test]` and `#[wasm_bindgen_test]`.
fn is_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "test" || last.ident == "wasm_bindgen_test")
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        let name = function.sig.ident.to_string();
        if function.attrs.iter().any(is_test) {
            let is_ignored =
                function.attrs.iter().any(|attribute| attribute.path().is_ident("ignore"));
            self.file.tests.insert(name, is_ignored);
            return;
        }
        self.file.others.entry(name.clone()).or_default();
        let before = self.inside.replace(name);
        visit::visit_item_fn(self, function);
        self.inside = before;
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        let Some(name) = found.path.segments.last().map(|last| last.ident.to_string()) else {
            return;
        };
        self.calls(&name);
        match name.as_str() {
            "proptest" => self.tests_in(&found.tokens.to_string()),
            // Names of tests that another engine runs: `Engine: module::test,`.
            "again_in" => {
                let tokens = found.tokens.to_string();
                let (_, named) = tokens.split_once(": ").unwrap_or_default();
                for test in named.split(',').filter_map(|path| path.rsplit("::").next()) {
                    if !test.trim().is_empty() {
                        self.file.tests.insert(test.trim().to_owned(), false);
                    }
                }
            }
            _ => {}
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(last) = path.path.segments.last() {
            self.calls(&last.ident.to_string());
        }
    }
}

impl Reader<'_> {
    fn calls(&mut self, name: &str) {
        if let Some(called) =
            self.inside.as_ref().and_then(|inside| self.file.others.get_mut(inside))
        {
            called.push(name.to_owned());
        }
    }

    /// Finds `#[test] fn name` in the tokens of a macro whose arguments are no Rust by themselves.
    fn tests_in(&mut self, tokens: &str) {
        let mut parts = tokens.split("fn ");
        let mut before = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            before.retain(|letter| !letter.is_whitespace());
            if before.ends_with("#[test]") {
                let name = part.split('(').next().unwrap_or_default().trim();
                self.file.tests.insert(name.to_owned(), false);
            }
            part.clone_into(&mut before);
        }
    }
}
