//! The overview: one sentence, the powers, the last request.

use gateway_api::custom_api::{Status, ValuesAnswer};
use gateway_api::link::LinkState;
use leptos::prelude::*;
use nrgkick_model::custom_api::house::grid_meter;
use nrgkick_model::custom_api::{DeviceIndex, DeviceInfo, DeviceValues};

use super::Page;
use super::requests::{fetched, others};
use super::sentence::sentence;
use crate::format::{self, Quantity};
use crate::memo;
use crate::part::Reading;
use crate::sentence::Sentence;
use crate::words::sources as words;

/// The state in one sentence, the powers of the house, and the last request.
#[component]
pub fn Overview() -> impl IntoView {
    let page = Page::get();
    let said = move |part: fn(Sentence) -> String| {
        page.text(move |status| part(sentence(status, page.link_state())))
    };
    let tone = said(|said| said.tone.name().to_owned());
    let text = said(|said| said.text);
    let reason = said(|said| said.reason);
    let fetched =
        page.text_with_age(move |status, since| fetched(status, since, page.link_state()));
    view! {
        <section class="hero" data-tone=tone>
            <h1 class="hero__state">
                <span class="hero__dot" aria-hidden="true"></span>
                <span role="status" data-testid="state">{text}</span>
            </h1>
            <p class="hero__reason" data-testid="reason">{reason}</p>
            <dl class="hero__facts sources__facts">
                {Power::ALL.map(|power| fact(page, power))}
            </dl>
            <p class="sources__fetched" data-testid="fetched">{fetched}</p>
            <p class="sources__caveat">
                {page.text_with_age(others)}
                " "
                {words::caveat()}
            </p>
        </section>
    }
}

/// A power in the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Inverters,
    Grid,
    Battery,
    House,
}

impl Power {
    const ALL: [Self; 4] = [Self::Inverters, Self::Grid, Self::Battery, Self::House];

    /// Returns the power in W, with the manufacturer's signs; `None` if the charger gets none.
    fn watts(self, values: &DeviceValues, info: &DeviceInfo) -> Option<i64> {
        match self {
            Self::Inverters => values
                .inverters
                .iter()
                .filter_map(|(_, inverter)| inverter.inv_power_ac_w)
                .reduce(i64::saturating_add),
            Self::Grid => values.energy_meters.get(grid_meter(info).ok()?.0)?.grid_power_w,
            Self::Battery => values.batteries.get(DeviceIndex::FIRST)?.bat_power_w,
            Self::House => values.load_power_w,
        }
    }

    /// Returns the label for `watts`, with the direction in place of the sign.
    fn label(self, watts: i64) -> &'static str {
        match (self, watts < 0) {
            (Self::Inverters, _) => words::inverters_give(),
            (Self::Grid, false) => words::from_grid(),
            (Self::Grid, true) => words::to_grid(),
            (Self::Battery, false) => words::battery_gives(),
            (Self::Battery, true) => words::battery_takes(),
            (Self::House, _) => words::house_takes(),
        }
    }

    /// Returns the amount without the sign that is in the label; the sign of others is kept.
    #[expect(clippy::cast_precision_loss, reason = "watts of a house")]
    fn quantity(self, watts: i64) -> Quantity {
        let watts = match self {
            Self::Grid | Self::Battery => watts.saturating_abs(),
            Self::Inverters | Self::House => watts,
        };
        format::power(Some(watts as f64))
    }

    const fn testid(self) -> &'static str {
        match self {
            Self::Inverters => "inverters",
            Self::Grid => "grid",
            Self::Battery => "battery",
            Self::House => "house",
        }
    }
}

fn values(status: &Status) -> Option<&DeviceValues> {
    match &status.values {
        ValuesAnswer::Document(document) => Some(&document.device_values),
        ValuesAnswer::Unavailable(_) => None,
    }
}

fn fact(page: Page, power: Power) -> impl IntoView {
    let watts = move || {
        page.link.with(|link| {
            let status = &link.snapshot()?.status;
            power.watts(values(status)?, &status.info.device_info)
        })
    };
    let label = memo::text(move || watts().map_or("", |watts| power.label(watts)).to_owned());
    let quantity =
        memo::quantity(move || match watts().filter(|_| page.link_state() != LinkState::Lost) {
            Some(watts) => power.quantity(watts),
            None => Quantity::none(),
        });
    view! {
        <div class="hero__fact" hidden=memo::flag(move || watts().is_none())>
            <dt>{label}</dt>
            <dd><Reading quantity testid=power.testid() /></dd>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_words_and_powers_have_no_sign() {
        let text = include_str!("../../../../tests/fixtures/custom_api/official_values.json");
        let document: nrgkick_model::custom_api::ValuesDocument =
            serde_json::from_str(text).unwrap();
        let info = include_str!("../../../../tests/fixtures/custom_api/official_info.json");
        let info: nrgkick_model::custom_api::InfoDocument = serde_json::from_str(info).unwrap();
        let shown = |power: Power| {
            let watts = power.watts(&document.device_values, &info.device_info).unwrap();
            format!("{} {}", power.label(watts), power.quantity(watts).text())
        };
        assert_eq!(
            Power::ALL.map(shown),
            [
                "Inverters give 2.23 kW",
                "To the grid 0.54 kW",
                "Battery takes 0.75 kW",
                "The house takes 1.68 kW"
            ]
        );
        assert_eq!(Power::Grid.label(542), "From the grid");
        assert_eq!(Power::Battery.label(749), "Battery gives");
        for power in Power::ALL {
            assert_eq!(power.watts(&DeviceValues::default(), &info.device_info), None, "{power:?}");
        }
    }
}
