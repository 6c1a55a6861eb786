//! Property tests of decoding: any JSON at the place of one leaf changes at most its row.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

use super::Readings;
use crate::field::{DocumentName, FIELDS, Field};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::from)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The manufacturer's samples.
fn sample(document: DocumentName) -> Value {
    let text = match document {
        DocumentName::Info => {
            include_str!("../../../../tests/fixtures/derived_info_raw_fixed_mac.json")
        }
        DocumentName::Control => {
            include_str!("../../../../tests/fixtures/official_control_initial.json")
        }
        DocumentName::Values => include_str!("../../../../tests/fixtures/official_values_raw.json"),
    };
    serde_json::from_str(text).unwrap()
}

fn place<'v>(document: &'v mut Value, field: &Field) -> &'v mut Value {
    field.keys().fold(document, |value, key| &mut value[key])
}

proptest! {
    #[test]
    fn one_leaf_replaced_changes_at_most_its_row(row in 0..FIELDS.len(), value in any_json()) {
        let changed = &FIELDS[row];
        let document = changed.document();
        let mut tree = sample(document);
        let before = Readings::from_json(document, &tree).unwrap();
        *place(&mut tree, changed) = value;
        let after = Readings::from_json(document, &tree).unwrap();
        for field in document.fields().filter(|field| field.id != changed.id) {
            prop_assert_eq!(before.reported(field.id), after.reported(field.id), "{}", field.path);
            prop_assert_eq!(after.misfit(field.id), None, "{}", field.path);
        }
        let is_known = after.reported(changed.id).is_some();
        prop_assert!(is_known != after.misfit(changed.id).is_some(), "known, or said why not");
    }
}
