//! The keys of the documents as a tree, computed from the table's paths at compile time.
//!
//! Siblings are in the order of the table, which is nearly the order in which the device prints.

use super::path::{end_of_key, is_same};
use super::table::FIELDS;
use super::{DocumentName, Field, FieldId};

/// The index of a key in the tree. There are fewer than 128, so that sets of them fit a `u128`.
pub(crate) type Place = u8;

/// A key of a document.
#[derive(Clone, Copy)]
struct Node {
    /// The key; at the top, the document's name.
    key: &'static str,
    /// The first key inside it; its own index if it is a leaf.
    child: Place,
    /// The next key beside it; its own index if it is the last.
    next: Place,
    /// The first row at or below it.
    row: FieldId,
    /// Bytes of that row's path up to the end of the key.
    length: u8,
}

static NODES: [Node; 128] = build();

/// Returns the place of `document`, the parent of its keys.
pub(crate) fn root(document: DocumentName) -> Place {
    let mut place = 0;
    while NODES[usize::from(place)].key != document.name() {
        place = NODES[usize::from(place)].next;
    }
    place
}

/// Returns the row at `place`; `None` if it has keys.
pub(crate) fn leaf(place: Place) -> Option<&'static Field> {
    let node = &NODES[usize::from(place)];
    (node.child == place).then(|| Field::of(node.row))
}

/// Returns the path up to `place`.
pub(crate) fn path(place: Place) -> &'static str {
    let node = &NODES[usize::from(place)];
    &Field::of(node.row).path[..usize::from(node.length)]
}

/// Returns the place of `key` inside `parent`. The search starts after `after`, the last place
/// found inside it, and wraps around, so that keys in the order of the table are each found at
/// once.
pub(crate) fn find(parent: Place, after: Option<Place>, key: &str) -> Option<Place> {
    let first = NODES[usize::from(parent)].child;
    let following = |place: Place| {
        let next = NODES[usize::from(place)].next;
        if next == place { first } else { next }
    };
    let start = after.map_or(first, following);
    let mut place = start;
    loop {
        if NODES[usize::from(place)].key == key {
            return Some(place);
        }
        place = following(place);
        if place == start {
            return None;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "128 nodes, paths of less than 64 bytes")]
const fn build() -> [Node; 128] {
    let none = Node { key: "", child: 0, next: 0, row: FieldId::SerialNumber, length: 0 };
    let mut nodes = [none; 128];
    let mut count = 0;
    let mut row = 0;
    while row < FIELDS.len() {
        let path = FIELDS[row].path;
        let mut parent: Option<usize> = None;
        let mut begin = 0;
        while begin < path.len() {
            let end = end_of_key(path, begin);
            let key = super::path::key(path, begin);
            // The key among its siblings; the last of them if the key is new.
            let mut place = match parent {
                None => 0,
                Some(parent) => nodes[parent].child as usize,
            };
            let is_first = match parent {
                None => count == 0,
                Some(parent) => place == parent,
            };
            if !is_first {
                while !is_same(nodes[place].key, key) && nodes[place].next as usize != place {
                    place = nodes[place].next as usize;
                }
            }
            if is_first || !is_same(nodes[place].key, key) {
                let new = count as Place;
                if !is_first {
                    nodes[place].next = new;
                } else if let Some(parent) = parent {
                    nodes[parent].child = new;
                }
                let row = FIELDS[row].id;
                nodes[count] = Node { key, child: new, next: new, row, length: end as u8 };
                place = count;
                count += 1;
            }
            parent = Some(place);
            begin = end + 1;
        }
        row += 1;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_keys_and_nothing_else_is() {
        for field in FIELDS {
            let mut place = root(field.document());
            for key in field.keys() {
                assert_eq!(leaf(place).map(|leaf| leaf.path), None);
                assert_eq!(find(place, None, "no such key"), None);
                let parent = place;
                place = find(parent, None, key).unwrap();
                assert_eq!(find(parent, Some(place), key), Some(place));
                assert_eq!(find(parent, Some(place), "no such key"), None);
            }
            assert_eq!(leaf(place).map(|leaf| leaf.id), Some(field.id));
            assert_eq!(path(place), field.path);
        }
    }

    #[test]
    fn a_group_has_the_path_of_its_rows_begin() {
        let powerflow = find(root(DocumentName::Values), None, "powerflow").unwrap();
        let phase = find(powerflow, None, "l2").unwrap();
        assert_eq!(path(phase), "values.powerflow.l2");
        assert_eq!(find(powerflow, Some(phase), "l1").map(path), Some("values.powerflow.l1"));
    }
}
