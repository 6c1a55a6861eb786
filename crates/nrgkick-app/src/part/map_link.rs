//! A link from the charger's position to a map. Nobody learns of the position before it is pressed.

use leptos::prelude::*;
use nrgkick_model::field::FieldId;
use nrgkick_model::number::fixed;

use crate::app::App;
use crate::memo;
use crate::words::details as words;

/// The link; hidden while no position is known.
#[component]
pub fn MapLink() -> impl IntoView {
    let app = App::get();
    let (latitude, longitude) = (app.number(FieldId::Latitude), app.number(FieldId::Longitude));
    let address = memo::text(move || {
        latitude.get().zip(longitude.get()).map(|(at, along)| map(at, along)).unwrap_or_default()
    });
    let is_hidden = memo::flag(move || address.with(String::is_empty));
    view! {
        <div hidden=is_hidden data-testid="map">
            <a class="button" href=address target="_blank" rel="noopener noreferrer">
                {words::map()}
            </a>
            <p class="hint">{words::map_why()}</p>
        </div>
    }
}

/// The address of a map with a mark at this place, in degrees.
fn map(latitude: f64, longitude: f64) -> String {
    let [at, along] = [latitude, longitude].map(|degrees| fixed(degrees, 6));
    format!("https://www.openstreetmap.org/?mlat={at}&mlon={along}#map=17/{at}/{along}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_map_shows_the_place_and_a_mark() {
        assert_eq!(
            super::map(46.911_354, -15.712_25),
            "https://www.openstreetmap.org/?mlat=46.911354&mlon=-15.712250\
             #map=17/46.911354/-15.712250"
        );
    }
}
