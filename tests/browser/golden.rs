//! Golden pictures: what the page looks like, against pictures that somebody looked at and kept.
//!
//! Kept at half the size in `tests/golden/pictures`; a difference fails and leaves the new picture in
//! `target/screens/golden-*.png`. `UPDATE=1 cargo xtask test golden` writes them anew: look at each.
//! They are painted in DejaVu Sans, which Debian installs with Chromium, because text in another type
//! differs everywhere. So a picture shows place, size and colour, and not the type of each system.

mod compare;

use std::fs;

use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;

use crate::screens::Panel;
use crate::set_up;
use compare::Picture;

/// The page's type, and nothing that depends on the time of day; a display moves with it.
const STILL: &str = "const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { font-family: 'DejaVu Sans' !important; caret-color: transparent !important;
        animation: none !important; transition: none !important }
        [data-testid=age], time { visibility: hidden !important }
        .app[data-kiosk] { padding: 8px !important }`);
    document.adoptedStyleSheets = [sheet];
    document.activeElement.blur();
    scrollTo(0, 0);
    return document.fonts.ready.then(() => true)";

/// Whether the type is there: what follows it in a list makes no difference then.
const HAS_TYPE: &str = "const paint = document.createElement('canvas').getContext('2d');
    const wide = (other) => {
        paint.font = `100px 'DejaVu Sans', ${other}`;
        return paint.measureText('Hamburgefonstiv').width;
    };
    return wide('monospace') === wide('serif')";

const PHONE: Screen = Screen::PHONE;
const DARK: Screen = Screen::PHONE.dark();
const SMALL: Screen = Screen { size: (320, 640), dark: false };
const TABLET: Screen = Screen { size: (768, 1024), dark: false };
const DESKTOP: Screen = Screen::DESKTOP;
const WALL: Screen = Screen { size: (1280, 800), dark: false };
const LOW_WALL: Screen = Screen { size: (1024, 600), dark: false };

/// The display on the wall, in place of a screen of the page.
const KIOSK: &str = "kiosk";

/// Each picture: what the charger does, the language, the screen of the page, and that of the device.
/// Those of one scenario stand together.
const PICTURES: [(&str, &str, &str, Screen); 37] = [
    ("charging", "en", "", PHONE),
    ("charging", "en", "", DARK),
    ("charging", "en", "", SMALL),
    ("charging", "en", "", TABLET),
    ("charging", "en", "", TABLET.dark()),
    ("charging", "en", "", DESKTOP),
    ("charging", "en", "", DESKTOP.dark()),
    ("charging", "de", "", PHONE),
    ("charging", "fr", "", PHONE),
    ("charging", "nl", "", PHONE),
    ("charging", "it", "", PHONE),
    ("charging", "en", "control", PHONE),
    ("charging", "en", "control", DARK),
    ("charging", "de", "control", SMALL),
    ("charging", "fr", "control", PHONE),
    ("charging", "en", "details", PHONE),
    ("charging", "en", "details", DESKTOP),
    ("charging", "it", "details", SMALL),
    ("charging", "en", KIOSK, WALL),
    ("charging", "de", KIOSK, LOW_WALL.dark()),
    ("charging", "fr", KIOSK, TABLET),
    ("one-phase", "en", "", PHONE),
    ("full-power", "en", "", PHONE),
    ("idle", "en", "", PHONE),
    ("idle", "it", KIOSK, LOW_WALL),
    ("connected", "en", "", PHONE),
    ("paused", "en", "", DARK),
    ("paused", "nl", KIOSK, WALL.dark()),
    ("limit-reached", "en", "", PHONE),
    ("waking", "en", "", PHONE),
    ("derating", "en", "", PHONE),
    ("warning", "en", "", PHONE),
    ("error", "en", "", PHONE),
    ("error", "de", "", DARK),
    ("error", "en", KIOSK, WALL),
    ("rcd-trip", "nl", "", PHONE),
    ("solar", "en", "control", PHONE),
];

fn name(scenario: &str, language: &str, route: &str, screen: Screen) -> String {
    let route = if route.is_empty() { "overview" } else { route };
    let tone = if screen.dark { "dark" } else { "light" };
    format!("{scenario}-{route}-{language}-{}-{tone}", screen.size.0)
}

/// Compares a picture with the kept one, or keeps it; what is wrong with it.
fn judge(name: &str, picture: &Picture) -> Option<String> {
    let folder = nrgkick_tests::root().join("tests/golden/pictures");
    let kept = folder.join(format!("{name}.png"));
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&kept, picture.as_png()).unwrap();
    }
    let difference = match fs::read(&kept) {
        Ok(bytes) => picture.difference(&Picture::of_png(&bytes)),
        Err(error) => Some(format!("{}: {error}", kept.display())),
    }?;
    let screens = nrgkick_tests::root().join("target/screens");
    fs::create_dir_all(&screens).unwrap();
    fs::write(screens.join(format!("golden-{name}.png")), picture.as_png()).unwrap();
    Some(format!("{name}: {difference}"))
}

async fn has_type(browser: &Browser) -> bool {
    *browser.driver.execute(HAS_TYPE, vec![]).await.unwrap().json() == true
}

#[tokio::test]
async fn every_golden_picture_is_what_the_page_shows() {
    let test = "every_golden_picture_is_what_the_page_shows";
    let Some((browser, page)) = set_up(test).await else { return };
    if !has_type(&browser).await {
        tool::lacks("the font DejaVu Sans (Debian: fonts-dejavu-core)", test);
        return;
    }
    // They fade away after a while.
    browser.devtools("Emulation.setScrollbarsHidden", json!({"hidden": true})).await;
    let page = page.display().to_string();
    let mut panel: Option<(&str, Panel)> = None;
    let mut wrong = Vec::new();
    for (scenario, language, route, screen) in PICTURES {
        if panel.as_ref().is_none_or(|(of, _)| *of != scenario) {
            let flags = format!("--speed 0 --model sim --scenario {scenario}");
            panel = Some((scenario, Panel::start(&page, &flags).await));
        }
        let url = panel.as_ref().unwrap().1.proxy.url();
        browser.show_on(screen).await;
        browser.driver.goto("about:blank").await.unwrap();
        let shown = match route {
            KIOSK => format!("{url}/?kiosk&night=off&lang={language}"),
            route => format!("{url}/?lang={language}#/{route}"),
        };
        browser.driver.goto(shown).await.unwrap();
        browser.wait_for_link(15, "live").await;
        browser.wait_for_parts(15).await;
        browser.driver.execute(STILL, vec![]).await.unwrap();
        let picture = browser.driver.screenshot_as_png().await.unwrap();
        let name = name(scenario, language, route, screen);
        wrong.extend(judge(&name, &Picture::of_png(&picture).halved()));
    }
    assert!(wrong.is_empty(), "UPDATE=1 keeps the new ones:\n{}", wrong.join("\n"));
}
