//! Certificates in PEM (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Returns the certificates of a file, in DER; anything else in it is passed over.
pub(super) fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(pem);
    text.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| {
            let body = rest.split("-----END CERTIFICATE-----").next()?;
            let digits: String = body.split_whitespace().collect();
            STANDARD.decode(digits).ok().filter(|der| !der.is_empty())
        })
        .collect()
}
