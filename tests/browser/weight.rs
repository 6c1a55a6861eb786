//! The first load of a phone on plain HTTP, counted by the browser.

use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::webdriver::{Browser, HOST, Screen};
use nrgkick_tests::{http, tool};

/// The answers of the proxy's API, which are as long as the charger makes them.
const API: [&str; 5] = ["/api", "/events", "/info", "/values", "/control"];

/// Every file until the first values show, head and body. README.md gives this figure.
#[tokio::test]
async fn the_first_load_weighs_what_readme_says() {
    let test = "the_first_load_weighs_what_readme_says";
    let Some(page) = tool::find("NRGKICK_DIST", test) else { return };
    let Some(browser) = Browser::start_counting(test).await else { return };
    let page = nrgkick_tests::root().join(page).display().to_string();
    let simulator = Simulator::start("").await;
    // No answer is fresh, so that the document comes without any.
    let flags = ["--app-dir", &page, "--max-age", "0s"];
    let proxy = cors_proxy(simulator.address(), &flags).await;
    browser.show_on(Screen::PHONE).await;
    browser.driver.goto(format!("http://{HOST}:{}/", proxy.address.port())).await.unwrap();
    browser.wait_for_link(15, "live").await;
    browser.wait_for_parts(15).await;
    let received = browser.received().await;
    let mut files = 0;
    let is_of_the_first_load = |path: &str| {
        let is_later = ["/later/", "/icon/"].iter().any(|later| path.starts_with(later));
        !API.contains(&path) && !is_later && !path.ends_with("-details.json")
    };
    for (path, bytes) in received.iter().filter(|(path, _)| is_of_the_first_load(path)) {
        let offers = [("accept-encoding", "gzip, deflate")];
        let answer = http::send(proxy.address, "GET", path, &offers, "").await;
        assert_eq!(answer.header("content-encoding"), "gzip", "{path}");
        let body = u64::try_from(answer.body.len()).unwrap();
        assert!((body + 1..body + 1_000).contains(bytes), "{path}: {bytes} for {body}");
        files += bytes;
    }
    let is_there = |name: &str| received.iter().any(|(path, _)| path.contains(name));
    assert!(
        is_there("_bg.wasm") && is_there("/i18n/en.json") && is_there("/values"),
        "{received:?}"
    );
    let readme = std::fs::read_to_string(nrgkick_tests::root().join("README.md")).unwrap();
    let line = readme.lines().find(|line| line.starts_with("| A page, first load |")).unwrap();
    let figures = line.split(|c: char| !c.is_ascii_digit() && c != '.');
    let mut figures = figures.filter_map(|word| word.trim_matches('.').parse::<f64>().ok());
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand")]
    let near = |figure: f64| (figure * 1_000.0 - files as f64).abs() <= files as f64 / 100.0;
    assert!(figures.any(near), "README.md does not say that a phone loads {files} bytes");
}
