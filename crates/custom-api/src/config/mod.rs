//! The configuration file: what is shown to the charger, and where each value comes from.
//!
//! Here: reading TOML into [`Config`], with every mistake named. Not here: asking a source
//! anything; a configuration is right or wrong without the network.
//!
//! # What is no value
//! Text that says so (`unavailable`, `unknown`, `NaN`, an empty one), `null`, and in registers what
//! the type has for it ([`WordType::nan`]): unknown, and never 0. `nan = [0x8000]` names other raw
//! contents in place of the type's own, `nan = "none"` says that every content is a number, and
//! `null = 0` that `null` is that number at once. `min` and `max`, for any value and any part of
//! others, are bounds in the value's own unit: beyond them is no value either, and nothing is ever
//! cut to fit.

mod accept;
mod address;
mod broker;
mod error;
mod order;
mod read;
mod reader;
mod source;
mod suggest;
#[cfg(test)]
mod tests;
mod value;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gateway_api::custom_api::Stale;
use http_service::access::Token;
use http_service::secret::secret_file;
use nrgkick_model::custom_api::{InfoDocument, Place};
use toml::de::DeTable;

pub use address::{HostPort, Url};
pub use broker::{Broker, Login, Publish};
pub use error::{ConfigError, EntryError};
pub use source::{HttpSource, ModbusSource, MqttSource, Pick, Source, WordOrder, WordType};

use error::EntryErrors;
use reader::Reader;

/// How often a source is asked, where the file does not say.
pub const DEFAULT_EVERY: Duration = Duration::from_secs(5);
/// How old a value may be, where the file does not say.
pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(30);

/// A configuration that makes sense. Debug output holds no secret.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// What the devices are.
    pub info: InfoDocument,
    /// The values, in the order of the file; the house's derived load comes last.
    pub values: Vec<Value>,
    /// The places of the values, parts before what is made of them.
    pub order: Vec<usize>,
    /// The MQTT brokers that values name.
    pub brokers: Vec<Broker>,
    /// What who pushes values must show.
    pub push_token: Option<Token>,
    /// Hosts beyond the local network that sources may be on.
    pub allow_hosts: Vec<String>,
}

/// One value.
#[derive(Debug)]
pub struct Value {
    /// Its place as `inverters.0.KEY`, or its name in `[values]`.
    pub name: String,
    /// Its line in the file; 0 for what stands in none.
    pub line: usize,
    /// Where it stands in the charger's document; nothing where it is only a part of others.
    pub place: Option<Place>,
    /// Where it comes from.
    pub source: Source,
    /// Within which it is a value at all.
    pub bounds: Bounds,
    /// What becomes of it with time; nothing for what has no age of its own.
    pub ageing: Option<Ageing>,
}

/// The smallest and the largest that a value can be; what is beyond is no value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The smallest.
    pub min: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
}

/// How old a value may be, and what holds then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// Older than this is stale.
    pub max_age: Duration,
    /// What the charger gets in place of a stale value.
    pub stale: Stale,
}

impl Config {
    /// Reads and checks `file`. `push_token_file` stands in for the one that the file names.
    ///
    /// # Errors
    /// Where the file cannot be read, or names every mistake in it.
    pub fn load(file: &Path, push_token_file: Option<&Path>) -> Result<Self, ConfigError> {
        let path = || file.to_path_buf();
        let text = std::fs::read_to_string(file)
            .map_err(|source| ConfigError::Read { path: path(), source })?;
        Self::parse(&text, file, push_token_file)
    }

    /// As [`load`](Self::load), of a text that is at hand. Files it names are relative to `file`.
    ///
    /// # Errors
    /// Names every mistake in it.
    pub fn parse(
        text: &str,
        file: &Path,
        push_token_file: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let errors = EntryErrors::new(text);
        let config = match DeTable::parse(text) {
            Ok(table) => {
                let span = table.span();
                let reader =
                    Reader { path: String::new(), table: table.get_ref(), span, errors: &errors };
                Some(read(&reader, file, push_token_file))
            }
            Err(error) => {
                errors.add_syntax(&error);
                None
            }
        };
        match config {
            Some(config) if errors.is_empty() => Ok(config),
            _ => {
                let errors = errors.into_list();
                Err(ConfigError::Invalid { path: file.to_path_buf(), errors })
            }
        }
    }

    /// The value of this name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.values.iter().position(|value| value.name == name)
    }
}

/// What holds for every value that does not say otherwise, and the brokers that values have named
/// so far.
struct Context {
    every: Duration,
    max_age: Duration,
    stale: Stale,
    folder: PathBuf,
    allow_hosts: Vec<String>,
    brokers: RefCell<Vec<Broker>>,
}

const TOP: &[&str] = &["every", "max_age", "stale", "allow_hosts", "push_token_file"];

fn read(reader: &Reader<'_, '_>, file: &Path, push_token_file: Option<&Path>) -> Config {
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let allow_hosts: Vec<String> =
        reader.strings("allow_hosts").into_iter().map(str::to_ascii_lowercase).collect();
    let context = Context {
        every: reader.duration("every").unwrap_or(DEFAULT_EVERY),
        max_age: reader.duration("max_age").unwrap_or(DEFAULT_MAX_AGE),
        stale: reader.word("stale", Stale::WORDS).unwrap_or(Stale::Unavailable),
        folder,
        allow_hosts,
        brokers: RefCell::default(),
    };
    context.brokers.replace(broker::read_brokers(reader, &context));
    let (info, values, order) = value::read_values(reader, &context);
    let push_token = read_push_token(reader, push_token_file, &context.folder);
    let pushed = values.iter().find(|value| matches!(value.source, Source::Push(_)));
    if let (Some(pushed), None) = (pushed, &push_token)
        && reader.errors.is_empty()
    {
        let message = "a value that is pushed needs a token: push_token_file = \"FILE\" at the \
                       top, or --push-token-file FILE";
        reader.errors.add_at(pushed.line, &pushed.name, message);
    }
    let Context { allow_hosts, brokers, .. } = context;
    let brokers = brokers.into_inner();
    Config { file: file.to_path_buf(), info, values, order, brokers, push_token, allow_hosts }
}

fn read_push_token(reader: &Reader<'_, '_>, given: Option<&Path>, folder: &Path) -> Option<Token> {
    let named = reader.file("push_token_file", folder);
    let path = given.map(Path::to_path_buf).or(named)?;
    let span = reader.get("push_token_file").map_or(0..0, |entry| entry.span());
    let token = match secret_file(&path) {
        Ok(text) => Token::new(&text).ok_or_else(|| {
            let least = http_service::access::SHORTEST_TOKEN;
            format!(
                "the token in {} is not at least {least} characters long, all of them letters, \
                 digits or one of -._~+/=",
                path.display()
            )
        }),
        Err(error) => Err(http_service::logging::Chain(&error).to_string()),
    };
    let key = if given.is_some() { "--push-token-file" } else { "push_token_file" };
    token.map_err(|message| reader.errors.add(&span, key, message)).ok()
}
