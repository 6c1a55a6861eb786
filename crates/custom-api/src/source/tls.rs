//! Encrypted connections to devices, which show the certificate that the owner named or are refused.
//!
//! Devices at home sign their certificates themselves, so no authority is asked and none is trusted
//! by itself. A certificate that is not the named one is refused with its fingerprint, for the owner
//! to compare.

use std::sync::{Arc, Mutex, PoisonError};

use http_service::HostPort;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{Resumption, WebPkiServerVerifier};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::config::{Fingerprint, Trust};

/// Connections that trust one certificate.
#[derive(Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    refused: Refused,
}

/// The settings for each device, made once: a file may hold all authorities of a system.
#[derive(Default)]
pub(super) struct TlsSettings(Mutex<Vec<(HostPort, Option<Trust>, Tls)>>);

impl TlsSettings {
    /// Returns the settings for a device.
    ///
    /// # Errors
    /// As [`Tls::new`].
    pub(super) fn of(&self, at: &HostPort, trust: Option<&Trust>) -> Result<Tls, String> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = known.iter().find(|(host, trusted, _)| host == at && trusted.as_ref() == trust);
        if let Some((.., tls)) = same {
            return Ok(tls.clone());
        }
        let tls = Tls::new(trust)?;
        known.push((at.clone(), trust.cloned(), tls.clone()));
        Ok(tls)
    }
}

/// The message about the last certificate that was refused.
type Refused = Arc<Mutex<Option<String>>>;

impl Tls {
    /// Trusts `trust` and nothing else; without it, nothing at all.
    ///
    /// # Errors
    /// A message if a certificate of the file cannot be used.
    pub(super) fn new(trust: Option<&Trust>) -> Result<Self, String> {
        let provider = Arc::new(ring::default_provider());
        let refused = Refused::default();
        let verifier = Verifier {
            trust: trust.cloned(),
            by_name: by_name(trust, &provider)?,
            provider: Arc::clone(&provider),
            refused: Arc::clone(&refused),
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        // Every connection shows the certificate anew.
        config.resumption = Resumption::disabled();
        Ok(Self { config: Arc::new(config), refused })
    }

    /// Encrypts a connection.
    ///
    /// # Errors
    /// A message, with the fingerprint of a certificate that is not trusted.
    pub(super) async fn connect(
        &self,
        at: &HostPort,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, String> {
        let name = ServerName::try_from(at.host.clone())
            .map_err(|_| format!("{} is no name for an encrypted connection", at.host))?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        connector.connect(name, stream).await.map_err(|error| {
            self.take_refusal().unwrap_or_else(|| format!("no encrypted connection: {error}"))
        })
    }

    /// Returns the message about the certificate that was refused since the last call.
    pub(super) fn take_refusal(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns the settings, for a library that connects itself.
    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

/// Builds the check for certificates that are signed by one of the file.
fn by_name(
    trust: Option<&Trust>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<WebPkiServerVerifier>>, String> {
    let Some(Trust::File { path, certificates }) = trust else { return Ok(None) };
    let mut roots = RootCertStore::empty();
    // A self-signed one may be no authority; it is compared as a whole.
    roots.add_parsable_certificates(certificates.iter().cloned().map(CertificateDer::from));
    if roots.is_empty() {
        return Ok(None);
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map(Some)
        .map_err(|error| format!("{}: {error}", path.display()))
}

#[derive(Debug)]
struct Verifier {
    trust: Option<Trust>,
    by_name: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    refused: Refused,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let fingerprint: [u8; 32] = Sha256::digest(shown).into();
        let (is_trusted, why) = match &self.trust {
            None => (false, "none is trusted yet".to_owned()),
            Some(Trust::Fingerprint(trusted)) => {
                (*trusted == fingerprint, format!("{} is trusted", Fingerprint(trusted)))
            }
            Some(Trust::File { path, certificates }) => {
                let is_same = certificates.iter().any(|der| der == shown.as_ref());
                let is_signed = self.by_name.as_ref().is_some_and(|check| {
                    check.verify_server_cert(shown, between, name, ocsp, now).is_ok()
                });
                (is_same || is_signed, format!("those of {} are trusted", path.display()))
            }
        };
        if is_trusted {
            return Ok(ServerCertVerified::assertion());
        }
        let message = format!(
            "its certificate is not trusted ({why}). If it is this device's, write trust = \"{}\"",
            Fingerprint(&fingerprint)
        );
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
