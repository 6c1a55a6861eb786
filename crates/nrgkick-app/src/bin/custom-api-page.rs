//! Starts the page of `custom-api` in a browser.

fn main() {
    nrgkick_app::sources::mount();
}
