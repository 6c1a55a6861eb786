//! axe-core, run in the page of a test browser.

use serde_json::{Value, json};

use crate::tool;
use crate::webdriver::Browser;

/// The rules: WCAG 2.2 up to AA, and axe's best practices.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const RUN: &str = "const done = arguments[arguments.length - 1];
    // What is on its way to another colour is judged where it arrives.
    for (const animation of document.getAnimations())
        animation.effect.getComputedTiming().endTime === Infinity
            ? animation.cancel() : animation.finish();
    axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id}: ${node.target.flat().join(' ')} (${node.any.concat(node.all, node.none)
                .map((check) => check.message).join('; ')})`))),
        (error) => done([`axe failed: ${error}`]));";

/// The script of axe-core.
#[derive(Debug)]
pub struct Axe(String);

impl Axe {
    /// Loads the script; `None` if `cargo xtask test` has not named it.
    ///
    /// # Panics
    /// If the named file cannot be read.
    pub fn find(test: &str) -> Option<Self> {
        let path = tool::find("NRGKICK_AXE", test)?;
        let script = std::fs::read_to_string(&path);
        Some(Self(script.unwrap_or_else(|error| panic!("{}: {error}", path.display()))))
    }

    /// Returns every accessibility problem of the shown page: rule, target and reason.
    ///
    /// # Panics
    /// If the browser does not run the script.
    pub async fn findings(&self, browser: &Browser) -> Vec<String> {
        // The driver runs it, as the page's policy would block our script.
        let present = "return typeof axe === 'object'";
        let present = browser.driver.execute(present, vec![]).await.unwrap();
        if *present.json() != true {
            browser.driver.execute(&*self.0, vec![]).await.unwrap();
        }
        let tags: Vec<Value> = TAGS.iter().map(|tag| json!(tag)).collect();
        let found = browser.driver.execute_async(RUN, vec![json!(tags)]).await.unwrap();
        found.convert().unwrap()
    }
}
