//! The things that are kept out of a file that anybody may read.
//!
//! Three nets, one behind the other. Documents are gone through leaf by leaf: rows that name owner,
//! unit, network or place are hidden, and so is whatever the table does not know, as later firmware
//! may add names. Other texts lose what looks like an address or a long number. At last every text
//! of the file is searched for what the charger and its owner said of themselves.

use nrgkick_model::field::{DocumentName, FIELDS, Field};
use nrgkick_model::json::leaves;
use nrgkick_model::reading::Form;
use nrgkick_model::{FieldId, Readings};
use serde_json::Value;

use crate::exchange::Exchange;
use crate::file::Profile;

/// Stands in the place of what is kept out.
pub const HIDDEN: &str = "(hidden)";

/// Shorter secrets are parts of common words.
const SHORTEST: usize = 4;
/// As many digits in one word are a number of somebody or something. The largest energy limit, which
/// is part of a refusal, has seven.
const MANY_DIGITS: usize = 8;
/// Words of the manufacturer. A unit that bears them as its name gives nothing away, and to hide
/// them would hide parts of the charger's own texts.
const PUBLIC: &str = "nrgkick gen2 sim";

/// Rows that name this unit, its owner or the owner's network. Beside those that are private on the
/// network itself.
const OWN: [FieldId; 5] = [
    FieldId::SerialNumber,
    FieldId::DeviceName,
    FieldId::AttachmentSerial,
    FieldId::IpAddress,
    FieldId::CellularOperator,
];

/// `true` if the row is kept out.
pub fn is_kept_out(field: &Field) -> bool {
    field.is_private() || OWN.contains(&field.id)
}

/// Texts by which the charger and its owner are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a text, such as a user name, a password or an address.
    pub fn add(&mut self, text: &str) {
        let text = text.trim();
        let is_public = PUBLIC.contains(&text.to_ascii_lowercase());
        if text.chars().count() >= SHORTEST && !is_public && !self.0.iter().any(|s| s == text) {
            self.0.push(text.to_owned());
            // The longest first: one may be a part of another.
            self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// Adds what `readings` say of owner, unit, network and place.
    pub fn learn(&mut self, readings: &Readings) {
        for (field, scalar) in readings.iter().filter(|(field, _)| is_kept_out(field)) {
            match readings.text(field.id) {
                Some(text) => self.add(text),
                // A position; short numbers are everywhere.
                None => {
                    let number = scalar.number().unwrap_or_default().to_string();
                    if number.len() > SHORTEST {
                        self.add(&number);
                    }
                }
            }
        }
    }

    /// Returns the texts, the longest first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns `text` without any of the secrets.
    pub fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| without(&text, secret))
    }
}

/// Returns `text` with [`HIDDEN`] for `secret`, whatever its case.
fn without(text: &str, secret: &str) -> String {
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let (mut hidden, mut from) = (String::with_capacity(text.len()), 0);
    // Changing the case of ASCII letters moves no byte.
    while let Some(at) = lower[from..].find(&secret) {
        hidden.push_str(&text[from..from + at]);
        hidden.push_str(HIDDEN);
        from += at + secret.len();
    }
    hidden + &text[from..]
}

/// Returns `/info` as JSON with codes as numbers, without what is kept out.
pub fn info(readings: &Readings) -> Value {
    let mut readings = readings.clone();
    for field in FIELDS.iter().filter(|field| is_kept_out(field)) {
        readings.set(field.id, None);
    }
    let text = readings.to_json(DocumentName::Info, &[], Form::Raw);
    serde_json::from_str(&text).unwrap_or_default()
}

/// Returns the text of a `document` with what is kept out hidden, otherwise as it was printed. What
/// is no document is treated as any [`text`].
pub fn document(document: DocumentName, body: &str) -> String {
    let Some(leaves) = leaves(body).filter(|_| body.trim_start().starts_with('{')) else {
        return text(body);
    };
    if leaves.iter().any(|leaf| leaf.path == "Response") {
        return text(body);
    }
    let mut shown = body.to_owned();
    for leaf in leaves.into_iter().rev() {
        // Old firmware ends some keys with a colon.
        let path = format!("{document}.{}", leaf.path.trim_end_matches(':'));
        if Field::at(&path).is_some_and(|field| !is_kept_out(field)) {
            continue;
        }
        let found = &body[leaf.range.clone()];
        let hidden = match found.as_bytes().first() {
            Some(b'"') => format!("\"{HIDDEN}\""),
            Some(b't' | b'f' | b'n') => continue,
            _ => zeros(found),
        };
        shown.replace_range(leaf.range, &hidden);
    }
    shown
}

/// Returns a 0 with as many decimals as `number`.
fn zeros(number: &str) -> String {
    match number.split_once('.') {
        Some((_, decimals)) => {
            let count = decimals.bytes().take_while(u8::is_ascii_digit).count();
            format!("0.{}", "0".repeat(count.max(1)))
        }
        None => "0".to_owned(),
    }
}

/// Returns `text` without addresses and long numbers.
pub fn text(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars().chain(['\0']) {
        // A word of an address: IPv4, IPv6, hardware.
        if character.is_ascii_alphanumeric() || ".:-".contains(character) {
            word.push(character);
            continue;
        }
        hidden.push_str(if is_number_or_address(&word) { HIDDEN } else { &word });
        word.clear();
        hidden.push(character);
    }
    hidden.pop();
    hidden
}

fn is_number_or_address(word: &str) -> bool {
    let word = word.trim_matches(['.', ':', '-']);
    let many = |part: &str| part.bytes().filter(u8::is_ascii_digit).count() >= MANY_DIGITS;
    let is_v4 = word.split(':').next().is_some_and(|host| {
        let parts: Vec<_> = host.split('.').collect();
        parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
    });
    let is_hex = |separator| {
        let parts: Vec<_> = word.split(separator).collect();
        let hex =
            |part: &&str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        parts.len() >= 6 && parts.iter().all(hex)
    };
    let is_local = word.to_ascii_lowercase().ends_with(".local");
    is_v4 || is_local || is_hex(':') || is_hex('-') || word.split(['.', ':', '-']).any(many)
}

/// Returns `exchange` without addresses and long numbers.
pub fn exchange(exchange: &Exchange) -> Exchange {
    let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), text(value)));
    Exchange { status: exchange.status, headers: headers.collect(), body: text(&exchange.body) }
}

impl Profile {
    /// Returns the profile without any of `secrets` in a text; the last net.
    ///
    /// The values of `/info` are left as they are: they were chosen by row, see [`info`].
    #[must_use]
    pub fn without(mut self, secrets: &Secrets) -> Self {
        self.answers.http.each_text(|text| secrets.hide(text));
        for evidence in &mut self.evidence {
            evidence.text = secrets.hide(&evidence.text);
        }
        self
    }
}

#[cfg(test)]
mod tests;
