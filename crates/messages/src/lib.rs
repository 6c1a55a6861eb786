//! The words of the pages as data.
//!
//! - [`Catalogue`]: the messages of one language by their keys, as `i18n/LANG.json` holds them.
//! - [`Pack`]: the part of a catalogue that one page loads, without keys.
//! - [`fill`]: the text of a message with values in place of its placeholders.
//! - [`write_words`]: words in the markup of a page.
//! - [`placeholders`]: the placeholders of a message, with a check of its form.
//!
//! The form is the part of ICU MessageFormat that the pages need: `{name}`, and
//! `{name, plural, =0 {…} one {…} other {…}}` with `#` for the number. An apostrophe is an apostrophe.
//!
//! Not here: the messages, the plural rules of a language, loading.

mod catalogue;
mod check;
mod fill;
mod markup;
mod pack;
mod piece;

pub use catalogue::{Catalogue, CatalogueError};
pub use check::{Kind, MessageError, placeholders, problems};
pub use fill::{Argument, fill};
pub use markup::write_words;
pub use pack::{Pack, is_never_mute};
