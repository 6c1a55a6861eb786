//! The editor: texts of a configuration, changed and judged without the network, and written whole.
//!
//! The file stays the truth: the server keeps no draft. Not here: the routes and who may call them.

mod address;
mod change;
mod comments;
mod disk;
mod draft;
mod files;
mod head;
mod hosts;
mod json;
mod recipe;
mod remove;
mod spot;
mod table;

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use gateway_api::custom_api::edit::{Change, Draft, Problem, RecipeEntry};

use crate::config::{Config, ConfigError};
use crate::example::Recipe;
pub(crate) use disk::{DiskError, read, read_only, write};

/// Most mistakes that are told.
const MOST_PROBLEMS: usize = 100;

/// The files that a text is read with.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The configuration.
    pub(crate) file: PathBuf,
    /// The file in place of its `push_token_file`.
    pub(crate) push_token_file: Option<PathBuf>,
}

impl Origin {
    /// The files of a running configuration.
    pub(crate) fn of(config: &Config) -> Self {
        let push_token_file = config.token_file().map(Path::to_path_buf);
        Self { file: config.file.clone(), push_token_file }
    }

    /// Parses a text that a page sent; `current` is that of the file.
    ///
    /// # Errors
    /// Its mistakes.
    pub(crate) fn parse(&self, text: &str, current: &str) -> Result<Config, Vec<Problem>> {
        // Before any of them is read.
        let mut problems = files::foreign(text, current);
        if problems.is_empty() {
            let parsed = Config::parse(text, &self.file, self.push_token_file.as_deref());
            match parsed {
                Ok(config) => return Ok(config),
                Err(ConfigError::Invalid { errors, .. }) => {
                    let problem = |error: crate::config::EntryError| Problem {
                        line: Some(error.line),
                        key: error.key,
                        message: error.message,
                    };
                    problems.extend(errors.into_iter().take(MOST_PROBLEMS).map(problem));
                }
                Err(error) => {
                    let message = error.to_string();
                    problems.push(Problem { line: None, key: String::new(), message });
                }
            }
        }
        Err(problems)
    }

    /// Makes a change in a text, if there is one, and describes the result.
    ///
    /// # Errors
    /// The reason why the change cannot be made.
    pub(crate) fn draft(
        &self,
        text: String,
        change: Option<&Change>,
        current: &str,
    ) -> Result<Draft, String> {
        let (text, notes) = match change {
            Some(change) => {
                let changed = change::apply(&text, change)?;
                (changed.text, changed.notes)
            }
            None => (text, Vec::new()),
        };
        let parsed = self.parse(&text, current);
        Ok(Draft { notes, ..draft::draft(text, &parsed) })
    }
}

/// Returns mistakes as the lines that `check` prints.
pub(crate) fn in_words(file: &Path, problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let Problem { line, key, message } = problem;
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        let key = if key.is_empty() { String::new() } else { format!("{key}: ") };
        format!("{}{line}: {key}{message}", file.display())
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns all recipes by brand.
pub(crate) fn recipes() -> Vec<RecipeEntry> {
    let mut recipes = Recipe::value_variants().to_vec();
    recipes.sort_by_key(|recipe| recipe.brand().to_lowercase());
    let entry = |recipe: Recipe| RecipeEntry {
        name: recipe.name().to_owned(),
        brand: recipe.brand().to_owned(),
        needs: recipe.needs().to_owned(),
        hosts: recipe.text().parse().map(|mut text| hosts::hosts(&mut text)).unwrap_or_default(),
    };
    recipes.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests;
