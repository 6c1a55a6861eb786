//! Accessibility: screen readers, large type, touch targets and forced colours.

use nrgkick_tests::axe::Axe;
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::{Value, json};

use crate::screens::{self, Panel, ROUTES, SCREENS};
use crate::set_up;

/// Runs `script` in the page; it returns a list of problems.
async fn wrong(browser: &Browser, script: &str) -> Vec<String> {
    browser.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn axe_finds_nothing_on_any_screen() {
    let test = "axe_finds_nothing_on_any_screen";
    let Some(axe) = Axe::find(test) else { return };
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    let mut all = Vec::new();
    let mut judge = async |name: &str| {
        for screen in SCREENS.into_iter().flat_map(|screen| [screen, screen.other()]) {
            browser.show_on(screen).await;
            let found = axe.findings(&browser).await;
            all.extend(found.into_iter().map(|found| format!("{name} {screen:?}: {found}")));
        }
    };
    screens::each(&browser, &page, &mut judge).await;
    screens::each_of_custom_api(&browser, &page, &mut judge).await;
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

/// Reports unless exactly one visible heading of level 1 exists.
const HEADINGS: &str = "const shown = [...document.querySelectorAll('h1')]
        .filter((heading) => heading.checkVisibility() && heading.textContent.trim());
    return shown.length === 1 ? [] : [`${shown.length} headings of level 1`]";

/// Lists interactive elements that are smaller than a finger.
const SMALL: &str = "return [...document.querySelectorAll('a, button, input, select, summary')]
    .filter((target) => target.checkVisibility())
    .map((target) => [target, target.getBoundingClientRect()])
    .filter(([, r]) => r.width < 47.9 || r.height < 47.9)
    .map(([target, r]) => `${target.outerHTML.slice(0, 120)} is ${r.width} x ${r.height}`)";

#[tokio::test]
async fn every_screen_has_one_heading_and_targets_for_a_finger() {
    let test = "every_screen_has_one_heading_and_targets_for_a_finger";
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    let mut all = Vec::new();
    let mut judge = async |name: &str| {
        for screen in SCREENS {
            browser.show_on(screen).await;
            for script in [HEADINGS, SMALL] {
                let found = wrong(&browser, script).await;
                all.extend(found.into_iter().map(|found| format!("{name} {screen:?}: {found}")));
            }
        }
    };
    screens::each(&browser, &page, &mut judge).await;
    screens::each_of_custom_api(&browser, &page, &mut judge).await;
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

/// Lists elements beyond the right edge, but for what scrolls or is cut off by its own frame.
const WIDE: &str = "const wide = document.documentElement.scrollWidth > window.innerWidth;
    const beyond = [...document.body.querySelectorAll('*')].filter((part) => part.checkVisibility()
        && !part.closest('pre, .aside, .face__cable') && part.getBoundingClientRect().right > window.innerWidth + 1);
    return (wide ? ['the page is wider than the screen'] : []).concat(beyond
        .map((part) => `${part.tagName} ${part.className} ${part.textContent.slice(0, 40)}`))";

#[tokio::test]
async fn type_of_twice_the_size_fits_a_phone() {
    let test = "type_of_twice_the_size_fits_a_phone";
    let Some((browser, page)) = set_up(test).await else { return };
    let page = page.display().to_string();
    browser.show_on(Screen::PHONE).await;
    let mut all = Vec::new();
    let mut judge = async |name: &str| {
        let large = "document.documentElement.style.fontSize = '200%'";
        browser.driver.execute(large, vec![]).await.unwrap();
        let found = wrong(&browser, WIDE).await;
        all.extend(found.into_iter().map(|found| format!("{name}: {found}")));
        browser.picture(&format!("large-{}", name.replace('/', "-")), Screen::PHONE).await;
    };
    screens::each(&browser, &page, &mut judge).await;
    screens::each_of_custom_api(&browser, &page, &mut judge).await;
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

/// Lists parts that are covered by another one, after scrolling to them and after focusing them.
const COVERED: &str = "const covered = (part, how) => {
        const r = part.getBoundingClientRect();
        if (!r.width || r.top >= innerHeight || r.bottom <= 0) return [];
        const rows = [r.top + 1, (r.top + r.bottom) / 2, r.bottom - 1]
            .filter((y) => y > 0 && y < innerHeight);
        const at = rows.map((y) => document.elementFromPoint(r.left + r.width / 2, y));
        const over = at.find((top) => top && !part.contains(top) && !top.contains(part));
        return over ? [`${how}: ${part.className} is under ${over.className || over.tagName}`] : [];
    };
    const found = [];
    for (const part of document.querySelectorAll('.hero, [data-testid=pause]')) {
        window.scrollTo(0, 0);
        found.push(...covered(part, 'at rest'));
        part.scrollIntoView({ block: 'nearest' });
        found.push(...covered(part, 'scrolled to'));
        part.setAttribute('tabindex', '-1');
        window.scrollTo(0, 0);
        part.focus();
        found.push(...covered(part, 'focused'));
        window.scrollTo(0, document.body.scrollHeight);
        part.focus();
        found.push(...covered(part, 'focused from below'));
    }
    window.scrollTo(0, 0);
    return found";

#[tokio::test]
async fn no_bar_covers_the_state_or_the_pause_where_there_is_little_height() {
    let test = "no_bar_covers_the_state_or_the_pause_where_there_is_little_height";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    let mut all = Vec::new();
    // A phone in landscape, and a desktop at 400 %.
    for size in [(844, 390), (320, 200)] {
        let screen = Screen { size, dark: false };
        browser.show_on(screen).await;
        for route in ROUTES {
            panel.show(&browser, route).await;
            for script in [COVERED, WIDE] {
                let found = wrong(&browser, script).await;
                all.extend(found.into_iter().map(|found| format!("{size:?} {route}: {found}")));
            }
            let name = if route.is_empty() { "overview" } else { route };
            browser.picture(&format!("low-{name}"), screen).await;
        }
    }
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

/// Lists parts without an edge, or without a colour of their own, under forced colours.
const EDGES: &str = "const edge = (selector) => {
        const style = getComputedStyle(document.querySelector(selector));
        return ['Top', 'Right', 'Bottom', 'Left'].every((side) =>
            parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none');
    };
    const page = getComputedStyle(document.body).backgroundColor;
    const painted = (selector) => {
        const style = getComputedStyle(document.querySelector(selector));
        return ![page, 'rgba(0, 0, 0, 0)'].includes(style.backgroundColor);
    };
    const filled = (selector) => {
        const fill = getComputedStyle(document.querySelector(selector)).fill;
        return fill !== page && fill !== 'none';
    };
    return ['.hero', '.card', '.choice', '.lane', '.strip', '.setting__number', '.button--round']
        .filter((part) => !edge(part)).map((part) => `${part} has no edge`)
        .concat(['.hero__dot', '.lines__swatch', '.choice__item[aria-pressed=true]']
            .filter((part) => !painted(part)).map((part) => `${part} is not painted`))
        .concat(['.lane__actual', '.lane__offered'].filter((part) => !filled(part)).map((p) => `${p} is not filled`))";

#[tokio::test]
async fn forced_colours_leave_edges_dots_swatches_and_the_slider() {
    let test = "forced_colours_leave_edges_dots_swatches_and_the_slider";
    let Some((browser, page)) = set_up(test).await else { return };
    let panel = Panel::start(&page.display().to_string(), "--scenario charging").await;
    let mut all = Vec::new();
    for screen in [Screen::PHONE, Screen::DESKTOP.dark()] {
        for route in ["", "control", "settings"] {
            browser.show_on(screen).await;
            panel.show(&browser, route).await;
            force_colours(&browser, screen).await;
            all.extend(wrong(&browser, EDGES).await);
            let name = if route.is_empty() { "overview" } else { route };
            browser.picture(&format!("forced-{name}"), screen).await;
        }
    }
    // Scripts cannot read styles of the slider's parts: moving it shows if the filled part differs.
    browser.show_on(Screen::PHONE).await;
    panel.show(&browser, "control").await;
    force_colours(&browser, Screen::PHONE).await;
    let fill = "document.querySelector('.slider').style.setProperty('--fill', arguments[0])";
    let mut pictures = Vec::new();
    for share in ["0%", "100%"] {
        browser.driver.execute(fill, vec![json!(share)]).await.unwrap();
        pictures.push(browser.part("current-slider").await.screenshot_as_png().await.unwrap());
    }
    assert!(pictures[0] != pictures[1], "the slider does not show how far it is filled");
    assert!(all.is_empty(), "{} findings:\n{}", all.len(), all.join("\n"));
}

async fn force_colours(browser: &Browser, screen: Screen) {
    let scheme = if screen.dark { "dark" } else { "light" };
    let features: Value = json!({"features": [
        {"name": "forced-colors", "value": "active"},
        {"name": "prefers-color-scheme", "value": scheme},
    ]});
    browser.devtools("Emulation.setEmulatedMedia", features).await;
}
