//! The curve of the charge that runs, or of the last 24 h; without a record what this page saw itself.

use leptos::prelude::*;

use super::chart::Chart;
use crate::memo;
use crate::record::{Keeper, Ledger};
use crate::words::record as words;

/// The card.
#[component]
pub fn Now() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let series = Memo::new(move |_| ledger.now.get());
    let is_own = memo::flag(move || ledger.keeper.get() == Keeper::Nobody);
    let is_empty = memo::flag(move || series.with(|series| series.samples.len() < 2));
    let title = memo::text(move || {
        let runs = ledger.charges.with(|all| all.first().is_some_and(|first| first.end.is_none()));
        match (is_own.get(), runs) {
            (true, _) => words::since_open(),
            (false, true) => words::this_charge(),
            (false, false) => words::last_day(),
        }
        .to_owned()
    });
    view! {
        <section class="card" data-testid="now">
            <h2 class="card__head">{title}</h2>
            <p class="hint" data-testid="own-memory" hidden=memo::flag(move || !is_own.get())>
                {words::own_memory()}
            </p>
            <p hidden=memo::flag(move || !is_empty.get())>{words::nothing_yet()}</p>
            <div hidden=is_empty><Chart series /></div>
        </section>
    }
}
