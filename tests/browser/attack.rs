//! S29: pages of an attacker, in a real browser, against every server that an owner runs.
//!
//! They try all that a page can do without its visitor: pictures, scripts, frames, forms, windows,
//! beacons, every mode of a request, streams. Nothing may be written, and nothing read. The simulator,
//! which guards nothing, shows that the same page does harm where nobody stops it.

use std::net::SocketAddr;

use nrgkick_tests::server::{
    Server, Simulator, cors_proxy, cors_proxy_at, custom_api_editing, modbus_proxy,
};
use nrgkick_tests::webdriver::{Browser, FOREIGN, Screen};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::proxy::own_address;

/// What the page does to the server at `base`; it tells what it could read.
const PAGE: &str = include_str!("attack.html");

/// Limit for a page's attempts, s. None of them waits for more than 3 s.
const ATTEMPTS: u64 = 60;

/// A web server that answers everything with the attacker's page.
async fn evil() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
                let answer = format!("{head}Content-Length: {}\r\n\r\n{PAGE}", PAGE.len());
                // The browser may have gone on to another page.
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    address
}

/// Opens the attacker's page, which is of another site, and returns what it could read.
async fn attack(browser: &Browser, evil: SocketAddr, base: &str) -> Vec<String> {
    let url = format!("http://localhost:{}/?base={base}", evil.port());
    browser.driver.goto(&url).await.unwrap();
    let over = async || {
        let over = browser.driver.execute("return window.over === true", vec![]).await;
        over.is_ok_and(|over| over.json() == &Value::Bool(true))
    };
    browser.wait_until(ATTEMPTS, over, "the page has tried everything").await;
    let read = browser.driver.execute("return window.read", vec![]).await.unwrap();
    read.convert().unwrap()
}

/// What a followed link does: the page of an attacker is left for the server's own address.
async fn follow(browser: &Browser, evil: SocketAddr, target: &str) {
    browser.driver.goto(format!("http://localhost:{}/?base=none", evil.port())).await.unwrap();
    let go = format!("location.href = '{target}'");
    browser.driver.execute(go, vec![]).await.unwrap();
    let there = async || {
        let place = browser.driver.current_url().await;
        place.is_ok_and(|place| place.as_str().starts_with(target))
    };
    browser.wait_until(10, there, target).await;
}

struct Plant {
    simulator: Simulator,
    servers: Vec<Server>,
    folder: tempfile::TempDir,
}

/// Everything that an owner runs, with the least protection that it starts with.
async fn plant() -> Plant {
    let simulator = Simulator::start("").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("house.toml");
    std::fs::write(&file, BEFORE).unwrap();
    let mut servers = vec![
        cors_proxy(simulator.address(), &[]).await,
        modbus_proxy(&simulator.modbus.to_string(), &[]).await,
        custom_api_editing(&file, &[]).await,
    ];
    // On the network a browser tells less of where a request comes from.
    if let Some(own) = own_address() {
        let at = (own, 0).into();
        servers.push(cors_proxy_at(at, simulator.address(), &["--trust-lan"]).await);
    }
    Plant { simulator, servers, folder }
}

const BEFORE: &str = "load_power_w = 1\n";

#[tokio::test]
pub(crate) async fn pages_of_elsewhere_write_nothing_and_read_nothing() {
    let test = "pages_of_elsewhere_write_nothing_and_read_nothing";
    let Some(browser) = Browser::start(test).await else { return };
    browser.show_on(Screen::DESKTOP).await;
    let (plant, evil) = (plant().await, evil().await);
    for server in &plant.servers {
        let read = attack(&browser, evil, &server.url()).await;
        assert_eq!(read, [""; 0], "{}", server.url());
        for path in ["/control?charge_pause=1", "/c/charger/control?charge_pause=1"] {
            follow(&browser, evil, &format!("{}{path}", server.url())).await;
        }
    }
    assert_eq!(plant.simulator.writes().await, []);
    let after = std::fs::read_to_string(plant.folder.path().join("house.toml")).unwrap();
    assert_eq!(after, BEFORE);

    // The same page, where nobody stops it.
    let bare = Simulator::start("--cors on").await;
    let read = attack(&browser, evil, &bare.http.url()).await;
    assert!(!read.is_empty(), "it reads what it may");
    assert!(!bare.writes().await.is_empty(), "a picture is enough to switch it");
}

/// DNS rebinding: the attacker's own name leads to the server, so that its page is of one origin
/// with it.
#[tokio::test]
pub(crate) async fn a_name_of_elsewhere_that_leads_here_gets_nothing() {
    let test = "a_name_of_elsewhere_that_leads_here_gets_nothing";
    let Some(browser) = Browser::start(test).await else { return };
    browser.show_on(Screen::DESKTOP).await;
    let plant = plant().await;
    for server in plant.servers.iter().filter(|server| server.address.ip().is_loopback()) {
        let base = format!("http://{FOREIGN}:{}", server.address.port());
        browser.driver.goto(format!("{base}/")).await.unwrap();
        let shown = browser.driver.source().await.unwrap();
        assert!(shown.contains("unknown_host"), "{base}: {shown}");
        let script = "const done = arguments[arguments.length - 1];
            const ask = (path, more) => fetch(path, more).then((answer) => answer.status, () => 0);
            const headers = {'Content-Type': 'application/json', 'X-Nrgkick-Write': 'a'};
            Promise.all([
                ask('/values'), ask('/control'), ask('/events'), ask('/config'), ask('/metrics'),
                ask('/control', {method: 'POST', headers, body: '{\"charge_pause\":1}'}),
            ]).then(done)";
        let statuses = browser.driver.execute_async(script, vec![]).await.unwrap();
        let statuses: Vec<u16> = statuses.convert().unwrap();
        // 0: the policy of the answer lets a page of its own ask for nothing.
        let is_refused = |status: &u16| [0, 421].contains(status);
        assert!(statuses.iter().all(is_refused), "{base}: {statuses:?}");
    }
    assert_eq!(plant.simulator.writes().await, []);
}
