//! F29: whatever a device or a caller sends, reading it ends with a value or an error.
//!
//! `PROPTEST_CASES=1000000 cargo test -p nrgkick-model --test any_bytes` goes on for longer.

use nrgkick_model::field::{DocumentName, FIELDS, FieldId};
use nrgkick_model::register::{Block, MAX_QUANTITY, ReadPlan};
use nrgkick_model::request::Read;
use nrgkick_model::{ControlWrite, Reply};
use proptest::prelude::*;

const SAMPLES: [&str; 4] = [
    include_str!("../../../tests/fixtures/derived_info_raw_fixed_mac.json"),
    include_str!("../../../tests/fixtures/official_control_initial.json"),
    include_str!("../../../tests/fixtures/official_values_raw.json"),
    r#"{"Response":"Charging pause is blocked by solar-charging"}"#,
];

/// A change of bytes: where, as a share of the length, what, and how many are taken out for it.
type Edit = (u16, Vec<u8>, u8);

/// Bytes of chance, and documents of the manufacturer with some bytes changed.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec(any::<Edit>(), 0..4);
    let spoilt = (0..SAMPLES.len(), edits).prop_map(|(sample, edits)| {
        let mut bytes = SAMPLES[sample].as_bytes().to_vec();
        for (at, with, out) in edits {
            let at = usize::from(at) % (bytes.len() + 1);
            let end = (at + usize::from(out)).min(bytes.len());
            bytes.splice(at..end, with.into_iter().take(16));
        }
        bytes
    });
    prop_oneof![prop::collection::vec(any::<u8>(), 0..200), spoilt]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn f29_any_reply_is_a_document_or_an_error(status in 0_u16..1000, body in any_body()) {
        let reply = Reply { status, body };
        for document in DocumentName::ALL {
            if let Ok(readings) = reply.readings(document) {
                for field in document.fields() {
                    let is_known = readings.reported(field.id).is_some();
                    prop_assert!(!is_known || readings.misfit(field.id).is_none(), "{}", field.path);
                }
            }
        }
    }

    #[test]
    fn f29_any_body_and_query_is_a_checked_write_or_an_error(body in any_body(), query in ".{0,60}") {
        if let Ok(write) = ControlWrite::from_json(&body) {
            prop_assert!(write.commands().next().is_some(), "nothing to write is an error");
        }
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        prop_assert!(ControlWrite::from_pairs(pairs).is_err(), "no key of a setting is among them");
        for document in DocumentName::ALL {
            if let Ok(read) = Read::parse(document, Some(&query)) {
                prop_assert_eq!(read.document, document);
            }
        }
    }

    #[test]
    fn f29_a_plan_reads_each_row_once_whatever_was_refused(
        refused in prop::collection::vec(0..FIELDS.len(), 0..20),
        longest in prop::option::of(1..=MAX_QUANTITY),
        cuts in prop::collection::vec(1..=MAX_QUANTITY, 0..4),
    ) {
        let mut plan = ReadPlan::default();
        let rows: Vec<FieldId> = refused.iter().map(|row| FIELDS[*row].id).collect();
        let tried: Vec<Block> = plan.required(&DocumentName::ALL);
        plan.learn_refusals(&tried, &rows, longest.unwrap_or(0));
        for limit in cuts {
            plan.endure(limit);
        }
        let blocks = plan.required(&DocumentName::ALL);
        let mut seen: Vec<FieldId> = Vec::new();
        for block in &blocks {
            prop_assert!(block.quantity <= MAX_QUANTITY && block.end() <= 264, "{:?}", block);
            let rows: Vec<_> = block.rows().collect();
            let words: u16 = rows.iter().map(|row| row.register.encoding.words()).sum();
            prop_assert_eq!(words, block.quantity, "whole rows: {:?}", block);
            seen.extend(rows.iter().map(|row| row.id));
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), count, "each once");
        prop_assert!(seen.iter().all(|row| !plan.refused(&DocumentName::ALL).contains(row)));
    }
}
