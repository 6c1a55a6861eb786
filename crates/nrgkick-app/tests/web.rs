//! Parts of the page in a browser: what a poll changes on the screen, and what it does not.
//!
//! Run by `wasm-bindgen-test-runner`; on the host this file is empty.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::Duration;

use gateway_api::Outcome;
use gateway_api::link::Link;
use gateway_api::snapshot::Snapshot;
use leptos::prelude::*;
use leptos::task::tick;
use messages::{Catalogue, write_words};
use nrgkick_app::app::App;
use nrgkick_app::notify::Notify;
use nrgkick_app::part::{OutcomeLine, Row};
use nrgkick_app::request_error::RequestError;
use nrgkick_app::words::{self, Language};
use nrgkick_app::writer::{Finished, Progress, Writer};
use nrgkick_app::{browser, page, shell};
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::command::ChargingCurrent;
use nrgkick_model::document::{Connector, General, PhaseValues, Powerflow, State};
use nrgkick_model::field::{Field, FieldId};
use nrgkick_model::time::Moment;
use nrgkick_model::{Command, Control, Document, Info, Values};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit,
};

wasm_bindgen_test_configure!(run_in_browser);

fn catalogue() -> Catalogue {
    Catalogue::parse(include_str!("../../../i18n/en.json")).unwrap()
}

/// The words, which a page in a browser loads.
fn load_words() {
    let catalogue = catalogue();
    let texts: Vec<_> = catalogue.entries().map(|(_, text)| text.to_owned()).collect();
    words::adopt(Language::default(), "en", &texts);
}

/// A part on a screen of its own, removed when the test is over.
struct Screen {
    root: HtmlElement,
    app: App,
    _mounted: Option<Box<dyn std::any::Any>>,
}

impl Screen {
    fn new() -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let root: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        document.body().unwrap().append_child(&root).unwrap();
        load_words();
        Self { root, app: App::new(), _mounted: None }
    }

    /// Shows a component.
    fn show<N: IntoView + 'static>(part: impl FnOnce() -> N + 'static) -> Self {
        let mut screen = Self::new();
        let app = screen.app;
        let mounted = mount_to(screen.root.clone(), move || {
            provide_context(app);
            part()
        });
        screen._mounted = Some(Box::new(mounted));
        screen
    }

    /// Shows the markup of the panel, filled as on the page.
    fn panel() -> Self {
        let screen = Self::new();
        let html = include_str!("../../../index.html");
        let body = html.split_once("<body>").unwrap().1.split_once("</body>").unwrap().0;
        screen.root.set_inner_html(&write_words(body, &catalogue()).unwrap());
        let app = screen.app;
        shell::for_ever(|| page::start(app));
        screen
    }

    /// What a poll that was answered does.
    async fn poll(&self, change: impl FnOnce(Snapshot) -> Snapshot) {
        let before = self.app.link.with_untracked(|link| link.snapshot().cloned());
        self.app.link.set(Link::Live { snapshot: change(before.unwrap_or_default()) });
        tick().await;
    }

    fn find(&self, selector: &str) -> Element {
        self.root.query_selector(selector).unwrap().expect(selector)
    }

    fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default().replace('\u{202f}', " ")
    }

    fn input(&self, testid: &str) -> HtmlInputElement {
        self.find(&format!("[data-testid={testid}]")).unchecked_into()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self._mounted = None;
        self.root.remove();
    }
}

/// A time on the page's own clock, which is past its start when the tests begin.
fn at(milliseconds: u64) -> Moment {
    thread_local! {
        static BEGUN: Moment = browser::now();
    }
    BEGUN.with(|begun| *begun) + Duration::from_millis(milliseconds)
}

/// What the poll at `milliseconds` makes of `snapshot`.
fn with<T: Document>(snapshot: Snapshot, milliseconds: u64, document: &T) -> Snapshot {
    snapshot.with(at(milliseconds), T::NAME, document.readings())
}

fn values(watts: f64, volts: f64) -> Values {
    let l1 = PhaseValues { voltage: Some(volts), ..PhaseValues::default() };
    Values {
        general: Some(State { status: Some(ChargingStatus::Charging), ..State::default() }),
        powerflow: Some(Powerflow {
            total_active_power: Some(watts),
            l1: Some(l1),
            ..Powerflow::default()
        }),
        ..Values::default()
    }
}

fn info(serial: &str) -> Info {
    Info {
        general: Some(General {
            serial_number: Some(serial.into()),
            rated_current: Some(32),
            ..General::default()
        }),
        connector: Some(Connector { max_current: Some(16.0), ..Connector::default() }),
        ..Info::default()
    }
}

fn set_to(amperes: f64) -> Control {
    Control { current_set: Some(amperes), charge_pause: Some(false), ..Control::default() }
}

