//! The form that adds a device: by its brand, or one value of any other over HTTP.

use gateway_api::custom_api::edit::Change;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use nrgkick_model::custom_api::Place;
use serde_json::json;

use super::plain;
use super::state::Editor;
use crate::words::{self, sources};
use crate::{browser, memo};

const BRAND: &str = "edit-brand";
const PLACE: &str = "edit-place";
const ADDRESS: &str = "edit-address";

/// The form.
#[component]
pub fn Begin() -> impl IntoView {
    let editor = Editor::get();
    let brand = RwSignal::new(String::new());
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = browser::typed(ADDRESS);
        let name = brand.get_untracked();
        editor.change(if name.is_empty() {
            let source = json!({ "http": plain::address(&typed), "pointer": "" });
            Change::Put { at: chosen(PLACE), source }
        } else {
            let address = Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty());
            Change::AddRecipe { name, address }
        });
    };
    view! {
        <section class="card">
            <h2 class="card__head">{sources::edit_add()}</h2>
            <form class="form" on:submit=add novalidate>
                {brands(editor, brand)}
                {places(editor, memo::flag(move || !brand.with(String::is_empty)))}
                <div>
                    <label class="form__label" for=ADDRESS>{sources::edit_address()}</label>
                    <input
                        id=ADDRESS class="form__input" data-testid=ADDRESS type="text"
                        inputmode="url" autocapitalize="none" autocomplete="off" spellcheck="false"
                        aria-describedby="edit-address-hint"
                    />
                    <p class="hint" id="edit-address-hint">{sources::edit_address_hint()}</p>
                </div>
                <div>
                    <button type="submit" class="button" data-testid="edit-add">
                        {sources::edit_add_button()}
                    </button>
                </div>
            </form>
        </section>
    }
}

fn brands(editor: Editor, brand: RwSignal<String>) -> impl IntoView {
    let needs = memo::text(move || {
        let brand = brand.get();
        editor.opened.with(|opened| {
            let recipe = opened.recipes.iter().find(|recipe| recipe.name == brand);
            recipe.map(|recipe| recipe.needs.clone()).unwrap_or_default()
        })
    });
    let options = move || {
        editor.opened.with(|opened| {
            let option =
                |(name, brand): (String, String)| view! { <option value=name>{brand}</option> };
            let recipes = opened.recipes.iter().map(|one| (one.name.clone(), one.brand.clone()));
            recipes.map(option).collect_view()
        })
    };
    view! {
        <div>
            <label class="form__label" for=BRAND>{sources::edit_brand()}</label>
            <select
                id=BRAND class="form__input" data-testid=BRAND aria-describedby="edit-needs"
                on:change=move |_| brand.set(chosen(BRAND))
            >
                <option value="">{sources::edit_other()}</option>
                {options}
            </select>
            <p class="hint" id="edit-needs">{needs}</p>
        </div>
    }
}

fn places(editor: Editor, hidden: Memo<bool>) -> impl IntoView {
    let option = |place: Place| {
        let device =
            place.section().map(|kind| format!("{} {}: ", words::device(kind), place.index()));
        let text = device.unwrap_or_default() + words::device_label(place.field());
        view! { <option value=place.to_string()>{text}</option> }
    };
    let options = move || {
        let places = editor.draft.with(|draft| plain::free(&draft.values));
        places.into_iter().map(option).collect_view()
    };
    view! {
        <div hidden=hidden>
            <label class="form__label" for=PLACE>{sources::edit_place()}</label>
            <select id=PLACE class="form__input" data-testid=PLACE>{options}</select>
        </div>
    }
}

/// The choice in the list with `id`.
fn chosen(id: &str) -> String {
    use wasm_bindgen::JsCast as _;
    let list =
        browser::element(id).and_then(|list| list.dyn_into::<web_sys::HtmlSelectElement>().ok());
    list.map(|list| list.value()).unwrap_or_default()
}
