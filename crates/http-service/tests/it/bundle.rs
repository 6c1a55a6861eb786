//! The page: through the layers, and over a socket for paths that try to leave it.

use std::fs;
use std::path::Path;

use axum::Router;
use axum::body::Body;
use http::Response;
use http_body_util::BodyExt as _;
use http_service::bundle::BundleError;
use http_service::{App, Bundle, Limits};
use tempfile::TempDir;

use crate::support::{Server, ask, request, text};

const HASHED: &str = "app-0123456789abcdef.js";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page");
    fs::create_dir_all(page.join("fonts")).unwrap();
    fs::create_dir(page.join(".git")).unwrap();
    for (name, content) in [
        ("page/index.html", "<p>start"),
        ("page/app-0123456789abcdef.js", "plain"),
        ("page/app-0123456789abcdef.js.br", "brotli"),
        ("page/app-0123456789abcdef.js.gz", "gzip"),
        ("page/app-0123456789abcdef_bg.wasm", "\0asm"),
        ("page/fonts/a.css", "p{}"),
        ("page/.hidden", "SECRET"),
        ("page/.git/config", "SECRET"),
        ("outside", "SECRET"),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn bundle(folder: &TempDir) -> Bundle {
    Bundle::from_dir(&folder.path().join("page")).unwrap()
}

fn router() -> Router {
    App::new(Router::new()).bundle(bundle(&folder())).into_router()
}

async fn fetch(path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let request = headers.iter().fold(request("GET", path), |r, (n, v)| r.header(*n, *v));
    ask(&router(), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn files_have_type_caching_and_length() {
    for (path, content, content_type, caching) in [
        ("/", "<p>start", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "<p>start", "text/html; charset=utf-8", "no-cache"),
        ("/fonts/a.css", "p{}", "text/css; charset=utf-8", "no-cache"),
        (
            "/app-0123456789abcdef_bg.wasm",
            "\0asm",
            "application/wasm",
            "public, max-age=31536000, immutable",
        ),
        ("/?raw", "<p>start", "text/html; charset=utf-8", "no-cache"),
    ] {
        let answer = fetch(path, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers().clone();
        assert_eq!(headers["content-type"], content_type, "{path}");
        assert_eq!(headers["cache-control"], caching, "{path}");
        assert_eq!(headers["content-length"], content.len().to_string().as_str());
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(text(answer).await, content);
    }
}

#[tokio::test]
async fn only_a_page_gets_the_policy_of_pages_also_where_the_browser_has_kept_it() {
    let directives = [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ];
    let etag = fetch("/", &[]).await.headers()["etag"].to_str().unwrap().to_owned();
    for (status, headers) in [(200, vec![]), (304, vec![("if-none-match", &*etag)])] {
        let answer = fetch("/", &headers).await;
        assert_eq!(answer.status(), status);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        for directive in directives {
            assert!(policy.split("; ").any(|found| found == directive), "{directive}: {policy}");
        }
        let permissions = answer.headers()["permissions-policy"].to_str().unwrap();
        assert!(permissions.contains("geolocation=()"), "{permissions}");
    }
    for path in ["/fonts/a.css", "/app-0123456789abcdef.js", "/app-0123456789abcdef_bg.wasm"] {
        let answer = fetch(path, &[]).await;
        let policy = &answer.headers()["content-security-policy"];
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'", "{path}");
        assert!(!answer.headers().contains_key("permissions-policy"), "{path}");
    }
}

#[tokio::test]
async fn the_wanted_encoding_is_sent_with_its_own_etag() {
    let mut etags = Vec::new();
    for (wanted, content, encoding) in [
        ("gzip, deflate, br", "brotli", Some("br")),
        ("gzip", "gzip", Some("gzip")),
        ("br;q=0.5, gzip", "gzip", Some("gzip")),
        ("br;q=0, *", "gzip", Some("gzip")),
        ("identity, br;q=0.5", "plain", None),
        ("zstd", "plain", None),
        ("", "plain", None),
        ("*;q=0", "plain", None),
    ] {
        let answer = fetch(&format!("/{HASHED}"), &[("accept-encoding", wanted)]).await;
        let found = answer.headers().get("content-encoding").map(|value| value.to_str().unwrap());
        assert_eq!(found, encoding, "{wanted}");
        assert_eq!(answer.headers()["content-type"], "text/javascript; charset=utf-8");
        etags.push(answer.headers()["etag"].to_str().unwrap().to_owned());
        assert_eq!(text(answer).await, content, "{wanted}");
    }
    assert!(etags.iter().all(|etag| etag.starts_with('"')), "strong: {etags:?}");
    assert_ne!(etags[0], etags[1]);
    assert_eq!(etags[1], etags[2]);
    // Without a compressed variant the plain one is sent.
    let answer = fetch("/", &[("accept-encoding", "br")]).await;
    assert!(!answer.headers().contains_key("content-encoding"));
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let path = format!("/{HASHED}");
    let brotli = ("accept-encoding", "br");
    let etag = fetch(&path, &[brotli]).await.headers()["etag"].to_str().unwrap().to_owned();
    for condition in
        [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()]
    {
        let answer = fetch(&path, &[brotli, ("if-none-match", &condition)]).await;
        assert_eq!(answer.status(), 304, "{condition}");
        assert_eq!(answer.headers()["etag"], etag.as_str());
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        assert_eq!(text(answer).await, "");
    }
    let other = [("accept-encoding", "gzip"), ("if-none-match", etag.as_str())];
    assert_eq!(fetch(&path, &other).await.status(), 200);
    assert_eq!(fetch(&path, &[brotli, ("if-none-match", "\"x\"")]).await.status(), 200);
}

#[tokio::test]
async fn head_has_the_headers_and_no_body() {
    let server = Server::start(router(), Limits::default()).await;
    let head = format!("HEAD /{HASHED} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer = server.send(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("content-length: 5\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn other_methods_are_refused() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = ask(&router(), request(method, "/").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.headers()["allow"], "GET, HEAD");
        assert!(text(answer).await.contains("method_not_allowed"));
    }
}

#[tokio::test]
async fn nothing_outside_is_served() {
    let folder = folder();
    let page = folder.path().join("page");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(folder.path().join("outside"), page.join("link.html")).unwrap();
        symlink(folder.path(), page.join("up")).unwrap();
        symlink(page.join(".hidden"), page.join("shown.html")).unwrap();
        symlink(page.join("index.html"), page.join("again.html")).unwrap();
    }
    let app = App::new(Router::new()).bundle(Bundle::from_dir(&page).unwrap());
    let server = Server::start(app.into_router(), Limits::default()).await;
    for path in [
        "/../outside",
        "/fonts/../../outside",
        "/%2e%2e/outside",
        "/..%2foutside",
        "/%2e%2e%2foutside",
        "/..\\outside",
        "/..%5coutside",
        "/index.html%00",
        "/%00",
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/link.html",
        "/shown.html",
        "/up/outside",
        "//outside",
        "/fonts",
        "/fonts/",
        "/index.html/",
        "/app-0123456789abcdef.js.br",
    ] {
        let answer = server.get(path).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(!answer.contains("SECRET"), "{path}");
    }
    #[cfg(unix)]
    assert!(server.get("/again.html").await.ends_with("<p>start"));
}

#[test]
fn a_folder_that_is_no_page_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let error = Bundle::from_dir(folder.path()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("cargo xtask run") && text.contains("trunk build --release"), "{text}");
    assert!(text.contains(folder.path().to_str().unwrap()), "{text}");
    let missing = Bundle::from_dir(Path::new("/no/such/folder")).unwrap_err();
    assert!(missing.to_string().contains("/no/such/folder"));
    fs::write(folder.path().join("index.html"), "").unwrap();
    fs::write(folder.path().join("a b.js"), "").unwrap();
    assert!(matches!(Bundle::from_dir(folder.path()), Err(BundleError::Name { .. })));
    fs::remove_file(folder.path().join("a b.js")).unwrap();
    fs::File::create(folder.path().join("big.js")).unwrap().set_len(65 * 1024 * 1024).unwrap();
    assert!(matches!(Bundle::from_dir(folder.path()), Err(BundleError::TooLarge { .. })));
}

#[tokio::test]
async fn compiled_in_files_are_a_page_too() {
    static FILES: &[(&str, &[u8])] = &[("index.html", b"in"), ("index.html.gz", b"packed")];
    let router = App::new(Router::new()).bundle(Bundle::from_static(FILES)).into_router();
    let plain = ask(&router, request("GET", "/").body(Body::empty()).unwrap()).await;
    assert_eq!(text(plain).await, "in");
    let gzip = request("GET", "/").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    assert_eq!(text(ask(&router, gzip).await).await, "packed");
}

#[tokio::test]
async fn what_was_compiled_in_compressed_is_unpacked_for_those_who_take_no_compression() {
    const PACKED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\xc9\x48\x55\x28\x48\xcc\x4b\xcd\x01\x00\x1f\x7f\xe5\xf2\x09\x00\x00\x00";
    static FILES: &[(&str, &[u8])] = &[("index.html.br", b"brotli"), ("index.html.gz", PACKED)];
    let router = App::new(Router::new()).bundle(Bundle::from_static(FILES)).into_router();
    let mut etags = Vec::new();
    for (wanted, content) in
        [("", &b"the panel"[..]), ("identity", b"the panel"), ("gzip", PACKED), ("br", b"brotli")]
    {
        let asked = request("GET", "/").header("accept-encoding", wanted);
        let answer = ask(&router, asked.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        assert_eq!(answer.headers()["content-length"], content.len().to_string().as_str());
        etags.push(answer.headers()["etag"].clone());
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), content, "{wanted}");
    }
    assert_eq!(etags[0], etags[1]);
    assert!(etags[1] != etags[2] && etags[2] != etags[3] && etags[1] != etags[3], "{etags:?}");
    for path in ["/index.html.gz", "/index.html.br"] {
        let asked = request("GET", path).body(Body::empty()).unwrap();
        assert_eq!(ask(&router, asked).await.status(), 404, "{path}");
    }
}
