//! The routes in the source of a router: calls of `route` with a path and the functions of methods.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nrgkick_tests::root;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Lit, Local, Pat};

/// The paths that a router names by constants are in these files.
const CONSTANTS: [&str; 7] = [
    "crates/charger-gateway/src/backup.rs",
    "crates/charger-gateway/src/route/health.rs",
    "crates/custom-api/src/route.rs",
    "crates/gateway-api/src/custom_api.rs",
    "crates/gateway-api/src/custom_api/edit.rs",
    "crates/gateway-api/src/value_history.rs",
    "crates/nrgkick-model/src/custom_api/mod.rs",
];
/// What stands before the paths of one charger.
const OF_A_CHARGER: &str = "/c/{name}";

/// Path, method in lower case, and whether it is there for each charger.
pub(super) type Found = (String, String, bool);

pub(super) fn routes(file: &Path) -> BTreeSet<Found> {
    let text = fs::read_to_string(file).unwrap();
    let mut reader = Reader::default();
    reader.visit_file(&syn::parse_file(&text).unwrap());
    let named: BTreeSet<_> = reader.found.iter().cloned().collect();
    named
        .iter()
        .filter(|(path, ..)| !path.starts_with(OF_A_CHARGER))
        .map(|(path, method, for_each)| {
            let each = (format!("{OF_A_CHARGER}{path}"), method.clone(), false);
            (path.clone(), method.clone(), *for_each || named.contains(&each))
        })
        .collect()
}

#[derive(Default)]
struct Reader {
    found: Vec<Found>,
    /// Inside of what makes the routes of a charger.
    is_for_each: bool,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_local(&mut self, local: &'ast Local) {
        let before = self.is_for_each;
        self.is_for_each |= matches!(&local.pat, Pat::Ident(name) if name.ident == "of_a_charger");
        visit::visit_local(self, local);
        self.is_for_each = before;
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "route"
            && let [path, methods] = call.args.iter().collect::<Vec<_>>()[..]
        {
            let mut names = Vec::new();
            methods_of(methods, &mut names);
            let path = path_of(path);
            assert!(!names.is_empty(), "{path} has no method");
            self.found.extend(names.into_iter().map(|name| (path.clone(), name, self.is_for_each)));
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// The methods of `get(a).post(b)`.
fn methods_of(expression: &Expr, found: &mut Vec<String>) {
    match expression {
        Expr::MethodCall(call) => {
            methods_of(&call.receiver, found);
            found.push(call.method.to_string());
        }
        Expr::Call(call) => {
            if let Expr::Path(function) = &*call.func {
                found.extend(function.path.segments.last().map(|last| last.ident.to_string()));
            }
        }
        _ => {}
    }
}

/// A text, a constant, or `&format!("{CONSTANT}/…")`.
fn path_of(expression: &Expr) -> String {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            _ => panic!("a path is no text"),
        },
        Expr::Path(path) => constant(&path.path.segments.last().unwrap().ident.to_string()),
        Expr::Reference(reference) => path_of(&reference.expr),
        Expr::Macro(found) if found.mac.path.is_ident("format") => {
            let form: syn::LitStr = found.mac.parse_body().unwrap();
            let form = form.value();
            let (name, rest) =
                form.strip_prefix('{').and_then(|form| form.split_once('}')).unwrap();
            format!("{}{}", constant(name), rest.replace("{{", "{").replace("}}", "}"))
        }
        _ => panic!("a path that this test does not read"),
    }
}

fn constant(name: &str) -> String {
    let begin = format!("const {name}: &str = \"");
    let texts = CONSTANTS.iter().map(|file| fs::read_to_string(root().join(file)).unwrap());
    let found: BTreeSet<_> = texts
        .filter_map(|text| {
            let (_, rest) = text.split_once(&begin)?;
            Some(rest.split_once('"')?.0.to_owned())
        })
        .collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found.into_iter().next().unwrap()
}
