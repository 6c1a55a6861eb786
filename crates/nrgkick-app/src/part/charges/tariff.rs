//! The owner's tariff, kept in this browser.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::record::Ledger;
use crate::record::money::{CURRENCIES, Price};
use crate::record::tariff::{Base, Second, Tariff, TimeOfDay, Window, currency};
use crate::words::record as words;
use crate::{browser, format, memo};

const PRICE: &str = "price";
const SECOND: &str = "second-price";
const FROM: &str = "second-from";
const TO: &str = "second-to";
const EMPLOYER: &str = "employer-price";

/// What is chosen beside the fields, before it is saved.
#[derive(Clone, Copy)]
struct Choice {
    base: RwSignal<Base>,
    currency: RwSignal<&'static str>,
}

/// The card.
#[component]
pub fn TariffForm() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let kept = ledger.tariff.get_untracked();
    let choice = Choice { base: RwSignal::new(kept.base), currency: RwSignal::new(kept.currency) };
    let (said, wrong) = (RwSignal::new(""), RwSignal::new(String::new()));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        said.set("");
        wrong.set(String::new());
        match typed(choice) {
            Err(reason) => wrong.set(reason),
            Ok(tariff) => said.set(if ledger.set_tariff(tariff) {
                words::tariff_saved()
            } else {
                words::tariff_not_kept()
            }),
        }
    };
    view! {
        <section class="card" data-testid="tariff">
            <h2 class="card__head">{words::tariff()}</h2>
            <p class="hint">{words::tariff_about()}</p>
            <form class="form tariff" on:submit=save novalidate>
                {fields(kept)}
                {currencies(choice)}
                {bases(choice)}
                <p class="form__error" role="alert" data-testid="tariff-error">{wrong}</p>
                <p class="hint" role="status" data-testid="tariff-said">{said}</p>
                <div class="notice__actions">
                    <button type="submit" class="button button--main" data-testid="save-tariff">
                        {words::save()}
                    </button>
                </div>
            </form>
        </section>
    }
}

fn fields(kept: Tariff) -> impl IntoView {
    let price = |price: Option<Price>| price.map(|price| format::grouped(&price.text()));
    let (from, to) = kept.second.map(|second| second.window.texts()).unwrap_or_default();
    view! {
        {field(PRICE, words::price(), "text", price(kept.own))}
        <div>
            {field(SECOND, words::second_price(), "text", price(kept.second.map(|s| s.price)))}
            <p class="hint" id="second-hint">{words::second_hint()}</p>
        </div>
        <div class="tariff__times">
            {field(FROM, words::from(), "time", Some(from))}
            {field(TO, words::to(), "time", Some(to))}
        </div>
        {field(EMPLOYER, words::employer_price(), "text", price(kept.employer))}
    }
}

fn field(
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    value: Option<String>,
) -> impl IntoView {
    view! {
        <div>
            <label class="form__label" for=id>{label}</label>
            <input
                id=id class="form__input" data-testid=id type=kind autocomplete="off"
                inputmode=(kind == "text").then_some("decimal") maxlength="8"
                value=value.unwrap_or_default()
            />
        </div>
    }
}

fn currencies(choice: Choice) -> impl IntoView {
    let options = CURRENCIES.map(|code| {
        let is_chosen = choice.currency.get_untracked() == code;
        view! { <option value=code selected=is_chosen>{code}</option> }
    });
    let change = move |code: String| choice.currency.set(currency(&code).unwrap_or(CURRENCIES[0]));
    view! {
        <div>
            <label class="form__label" for="currency">{words::currency()}</label>
            <select
                id="currency" class="form__input" data-testid="currency"
                on:change:target=move |event| change(event.target().value())
            >
                {options}
            </select>
        </div>
    }
}

fn bases(choice: Choice) -> impl IntoView {
    let button = move |base: Base, name: &'static str, testid: &'static str| {
        let is_chosen = memo::flag(move || choice.base.get() == base);
        view! {
            <button
                type="button" class="choice__item" data-testid=testid
                aria-pressed=memo::bool_attribute(is_chosen) on:click=move |_| choice.base.set(base)
            >
                {name}
            </button>
        }
    };
    view! {
        <div>
            <p class="form__label" id="base">{words::base()}</p>
            <div class="choice" role="group" aria-labelledby="base">
                {button(Base::Own, words::base_own(), "base-own")}
                {button(Base::Employer, words::base_employer(), "base-employer")}
            </div>
        </div>
    }
}

/// The tariff as it was typed, or what is wrong with it.
fn typed(choice: Choice) -> Result<Tariff, String> {
    let price = |id: &str| {
        let text = browser::typed(id);
        let price = Some(text.trim()).filter(|text| !text.is_empty()).map(Price::parse);
        price.transpose().map_err(|_| words::bad_price(&text.chars().take(20).collect::<String>()))
    };
    let (own, employer) = (price(PRICE)?, price(EMPLOYER)?);
    let second = match price(SECOND)? {
        None => None,
        Some(price) => {
            let times =
                TimeOfDay::parse(&browser::typed(FROM)).zip(TimeOfDay::parse(&browser::typed(TO)));
            let window = times.and_then(|(from, to)| Window::new(from, to));
            Some(Second { price, window: window.ok_or_else(|| words::bad_times().to_owned())? })
        }
    };
    let (base, currency) = (choice.base.get_untracked(), choice.currency.get_untracked());
    let tariff = Tariff { currency, base, own, second, employer };
    let is_empty = own.is_none() && second.is_none() && employer.is_none();
    if tariff.rates().is_none() && !is_empty {
        return Err(words::price_missing().to_owned());
    }
    Ok(tariff)
}
