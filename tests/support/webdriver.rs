//! A real browser, driven through WebDriver.

mod beyond;
mod network;

use std::io::{Read as _, Write as _};
use std::mem::ManuallyDrop;
use std::net::{SocketAddr, TcpStream};
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use nrgkick_model::{Field, FieldId};
use serde_json::{Value, json};
use thirtyfour::extensions::query::ElementPollerNoWait;
use thirtyfour::prelude::*;

use crate::engine::{Engine, Started};
use crate::{http, root};

pub use crate::engine::{FOREIGN, HOST};
pub use network::Received;

/// A browser with an empty profile; closed when dropped.
#[derive(Debug)]
pub struct Browser {
    /// The driver. Never dropped: that would ask the server to end the session, which [`Browser`]
    /// has already done, and wait two minutes for an answer.
    pub driver: ManuallyDrop<WebDriver>,
    engine: Engine,
    address: SocketAddr,
    /// The driver, and what it needs.
    processes: Vec<Child>,
    _profile: tempfile::TempDir,
}

/// Whether no placeholder of this screen still waits for its chunk. It has no box of its own, so that
/// the one around it says whether it is shown.
const IS_WHOLE: &str = "return [...document.querySelectorAll('.later')]
    .every((part) => part.childElementCount > 0 || !part.parentElement.checkVisibility())";

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Width and height in CSS pixels.
    pub size: (u32, u32),
    /// Set if the system asks for dark colours.
    pub dark: bool,
}

impl Screen {
    /// A phone.
    pub const PHONE: Self = Self { size: (390, 844), dark: false };
    /// A desktop.
    pub const DESKTOP: Self = Self { size: (1280, 800), dark: false };

    /// A phone and a desktop, light and dark, and the smallest phone.
    pub const ALL: [Self; 5] = [
        Self::PHONE,
        Self::PHONE.dark(),
        Self::DESKTOP,
        Self::DESKTOP.dark(),
        Self { size: (360, 640), dark: false },
    ];

    /// Returns the same screen in dark colours.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// Returns the same screen with light and dark exchanged.
    #[must_use]
    pub const fn other(self) -> Self {
        Self { dark: !self.dark, ..self }
    }
}

/// Stands in place of a word that has not come yet.
const AWAITED: &str = "…";

impl Browser {
    /// Starts a browser; `None` if `cargo xtask test` has not named a driver.
    ///
    /// # Panics
    /// If the driver or the browser does not start.
    pub async fn start(test: &str) -> Option<Self> {
        Self::start_logging(test, json!({"browser": "ALL"})).await
    }

    /// Starts a browser that also keeps what its network does, for [`Browser::received`].
    ///
    /// # Panics
    /// If the driver or the browser does not start.
    pub async fn start_counting(test: &str) -> Option<Self> {
        Self::start_logging(test, json!({"browser": "ALL", "performance": "ALL"})).await
    }

    async fn start_logging(test: &str, logs: Value) -> Option<Self> {
        let engine = Engine::chosen();
        let profile = tempfile::tempdir().unwrap();
        let Started { processes, address, capabilities } =
            engine.start(test, profile.path(), logs)?;
        // Each lookup of a part that may be missing sets its own wait.
        let driver = WebDriver::builder(format!("http://{address}"), capabilities)
            .poller(Arc::new(ElementPollerNoWait))
            .await
            .unwrap();
        let driver = ManuallyDrop::new(driver);
        Some(Self { driver, engine, address, processes, _profile: profile })
    }

    /// Saves a picture of the page in `target/screens` for review; `screen` is the emulated one.
    ///
    /// # Panics
    /// If the page is wider than the screen, or no picture can be taken.
    pub async fn picture(&self, name: &str, screen: Screen) {
        let (width, height) = screen.size;
        let fits = "return document.documentElement.scrollWidth <= window.innerWidth";
        let fits = self.driver.execute(fits, vec![]).await.unwrap();
        assert_eq!(fits.json(), true, "{name} is wider than {width}");
        let folder = root().join("target/screens");
        std::fs::create_dir_all(&folder).unwrap();
        let tone = if screen.dark { "dark" } else { "light" };
        let file =
            folder.join(format!("{}{name}-{width}x{height}-{tone}.png", self.engine.prefix()));
        // Colours in transition from one theme to the other belong to neither.
        let settle = "for (const a of document.getAnimations()) try { a.finish() } catch {}";
        self.driver.execute(settle, vec![]).await.unwrap();
        self.driver.screenshot(&file).await.unwrap();
    }

