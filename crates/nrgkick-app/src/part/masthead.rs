//! The top of every screen: the name of the source, the age of its data, the navigation.

use leptos::prelude::*;

use crate::words::link;

/// Name, age of the data, navigation.
#[component]
pub fn Masthead<N: IntoView + 'static>(
    /// The name of the source.
    name: Memo<String>,
    /// The link state's name in the style sheet.
    state: Memo<String>,
    /// The age in words.
    badge: Memo<String>,
    /// The target of the name's link.
    home: &'static str,
    /// The navigation; `()` for a page with one screen.
    navigation: N,
) -> impl IntoView {
    view! {
        <header class="top">
            <a class="top__name" href=home>
                <svg class="top__mark" viewBox="0 0 24 24" aria-hidden="true">
                    <rect class="top__tile" width="24" height="24" rx="6.5"></rect>
                    <path class="top__bolt" d="M13.2 3.5 6.5 13.4h4.6l-1 7.1 7-10.2h-4.7z"></path>
                </svg>
                <span class="top__text" data-testid="name">{name}</span>
            </a>
            <span class="link" data-testid="link" data-link=state>
                <span class="aside">{link::data_from()} " "</span>
                <span data-testid="age">{badge}</span>
            </span>
            {navigation}
        </header>
    }
}
