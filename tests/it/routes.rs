//! Every route of the servers, with who may call it and what it answers; written out as
//! `docs/routes.md`.
//!
//! The table is held against the routers' sources, so that none is missing and none is invented, and
//! against the servers, so that each answers those that it says. The rows are in [`table`].

mod openapi;
mod sources;
mod table;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use nrgkick_tests::root;
use nrgkick_tests::server::{Simulator, cors_proxy, custom_api_editing, modbus_proxy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use table::{GROUPS, Group};

/// A route with one method.
struct Route {
    /// As the router has it; `{…}` stands for a name or an id.
    path: &'static str,
    method: &'static str,
    /// It exists for each charger too, under `/c/{name}`.
    for_each: bool,
    who: Who,
    what: &'static str,
    /// Statuses, and what they mean here.
    answers: &'static [(u16, &'static str)],
}

/// Who may call, where a server asks for a token.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Who shows nothing too.
    Everybody,
    /// With the token, or with the one that only looks.
    Viewers,
    /// With the token.
    Owner,
    /// With the token, and the header `X-Nrgkick-Write` with JSON or no body.
    Writers,
    /// With the token for pushes, which is none of the server's.
    Pushers,
}

impl Who {
    const fn words(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Viewers => "token or view token",
            Self::Owner => "token",
            Self::Writers => "token, as a write",
            Self::Pushers => "push token",
        }
    }
}

#[test]
fn the_routers_have_these_routes_and_no_others() {
    for Group { sources, routes, .. } in GROUPS {
        let found: BTreeSet<_> =
            sources.iter().flat_map(|file| sources::routes(&root().join(file))).collect();
        let written: BTreeSet<_> = routes
            .iter()
            .map(|route| (route.path.to_owned(), route.method.to_lowercase(), route.for_each))
            .collect();
        // A route for any method answers the one that is written and refuses the others itself.
        let is_any =
            |path: &str| found.iter().any(|(any, method, _)| any == path && method == "any");
        let is_found = |route: &(String, String, bool)| found.contains(route) || is_any(&route.0);
        for route in &written {
            assert!(is_found(route), "{sources:?} has no {route:?}: {found:?}");
        }
        for (path, method, for_each) in &found {
            let is_written = written.iter().any(|(written, of, each)| {
                written == path && (method == "any" || of == method) && each == for_each
            });
            assert!(is_written, "{method} {path} of {sources:?} is not in the table");
        }
    }
}

const TOKEN: &str = "0123456789abcdef";
const VIEW: &str = "fedcba9876543210";

/// The status of the answer; a stream need not end for that.
async fn status(address: SocketAddr, route: &Route, token: Option<&str>) -> u16 {
    let path = route.path.replace("{name}", "none").replace("{id}", "none");
    let mut head = format!("{} {path} HTTP/1.1\r\nHost: {address}\r\n", route.method);
    if let Some(token) = token {
        let _ = write!(head, "Authorization: Bearer {token}\r\n");
    }
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
    };
    timeout(Duration::from_secs(20), exchange).await.unwrap()
}

/// Asks each route without a token, with the one that looks and with the token itself.
async fn holds(address: SocketAddr, group: &Group) {
    for route in group.routes {
        let place = format!("{} {} of {}", route.method, route.path, group.title);
        let [nobody, viewer] = [None, Some(VIEW)];
        let by_nobody = status(address, route, nobody).await;
        let is_refused = matches!(by_nobody, 401 | 403);
        assert_eq!(is_refused, route.who != Who::Everybody, "{place}: {by_nobody}");
        let by_viewer = status(address, route, viewer).await;
        match route.who {
            Who::Everybody | Who::Viewers => assert!(!matches!(by_viewer, 401 | 403), "{place}"),
            Who::Owner | Who::Writers => assert_eq!(by_viewer, 403, "{place}"),
            Who::Pushers => assert!(matches!(by_viewer, 401 | 403), "{place}: {by_viewer}"),
        }
        // A search of the network takes its time and has tests of its own.
        if route.path == "/discover" {
            continue;
        }
        let by_owner = status(address, route, Some(TOKEN)).await;
        match route.who {
            // Without the header it is no write, and of what is not there none is needed.
            Who::Writers => assert!(matches!(by_owner, 403 | 404 | 415), "{place}: {by_owner}"),
            Who::Pushers => assert!(matches!(by_owner, 401 | 403), "{place}: {by_owner}"),
            _ => {
                let known = route.answers.iter().any(|(status, _)| *status == by_owner);
                assert!(known, "{place} answers {by_owner}");
            }
        }
    }
}

#[tokio::test]
async fn the_servers_answer_those_that_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (name, text) in [
        ("token", TOKEN),
        ("view", VIEW),
        ("push", "push-0123456789abc"),
        ("house.toml", "push_token_file = \"push\"\nload_power_w = { push = \"none\" }\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let (token, view, data) = (path("token"), path("view"), path("record"));
    let tokens = ["--token-file", token.as_str(), "--view-token-file", view.as_str()];
    let simulator = Simulator::start("").await;
    let recorded = [&tokens[..], &["--data", &data]].concat();
    let cors = cors_proxy(simulator.address(), &recorded).await;
    let modbus = modbus_proxy(&simulator.modbus.to_string(), &tokens).await;
    let custom = custom_api_editing(&folder.path().join("house.toml"), &tokens).await;
    let [gateway, registers, custom_api, editor] = &GROUPS;
    holds(cors.address, gateway).await;
    holds(modbus.address, registers).await;
    holds(custom.address, custom_api).await;
    holds(custom.address, editor).await;
}

const HEAD: &str = "# Routes

Written from the table in `tests/it/routes`, which is held against the routers and the servers; do not \
edit. `UPDATE=1 cargo test -p nrgkick-tests --test it routes` writes it anew.

*Who* is asked where the server has a token. Without one everybody who reaches it may call all of it; \
what needs the owner then needs this machine. A *write* carries `X-Nrgkick-Write: ID`, and its body is \
JSON with `Content-Type: application/json`; a token that only looks never writes.

Every route may answer, with the same body `{\"error\":{\"code\",\"message\",\"retryable\"}}`: 400, 403 and \
421 for requests of foreign pages and names, 401 and 429 for the token, 405, 408, 413, 414 and 431 for \
what is too slow or too large, 500, and 503 while the server stops. Everything else is the page: files by \
`GET` and `HEAD`, `/icon/` for everybody, and over HTTPS `/ca.pem`.
";

#[test]
fn the_page_is_the_table() {
    let mut page = HEAD.to_owned();
    for group in GROUPS {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| route | who | what | answers |\n| --- | --- | --- | --- |\n",
            group.title, group.about
        );
        for route in group.routes {
            let each = if route.for_each { ", `/c/{name}/…`" } else { "" };
            let answers: Vec<_> =
                route.answers.iter().map(|(status, words)| format!("{status} {words}")).collect();
            let _ = writeln!(
                page,
                "| `{} {}`{each} | {} | {} | {} |",
                route.method,
                route.path,
                route.who.words(),
                route.what,
                answers.join("; ")
            );
        }
    }
    let path = root().join("docs/routes.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "docs/routes.md differs from the table; UPDATE=1 writes it anew");
}
