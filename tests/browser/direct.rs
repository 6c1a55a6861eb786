//! The page from a static host, connected directly to a charger with a password.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nrgkick_tests::server::Simulator;
use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, Screen};
use thirtyfour::prelude::*;

use crate::journey::{self, PHASES_REFUSED};
use crate::set_up;

/// `python3 -m http.server`: a static host without any knowledge of the page.
pub(crate) struct StaticHost {
    process: Child,
    pub(crate) url: String,
}

impl StaticHost {
    pub(crate) fn start(python: &Path, folder: &Path) -> Self {
        let mut process = Command::new(python)
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        let url = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once('(')?.1.split_once("/)")?.0.to_owned()))
            .expect("the static host names its address");
        Self { process, url }
    }
}

impl Drop for StaticHost {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

async fn log_in(browser: &Browser, password: &str) {
    for (id, text) in [("username", "me"), ("password", password)] {
        let input = browser.part(id).await;
        input.clear().await.unwrap();
        input.send_keys(text).await.unwrap();
    }
    browser.part("save").await.click().await.unwrap();
}

async fn asks_for_a_password(browser: &Browser) {
    browser.wait_for("diagnosis", 10, |text| !text.is_empty()).await;
    let whole = browser.driver.find(By::Tag("main")).await.unwrap().text().await.unwrap();
    let told = whole.to_lowercase();
    assert!(told.contains("password") && told.contains("local api"), "{whole}");
}

async fn visit(test: &str, sub_path: &str) {
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    let folder = tempfile::tempdir().unwrap();
    copy(&page, &folder.path().join(sub_path));
    let host = StaticHost::start(&python, folder.path());
    let simulator = Simulator::start("--cors on --username me --password secret").await;
    let charger = simulator.http.url();
    browser.show_on(Screen::DESKTOP).await;
    let url = format!("{}/{sub_path}?charger={charger}", host.url);
    browser.driver.goto(&url).await.unwrap();

    // The page asks for the password, and reports a wrong one.
    asks_for_a_password(&browser).await;
    browser.driver.goto(format!("{url}#/settings")).await.unwrap();
    log_in(&browser, "wrong").await;
    asks_for_a_password(&browser).await;
    log_in(&browser, "secret").await;
    // Within the page: a reload would lose the password, which is not stored.
    browser.driver.execute("location.hash = '#/'", vec![]).await.unwrap();
    journey::sees_live_values(&browser, &simulator).await;
    journey::makes_four_writes(&browser, &simulator).await;
    journey::types_nonsense(&browser, &simulator).await;
    journey::is_refused(&browser, &simulator, PHASES_REFUSED).await;

    // Without "remember", the password was never stored.
    let stored = browser
        .driver
        .execute("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage)", vec![])
        .await
        .unwrap();
    assert!(!stored.json().to_string().contains("secret"), "{:?}", stored.json());
}

#[tokio::test]
async fn straight_to_the_charger_from_the_root_of_a_static_host() {
    visit("straight_to_the_charger_from_the_root_of_a_static_host", "").await;
}

#[tokio::test]
async fn straight_to_the_charger_from_a_sub_path() {
    visit("straight_to_the_charger_from_a_sub_path", "panel/of/ours/").await;
}

/// Presumably the behaviour of every real charger: no other page may read its answers.
#[tokio::test]
pub(crate) async fn a_charger_without_cors_is_told_apart() {
    let test = "a_charger_without_cors_is_told_apart";
    let Some((browser, page)) = set_up(test).await else { return };
    let Some(python) = tool::find("NRGKICK_PYTHON", test) else { return };
    let host = StaticHost::start(&python, &page);
    let simulator = Simulator::start("--cors off").await;
    browser.show_on(Screen::PHONE).await;
    let url = format!("{}/?charger={}", host.url, simulator.http.url());
    browser.driver.goto(&url).await.unwrap();
    let told = browser.wait_for("diagnosis", 10, |text| !text.is_empty()).await;
    let whole = browser.driver.find(By::Tag("body")).await.unwrap().text().await.unwrap();
    assert!(whole.contains("CORS") && whole.contains("proxy"), "{told}: {whole}");

    // An invalid address is named.
    let url = format!("{}/?charger=not%20an%20address", host.url);
    browser.driver.goto(&url).await.unwrap();
    browser.wait_for("diagnosis", 10, |text| !text.is_empty()).await;
    let whole = browser.driver.find(By::Tag("body")).await.unwrap().text().await.unwrap();
    assert!(whole.contains("not an address"), "{whole}");
}
