//! The stream of a gateway's events (`EventSource`, WHATWG HTML 9.2).
//!
//! `EventSource` sends the cookie of the page's own gateway, and no header: where a token goes as
//! `Authorization`, there is no stream. Reading one by fetch would need a parser of its own for the
//! little that a poll does not bring there.

use std::cell::RefCell;
use std::rc::Rc;

use gateway_api::event;
use js_sys::Reflect;
use nrgkick_model::time::Moment;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::EventSource;

use super::call::relative;
use super::event::Event;
use crate::browser;
use crate::endpoint::GatewayEndpoint;

/// The type of the event that `EventSource` makes of every failure.
const ERROR: &str = "error";

/// A stream that is open, or being opened; closed when dropped.
pub struct EventStream {
    source: EventSource,
    inbox: Rc<RefCell<Inbox>>,
    _handler: Closure<dyn FnMut(web_sys::Event)>,
}

/// Events that nobody has taken yet.
#[derive(Default)]
struct Inbox {
    events: Vec<(Event, Moment)>,
    is_broken: bool,
}

impl EventStream {
    /// Opens the stream of `gateway`, which calls `wake` for each event and when it breaks. `None`
    /// where the browser refuses to.
    pub fn open(gateway: &GatewayEndpoint, wake: fn()) -> Option<Self> {
        let source = EventSource::new(&relative(&gateway.base, "events")).ok()?;
        let inbox = Rc::<RefCell<Inbox>>::default();
        let handler = {
            let inbox = Rc::clone(&inbox);
            Closure::new(move |event| {
                inbox.borrow_mut().put(&event);
                wake();
            })
        };
        for name in [event::SNAPSHOT, event::CHANGE, ERROR] {
            let handler = handler.as_ref().unchecked_ref();
            source.add_event_listener_with_callback(name, handler).ok()?;
        }
        Some(Self { source, inbox, _handler: handler })
    }

    /// The events that came since the last call, each with the time at which it came.
    pub fn take(&self) -> Vec<(Event, Moment)> {
        std::mem::take(&mut self.inbox.borrow_mut().events)
    }

    /// Whether nothing more will come: the connection failed or ended, the gateway has no stream,
    /// or sent what is no event. `EventSource` would try again by itself, without a backoff.
    pub fn is_broken(&self) -> bool {
        self.inbox.borrow().is_broken
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Inbox {
    fn put(&mut self, event: &web_sys::Event) {
        let name = event.type_();
        // What is no message has none. The type for messages would weigh more than this.
        let data = Reflect::get(event, &"data".into()).ok().and_then(|data| data.as_string());
        match data.and_then(|data| Event::parse(&name, &data)) {
            Some(event) => self.events.push((event, browser::now())),
            None => self.is_broken = true,
        }
    }
}
