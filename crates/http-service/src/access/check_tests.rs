//! Admission by token, session, view token and address.

use super::*;
use crate::access::Tokens;

const TOKEN: &str = "0123456789abcdef";
const VIEW: &str = "view-only-token-of-the-kiosk";
const LAN: &str = "192.168.1.7";
const HERE: [&str; 3] = ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"];
const NOW: u64 = 1_790_000_000;

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

fn gate(access: Access) -> Gate {
    Gate::new(access, vec!["/open".to_owned(), "/below/".to_owned()], false)
}

fn with_token() -> Gate {
    gate(Access::Token(Tokens { full: token(TOKEN), view: None }))
}

fn with_both() -> Gate {
    gate(Access::Token(Tokens { full: token(TOKEN), view: Some(token(VIEW)) }))
}

fn with_trust() -> Gate {
    gate(Access::TrustLan(Some(token(TOKEN))))
}

type Answer = Result<Admitted, Box<Response>>;

fn ask_at(now: u64, gate: &Gate, from: &str, line: &str, header: Option<(&str, String)>) -> Answer {
    let (method, uri) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(uri);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let peer = Peer(format!("{from}:1").parse().unwrap());
    gate.0.admit(Some(peer), &request.body(Body::empty()).unwrap(), now)
}

fn ask(gate: &Gate, from: &str, line: &str, header: Option<(&str, String)>) -> Answer {
    ask_at(NOW, gate, from, line, header)
}

fn bearer(token: &str) -> Option<(&'static str, String)> {
    Some(("authorization", format!("Bearer {token}")))
}

fn caller(answer: Answer) -> Caller {
    answer.unwrap().caller
}

fn refused(answer: Answer) -> Response {
    let response = *answer.unwrap_err();
    assert!(!response.headers().contains_key("www-authenticate"));
    response
}

/// Returns name and value of a cookie, and its attributes.
fn cookie_of(set: &HeaderValue) -> (String, String) {
    let (pair, attributes) = set.to_str().unwrap().split_once("; ").unwrap();
    (pair.to_owned(), attributes.to_owned())
}

/// Sends the token in the query and returns the cookie's name and value.
fn log_in(gate: &Gate, token: &str) -> String {
    let response = refused(ask(gate, LAN, &format!("GET /?token={token}"), None));
    assert_eq!(response.status(), 303);
    cookie_of(&response.headers()[SET_COOKIE]).0
}

#[test]
fn without_a_token_this_machine_is_not_asked() {
    for access in [Access::Loopback, Access::TrustLan(None)] {
        let gate = gate(access);
        for here in HERE {
            assert_eq!(caller(ask(&gate, here, "GET /", None)), Caller::Loopback);
        }
    }
    let unknown = Request::get("/").body(Body::empty()).unwrap();
    assert!(admit(&gate(Access::Loopback), None, &unknown).is_err());
    assert_eq!(refused(ask(&gate(Access::Loopback), LAN, "GET /", None)).status(), 403);
    assert_eq!(caller(ask(&gate(Access::TrustLan(None)), LAN, "GET /", None)), Caller::Lan);
}

/// A reverse proxy on the same machine calls from loopback for any client.
#[test]
fn where_a_token_is_given_this_machine_is_asked_too() {
    for from in HERE.into_iter().chain([LAN]) {
        assert_eq!(refused(ask(&with_token(), from, "GET /", None)).status(), 401, "{from}");
        assert_eq!(caller(ask(&with_token(), from, "GET /", bearer(TOKEN))), Caller::Token);
        assert_eq!(caller(ask(&with_trust(), from, "GET /", None)), Caller::Lan, "{from}");
        assert_eq!(caller(ask(&with_trust(), from, "GET /", bearer(TOKEN))), Caller::Token);
        assert_eq!(refused(ask(&with_trust(), from, "GET /", bearer("wrong"))).status(), 401);
    }
}

