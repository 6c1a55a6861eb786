//! The form in which numbers with decimals are printed.

use std::collections::BTreeMap;

use charger_profile::Numbers;
use nrgkick_model::code::{ChargingStatus, Code};
use nrgkick_model::field::{DocumentName, Kind};
use nrgkick_model::json::leaves;
use nrgkick_model::request::Read;
use nrgkick_model::{Field, FieldId, Request};

use crate::owner::Owner;
use crate::session::{Session, Skip, left};

/// Reads of the values; they differ from one to the next while a vehicle charges.
const READS: usize = 3;

pub(super) async fn decimals<O: Owner>(s: &mut Session<'_, O>) -> Result<(), Skip> {
    let mut printed = Vec::new();
    let values = Request::Read(Read::text(DocumentName::Values));
    for _ in 0..READS {
        let answer = s.get(&values.target()).await?;
        s.learn(DocumentName::Values, &answer.reply())?;
        s.note_document(DocumentName::Values, &values.target(), &answer);
        printed.extend(numbers(DocumentName::Values, &answer.text()));
    }
    let control = s.get(&Request::Control.target()).await?;
    printed.extend(numbers(DocumentName::Control, &control.text()));
    let info = s.get(&Request::Read(Read::text(DocumentName::Info)).target()).await?;
    printed.extend(numbers(DocumentName::Info, &info.text()));
    if printed.is_empty() {
        return left("no number with decimals was found");
    }
    let charging = Some(Code::ChargingStatus(ChargingStatus::Charging));
    let while_charging = s.readings.code(FieldId::Status) == charging;
    s.answers.http.numbers = Some(form(&printed, while_charging));
    if !while_charging {
        s.owner
            .say("  No vehicle charges, so many numbers are 0. Run this once more while one does.");
    }
    Ok(())
}

/// Returns path and text of each number with decimals.
fn numbers(document: DocumentName, body: &str) -> Vec<(String, String)> {
    let decimal = |path: &String| Field::at(path).is_some_and(|f| f.kind == Kind::Decimal);
    leaves(body)
        .unwrap_or_default()
        .into_iter()
        .map(|leaf| {
            let path = format!("{document}.{}", leaf.path.trim_end_matches(':'));
            (path, body[leaf.range].to_owned())
        })
        .filter(|(path, text)| decimal(path) && text.parse::<f64>().is_ok())
        .collect()
}

fn form(printed: &[(String, String)], while_charging: bool) -> Numbers {
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    // Who prints no more than is needed never ends a fraction with a 0, but for the one in `6.0`.
    let is_fixed = printed.iter().any(|(_, text)| decimals(text) > 1 && text.ends_with('0'));
    let mut by_path = BTreeMap::new();
    if is_fixed {
        for (path, text) in printed {
            let most = by_path.entry(path.clone()).or_default();
            *most = u8::try_from(decimals(text)).unwrap_or(u8::MAX).min(9).max(*most);
        }
    }
    let point = printed.iter().all(|(_, text)| text.contains('.'));
    Numbers { while_charging, point: is_fixed || point, decimals: by_path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_told_by_zeros_and_points() {
        let of = |texts: &[&str]| {
            let path = "values.powerflow.l1.voltage";
            let printed: Vec<_> =
                texts.iter().map(|text| (path.to_owned(), (*text).to_owned())).collect();
            form(&printed, true)
        };
        let shortest = Numbers { while_charging: true, point: true, decimals: BTreeMap::new() };
        assert_eq!(of(&["6.0", "230.17"]), shortest);
        assert_eq!(of(&["6", "230.17"]), Numbers { point: false, ..shortest });
        let fixed = of(&["6.000", "230.170"]);
        assert_eq!(fixed.decimals.values().copied().collect::<Vec<_>>(), [3]);
    }
}
