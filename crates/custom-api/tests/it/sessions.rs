//! Log-ins of devices that are away, and sessions that may not see everything.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nrgkick_model::custom_api::Observed;

use crate::support::{House, says};
use crate::web::{Asked, Web, answer};

/// The device is switched on after this server.
#[tokio::test]
async fn a_log_in_where_nobody_answers_is_tried_again_at_the_next_poll() {
    let answers = |asked: &Asked| match asked.line.as_str() {
        "POST /login HTTP/1.1" => answer("200 OK", "Set-Cookie: a=1\r\n", ""),
        _ => answer("200 OK", "", "7"),
    };
    let device = Web::new("127.0.0.1:0", None, answers).await;
    let at = device.address.to_string();
    drop(device);
    let text = format!(
        "every = \"20ms\"\n[logins.x]\nhttp = \"http://{at}/login\"\npost = \"p\"\n\
         [energy_meters.0]\ngrid_power_w = {{ http = \"http://{at}/p\", login = \"x\" }}\n"
    );
    let house = House::new(&text).await;
    const GRID: &str = "energy_meters.0.grid_power_w";
    house.until(GRID, |source| says(source, "log-in x: no connection")).await;
    let _device = Web::new(&at, None, answers).await;
    house.until(GRID, |source| source.value == Some(Observed::Number(7.0))).await;
}

/// A user who may see the power and not the settings.
#[tokio::test]
async fn what_a_session_may_not_see_takes_it_from_nobody_else() {
    let logins = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&logins);
    let device = Web::new("127.0.0.1:0", None, move |asked| match asked.line.as_str() {
        "POST /login HTTP/1.1" => {
            let number = count.fetch_add(1, Ordering::Relaxed);
            answer("200 OK", &format!("Set-Cookie: a={number}\r\n"), "")
        }
        "GET /settings HTTP/1.1" => answer("403 Forbidden", "", ""),
        _ => answer("200 OK", "", "7"),
    })
    .await;
    let at = device.address;
    let text = format!(
        "every = \"20ms\"\nload_power_w = 5\n[logins.x]\nhttp = \"http://{at}/login\"\n\
         post = \"p\"\n[values]\nsecret = {{ http = \"http://{at}/settings\", login = \"x\" }}\n\
         power = {{ http = \"http://{at}/power\", login = \"x\" }}\n"
    );
    let house = House::new(&text).await;
    const WORDS: &str = "answered 403 right after the log-in x";
    house.until("secret", |source| says(source, WORDS)).await;
    let polls = || {
        let asked = device.asked.lock().unwrap();
        asked.iter().filter(|asked| asked.line.starts_with("GET /power")).count()
    };
    let before = polls();
    house
        .until("power", |source| {
            assert!(source.error.is_none(), "{source:?}");
            polls() >= before + 20
        })
        .await;
    assert!(house.source("power").await.value.is_some());
    assert!(says(&house.source("secret").await, WORDS), "and its own reason stays");
    assert!(logins.load(Ordering::Relaxed) <= 2, "{logins:?}");
}

/// A server may refuse a request that names its type twice (RFC 9110, 5.3), and most take a cookie
/// from one line only.
#[tokio::test]
async fn a_header_of_the_file_replaces_the_programs_own() {
    let device = Web::new("127.0.0.1:0", None, |asked| {
        if asked.line == "POST /login HTTP/1.1" {
            return answer("200 OK", "Set-Cookie: session=1\r\n", "");
        }
        answer("200 OK", "", "7")
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let headers = "Content-Type: text/xml\nAccept: text/plain\nCookie: lang=de\n";
    std::fs::write(folder.path().join("headers"), headers).unwrap();
    let text = format!(
        "[logins.x]\nhttp = \"http://{0}/login\"\npost = \"p\"\n[energy_meters.0]\n\
         grid_power_w = {{ http = \"http://{0}/p\", login = \"x\", post = \"<p/>\", \
         headers_file = \"headers\" }}\n",
        device.address
    );
    let house = House::with_file(&text, &folder.path().join("house.toml")).await;
    house.until_values(|status, _| status == 200).await;
    let asked = device.asked.lock().unwrap();
    let poll = asked.iter().find(|asked| asked.line.starts_with("POST /p")).unwrap();
    for (name, wanted) in [
        ("content-type", "text/xml"),
        ("accept", "text/plain"),
        ("cookie", "lang=de; session=1"),
        ("connection", "close"),
        ("host", &device.address.to_string()),
    ] {
        let prefix = format!("{name}: ");
        let sent: Vec<_> =
            poll.head.lines().filter_map(|line| line.strip_prefix(&prefix)).collect();
        assert_eq!(sent, [wanted], "{name}");
    }
}