#[test]
fn a_token_opens_as_bearer_and_as_a_password_and_not_as_a_cookie() {
    let gate = with_token();
    assert_eq!(caller(ask(&gate, LAN, "GET /", bearer(TOKEN))), Caller::Token);
    // `anyone:0123456789abcdef` and `0123456789abcdef:anyone`.
    for (basic, opens) in [
        ("YW55b25lOjAxMjM0NTY3ODlhYmNkZWY=", true),
        ("MDEyMzQ1Njc4OWFiY2RlZjphbnlvbmU=", false),
        (TOKEN, false),
    ] {
        let header = Some(("authorization", format!("Basic {basic}")));
        assert_eq!(ask(&gate, LAN, "GET /", header).is_ok(), opens, "{basic}");
    }
    for name in ["nrgkick-token", &gate.0.cookie] {
        let raw = Some(("cookie", format!("a=b; {name}={TOKEN}")));
        assert_eq!(refused(ask(&gate, LAN, "GET /", raw)).status(), 401, "a cookie is no token");
    }
}

#[test]
fn a_token_in_the_address_becomes_a_session() {
    let gate = with_token();
    for (uri, location) in [
        ("/?token=0123456789abcdef", "/"),
        ("/info?raw&token=0123456789abcdef&x=%20", "/info?raw&x=%20"),
        ("/?%74oken=0123456789abcdef", "/"),
        ("//evil.example/?token=0123456789abcdef", "/evil.example/"),
    ] {
        let response = refused(ask(&gate, LAN, &format!("GET {uri}"), None));
        assert_eq!(response.status(), 303, "{uri}");
        assert_eq!(response.headers()[LOCATION], location);
        let (pair, attributes) = cookie_of(&response.headers()[SET_COOKIE]);
        assert!(!pair.contains(TOKEN), "{pair}");
        assert_eq!(attributes, "Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict");
        let session = Some(("cookie", format!("a=b; {pair}")));
        let expected = Admitted { caller: Caller::Token, cookie: None };
        assert_eq!(ask(&gate, LAN, "POST /", session).unwrap(), expected);
    }
    let wrong = refused(ask(&gate, LAN, "GET /?token=wrong", None));
    assert_eq!(wrong.status(), 401);
    assert!(!wrong.headers().contains_key(SET_COOKIE));
}

#[test]
fn a_token_from_the_link_becomes_a_session_where_a_person_shows_it() {
    let gate = with_token();
    let ask = |token: &str, accept: &str| {
        let request = Request::get("/").header("authorization", format!("Bearer {token}"));
        let request = request.header("accept", accept).body(Body::empty()).unwrap();
        gate.0.admit(Some(Peer(format!("{LAN}:1").parse().unwrap())), &request, NOW)
    };
    let admitted = ask(TOKEN, "text/html").unwrap();
    let (pair, attributes) = cookie_of(&admitted.cookie.unwrap());
    assert!(!pair.contains(TOKEN) && attributes.contains("HttpOnly; SameSite=Strict"), "{pair}");
    let session = Some(("cookie", pair));
    assert_eq!(caller(ask_at(NOW, &gate, LAN, "POST /", session)), Caller::Token);
    assert_eq!(ask(TOKEN, "application/json").unwrap().cookie, None, "a program keeps its token");
    let wrong = refused(ask("wrong-wrong-wrong", "text/html"));
    assert!(wrong.status() == 401 && !wrong.headers().contains_key(SET_COOKIE));
}

#[test]
fn a_session_is_renewed_with_use_and_ends_without() {
    let gate = with_token();
    let pair = log_in(&gate, TOKEN);
    let at = |now| ask_at(now, &gate, LAN, "GET /", Some(("cookie", pair.clone())));
    assert_eq!(at(NOW + RENEWED_AFTER - 1).unwrap().cookie, None);
    let renewed = at(NOW + RENEWED_AFTER).unwrap().cookie.unwrap();
    let (renewed, _) = cookie_of(&renewed);
    assert_ne!(renewed, pair);
    let later = NOW + LIFETIME + 1;
    let ended = refused(at(later));
    assert_eq!(ended.status(), 401);
    assert_eq!(cookie_of(&ended.headers()[SET_COOKIE]).1.split("; ").nth(1), Some("Max-Age=0"));
    let header = Some(("cookie", renewed));
    assert_eq!(caller(ask_at(later, &gate, LAN, "GET /", header)), Caller::Token);
}

