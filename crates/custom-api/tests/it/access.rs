//! Devices that ask who is there: certificates, log-ins, digests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use custom_api::Timeouts;
use custom_api::check::check;
use nrgkick_model::custom_api::Observed;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::plants::{assert_wanted, plant};
use crate::support::{House, says};
use crate::web::{Asked, Certificate, Web, answer};

const FLOW: &str = "/api/meters/aggregates";

/// Returns the flow of the fixture to whoever shows the last cookie, which serves for `uses` requests.
fn powerwall(
    plant: &Value,
    uses: usize,
    logins: Arc<AtomicUsize>,
) -> impl Fn(&Asked) -> String + use<> {
    let flow = plant["http"][FLOW].to_string();
    let left = AtomicUsize::new(0);
    move |asked| {
        if asked.line.starts_with("POST /api/login/Basic ") {
            assert_eq!(asked.header("content-type"), Some("application/json"));
            if asked.body != r#"{"username":"customer","password":"hidden"}"# {
                return answer("401 Unauthorized", "", "{}");
            }
            let number = logins.fetch_add(1, Ordering::Relaxed) + 1;
            left.store(uses, Ordering::Relaxed);
            let cookies = format!(
                "Set-Cookie: AuthCookie=secret{number}; Path=/; Secure\r\nSet-Cookie: Two=2\r\n"
            );
            return answer("200 OK", &cookies, "{\"token\":\"t\"}");
        }
        let cookie = format!("AuthCookie=secret{}; Two=2", logins.load(Ordering::Relaxed));
        let is_left = left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok();
        if asked.header("cookie") != Some(&cookie) || !is_left {
            return answer("403 Forbidden", "", "{\"error\":\"bad login\"}");
        }
        assert!(asked.line.starts_with(&format!("GET {FLOW} ")), "{asked:?}");
        answer("200 OK", "", &flow)
    }
}

