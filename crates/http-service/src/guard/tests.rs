use http::request::{Builder, Parts};
use http::{Request, Version};

use super::Denied::{Ambiguous, CrossSite, HostContradicted, HostCount, HostMalformed};
use super::*;

fn head(request: Builder) -> Parts {
    request.body(()).unwrap().into_parts().0
}

fn config() -> GuardConfig {
    let hosts = ["Home.Example.org".to_owned()];
    let origins = ["https://app.example".to_owned(), "http://app.example:81".to_owned()];
    GuardConfig::new(&hosts, &origins).unwrap().without_host_on(&["/poll"])
}

fn get(headers: &[(&str, &str)]) -> Result<(), Denied> {
    let request =
        headers.iter().fold(Request::get("/"), |r, (name, value)| r.header(*name, *value));
    decide(&config(), &head(request))
}

#[test]
fn hosts() {
    let table = [
        ("127.0.0.1", Ok(())),
        ("127.0.0.1:8080", Ok(())),
        ("[::1]", Ok(())),
        ("[::1]:8080", Ok(())),
        ("[FE80::1]", Ok(())),
        ("192.168.1.7:80", Ok(())),
        ("localhost", Ok(())),
        ("LocalHost:8080", Ok(())),
        ("localhost:", Ok(())),
        ("pi.local", Ok(())),
        ("my.PI.local:1", Ok(())),
        ("home.example.org", Ok(())),
        ("HOME.example.org:1", Ok(())),
        ("", Err(Denied::HostUnknown)),
        (":8080", Err(Denied::HostUnknown)),
        ("evil.example", Err(Denied::HostUnknown)),
        ("evil.example:8080", Err(Denied::HostUnknown)),
        ("127.0.0.1.evil.example", Err(Denied::HostUnknown)),
        ("127.0.0.1.", Err(Denied::HostUnknown)),
        ("127.1", Err(Denied::HostUnknown)),
        ("2130706433", Err(Denied::HostUnknown)),
        ("localhost.", Err(Denied::HostUnknown)),
        ("localhost.evil", Err(Denied::HostUnknown)),
        ("evil-localhost", Err(Denied::HostUnknown)),
        (".local", Err(Denied::HostUnknown)),
        ("a..local", Err(Denied::HostUnknown)),
        ("pi.local.", Err(Denied::HostUnknown)),
        ("pilocal", Err(Denied::HostUnknown)),
        ("pi.local.evil.example", Err(Denied::HostUnknown)),
        ("x.home.example.org", Err(Denied::HostUnknown)),
        ("home.example.org.", Err(Denied::HostUnknown)),
        ("[::1", Err(HostMalformed)),
        ("::1", Err(HostMalformed)),
        ("[::1]evil", Err(HostMalformed)),
        ("[::1%25lo]", Err(HostMalformed)),
        ("[evil]", Err(HostMalformed)),
        ("localhost:80:80", Err(HostMalformed)),
        ("localhost:99999", Err(HostMalformed)),
        ("localhost:+80", Err(HostMalformed)),
        ("user@localhost", Err(HostMalformed)),
        ("localhost/evil", Err(HostMalformed)),
        ("local host", Err(HostMalformed)),
        ("localhost,evil", Err(HostMalformed)),
        ("http://localhost", Err(HostMalformed)),
    ];
    for (host, expected) in table {
        assert_eq!(get(&[("host", host)]), expected, "{host:?}");
    }
    let raw = Request::get("/").header("host", &b"localh\xf6st"[..]);
    assert_eq!(decide(&config(), &head(raw)), Err(HostMalformed));
}

#[test]
fn a_request_names_one_host() {
    assert_eq!(get(&[]), Err(HostCount));
    assert_eq!(get(&[("host", "localhost"), ("host", "localhost")]), Err(HostCount));
    assert_eq!(
        decide(&config(), &head(Request::get("/").version(Version::HTTP_10))),
        Err(HostCount)
    );

    let absolute =
        |uri: &str| decide(&config(), &head(Request::get(uri).header("host", "localhost:1")));
    assert_eq!(absolute("http://localhost:1/"), Ok(()));
    assert_eq!(absolute("http://evil.example/"), Err(HostContradicted));
    assert_eq!(absolute("http://localhost:2/"), Err(HostContradicted));
    assert_eq!(absolute("http://x@localhost:1/"), Err(HostContradicted));

    let connect = Request::connect("localhost:1").header("host", "localhost:1");
    assert_eq!(decide(&config(), &head(connect)), Err(Ambiguous));
    assert_eq!(get(&[("host", "localhost"), ("transfer-encoding", "chunked")]), Err(Ambiguous));
}

