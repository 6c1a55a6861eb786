//! A server that answers HTTPS alone, asked by a client that trusts nobody but the authority.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http_service::access::Token;
use http_service::tls::{Tls, TlsArgs};
use http_service::{Access, App, AppService, Limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::{self, Server, soon};

const TOKEN: &str = "0123456789abcdef";

fn app(folder: &Path, access: Access) -> AppService {
    let args = TlsArgs { tls_self_signed: Some(folder.to_owned()), ..TlsArgs::default() };
    let tls = Tls::from_args(&args, &[]).unwrap();
    let routes = Router::new().route("/", get(async || "hello"));
    App::new(routes).access(access).tls(tls).into_service()
}

/// Asks by HTTPS, trusting the authority in `folder` alone.
async fn ask(server: &Server, folder: &Path, name: &'static str, request: &str) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from(name).unwrap();
    let mut stream = soon(connector.connect(name, server.connect().await)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn a_device_that_trusts_the_authority_is_answered_by_name_and_by_address() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(app(folder.path(), Access::Loopback), Limits::default()).await;
    for name in ["localhost", "127.0.0.1"] {
        let answer = ask(&server, folder.path(), name, &support::get("/")).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
    }
    let pem = ask(&server, folder.path(), "localhost", &support::get("/ca.pem")).await;
    assert!(pem.contains("application/x-x509-ca-cert"), "{pem}");
    assert!(pem.ends_with(&std::fs::read_to_string(folder.path().join("ca.pem")).unwrap()));
    assert!(!pem.contains("PRIVATE"));
}

#[tokio::test]
async fn a_session_never_travels_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let access = Access::Token(Token::new(TOKEN).unwrap().into());
    let server = Server::start(app(folder.path(), access), Limits::default()).await;
    let link = support::get(&format!("/?token={TOKEN}"));
    let answer = ask(&server, folder.path(), "localhost", &link).await;
    assert!(answer.contains("; SameSite=Strict; Secure"), "{answer}");
    // A plain request is told where to go, and nothing else: not even whether its token is right.
    let plain = server.get(&format!("/?token={TOKEN}")).await;
    assert!(plain.starts_with("HTTP/1.1 308"), "{plain}");
    assert!(plain.contains(&format!("location: https://localhost/?token={TOKEN}")), "{plain}");
    assert!(!plain.contains("set-cookie"));
    let write =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert!(server.send(write.as_bytes()).await.starts_with("HTTP/1.1 426"));
}

/// The first message of a client that speaks `version` at most (RFC 5246, 7.4.1.2).
fn hello(version: [u8; 2]) -> Vec<u8> {
    let within =
        |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    let extension = |number: [u8; 2], data: &[u8]| [&number[..], &within(data)].concat();
    let extensions = [
        // The curve P-256, points as they are, ECDSA with SHA-256.
        extension([0, 10], &within(&[0, 23])),
        extension([0, 11], &[1, 0]),
        extension([0, 13], &within(&[4, 3])),
    ];
    // ECDHE and ECDSA with AES-128, for TLS 1.2 and for what was before.
    let suites = within(&[0xc0, 0x2b, 0xc0, 0x09]);
    let random = [7; 32];
    let body = [&version[..], &random, &[0], &suites, &[1, 0], &within(&extensions.concat())];
    let message = [&[1, 0][..], &within(&body.concat())].concat();
    [&[22, 3, 1][..], &within(&message)].concat()
}

#[tokio::test]
async fn s30_what_is_older_than_tls_1_2_is_refused() {
    const HANDSHAKE: u8 = 22;
    const ALERT: u8 = 21;
    const PROTOCOL_VERSION: u8 = 70;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(app(folder.path(), Access::Loopback), Limits::default()).await;
    for (version, answered) in [([3, 3], true), ([3, 2], false), ([3, 1], false)] {
        let mut stream = server.connect().await;
        stream.write_all(&hello(version)).await.unwrap();
        let mut record = [0; 5];
        soon(stream.read_exact(&mut record)).await.unwrap();
        if answered {
            assert_eq!(record[0], HANDSHAKE, "{version:?}");
            continue;
        }
        assert_eq!(record[0], ALERT, "{version:?}");
        let mut alert = [0; 2];
        soon(stream.read_exact(&mut alert)).await.unwrap();
        assert_eq!(alert, [2, PROTOCOL_VERSION], "{version:?}");
    }
}

#[tokio::test]
async fn who_never_finishes_a_handshake_is_cut_and_holds_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { header_read: Duration::from_millis(200), ..Limits::default() };
    let server = Server::start(app(folder.path(), Access::Loopback), limits).await;
    let cut = async |first: &[u8]| {
        let mut stream: TcpStream = server.connect().await;
        stream.write_all(first).await.unwrap();
        let mut rest = Vec::new();
        // A reset is an end too.
        let _ = soon(stream.read_to_end(&mut rest)).await;
    };
    let others = async {
        let answer = ask(&server, folder.path(), "localhost", &support::get("/")).await;
        assert!(answer.ends_with("hello"), "{answer}");
    };
    tokio::join!(cut(b""), cut(&[0x16]), cut(&[0x16, 3, 1, 0xff, 0xff]), cut(&[0x16; 400]), others);
}