fn powerwall_text(at: &str, trust: &str) -> String {
    let value = |pointer: &str| {
        format!(
            "{{ http = \"https://{at}{FLOW}\", pointer = \"/{pointer}/instant_power\", login = \"pw\" }}"
        )
    };
    format!(
        "every = \"20ms\"\n[logins.pw]\nhttp = \"https://{at}/api/login/Basic\"\n\
         post_file = \"login\"\n{trust}\n[inverters.0]\ninv_power_ac_w = {}\n\
         battery_connected = false\n[energy_meters.0]\nlocation = 1\ngrid_power_w = {}\n\
         [batteries.0]\nbat_power_w = {}\n",
        value("solar"),
        value("site"),
        value("battery")
    )
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const LOGIN: (&str, &str) = ("login", r#"{"username":"customer","password":"hidden"}"#);

/// With a fingerprint and with the certificate in a file.
#[tokio::test]
async fn a_log_in_over_a_pinned_certificate_is_renewed_when_it_expires() {
    let plant = plant("powerwall-https");
    let certificate = Certificate::new();
    let folder = folder(&[LOGIN, ("powerwall.pem", &certificate.pem)]);
    let file = folder.path().join("house.toml");
    for trust in [
        format!("trust = \"{}\"", certificate.fingerprint()),
        "trust = \"powerwall.pem\"".to_owned(),
    ] {
        let logins = Arc::new(AtomicUsize::new(0));
        let answers = powerwall(&plant, 3, Arc::clone(&logins));
        let device = Web::new("127.0.0.1:0", Some(&certificate), answers).await;
        let at = device.address.to_string();
        let house = House::with_file(&powerwall_text(&at, &trust), &file).await;
        let values = house.until_values(|status, _| status == 200).await;
        assert_wanted(&plant, &values);
        house.until("load_power_w", |_| logins.load(Ordering::Relaxed) >= 4).await;
        assert_eq!(house.get("/api/v1/values.json").await.0, 200, "and nobody has seen it");
        let said = serde_json::to_string(&house.status().await).unwrap();
        assert!(!said.contains("hidden") && !said.contains("secret"), "{said}");
    }
}

/// Refused with its fingerprint, before anything secret is sent; so is one that has changed.
#[tokio::test]
async fn a_certificate_that_is_not_known_or_has_changed_is_refused_and_shown() {
    let plant = plant("powerwall-https");
    let [first, second] = [Certificate::new(), Certificate::new()];
    let folder = folder(&[LOGIN, ("first.pem", &first.pem)]);
    let file = folder.path().join("house.toml");
    let logins = Arc::new(AtomicUsize::new(0));
    let answers = || powerwall(&plant, 1_000_000, Arc::clone(&logins));
    let device = Web::new("127.0.0.1:0", Some(&first), answers()).await;
    let at = device.address.to_string();
    let config = custom_api::Config::parse(&powerwall_text(&at, ""), &file, None).unwrap();
    let report = check(config, Duration::from_secs(10), Timeouts::default()).await.to_string();
    let shown = format!("trust = \"{}\"", first.fingerprint());
    assert!(report.contains(&shown) && report.contains("not trusted"), "{report}");
    assert_eq!(logins.load(Ordering::Relaxed), 0);

    for trust in [shown.as_str(), "trust = \"first.pem\""] {
        let text = powerwall_text(&at, trust)
            .replace("every = \"20ms\"", "every = \"20ms\"\nmax_age = \"300ms\"");
        // A session stays good over a change of the certificate.
        let text = text.replace(", login = \"pw\"", &format!(", {trust}"));
        let open = plant["http"][FLOW].to_string();
        let reply = open.clone();
        let device =
            Web::new("127.0.0.1:0", Some(&first), move |_| answer("200 OK", "", &reply)).await;
        let place = device.address.to_string();
        let house = House::with_file(&text.replace(&at, &place), &file).await;
        house.until_values(|status, _| status == 200).await;
        drop(device);
        let reply = open.clone();
        let changed = Web::new(&place, Some(&second), move |_| answer("200 OK", "", &reply)).await;
        let shown = second.fingerprint();
        house.until("energy_meters.0.grid_power_w", |source| says(source, &shown)).await;
        house.until_values(|status, _| status == 503).await;
        assert!(changed.asked.lock().unwrap().is_empty(), "nothing is sent to it");
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let elsewhere = Web::new("127.0.0.1:0", None, |_| answer("200 OK", "", "5")).await;
    let to = elsewhere.address.to_string();
    for (location, words) in [
        ("https://127.0.0.1/api".to_owned(), "write that address, and trust"),
        (format!("http://{to}/?token=secret"), "not followed"),
        ("https://elsewhere.example/".to_owned(), "not followed"),
    ] {
        let head = format!("Location: {location}\r\n");
        let device = Web::new("127.0.0.1:0", None, move |_| answer("302 Found", &head, "")).await;
        let text = format!("load_power_w = {{ http = \"http://{}/\" }}", device.address);
        let house = House::new(&text).await;
        house.until("load_power_w", |source| says(source, words)).await;
        let said = house.source("load_power_w").await.error.unwrap().message;
        assert!(!said.contains("secret"), "{said}");
    }
    assert!(elsewhere.asked.lock().unwrap().is_empty());
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The device computes the response itself, by RFC 7616; its nonces expire, and the password may be
/// wrong.
#[tokio::test]
async fn a_digest_is_answered_and_a_wrong_password_is_told() {
    let plant = plant("shelly-digest");
    let (target, reply) = plant["http"].as_object().unwrap().iter().next().unwrap();
    let target = target.clone();
    let wanted = plant["want"]["grid_power_w"].as_i64().unwrap();
    let reply = reply.to_string();
    // Nonces, uses of the last one, and wrong passwords.
    let state = Arc::new(Mutex::new((0, 0, 0)));
    let counted = Arc::clone(&state);
    let answers = move |asked: &Asked| {
        let mut state = counted.lock().unwrap();
        let (nonces, uses, wrong) = &mut *state;
        let part = |name: &str| {
            let authorization = asked.header("authorization")?;
            let (_, rest) = authorization.split_once(&format!("{name}="))?;
            let end = if let Some(rest) = rest.strip_prefix('"') {
                return rest.split('"').next().map(str::to_owned);
            } else {
                rest.split([',', ' ']).next()?
            };
            Some(end.to_owned())
        };
        let owner = sha256("admin:shellypro3em:hidden");
        let request = sha256(&format!("GET:{target}"));
        let [nonce, count, client] =
            ["nonce", "nc", "cnonce"].map(|name| part(name).unwrap_or_default());
        let right = sha256(&format!("{owner}:{nonce}:{count}:{client}:auth:{request}"));
        *wrong += i32::from(part("response").is_some_and(|response| response != right));
        let is_right = part("response") == Some(right) && nonce == format!("nonce{nonces}");
        if is_right && *uses < 3 {
            *uses += 1;
            assert_eq!(count, format!("{uses:08x}"), "each request counts");
            return answer("200 OK", "", &reply);
        }
        *nonces += 1;
        *uses = 0;
        let challenge = format!(
            "WWW-Authenticate: Digest qop=\"auth\", realm=\"shellypro3em\", nonce=\"nonce{nonces}\", \
             algorithm=SHA-256\r\n"
        );
        answer("401 Unauthorized", &challenge, "")
    };
    let device = Web::new("127.0.0.1:0", None, answers).await;
    let folder = folder(&[("right", "hidden\n"), ("wrong", "guessed\n")]);
    let text = |login: &str| {
        format!(
            "every = \"20ms\"\n[energy_meters.0]\ngrid_power_w = {{ http = \
             \"http://{}/rpc/EM.GetStatus?id=0\", pointer = \"/total_act_power\"{login} }}\n",
            device.address
        )
    };
    const GRID: &str = "energy_meters.0.grid_power_w";
    let file = folder.path().join("house.toml");
    let login = |file: &str| text(&format!(", username = \"admin\", password_file = \"{file}\""));
    let house = House::with_file(&login("right"), &file).await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_eq!(values["device_values"]["energy_meters"]["0"]["grid_power_w"], wanted);
    house.until(GRID, |_| state.lock().unwrap().0 >= 4).await;
    assert!(house.source(GRID).await.error.is_none(), "an expired nonce is nobody's business");
    drop(house);
    let house = House::with_file(&login("wrong"), &file).await;
    for _ in 0..5 {
        house.until(GRID, |source| says(source, "one of them is wrong")).await;
    }
    assert_eq!(state.lock().unwrap().2, 1, "it is not tried again at once");
    drop(house);
    let house = House::new(&text("")).await;
    house.until(GRID, |source| says(source, "asks for a user name and a password (Digest)")).await;
}

/// The body is in a file, as it holds the password; Basic is asked for by the device.
#[tokio::test]
async fn a_post_and_basic_and_a_token() {
    let solax = Web::new("127.0.0.1:0", None, |asked| {
        let is_right = asked.line == "POST / HTTP/1.1"
            && asked.body == "optType=ReadRealTimeData&pwd=SERIAL"
            && asked.header("content-type") == Some("application/x-www-form-urlencoded")
            && asked.header("authorization") == Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        match is_right {
            true => answer("200 OK", "", "{\"Data\":[0,0,1234]}"),
            false => answer("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", ""),
        }
    })
    .await;
    let token = Web::new("127.0.0.1:0", None, |asked| {
        match (asked.line.as_str(), asked.header("authorization")) {
            ("POST /login HTTP/1.1", _) => answer("200 OK", "", "{\"a\":{\"token\":\"abc\"}}"),
            (_, Some("Bearer abc")) => answer("200 OK", "", "{\"p\":-5}"),
            _ => answer("401 No", "", ""),
        }
    })
    .await;
    let folder = folder(&[
        ("solax.post", "optType=ReadRealTimeData&pwd=SERIAL\n"),
        ("password", "open sesame"),
    ]);
    let text = format!(
        r#"
        [logins.gateway]
        http = "http://{1}/login"
        post = "{{}}"
        token = "/a/token"
        [inverters.0]
        inv_power_ac_w = {{ http = "http://{0}/", post_file = "solax.post", pointer = "/Data/2", username = "Aladdin", password_file = "password" }}
        [energy_meters.0]
        grid_power_w = {{ http = "http://{1}/p", pointer = "/p", login = "gateway" }}
        "#,
        solax.address, token.address
    );
    let house = House::with_file(&text, &folder.path().join("house.toml")).await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_eq!(values["device_values"]["load_power_w"], 1229);
}

/// A log-in that is refused is not tried again at once, for devices that lock out who tries often.
#[tokio::test]
async fn a_refused_log_in_is_told_and_not_repeated() {
    let device = Web::new("127.0.0.1:0", None, |_| answer("401 No", "", "")).await;
    let text = format!(
        "every = \"20ms\"\n[logins.x]\nhttp = \"http://{0}/login\"\npost = \"p\"\n\
         [energy_meters.0]\ngrid_power_w = {{ http = \"http://{0}/p\", login = \"x\" }}\n",
        device.address
    );
    let house = House::new(&text).await;
    const GRID: &str = "energy_meters.0.grid_power_w";
    for _ in 0..5 {
        house.until(GRID, |source| says(source, "log-in x: answered 401")).await;
    }
    assert_eq!(device.asked.lock().unwrap().len(), 1);
}

/// The device offers 300 MB and learns soon that nobody reads on.
#[tokio::test]
async fn an_answer_of_300_megabytes_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let device = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n{\"a\":\"";
            let mut is_open = stream.write_all(head.as_bytes()).await.is_ok();
            let piece = [b'x'; 65536];
            for _ in 0..4600 {
                is_open = is_open && stream.write_all(&piece).await.is_ok();
                if is_open {
                    count.fetch_add(piece.len(), Ordering::Relaxed);
                }
            }
        }
    });
    let text =
        format!("load_power_w = {{ http = \"http://{at}/\", every = \"1h\", max_age = \"2h\" }}");
    let house = House::new(&text).await;
    house.until("load_power_w", |source| says(source, "more than 1048576 bytes")).await;
    assert!(sent.load(Ordering::Relaxed) < 30_000_000, "{sent:?}");
    assert_eq!(house.source("load_power_w").await.observed, None::<Observed>);
    device.abort();
}

/// A broker over TLS: refused without its fingerprint, and never asked in the clear when it drops TLS.
#[tokio::test]
async fn a_broker_over_tls_is_trusted_by_name_only_and_never_asked_in_the_clear() {
    let certificate = Certificate::new();
    let shown = certificate.fingerprint();
    let device = Web::new("127.0.0.1:0", Some(&certificate), |_| String::new()).await;
    let text = |at: &str, trust: &str| {
        format!(
            "[brokers.home]\naddress = \"{at}\"\n{trust}\nusername = \"me\"\n\
             password_file = \"password\"\n[energy_meters.0]\n\
             grid_power_w = {{ mqtt = \"home\", topic = \"grid\" }}\n"
        )
    };
    let folder = folder(&[("password", "hidden\n")]);
    let file = folder.path().join("house.toml");
    const GRID: &str = "energy_meters.0.grid_power_w";
    let at = device.address.to_string();
    let house = House::with_file(&text(&at, "tls = true"), &file).await;
    house.until(GRID, |source| says(source, &shown) && says(source, "not trusted")).await;
    drop(house);
    // A broker in the clear on the port where TLS is wanted.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let log = Arc::clone(&seen);
    let plain = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut room = [0; 4096];
            let count = stream.read(&mut room).await.unwrap_or(0);
            log.lock().unwrap().extend_from_slice(&room[..count]);
            let _ = stream.write_all(&[0x20, 2, 0, 0]).await;
        }
    });
    let house = House::with_file(&text(&at, &format!("trust = \"{shown}\"")), &file).await;
    house.until(GRID, |source| says(source, "broker 127.0.0.1") && source.value.is_none()).await;
    let seen = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    assert!(!seen.is_empty() && !seen.contains("hidden") && !seen.contains("MQTT"), "{seen:?}");
    plain.abort();
}
