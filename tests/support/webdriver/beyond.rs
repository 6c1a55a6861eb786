//! What the WebDriver standard has no word for, in the words of each engine: the screen, the languages
//! that the browser asks for, and its console.

use serde_json::{Value, json};

use super::{Browser, Screen};
use crate::engine::Engine;

/// The width of the page, and what of the window's height is none of it.
const MEASURE: &str = "return [innerWidth, outerHeight - innerHeight]";

/// Sets the preferences that are given as names and values.
const PREFER: &str = "for (const [name, value] of arguments[0])
    typeof value === 'number' ? Services.prefs.setIntPref(name, value)
        : Services.prefs.setStringPref(name, value)";

/// What Firefox's console has of pages, and not of the browser's own parts, since it was last read.
const CONSOLE: &str = "const all = Services.console.getMessageArray();
    Services.console.reset();
    return all.filter((one) => one instanceof Ci.nsIScriptError && one.sourceName.startsWith('http'))
        .map((one) => `${one.sourceName} ${one.lineNumber}: ${one.errorMessage}`)";

impl Browser {
    /// Shows the page on a screen, in Chromium an emulated one and elsewhere a window of its size.
    ///
    /// # Panics
    /// If the browser does not support it; WebKit's colours are light.
    pub async fn show_on(&self, screen: Screen) {
        match self.engine {
            Engine::Chromium => self.emulate(screen).await,
            Engine::Firefox => {
                self.be(screen.size).await;
                let scheme = if screen.dark { 0 } else { 1 };
                let name = "layout.css.prefers-color-scheme.content-override";
                self.in_firefox(PREFER, vec![json!([[name, scheme]])]).await;
            }
            Engine::WebKit => {
                assert!(!screen.dark, "WebKit's colours are light");
                self.be(screen.size).await;
            }
        }
    }

    async fn emulate(&self, screen: Screen) {
        let (width, height) = screen.size;
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if screen.dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Makes the window so large that the page has this size.
    async fn be(&self, (width, height): (u32, u32)) {
        let measure = async || -> [u32; 2] {
            self.driver.execute(MEASURE, vec![]).await.unwrap().convert().unwrap()
        };
        let [_, bars] = measure().await;
        self.driver.set_window_rect(0, 0, width, height + bars).await.unwrap();
        let is_so = async || measure().await[0] == width;
        self.wait_until(5, is_so, &format!("the page is {width} pixels wide")).await;
    }

    /// Makes the browser ask for these languages.
    ///
    /// # Panics
    /// In WebKit, which takes them from the system.
    pub async fn ask_for(&self, languages: &str) {
        match self.engine {
            Engine::Chromium => {
                let agent = self.driver.execute("return navigator.userAgent", vec![]).await;
                let agent = agent.unwrap().json().clone();
                let parameters = json!({"userAgent": agent, "acceptLanguage": languages});
                self.devtools("Network.setUserAgentOverride", parameters).await;
            }
            Engine::Firefox => {
                let preference = json!([["intl.accept_languages", languages]]);
                self.in_firefox(PREFER, vec![preference]).await;
            }
            Engine::WebKit => panic!("WebKit asks for the languages of the system"),
        }
    }

    /// What the console said since the last call, warnings and errors only; nothing in WebKit, whose
    /// driver keeps no log.
    ///
    /// # Panics
    /// If the driver does not tell.
    pub async fn complaints(&self) -> Vec<String> {
        match self.engine {
            Engine::Chromium => {
                let answer = self.post("se/log", &json!({"type": "browser"})).await;
                let entries = answer["value"].as_array().unwrap().iter();
                entries
                    .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
                    .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
                    .collect()
            }
            Engine::Firefox => {
                serde_json::from_value(self.in_firefox(CONSOLE, vec![]).await).unwrap()
            }
            Engine::WebKit => Vec::new(),
        }
    }

    /// Runs a script with the rights of the browser's own parts.
    async fn in_firefox(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.post("moz/context", &json!({"context": "chrome"})).await;
        let answer = self.driver.execute(script, arguments).await;
        self.post("moz/context", &json!({"context": "content"})).await;
        answer.unwrap().json().clone()
    }
}
