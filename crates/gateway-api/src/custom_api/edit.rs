//! The editor of the Custom API server: the bodies of its routes, which exist only with `--edit`.
//!
//! Every text travels whole: the server keeps no draft, and two pages that edit do not disturb each
//! other. A place in the file is called as in its messages: `inverters.0.inv_power_ac_w` or the own
//! name of a part for a value, `inverters.0`, `brokers.home`, `logins.NAME` for a section, and an
//! empty text for the top.
//!
//! Not here: the keys of a value, which are the file's.

use nrgkick_model::custom_api::Observed;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{SourceKind, ValuesAnswer};

/// `GET` gives a [`Configuration`], `PUT` takes a [`Save`] and gives a [`Saved`].
pub const CONFIG_PATH: &str = "/config";
/// `POST` takes a [`DraftRequest`] and gives a [`Draft`]; it writes nothing.
pub const DRAFT_PATH: &str = "/config/draft";
/// `POST` takes a [`TryRequest`] and gives a [`Trial`]; one at a time.
pub const TRY_PATH: &str = "/config/try";
/// Below it, `GET` gives the text of a recipe by its name.
pub const RECIPES_PATH: &str = "/config/recipes";

/// Most bytes of a request of the editor.
pub const LONGEST_REQUEST: usize = 256 * 1024;
/// Most bytes of a device's reply that a trial repeats.
pub const LONGEST_REPLY: usize = 64 * 1024;

/// The `code` of an error body, for the errors of the editor.
pub mod code {
    /// 409: the file is another one than the text was made from.
    pub const CHANGED: &str = "changed";
    /// 422: the text has mistakes; nothing was written.
    pub const INVALID: &str = "invalid";
    /// 422: the change cannot be made in this text.
    pub const NO_SUCH_CHANGE: &str = "no_such_change";
    /// 507: the file cannot be written; it is as it was.
    pub const NOT_WRITTEN: &str = "not_written";
}

/// The body of `GET /config`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// The file.
    pub file: String,
    /// The revision of the file, to be sent back when it is saved.
    pub revision: String,
    /// The reason in words why the file cannot be written; `None` if nothing speaks against it.
    pub read_only: Option<String>,
    /// The text of the file as a draft; empty if there is none yet.
    pub draft: Draft,
    /// Ready configurations, by brand.
    pub recipes: Vec<RecipeEntry>,
}

/// A ready configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipeEntry {
    /// Its name.
    pub name: String,
    /// The brand or program that it is for.
    pub brand: String,
    /// The conditions, a sentence.
    pub needs: String,
    /// The hosts in it, as in [`Draft::hosts`]; the first is the one that
    /// [`Change::AddRecipe`] replaces.
    pub hosts: Vec<String>,
}

/// The body of `POST /config/draft`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftRequest {
    /// The text of a configuration.
    pub text: String,
    /// The change to make in it; without one the text is only judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// One change of a text. Comments, order and empty lines stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Adds what a recipe has: its devices as further ones of their kind, its parts, brokers and
    /// log-ins under free names.
    AddRecipe {
        /// The recipe's name.
        name: String,
        /// The host in place of the recipe's first one, with or without a port.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    /// Sets one key of a value or section.
    Set {
        /// The value or section. A section that is not there yet is begun.
        at: String,
        /// The key. For a value that is a bare number or switch, `fixed` is that.
        key: String,
        /// The new content: a text, number, switch, or a list or object of these; `null` takes
        /// the key out.
        to: Value,
    },
    /// Puts a value in place: a new one, or another source for one that is there.
    Put {
        /// The value: `SECTION.NUMBER.KEY`, `load_power_w`, or the name of a part.
        at: String,
        /// A number, a switch, or an object with the keys of a source.
        source: Value,
    },
    /// Takes a value or a section out.
    Remove {
        /// The value or section.
        at: String,
    },
    /// Replaces a host wherever a source, broker or log-in has it.
    SetAddress {
        /// The host as in [`Draft::hosts`].
        from: String,
        /// The new one, with or without a port; without one, the ports stay.
        to: String,
    },
}

