//! The configuration file: the values for the charger and the source of each.
//!
//! Here: parsing TOML into [`Config`], with every mistake reported. Not here: contacting a source;
//! a configuration is checked without the network.
//!
//! # Missing values
//! A text such as `unavailable`, `unknown`, `NaN` or an empty one, `null`, and in registers the
//! type's reserved contents ([`WordType::nan`]) mean that the value is unknown, never 0. `nan =
//! [0x8000]` names other raw contents in place of the type's own, `nan = "none"` makes every
//! content a number, and `null = 0` makes `null` (or such contents) that number at once. `min` and
//! `max`, for any value and any part of others, are bounds in the value's own unit: an observation
//! beyond them is dropped, never cut to fit.
//!
//! [`KEYS`] has every key of a value with its meaning.

mod accept;
mod address;
mod adjust;
mod broker;
mod error;
mod files;
mod keys;
mod login;
mod logins;
mod order;
mod pem;
mod pick;
mod read;
mod reader;
mod registers;
mod same;
mod source;
mod suggest;
#[cfg(test)]
mod tests;
mod trust;
mod value;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::Stale;
use http_service::access::Token;
use http_service::secret::secret_file;
use nrgkick_model::custom_api::{InfoDocument, Place};
use toml::de::DeTable;

pub use address::Url;
pub use adjust::{Adjust, Operand, Operands, Term};
pub use broker::{Broker, BrokerTls, Publish};
pub use error::{ConfigError, EntryError};
pub use keys::{KEYS, Key};
pub use login::Login;
pub use pick::{Clock, JsonPlace, Pick, ValidIf};
pub use registers::{MOST_REGISTERS, ModbusLink, ModbusSource, NegativeIf, Order, WordType};
pub use source::{Alive, HttpRequest, HttpSource, LoginStep, MqttSource, PostBody, Source};
pub use trust::{Fingerprint, Trust};

use error::EntryErrors;
use reader::Reader;

/// Polling interval of a source, unless the file sets another.
pub const DEFAULT_EVERY: Duration = Duration::from_secs(5);
/// Largest age of a value, unless the file sets another.
pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(30);

/// A valid configuration. Debug output holds no secret.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// The file that replaced its `push_token_file`, if one did.
    push_token_file: Option<PathBuf>,
    /// The descriptions of the devices, served as `info.json`.
    pub info: InfoDocument,
    /// The values, in the order of the file; the house's derived load comes last.
    pub values: Vec<Value>,
    /// Indices of the values, parts before the values that are computed from them.
    pub order: Vec<usize>,
    /// The MQTT brokers of the values.
    pub brokers: Vec<Broker>,
    /// The log-ins of the values.
    pub logins: Vec<LoginStep>,
    /// The token that pushes must show.
    pub push_token: Option<Token>,
    /// Hosts beyond the local network that sources may be on, in lower case.
    pub allow_hosts: Vec<String>,
}

/// One value.
#[derive(Debug)]
pub struct Value {
    /// Its place as `inverters.0.KEY`, or its name in `[values]`.
    pub name: String,
    /// Its line in the file; 0 for a value that the file does not contain.
    pub line: usize,
    /// Its place in the charger's document; `None` for a mere part of other values.
    pub place: Option<Place>,
    /// Its source.
    pub source: Source,
    /// The arithmetic on what the source gives.
    pub adjust: Adjust,
    /// The smallest and largest acceptable number.
    pub bounds: Bounds,
    /// Its ageing rule; `None` for a value that has no age of its own.
    pub ageing: Option<Ageing>,
}

impl Value {
    /// Returns the unit of its numbers; empty where the file does not tell.
    pub fn unit(&self) -> &'static str {
        self.place.map_or("", |place| place.field().unit.symbol())
    }
}

/// The range of a value, in its own unit; an observation beyond it is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The smallest.
    pub min: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
}

/// The largest age of a value, and the policy beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// The largest age; an older value is stale.
    pub max_age: Duration,
    /// The charger's replacement for a stale value.
    pub stale: Stale,
}

impl Config {
    /// Reads and checks `file`. `push_token_file` replaces the one that the file names.
    ///
    /// # Errors
    /// [`ConfigError::Read`], or [`ConfigError::Invalid`] with every mistake.
    pub fn load(file: &Path, push_token_file: Option<&Path>) -> Result<Self, ConfigError> {
        let path = || file.to_path_buf();
        let text = std::fs::read_to_string(file)
            .map_err(|source| ConfigError::Read { path: path(), source })?;
        Self::parse(&text, file, push_token_file)
    }

    /// As [`load`](Self::load), for a text. Files it names are relative to `file`.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] with every mistake.
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

    /// Returns a configuration without any value, for a file that is still to be written.
    pub fn empty(file: &Path, push_token_file: Option<&Path>) -> Self {
        Self {
            file: file.to_path_buf(),
            push_token_file: push_token_file.map(Path::to_path_buf),
            info: InfoDocument::default(),
            values: Vec::new(),
            order: Vec::new(),
            brokers: Vec::new(),
            logins: Vec::new(),
            push_token: None,
            allow_hosts: Vec::new(),
        }
    }

    /// Returns the file that replaces its `push_token_file`, to read it again in the same way.
    pub fn token_file(&self) -> Option<&Path> {
        self.push_token_file.as_deref()
    }

    /// Returns the index of the value called `name`.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.values.iter().position(|value| value.name == name)
    }
}

/// Defaults of all values, and the brokers found so far.
struct Context {
    every: Duration,
    max_age: Duration,
    stale: Stale,
    folder: PathBuf,
    allow_hosts: Vec<String>,
    brokers: RefCell<Vec<Broker>>,
    /// The log-ins, or the names of those that are wrong.
    logins: RefCell<Vec<Result<LoginStep, String>>>,
    requests: RefCell<Vec<Arc<HttpRequest>>>,
}

const TOP: &[&str] = &["every", "max_age", "stale", "allow_hosts", "push_token_file"];

fn read(reader: &Reader<'_, '_>, file: &Path, push_token_file: Option<&Path>) -> Config {
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let allow_hosts: Vec<String> =
        reader.strings("allow_hosts").into_iter().map(str::to_ascii_lowercase).collect();
    let context = Context {
        every: reader.duration("every").unwrap_or(DEFAULT_EVERY),
        max_age: reader.duration("max_age").unwrap_or(DEFAULT_MAX_AGE),
        stale: read_stale(reader),
        folder,
        allow_hosts,
        brokers: RefCell::default(),
        logins: RefCell::default(),
        requests: RefCell::default(),
    };
    context.brokers.replace(broker::read_brokers(reader, &context));
    context.logins.replace(logins::read_logins(reader, &context));
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
    let Context { allow_hosts, brokers, logins, .. } = context;
    let brokers = brokers.into_inner();
    // With a wrong one the file is refused as a whole.
    let logins = logins.into_inner().into_iter().flatten().collect();
    let file = file.to_path_buf();
    let push_token_file = push_token_file.map(Path::to_path_buf);
    Config { file, push_token_file, info, values, order, brokers, logins, push_token, allow_hosts }
}

/// The policy of all values cannot be to leave them out.
fn read_stale(reader: &Reader<'_, '_>) -> Stale {
    match reader.word("stale", Stale::WORDS) {
        Some(Stale::Omit) => {
            let message = "the charger needs some of the values: write stale = \"omit\" at each one \
                           that it can do without";
            reader.wrong_at("stale", message);
            Stale::Unavailable
        }
        stale => stale.unwrap_or(Stale::Unavailable),
    }
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
