//! The dependencies between modules.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};

use super::tree::{Tree, flatten, is_for_tests};

/// Returns every pair of a module and one that it names.
pub(super) fn arrows_of(tree: &Tree) -> BTreeSet<(Vec<String>, Vec<String>)> {
    let mut arrows = BTreeSet::new();
    for (path, file) in tree.modules() {
        let mut reader = Reader { tree, file: path, inside: path.clone(), arrows: &mut arrows };
        reader.visit_file(file);
    }
    arrows
}

struct Reader<'a> {
    tree: &'a Tree,
    file: &'a [String],
    /// The file's path, followed by its inline modules.
    inside: Vec<String>,
    arrows: &'a mut BTreeSet<(Vec<String>, Vec<String>)>,
}

impl Reader<'_> {
    /// Records a path; one that begins with none of the three keywords belongs to another crate, or
    /// to this module.
    fn path(&mut self, written: &[String]) {
        let mut at = self.inside.clone();
        let mut rest = written;
        match written.first().map(String::as_str) {
            Some("crate") => (at, rest) = (Vec::new(), &written[1..]),
            Some("self") => rest = &written[1..],
            Some("super") => {
                while let Some(("super", more)) =
                    rest.split_first().map(|(first, more)| (first.as_str(), more))
                {
                    at.pop();
                    rest = more;
                }
            }
            _ => return,
        }
        at.extend_from_slice(rest);
        self.arrows.insert((self.file.to_vec(), self.tree.module_of(&at)));
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Const(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.inside.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inside.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        flatten(&item.tree, &mut Vec::new(), &mut |path, _| self.path(path));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written: Vec<_> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.path(&written);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // Macro arguments are not parsed: words with `::` between them are paths.
        let text = call.tokens.to_string().replace(" :: ", "::");
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':') {
            let written: Vec<_> = word.split("::").map(str::to_owned).collect();
            if written.len() > 1 {
                self.path(&written);
            }
        }
        visit::visit_macro(self, call);
    }

    // Doc comments are attributes.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