#[test]
fn a_path_without_host_still_refuses_pages() {
    let poll = |headers: &[(&str, &str)]| {
        let request = headers.iter().fold(Request::get("/poll"), |r, (n, v)| r.header(*n, *v));
        decide(&config(), &head(request.version(Version::HTTP_10)))
    };
    assert_eq!(poll(&[]), Ok(()));
    assert_eq!(poll(&[("host", "")]), Ok(()));
    assert_eq!(poll(&[("host", "anything.example")]), Ok(()));
    assert_eq!(poll(&[("host", "a"), ("host", "b")]), Err(HostCount));
    assert_eq!(poll(&[("origin", "http://evil.example")]), Err(Denied::Origin));
    let deeper = Request::get("/poll/x").version(Version::HTTP_10);
    assert_eq!(decide(&config(), &head(deeper)), Err(HostCount));
}

#[test]
fn origins() {
    let table = [
        ("http://localhost:8080", Ok(())),
        ("https://localhost:8080", Ok(())),
        ("https://app.example", Ok(())),
        ("http://app.example:81", Ok(())),
        ("http://localhost", Err(Denied::Origin)),
        ("http://localhost:8081", Err(Denied::Origin)),
        ("http://127.0.0.1:8080", Err(Denied::Origin)),
        ("https://app.example.evil", Err(Denied::Origin)),
        ("http://app.example", Err(Denied::Origin)),
        ("https://app.example:444", Err(Denied::Origin)),
        ("https://App.example", Err(Denied::Origin)),
        ("https://evil.example", Err(Denied::Origin)),
        ("null", Err(Denied::Origin)),
        ("", Err(Denied::Origin)),
        ("file://", Err(Denied::Origin)),
        ("localhost:8080", Err(Denied::Origin)),
        ("http://localhost:8080, http://evil.example", Err(Denied::Origin)),
    ];
    for (origin, expected) in table {
        let headers = [("host", "localhost:8080"), ("origin", origin)];
        assert_eq!(get(&headers), expected, "{origin:?}");
    }
    let own = "http://localhost:8080";
    let twice = [("host", "localhost:8080"), ("origin", own), ("origin", own)];
    assert_eq!(get(&twice), Err(Denied::Origin));
    assert_eq!(get(&[("host", "localhost"), ("origin", "http://localhost:80")]), Ok(()));
    // Rebinding: origin and host agree, and the rule for hosts refuses.
    let rebound = [("host", "evil.example"), ("origin", "http://evil.example")];
    assert_eq!(get(&rebound), Err(Denied::HostUnknown));
}

#[test]
fn fetch_metadata() {
    let host = ("host", "localhost");
    let cross = ("sec-fetch-site", "cross-site");
    let mode = |mode| ("sec-fetch-mode", mode);
    let dest = |dest| ("sec-fetch-dest", dest);
    assert_eq!(get(&[host, ("sec-fetch-site", "same-origin")]), Ok(()));
    assert_eq!(get(&[host, ("sec-fetch-site", "none")]), Ok(()));
    assert_eq!(get(&[host, cross]), Err(CrossSite));
    assert_eq!(get(&[host, cross, mode("no-cors"), dest("image")]), Err(CrossSite));
    assert_eq!(get(&[host, cross, mode("navigate"), dest("iframe")]), Err(CrossSite));
    assert_eq!(get(&[host, cross, mode("navigate"), dest("document")]), Ok(()));
    assert_eq!(get(&[host, cross, ("origin", "https://app.example")]), Ok(()));
    let post = Request::post("/")
        .header("host", "localhost")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document");
    assert_eq!(decide(&config(), &head(post)), Err(CrossSite));
}

#[test]
fn flags_that_are_no_host_or_origin_are_refused_by_name() {
    let long = format!("{}.example", "a".repeat(64));
    for bad in [
        "",
        ".",
        "..",
        "a.",
        ".a",
        "a..b",
        "a b",
        "http://a.example",
        "a/b",
        "*",
        "*.example",
        "a.example:80",
        "a:",
        ":80",
        "[::1",
        "[::1]",
        "-a.example",
        "a-.example",
        &long,
    ] {
        let error = GuardConfig::new(&[bad.to_owned()], &[]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("--allow-host") && text.contains(&format!("{bad:?}")), "{text}");
    }
    for bad in
        ["*", "null", "a.example", "https://A.example", "https://a.example/", "https://a:443"]
    {
        let error = GuardConfig::new(&[], &[bad.to_owned()]).unwrap_err();
        assert!(error.to_string().contains("--allow-origin"), "{bad:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_name_of_public_dns_passes(name in "[a-z0-9.-]{0,20}\\.(example|com|evil|0\\.0\\.1x)") {
        let config = GuardConfig::default();
        let request = Request::get("/").header("host", &name);
        proptest::prop_assert_eq!(decide(&config, &head(request)), Err(Denied::HostUnknown));
    }

    #[test]
    fn any_bytes_get_a_decision(host in proptest::collection::vec(32u8..=255, 0..40)) {
        if let Ok(value) = http::HeaderValue::from_bytes(&host) {
            let request = Request::get("/").header("host", value);
            let _ = decide(&GuardConfig::default(), &head(request));
        }
    }
}