    /// Sends a command of the DevTools protocol, which is Chromium's alone.
    ///
    /// # Panics
    /// If the browser refuses it.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        self.devtools_answer(command, parameters).await;
    }

    /// Sends a command of the DevTools protocol and returns its answer.
    ///
    /// # Panics
    /// If the browser refuses it.
    pub async fn devtools_answer(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        let mut answer = self.post("goog/cdp/execute", &body).await;
        assert!(answer["value"].get("error").is_none(), "{command}: {answer}");
        answer["value"].take()
    }

    /// Returns the element with this `data-testid`, after waiting for it.
    ///
    /// # Panics
    /// If there is none within 10 seconds.
    pub async fn part(&self, id: &str) -> WebElement {
        let selector = format!("[data-testid='{id}']");
        self.driver
            .query(By::Css(selector))
            .wait(Duration::from_secs(10), Duration::from_millis(50))
            .first()
            .await
            .unwrap_or_else(|error| panic!("no part {id}: {error}"))
    }

    /// `true` if a part is visible now; parts that do not belong to the screen are hidden.
    pub async fn shows(&self, id: &str) -> bool {
        match self.driver.find(By::Css(format!("[data-testid='{id}']"))).await {
            Ok(part) => part.is_displayed().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// `true` if a part can be used; one that cannot is marked as disabled and keeps the focus.
    ///
    /// # Panics
    /// If it does not exist.
    pub async fn is_usable(&self, id: &str) -> bool {
        self.part(id).await.attr("aria-disabled").await.unwrap().as_deref() != Some("true")
    }

    /// Returns the visible text of a part, empty while it is being replaced.
    pub async fn text(&self, id: &str) -> String {
        let part = self.driver.find(By::Css(format!("[data-testid='{id}']"))).await;
        match part {
            Ok(part) => part.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until a part's text satisfies `wanted`, and returns it. A text whose words have not come
    /// yet is none.
    ///
    /// # Panics
    /// If it does not within `seconds`, with the last text.
    pub async fn wait_for(&self, id: &str, seconds: u64, wanted: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        let watch = async {
            loop {
                text = self.text(id).await;
                if wanted(&text) && !text.lines().any(|line| line == AWAITED) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(seconds), watch).await.is_ok();
        assert!(in_time, "{id} is still {text:?} after {seconds} s");
        text
    }

    /// Presses the mouse in the middle of a part, moves it right `steps` times by `pixels` with
    /// `pause` after each, and releases it.
    ///
    /// # Panics
    /// If the browser refuses.
    pub async fn drag(&self, id: &str, steps: usize, pixels: i64, pause: Duration) {
        let part = self.part(id).await;
        part.scroll_into_view().await.unwrap();
        let middle = part.rect().await.unwrap();
        let (x, y) = (middle.x + middle.width / 2.0, middle.y + middle.height / 2.0);
        let pause = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        let to = |x: i64, origin: &str, y: i64| json!({"type": "pointerMove", "duration": 100, "x": x, "y": y, "origin": origin});
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        let mut actions =
            vec![to(x as i64, "viewport", y as i64), json!({"type": "pointerDown", "button": 0})];
        for _ in 0..steps {
            actions.push(to(pixels, "pointer", 0));
            actions.push(json!({"type": "pause", "duration": pause}));
        }
        actions.push(json!({"type": "pointerUp", "button": 0}));
        let pointer = json!({"type": "pointer", "id": "hand", "parameters": {"pointerType": "mouse"}, "actions": actions});
        let answer = self.post("actions", &json!({"actions": [pointer]})).await;
        assert!(answer["value"].is_null(), "{answer}");
    }

    /// Returns the text of a field's row on the details screen.
    ///
    /// # Panics
    /// If it does not exist.
    pub async fn row(&self, field: FieldId) -> String {
        let selector = format!("[data-field='{}']", Field::of(field).path);
        let row = self.driver.query(By::Css(&selector));
        let row = row.wait(Duration::from_secs(10), Duration::from_millis(50)).first().await;
        let row = row.unwrap_or_else(|error| panic!("no {selector}: {error}"));
        row.text().await.unwrap()
    }

    /// Waits until `done` returns `true`.
    ///
    /// # Panics
    /// If it does not within `seconds`.
    pub async fn wait_until(&self, seconds: u64, done: impl AsyncFn() -> bool, what: &str) {
        let watch = async {
            while !done().await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(seconds), watch).await.is_ok();
        assert!(in_time, "not within {seconds} s: {what}");
    }

    /// Waits until the page's link state is `wanted`.
    ///
    /// # Panics
    /// If it is not within `seconds`.
    pub async fn wait_for_link(&self, seconds: u64, wanted: &str) {
        let is_wanted = async || match self.driver.find(By::Css("[data-testid='link']")).await {
            Ok(link) => {
                link.attr("data-link").await.is_ok_and(|state| state.as_deref() == Some(wanted))
            }
            Err(_) => false,
        };
        self.wait_until(seconds, is_wanted, &format!("the link is {wanted}")).await;
        if wanted == "live" {
            // What `/info` tells comes last and moves what is below it: a press while it does misses.
            // Some simulated chargers never tell, and some have no name.
            let told = async {
                while !self.has_name().await || !self.shows("simulated").await {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            let _ = tokio::time::timeout(Duration::from_secs(2), told).await;
        }
    }

    /// Whether the page has the charger's own name in place of its own.
    async fn has_name(&self) -> bool {
        let script = "return document.querySelector('[data-testid=name]')?.textContent";
        let name = self.driver.execute(script, vec![]).await;
        name.is_ok_and(|name| name.json().as_str().is_some_and(|name| name != "NRGkick Web"))
    }

    /// Waits until every part of this screen that is loaded in a chunk is there.
    ///
    /// # Panics
    /// Where one is missing after `seconds`.
    pub async fn wait_for_parts(&self, seconds: u64) {
        let is_whole = async || {
            let answer = self.driver.execute(IS_WHOLE, vec![]).await;
            answer.is_ok_and(|answer| answer.json().as_bool() == Some(true))
        };
        self.wait_until(seconds, is_whole, "every part of the screen is loaded").await;
    }
}

impl Browser {
    /// Posts to a path of the driver outside the WebDriver standard.
    async fn post(&self, path: &str, body: &Value) -> Value {
        let target = format!("/session/{}/{path}", self.driver.session_id());
        http::post_json(self.address, &target, body).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Sent by hand, because a failing test has no time to wait: the driver closes the browser
        // and removes its files.
        if let Ok(mut stream) = TcpStream::connect(self.address) {
            let request = format!(
                "DELETE /session/{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                self.driver.session_id(),
                self.address,
            );
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 256]);
        }
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
