//! A web device with certificate, log-in and digest, as some at home have them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::devices::{Listening, listen};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    /// The head, header names in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&prefix))
    }
}

/// Returns a whole answer with this body.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A certificate with its key.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    der: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    /// Signed by itself, for a name that is not the device's address.
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["powerwall".to_owned()]).unwrap();
        let key = made.signing_key.serialize_der();
        Self { pem: made.cert.pem(), der: made.cert.der().to_vec(), key }
    }

    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.der);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.der.clone().into()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

type Answers = Arc<dyn Fn(&Asked) -> String + Send + Sync>;

/// The device.
pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    _listening: Listening,
}

impl Web {
    pub(crate) async fn new(
        at: &str,
        certificate: Option<&Certificate>,
        answers: impl Fn(&Asked) -> String + Send + Sync + 'static,
    ) -> Self {
        let acceptor = certificate.map(Certificate::acceptor);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answers): (_, Answers) = (Arc::clone(&asked), Arc::new(answers));
        let listening = listen(at, move |stream| {
            let (log, answers, acceptor) =
                (Arc::clone(&log), Arc::clone(&answers), acceptor.clone());
            async move {
                match acceptor {
                    None => serve(stream, &log, &answers).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, &log, &answers).await;
                        }
                    }
                }
            }
        })
        .await;
        Self { address: listening.address, asked, _listening: listening }
    }
}

async fn serve<S>(mut stream: S, log: &Mutex<Vec<Asked>>, answers: &Answers)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let (line, rest) = head.split_once("\r\n").unwrap();
    let head: Vec<String> = rest
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| format!("{}: {value}", name.to_ascii_lowercase()))
        .collect();
    let mut asked = Asked { line: line.to_owned(), head: head.join("\n"), body: String::new() };
    let length: usize = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).await.is_err() {
        return;
    }
    asked.body = String::from_utf8(body).unwrap();
    log.lock().unwrap().push(asked.clone());
    let answer = answers(&asked);
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