/// The answer of `POST /config/draft`: a text, and how the server reads it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The text, changed if a change was asked for.
    pub text: String,
    /// The mistakes by line; empty for a text that can be saved.
    pub problems: Vec<Problem>,
    /// The values in the order of the file; empty for a text that is no TOML.
    pub values: Vec<DraftValue>,
    /// The sections of devices, brokers and log-ins in the order of the file, the top first.
    pub sections: Vec<DraftSection>,
    /// The hosts of sources, brokers and log-ins, without ports, each once.
    pub hosts: Vec<String>,
    /// Remarks on the change: what was left out, or is to be decided.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The derivation of the house's load, or the reason for its absence: a sentence without a full
    /// stop. Empty for a text with mistakes.
    pub house: String,
}

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The line, counted from 1; `None` if it belongs to none.
    pub line: Option<usize>,
    /// The key as `inverters.0.KEY`; empty if it belongs to none.
    pub key: String,
    /// The mistake and the correction.
    pub message: String,
}

/// A value of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftValue {
    /// Its place, or its own name if it is only a part of others.
    pub at: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// Set if it is a value of the charger's document.
    pub is_shown: bool,
    /// The unit to print after it; may be empty.
    pub unit: String,
    /// The kind of its source; `None` if the text names none, or more than one.
    pub kind: Option<SourceKind>,
    /// The source in words; empty for a text with mistakes.
    pub from: String,
    /// The keys of the value as JSON; `fixed` for a bare number or switch.
    pub settings: Map<String, Value>,
}

/// A section of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftSection {
    /// `inverters.0`, `brokers.home`, `logins.NAME`; empty for the top.
    pub at: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// Its keys as JSON, without those of values.
    pub settings: Map<String, Value>,
}

/// The body of `POST /config/try`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryRequest {
    /// The text of a configuration.
    pub text: String,
    /// The only value to try, with its parts; all without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The answer of `POST /config/try`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The values that were tried, in the order of the file.
    pub values: Vec<TriedValue>,
    /// The replies that the values are from.
    pub replies: Vec<TriedReply>,
    /// The derivation of the house's load, or the reason for its absence; empty if only one value
    /// was tried.
    pub house: String,
    /// The answer that the charger would get; `None` if only one value was tried.
    pub answer: Option<ValuesAnswer>,
}

/// One value of a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedValue {
    /// Its place, or its own name.
    pub at: String,
    /// The unit to print after it; may be empty.
    pub unit: String,
    /// The source in words.
    pub from: String,
    /// The outcome.
    pub outcome: TriedOutcome,
    /// What came, converted; `None` if nothing did.
    pub observed: Option<Observed>,
    /// The index of its reply in [`Trial::replies`].
    pub reply: Option<usize>,
}

/// The outcome of trying a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriedOutcome {
    /// It came and would be served: as the document would have it, with its unit.
    Good(String),
    /// It would not be served, the others would: the reason.
    LeftOut(String),
    /// It comes when somebody pushes it.
    Awaited,
    /// It did not come: the reason.
    Failed(String),
}

/// The reply of a device to one request, or the last message of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedReply {
    /// The request or topic in words.
    pub from: String,
    /// The content.
    pub body: ReplyBody,
}

/// The content of a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyBody {
    /// JSON.
    Json(Value),
    /// No JSON.
    Text(String),
    /// Too long to be repeated: its bytes.
    TooLong(usize),
}

/// The body of `PUT /config`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Save {
    /// The revision that the text was made from.
    pub revision: String,
    /// The text.
    pub text: String,
}

/// The answer of `PUT /config`: the file is written and the server follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The new revision.
    pub revision: String,
    /// The file that holds what was there before; `None` if there was none.
    pub backup: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_change_is_an_object_with_one_key() {
        let of = |value| from_value::<Change>(value).unwrap();
        let (name, address) = ("fronius".to_owned(), None);
        let recipe = of(json!({ "add_recipe": { "name": "fronius" } }));
        assert_eq!(recipe, Change::AddRecipe { name, address });
        let set =
            json!({ "set": { "at": "inverters.0.inv_power_ac_w", "key": "factor", "to": null } });
        let Change::Set { to, .. } = of(set) else { panic!("set") };
        assert_eq!(to, Value::Null);
        let request: DraftRequest = from_value(json!({ "text": "" })).unwrap();
        assert_eq!(request.change, None);
    }

    #[test]
    fn an_outcome_without_a_reason_is_a_word() {
        assert_eq!(serde_json::to_value(TriedOutcome::Awaited).unwrap(), json!("awaited"));
        let failed = TriedOutcome::Failed("no answer".to_owned());
        assert_eq!(serde_json::to_value(failed).unwrap(), json!({ "failed": "no answer" }));
    }
}
