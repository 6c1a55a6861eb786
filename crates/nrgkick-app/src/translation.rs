//! Loading the words of a language, and changing it.
//!
//! The words are beside the program: `i18n/LANG.json` for what is seen first, `i18n/LANG-details.json`
//! for the names and explanations of all values. Until the first has come, or if it does not come in
//! time, the page has the few words that it must never lack, in English; what failed is tried again.

use std::cell::Cell;
use std::thread::LocalKey;
use std::time::Duration;

use leptos::task::spawn_local;

use crate::words::{self, Language};
use crate::{api, browser, notify, shell, store, timer};

/// The longest time that the page waits for its words before it shows itself without them.
const FIRST_LIMIT: Duration = Duration::from_secs(3);

/// The pause before words that did not come are asked for again.
const RETRY: Duration = Duration::from_secs(5);

/// The parameter of the address bar that chooses a language.
const PARAMETER: &str = "lang";

/// The words did not come, or not those of this version of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordsMissing;

thread_local! {
    static HAS_FIRST: Cell<bool> = const { Cell::new(false) };
    static HAS_DETAILS: Cell<bool> = const { Cell::new(false) };
}

/// The language that the address bar or else the settings ask for; `None` follows the browser.
pub fn choice() -> Option<Language> {
    [browser::parameter(PARAMETER), store::language()]
        .into_iter()
        .flatten()
        .find_map(|tag| Language::of(&tag))
}

/// The first language of the browser that has words; English if none has.
pub fn automatic() -> Language {
    browser::languages().iter().find_map(|tag| Language::of(tag)).unwrap_or_default()
}

fn chosen() -> Language {
    choice().unwrap_or_else(automatic)
}

/// Fetches the words, then shows the page. If they are late the page shows itself without them, and
/// again when they have come.
pub fn start() {
    timer::after(FIRST_LIMIT, shell::show_first);
    spawn_local(async {
        while load("", &HAS_FIRST).await.is_err() {
            shell::show_first();
            notify::sleep(RETRY).await;
        }
        shell::show_again();
    });
}

/// `true` once the words of what is seen first have come.
pub fn have_come() -> bool {
    HAS_FIRST.get()
}

/// Waits until the words have come, or the page is shown without them.
pub async fn come_or_given_up() {
    while !have_come() && !shell::is_shown() {
        notify::sleep(Duration::from_millis(50)).await;
    }
}

/// Fetches the names and explanations of all values.
///
/// # Errors
/// [`WordsMissing`]; to be tried again.
pub async fn fetch_details() -> Result<(), WordsMissing> {
    load("-details", &HAS_DETAILS).await
}

/// Uses `choice` from now on, also after a reload; `None` follows the browser.
///
/// # Errors
/// [`WordsMissing`]: the language that was used stays.
pub async fn change(choice: Option<Language>) -> Result<(), WordsMissing> {
    let language = choice.unwrap_or_else(automatic);
    let texts = fetch(language, "").await?;
    let details = match HAS_DETAILS.get() {
        true => Some(fetch(language, "-details").await?),
        false => None,
    };
    store::set_language(choice.map(Language::code));
    // It would override the choice after a reload.
    browser::take_parameter(PARAMETER);
    for texts in [Some(texts), details].iter().flatten() {
        adopt(language, texts);
    }
    HAS_FIRST.set(true);
    shell::show_again();
    Ok(())
}

/// Fetches and uses the file of `part` unless it `has` come.
///
/// # Errors
/// [`WordsMissing`], also where another language has been chosen meanwhile: its words stay.
async fn load(part: &str, has: &'static LocalKey<Cell<bool>>) -> Result<(), WordsMissing> {
    if has.get() {
        return Ok(());
    }
    let language = words::used_language().unwrap_or_else(chosen);
    let texts = fetch(language, part).await?;
    if has.get() {
        return Ok(());
    }
    if words::used_language().is_some_and(|used| used != language) {
        return Err(WordsMissing);
    }
    adopt(language, &texts);
    has.set(true);
    Ok(())
}

async fn fetch(language: Language, part: &str) -> Result<Vec<String>, WordsMissing> {
    let answer = api::words(language.code(), part).await;
    let texts = answer.and_then(words::parse);
    texts.ok_or(WordsMissing)
}

fn adopt(language: Language, texts: &[String]) {
    let tags = browser::languages();
    let tag = tags.iter().find(|tag| Language::of(tag) == Some(language));
    words::adopt(language, tag.map_or(language.code(), String::as_str), texts);
    browser::set_language(language.code());
}