fn fire(target: &Element, name: &str) {
    let init = EventInit::new();
    init.set_bubbles(true);
    target.dispatch_event(&Event::new_with_event_init_dict(name, &init).unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn a_row_follows_the_polls_with_unit_and_decimals() {
    let screen = Screen::show(|| view! { <Row field=Field::of(FieldId::VoltageL1) /> });
    assert_eq!(screen.text(".reading").trim(), "—");
    screen.poll(|snapshot| with(snapshot, 1, &values(0.0, 231.456))).await;
    assert_eq!(screen.text(".reading").trim(), "231.46 V");
    screen.poll(|snapshot| with(snapshot, 2, &values(0.0, 229.0))).await;
    assert_eq!(screen.text(".reading").trim(), "229.00 V");
    let path = screen.find(".details__row").get_attribute("data-field");
    assert_eq!(path.as_deref(), Some(Field::of(FieldId::VoltageL1).path));
}

#[wasm_bindgen_test]
async fn polls_do_not_move_a_slider_that_is_held() {
    let screen = Screen::panel();
    screen.poll(|snapshot| with(with(snapshot, 1, &info("T1")), 1, &set_to(16.0))).await;
    let (slider, number) = (screen.input("current-slider"), screen.input("current-number"));
    let shown = || (slider.value_as_number(), number.value());
    assert_eq!(slider.max(), "16.0", "the attachment ends before the charger");
    assert_eq!(shown(), (16.0, "16.0".to_owned()));

    slider.set_value("9.3");
    fire(&slider, "input");
    for poll in 2..6 {
        screen.poll(|snapshot| with(snapshot, poll, &set_to(16.0))).await;
        assert_eq!(shown(), (9.3, "9.3".to_owned()));
    }

    // Given up, it follows again: the polls did arrive.
    let escape = KeyboardEventInit::new();
    escape.set_key("Escape");
    escape.set_bubbles(true);
    let escape = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &escape).unwrap();
    number.dispatch_event(&escape).unwrap();
    screen.poll(|snapshot| with(snapshot, 7, &set_to(8.0))).await;
    assert_eq!(shown(), (8.0, "8.0".to_owned()));
}

#[wasm_bindgen_test]
async fn a_wrong_number_is_named_and_nothing_is_sent() {
    let screen = Screen::panel();
    screen.poll(|snapshot| with(with(snapshot, 1, &info("T1")), 1, &set_to(16.0))).await;
    let number = screen.input("current-number");
    number.set_value("20");
    fire(&number, "input");
    fire(&number, "change");
    tick().await;
    let said = screen.text("[data-testid=outcome-current]");
    assert!(said.contains("20 A is outside 6.0 to 16.0 A"), "{said}");
    assert!(!screen.app.current.is_pending());
    assert_eq!(number.get_attribute("aria-invalid").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn a_refusal_is_shown_in_the_chargers_words() {
    let refused = Progress::Done(Finished {
        command: Command::CurrentSet(ChargingCurrent::from_amperes(16.0).unwrap()),
        outcome: Outcome::Refused,
        message: "the charger's own words".into(),
        at: at(0),
    });
    let screen = Screen::show(move || {
        view! { <OutcomeLine writer=Writer::at(refused) testid="outcome" /> }
    });
    tick().await;
    let line = screen.find("[data-testid=outcome]");
    assert_eq!(line.get_attribute("data-outcome").as_deref(), Some("refused"));
    assert_eq!(line.text_content().unwrap().trim(), "Refused: the charger's own words");
}

#[wasm_bindgen_test]
async fn readings_lose_their_ink_when_they_are_stale() {
    let screen = Screen::panel();
    let document = web_sys::window().unwrap().document().unwrap();
    let style = document.create_element("style").unwrap();
    let sheets =
        [include_str!("../../../style/tokens.css"), include_str!("../../../style/stale.css")];
    style.set_text_content(Some(&sheets.concat()));
    screen.root.append_child(&style).unwrap();
    screen.poll(|snapshot| with(snapshot, 1, &values(10_930.0, 230.0))).await;
    assert_eq!(screen.text("[data-testid=power]").trim(), "10.93 kW");
    let color = || {
        let window = web_sys::window().unwrap();
        let style = window.get_computed_style(&screen.find("[data-testid=power]")).unwrap();
        style.unwrap().get_property_value("color").unwrap()
    };
    let fresh = color();
    let link = screen.app.link.get_untracked();
    let link = link.missed(at(6_001), RequestError::Timeout);
    screen.app.link.set(link);
    tick().await;
    assert_eq!(screen.text("[data-testid=power]").trim(), "10.93 kW", "kept");
    assert_ne!(color(), fresh);
}

#[wasm_bindgen_test]
async fn simulated_data_is_marked_and_real_data_is_not() {
    let screen = Screen::panel();
    let hidden = || screen.find("[data-testid=simulated]").has_attribute("hidden");
    assert!(hidden(), "nothing is known yet");
    screen.poll(|snapshot| with(snapshot, 1, &info("T2332500000000000S1D2"))).await;
    assert!(hidden());
    screen.poll(|snapshot| with(snapshot, 2, &info("SIMULATED0000001"))).await;
    assert!(!hidden());
}

/// The runner gives a test 20 s.
#[wasm_bindgen_test]
async fn a_notification_while_nobody_waits_is_kept() {
    let (notify, minute) = (Notify::default(), Some(Duration::from_secs(60)));
    notify.notify();
    notify.notified(minute).await;
    // Nor is it lost after a pause that was over by itself.
    notify.notified(Some(Duration::from_millis(1))).await;
    notify.notify();
    notify.notified(minute).await;
}
