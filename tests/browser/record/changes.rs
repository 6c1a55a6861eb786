//! Labels and removals: by keyboard, once, and only for those who may.

use nrgkick_tests::record::{Kept, SOME};
use nrgkick_tests::tokens::Tokens;
use nrgkick_tests::webdriver::{Browser, Screen};
use serde_json::json;
use thirtyfour::prelude::*;

use super::{charges, open, press, show, tab_to, wait_for_texts};
use crate::set_up;

#[tokio::test]
async fn a_label_is_changed_once_and_a_failure_is_said() {
    let test = "a_label_is_changed_once_and_a_failure_is_said";
    let hash = "#/charges/000000000000a002";
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, hash).await else { return };
    let label = async || charges(&kept).await[1]["label"].clone();
    let kept_label = async |browser: &Browser| {
        browser
            .driver
            .execute("return document.querySelector('[data-testid=label]').value", vec![])
            .await
            .unwrap()
            .json()
            .clone()
    };
    browser.wait_until(15, async || kept_label(&browser).await == "Ben", "the label").await;
    tab_to(&browser, "label").await;
    press(&browser, Key::Control + "a").await;
    press(&browser, "=Ben's \"van\"").await;
    press(&browser, Key::Enter + "").await;
    browser.wait_for("label-said", 10, |said| said == "Saved.").await;
    assert_eq!(label().await, "=Ben's \"van\"");

    // A label that is too long for the proxy, which says so.
    press(&browser, Key::Control + "a").await;
    press(&browser, "é".repeat(150)).await;
    press(&browser, Key::Enter + "").await;
    browser
        .wait_for("label-error", 10, |said| said.starts_with("Not saved.") && said.contains("200"))
        .await;
    assert_eq!(label().await, "=Ben's \"van\"");
    assert!(kept.simulator.writes().await.is_empty(), "nothing of it goes to the charger");
}

#[tokio::test]
async fn removal_asks_before_and_all_means_all() {
    let test = "removal_asks_before_and_all_means_all";
    let hash = "#/charges/000000000000a002";
    let Some((browser, kept)) = open(test, "--scenario idle", &SOME, hash).await else { return };
    browser.wait_for("one-title", 15, |title| title.contains("2026")).await;
    tab_to(&browser, "delete-one").await;
    press(&browser, Key::Enter + "").await;
    browser.wait_for("delete-one-question", 5, |said| said.contains("for good")).await;
    tab_to(&browser, "delete-one-not").await;
    press(&browser, Key::Escape + "").await;
    browser.wait_until(5, async || !browser.shows("delete-one-question").await, "kept").await;
    assert_eq!(charges(&kept).await.len(), 5);
    press(&browser, Key::Enter + "").await;
    tab_to(&browser, "delete-one-now").await;
    press(&browser, Key::Enter + "").await;
    wait_for_texts(&browser, "[data-testid='month-sums']", |sums| {
        sums.len() == 2 && sums[1].starts_with("1 charge ")
    })
    .await;
    assert_eq!(charges(&kept).await.len(), 4);

    tab_to(&browser, "delete-all").await;
    press(&browser, Key::Enter + "").await;
    browser.wait_for("delete-all-question", 5, |said| said.contains("All charges")).await;
    tab_to(&browser, "delete-all-now").await;
    press(&browser, Key::Enter + "").await;
    browser.wait_for("delete-all-said", 10, |said| said == "4 charges were deleted.").await;
    browser.wait_for("no-charges", 10, |said| said.contains("No charge")).await;
    assert_eq!(charges(&kept).await, [json!(null); 0]);
}

#[tokio::test]
async fn who_may_only_look_is_offered_no_label_and_no_removal() {
    let test = "who_may_only_look_is_offered_no_label_and_no_removal";
    let Some((browser, page)) = set_up(test).await else { return };
    let (tokens, page) = (Tokens::new(), page.display().to_string());
    let own = tokens.flags();
    let flags = [&["--app-dir", page.as_str()][..], &own.each_ref().map(String::as_str)].concat();
    let kept = Kept::start("--scenario idle", &SOME, &flags).await;
    browser.show_on(Screen::PHONE).await;
    show(&browser, &kept, &format!("#token={}", Tokens::VIEW)).await;
    show(&browser, &kept, "#/charges").await;
    wait_for_texts(&browser, "[data-testid='month']", |months| months.len() == 2).await;
    assert!(!browser.shows("delete-all").await);
    show(&browser, &kept, "#/charges/000000000000a002").await;
    browser.wait_for("one-title", 15, |title| title.contains("2026")).await;
    assert!(!browser.shows("label").await && !browser.shows("delete-one").await);
}
