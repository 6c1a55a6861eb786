//! The configuration as the server understood it.

use gateway_api::custom_api::Status;
use leptos::prelude::*;

use super::Page;
use crate::part::{LanguageChoice, ThemeChoice};
use crate::words::{common, settings, sources as words};
use crate::{format, memo};

/// The file, pushes, brokers, and hosts beyond the local network.
#[component]
pub fn Configuration() -> impl IntoView {
    let page = Page::get();
    view! {
        <section class="card" data-testid="configuration">
            <h2 class="card__head">{words::configuration()}</h2>
            <dl>
                {row(page, words::file(), |status| status.configuration.file.clone())}
                {row(page, words::problem(), |status| {
                    status.configuration.problem.clone().unwrap_or_default()
                })}
                {row(page, words::values(), counted)}
                {row(page, words::pushes(), |status| pushes(status).to_owned())}
                {row(page, words::brokers(), |status| status.configuration.brokers.join("; "))}
                {row(page, words::hosts(), |status| {
                    status.configuration.allow_hosts.join(", ")
                })}
                {row(page, words::server(), |status| {
                    let server = settings::proxy(&status.name, &status.version);
                    words::server_for(&format::length(status.uptime_ms / 1000), &server)
                })}
            </dl>
        </section>
        <section class="card">
            <h2 class="card__head" id="theme">{common::colours()}</h2>
            <ThemeChoice ui=page.ui />
        </section>
        <section class="card">
            <LanguageChoice />
        </section>
    }
}

/// A row; hidden while its text is empty.
fn row(page: Page, label: &'static str, words: fn(&Status) -> String) -> impl IntoView {
    let text = page.text(words);
    view! {
        <div class="details__row" hidden=memo::flag(move || text.get().is_empty())>
            <dt class="details__label">{label}</dt>
            <dd class="details__value reading">{text}</dd>
        </div>
    }
}

fn counted(status: &Status) -> String {
    let shown = status.sources.iter().filter(|source| source.is_shown).count();
    match status.sources.len() - shown {
        0 => words::counted(&shown.to_string()),
        parts => words::counted_parts(&parts.to_string(), &shown.to_string()),
    }
}

fn pushes(status: &Status) -> &'static str {
    if status.configuration.push { words::push_token() } else { words::push_refused() }
}

#[cfg(test)]
mod tests {
    use super::super::value_text::tests::{status, value};
    use super::*;

    #[test]
    fn what_is_configured_is_counted() {
        let mut status = status();
        status.sources = vec![value("batteries.0.soc")];
        assert_eq!(counted(&status), "1 for the charger");
        status.sources.push(value("roof"));
        status.sources[1].is_shown = false;
        assert_eq!(counted(&status), "1 for the charger, and 1 they are made of");
    }
}
