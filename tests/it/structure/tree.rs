//! The modules of a crate, by path.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::{Item, UseTree};

/// The parsed files of a crate; the root's path is empty.
pub(super) struct Tree {
    files: BTreeMap<Vec<String>, syn::File>,
    /// Names that the root re-exports, with their module.
    exports: BTreeMap<String, Vec<String>>,
}

impl Tree {
    /// Reads every source file below `folder`, except those for tests only.
    pub(super) fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        read_folder(folder, &mut Vec::new(), &mut files);
        Self::new(files)
    }

    /// Builds a tree from given texts.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let parsed = files.iter().map(|(path, text)| {
            let path = path.strip_suffix(".rs").unwrap();
            (module_path(path.split('/').map(str::to_owned).collect()), text)
        });
        Self::new(parsed.map(|(path, text)| (path, syn::parse_file(text).unwrap())).collect())
    }

    fn new(mut files: BTreeMap<Vec<String>, syn::File>) -> Self {
        let for_tests: Vec<Vec<String>> = files
            .iter()
            .flat_map(|(path, file)| {
                let modules = file.items.iter().filter_map(|item| match item {
                    Item::Mod(module) if is_for_tests(&module.attrs) => Some(&module.ident),
                    _ => None,
                });
                modules.map(|name| [path.as_slice(), &[name.to_string()]].concat())
            })
            .collect();
        files.retain(|path, _| !for_tests.iter().any(|test| path.starts_with(test)));
        let mut exports = BTreeMap::new();
        if let Some(root) = files.get(&Vec::new()) {
            for item in &root.items {
                if let Item::Use(item) = item {
                    flatten(&item.tree, &mut Vec::new(), &mut |path, name| {
                        let path = path.strip_prefix(&["crate".to_owned()][..]).unwrap_or(path);
                        exports.insert(name, path.to_vec());
                    });
                }
            }
        }
        Self { files, exports }
    }

    /// Returns every module with its file.
    pub(super) fn modules(&self) -> impl Iterator<Item = (&Vec<String>, &syn::File)> {
        self.files.iter()
    }

    /// Returns the module of an item's absolute `path`.
    pub(super) fn module_of(&self, path: &[String]) -> Vec<String> {
        let known = |path: &[String]| {
            let longest =
                (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]));
            path[..longest.unwrap_or(0)].to_vec()
        };
        let module = known(path);
        match path.first().and_then(|name| self.exports.get(name)) {
            Some(origin) if module.is_empty() => known(origin),
            _ => module,
        }
    }
}

/// Calls `found` with path and name of everything that `tree` imports.
pub(super) fn flatten(
    tree: &UseTree,
    path: &mut Vec<String>,
    found: &mut impl FnMut(&[String], String),
) {
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            flatten(&part.tree, path, found);
            path.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, path, found)),
        UseTree::Name(name) => leaf(&name.ident.to_string(), None, path, found),
        UseTree::Rename(name) => {
            leaf(&name.ident.to_string(), Some(name.rename.to_string()), path, found);
        }
        UseTree::Glob(_) => found(path, "*".to_owned()),
    }
}

fn leaf(
    name: &str,
    rename: Option<String>,
    path: &mut Vec<String>,
    found: &mut impl FnMut(&[String], String),
) {
    path.push(name.to_owned());
    found(path, rename.unwrap_or_else(|| name.to_owned()));
    path.pop();
}

/// `true` if an item with these attributes is compiled for tests only.
pub(super) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|flag| flag == "test")
    })
}

fn read_folder(
    folder: &Path,
    path: &mut Vec<String>,
    files: &mut BTreeMap<Vec<String>, syn::File>,
) {
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        path.push(file.file_stem().unwrap().to_string_lossy().into_owned());
        if file.is_dir() {
            read_folder(&file, path, files);
        } else if file.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&file).unwrap();
            let parsed = syn::parse_file(&text);
            let parsed = parsed.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            files.insert(module_path(path.clone()), parsed);
        }
        path.pop();
    }
}

fn module_path(mut path: Vec<String>) -> Vec<String> {
    if path.last().is_some_and(|name| ["lib", "main", "mod"].contains(&name.as_str())) {
        path.pop();
    }
    path
}
