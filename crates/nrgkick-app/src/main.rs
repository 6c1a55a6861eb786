//! Starts the page in a browser.

fn main() {
    nrgkick_app::mount();
}
