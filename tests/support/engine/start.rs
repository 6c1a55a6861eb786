//! Starting the drivers: each says in its own way where it listens and what its browser is to be.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::{FOREIGN, HOST, Started};
use crate::tool;

/// The size of WebKit's screen in memory; windows are no larger.
const SCREEN: &str = "1400x1400x24";

/// Lets windows be as small as a phone, and without any bar.
const FIREFOX_CHROME: &str = ":root { min-width: 0 !important; min-height: 0 !important }
#navigator-toolbox { visibility: collapse !important }";

/// The same for GTK, whose bar of buttons is otherwise wider than a phone.
const GTK_STYLE: &str = "entry, button, image, label, toolbar, toolbutton, headerbar {
    min-width: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px;
    -gtk-icon-transform: scale(0);
}";

pub(super) fn chromium(test: &str, profile: &Path, logs: Value) -> Option<Started> {
    let chromedriver = tool::find("NRGKICK_CHROMEDRIVER", test)?;
    let chromium = tool::find("NRGKICK_CHROMIUM", test)?;
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        // Containers and CI run as root, where Chromium has no sandbox.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        &format!("--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP {FOREIGN} 127.0.0.1"),
        &format!("--user-data-dir={}", profile.display()),
    ] {
        capabilities.add_arg(argument).unwrap();
    }
    capabilities.set_binary(&chromium.display().to_string()).unwrap();
    capabilities.set("goog:loggingPrefs", logs).unwrap();
    let mut driver = Command::new(&chromedriver);
    // The driver first prints the requested port, which is 0.
    let is_port = |line: &str| {
        let port = line.rsplit_once("successfully")?.1.rsplit_once("on port ")?.1;
        port.trim_end_matches('.').parse().ok()
    };
    let (process, port) = spawn(driver.arg("--port=0"), is_port);
    Some(Started {
        processes: vec![process],
        address: local(port),
        capabilities: capabilities.into(),
    })
}

pub(super) fn firefox(test: &str, profile: &Path) -> Option<Started> {
    let geckodriver = tool::find("NRGKICK_GECKODRIVER", test)?;
    let firefox = tool::find("NRGKICK_FIREFOX", test)?;
    fs::create_dir(profile.join("chrome")).unwrap();
    fs::write(profile.join("chrome/userChrome.css"), FIREFOX_CHROME).unwrap();
    let mut capabilities = DesiredCapabilities::firefox();
    let options = json!({
        "binary": firefox,
        "args": ["-headless", "-profile", profile],
        "prefs": {
            "toolkit.legacyUserProfileCustomizations.stylesheets": true,
            "network.dns.localDomains": format!("{HOST},{FOREIGN}"),
            "intl.accept_languages": "en-US,en",
            // A question of the browser's own would hold up a form from this machine to another.
            "security.warn_submit_secure_to_insecure": false,
        },
    });
    capabilities.set("moz:firefoxOptions", options).unwrap();
    let mut driver = Command::new(&geckodriver);
    // System access: the console and the preferences are read and set from the browser's side.
    driver.args(["--port=0", "--allow-system-access"]);
    let is_port =
        |line: &str| line.rsplit_once("Listening on ")?.1.rsplit_once(':')?.1.parse().ok();
    let (process, port) = spawn(&mut driver, is_port);
    Some(Started {
        processes: vec![process],
        address: local(port),
        capabilities: capabilities.into(),
    })
}

pub(super) fn webkit(test: &str, profile: &Path) -> Option<Started> {
    let webkit_driver = tool::find("NRGKICK_WEBKITDRIVER", test)?;
    let mini_browser = tool::find("NRGKICK_MINIBROWSER", test)?;
    let xvfb = tool::find("NRGKICK_XVFB", test)?;
    let style = profile.join("gtk-3.0");
    fs::create_dir(&style).unwrap();
    fs::write(style.join("gtk.css"), GTK_STYLE).unwrap();
    let mut screen = Command::new(&xvfb);
    screen.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", SCREEN]);
    let (screen, display) = spawn(&mut screen, |line| line.trim().parse::<u16>().ok());
    // It takes no port 0, and says nothing.
    let address = TcpListener::bind(local(0)).and_then(|free| free.local_addr()).unwrap();
    let driver = Command::new(&webkit_driver)
        .arg(format!("--port={}", address.port()))
        .env("DISPLAY", format!(":{display}"))
        .env("LANG", "en_US.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("GTK_THEME")
        .envs(["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"].map(|name| (name, profile)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", webkit_driver.display()));
    let processes = vec![driver, screen];
    let mut attempts = 0..1_000;
    while TcpStream::connect(address).is_err() {
        assert!(attempts.next().is_some(), "{} does not listen", webkit_driver.display());
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut capabilities = Capabilities::new();
    let options = json!({"binary": mini_browser, "args": ["--automation", "--private"]});
    capabilities.set("webkitgtk:browserOptions", options).unwrap();
    Some(Started { processes, address, capabilities })
}

/// Starts a program and returns the number that it prints, as found by `number`.
fn spawn(program: &mut Command, number: impl Fn(&str) -> Option<u16>) -> (Child, u16) {
    let mut process = program
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.get_program().display()));
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = lines.find_map(|line| number(&line));
    // A program whose output nobody reads would end, or wait.
    std::thread::spawn(move || lines.for_each(drop));
    (process, said.unwrap_or_else(|| panic!("{program:?} does not say where it listens")))
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
