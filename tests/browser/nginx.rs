//! The zip of the site, unpacked under nginx in a folder with a space in its name: straight to a
//! charger, to one through a proxy at another origin, and with the demo.
//!
//! Unpacked by Python and served by nginx with the types that come with it, as an owner would.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nrgkick_tests::server::{Simulator, cors_proxy};
use nrgkick_tests::tool;
use nrgkick_tests::webdriver::{Browser, Screen};

use crate::{journey, set_up};

/// The folder, and the same in an address.
const FOLDER: [&str; 2] = ["our panel", "our%20panel"];

/// nginx with the site in [`FOLDER`]; stopped when dropped.
struct Nginx {
    process: Child,
    /// Of the server.
    origin: String,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// Starts it; `None` if `cargo xtask test` has not named it, the archive and a Python.
    fn start(test: &str) -> Option<Self> {
        let program = tool::find("NRGKICK_NGINX", test)?;
        let archive = tool::find("NRGKICK_SITE", test)?;
        let python = tool::find("NRGKICK_PYTHON", test)?;
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("html").join(FOLDER[0]);
        fs::create_dir_all(&site).unwrap();
        let unpacked = Command::new(python)
            .args(["-m", "zipfile", "-e"])
            .args([&archive, &site])
            .status()
            .unwrap();
        assert!(unpacked.success(), "{} cannot be unpacked", archive.display());

        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap();
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration(folder.path(), &address.to_string())).unwrap();
        let mut process = Command::new(program)
            .arg("-c")
            .arg(&file)
            .args(["-e", "stderr", "-p"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut attempts = 0..1_000;
        while TcpStream::connect(address).is_err() {
            assert!(process.try_wait().unwrap().is_none(), "nginx has ended");
            assert!(attempts.next().is_some(), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { process, origin: format!("http://{address}"), _folder: folder })
    }

    /// The address of the page.
    fn page(&self) -> String {
        format!("{}/{}/", self.origin, FOLDER[1])
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One process, nothing outside of `folder`, and otherwise as nginx is without any settings.
fn configuration(folder: &Path, address: &str) -> String {
    let types = Path::new("/etc/nginx/mime.types");
    let types = if types.is_file() { "include /etc/nginx/mime.types;" } else { "" };
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "daemon off; master_process off; pid {folder}/nginx.pid;\nevents {{}}\n\
         http {{ access_log off; {types}\n{temporary}\
         server {{ listen {address}; root {folder}/html; }} }}\n"
    )
}

async fn open(test: &str, screen: Screen) -> Option<(Browser, Nginx)> {
    let nginx = Nginx::start(test)?;
    let (browser, _) = set_up(test).await?;
    browser.show_on(screen).await;
    Some((browser, nginx))
}

#[tokio::test]
async fn the_site_from_its_zip_shows_and_changes_a_charger_that_lets_it() {
    let test = "the_site_from_its_zip_shows_and_changes_a_charger_that_lets_it";
    let Some((browser, nginx)) = open(test, Screen::PHONE).await else { return };
    let simulator = Simulator::start("--cors on").await;
    let url = format!("{}?charger={}", nginx.page(), simulator.http.url());
    browser.driver.goto(&url).await.unwrap();
    journey::sees_live_values(&browser, &simulator).await;
    browser.part("pause").await.click().await.unwrap();
    browser.wait_for("outcome-pause", 12, |text| text.contains("Confirmed")).await;
    let sent = simulator.writes().await;
    assert_eq!(sent, [("charge_pause=1".to_owned(), 200)]);
    let shown = browser.driver.current_url().await.unwrap();
    assert!(shown.as_str().starts_with(&nginx.page()), "{shown}");
    assert_no_complaints(&browser).await;
}

#[tokio::test]
async fn the_site_from_its_zip_works_through_a_proxy_at_another_origin() {
    let test = "the_site_from_its_zip_works_through_a_proxy_at_another_origin";
    let Some((browser, nginx)) = open(test, Screen::DESKTOP).await else { return };
    let simulator = Simulator::start("").await;
    let proxy = cors_proxy(simulator.address(), &["--allow-origin", &nginx.origin]).await;
    let url = format!("{}?charger={}", nginx.page(), proxy.url());
    browser.driver.goto(&url).await.unwrap();
    journey::sees_live_values(&browser, &simulator).await;
    journey::makes_four_writes(&browser, &simulator).await;
    assert_no_complaints(&browser).await;
}

#[tokio::test]
async fn the_site_from_its_zip_has_the_demo_in_every_language() {
    let test = "the_site_from_its_zip_has_the_demo_in_every_language";
    let Some((browser, nginx)) = open(test, Screen::PHONE).await else { return };
    for language in crate::languages::LANGUAGES {
        let words = nrgkick_tests::words::of(language);
        let url = format!("{}?demo=paused&lang={language}", nginx.page());
        browser.driver.goto(&url).await.unwrap();
        browser.wait_for_link(20, "live").await;
        browser.wait_for_parts(20).await;
        let wanted = &words["pause.paused"];
        browser.wait_for("state", 10, |text| text == wanted).await;
    }
    assert_no_complaints(&browser).await;
}

/// The page asks a host for a proxy's API, and one that has none answers 404, which is no fault.
async fn assert_no_complaints(browser: &Browser) {
    let all = browser.complaints().await;
    let others: Vec<_> = all.iter().filter(|one| !one.contains("404")).collect();
    assert!(others.is_empty(), "{others:?}");
}
