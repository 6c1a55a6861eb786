//! The parts of a row's path, computed at compile time.

use super::DocumentName;

/// Returns the document that `path` begins with.
///
/// # Panics
/// If there is no such document: then the table does not compile.
pub(super) const fn document(path: &str) -> DocumentName {
    let name = key(path, 0);
    let mut at = 0;
    while at < DocumentName::ALL.len() {
        if is_same(name, DocumentName::ALL[at].name()) {
            return DocumentName::ALL[at];
        }
        at += 1;
    }
    panic!("a path begins with the name of its document")
}

/// Returns the first key inside the document, unless it is the last.
pub(super) const fn section(path: &'static str) -> Option<&'static str> {
    let begin = end_of_key(path, 0) + 1;
    if end_of_key(path, begin) == path.len() { None } else { Some(key(path, begin)) }
}

/// Returns the key that begins at `begin`.
pub(super) const fn key(path: &str, begin: usize) -> &str {
    path.split_at(end_of_key(path, begin)).0.split_at(begin).1
}

/// Returns the end of the key that begins at `begin`.
pub(super) const fn end_of_key(path: &str, begin: usize) -> usize {
    let mut end = begin;
    while end < path.len() && path.as_bytes()[end] != b'.' {
        end += 1;
    }
    end
}

pub(super) const fn is_same(one: &str, other: &str) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one.as_bytes()[at] != other.as_bytes()[at] {
            return false;
        }
        at += 1;
    }
    true
}