#[test]
fn a_new_token_throws_sessions_out_and_an_ended_one_is_taken_back() {
    let pair = log_in(&with_token(), TOKEN);
    let other = gate(Access::Token(token("fedcba9876543210").into()));
    assert_eq!(refused(ask(&other, LAN, "GET /", Some(("cookie", pair.clone())))).status(), 401);
    let forged = format!("{}={}", other.0.cookie, pair.split_once('=').unwrap().1);
    let response = refused(ask(&other, LAN, "GET /", Some(("cookie", forged))));
    assert_eq!(response.status(), 401);
    assert!(response.headers()[SET_COOKIE].to_str().unwrap().contains("=; Path=/; Max-Age=0"));
    // A caller who needs no session is admitted with an old one as well.
    let old = Some(("cookie", format!("{}=v1.1.00", with_trust().0.cookie)));
    assert_eq!(caller(ask(&with_trust(), LAN, "GET /", old)), Caller::Lan);
}

#[test]
fn wrong_tokens_are_limited_and_never_lock_the_right_one_out() {
    let gate = with_token();
    for _ in 0..20 {
        assert_eq!(refused(ask(&gate, LAN, "GET /", bearer("wrong"))).status(), 401);
    }
    let response = refused(ask(&gate, LAN, "GET /", bearer("wrong")));
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(refused(ask(&gate, "192.168.1.8", "GET /", bearer("wrong"))).status(), 401);
    assert_eq!(caller(ask(&gate, LAN, "GET /", bearer(TOKEN))), Caller::Token);
    let session = Some(("cookie", log_in(&gate, TOKEN)));
    assert_eq!(caller(ask(&gate, LAN, "GET /", session)), Caller::Token);
}

#[test]
fn the_view_token_sees_by_all_ways_and_never_writes() {
    let gate = with_both();
    let session = Some(("cookie", log_in(&gate, VIEW)));
    for header in [bearer(VIEW), session] {
        assert_eq!(caller(ask(&gate, LAN, "GET /info", header.clone())), Caller::View);
        assert_eq!(caller(ask(&gate, LAN, "HEAD /info", header.clone())), Caller::View);
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let response = refused(ask(&gate, LAN, &format!("{method} /x"), header.clone()));
            assert_eq!(response.status(), 403, "{method}");
        }
        // The route there checks its own token.
        assert_eq!(caller(ask(&gate, LAN, "PUT /open", header)), Caller::View);
    }
    assert!(!Caller::View.is_trusted());
    // Both tokens share the cookie, so the last one shown counts.
    let full = log_in(&gate, TOKEN);
    assert_eq!(full.split('=').next(), log_in(&gate, VIEW).split('=').next());
    assert_eq!(caller(ask(&gate, LAN, "POST /x", Some(("cookie", full)))), Caller::Token);
}

#[test]
fn an_open_path_asks_nobody_and_knows_who_shows_a_token() {
    for path in ["/open", "/below/x", "/below/"] {
        let line = format!("GET {path}");
        for from in HERE.into_iter().chain([LAN]) {
            assert_eq!(caller(ask(&with_token(), from, &line, None)), Caller::Anyone, "{path}");
        }
        assert_eq!(caller(ask(&with_token(), LAN, &line, bearer("push"))), Caller::Anyone);
        assert_eq!(caller(ask(&with_token(), LAN, &line, bearer(TOKEN))), Caller::Token);
        assert_eq!(caller(ask(&gate(Access::Loopback), LAN, &line, None)), Caller::Anyone);
    }
    assert_eq!(refused(ask(&with_token(), LAN, "GET /below", None)).status(), 401);
    assert_eq!(refused(ask(&with_token(), LAN, "GET /open/", None)).status(), 401);
}
