//! A small authority for this machine's addresses, made at the first start.
//!
//! Two certificates and not one: what a phone is to trust must be an authority's, and no browser
//! takes an authority's as that of a server. It can sign for names and addresses of a network at
//! home only, so that a stolen key does not open the rest of the web on these devices.

use std::fs;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints,
};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::pair::{self, PairError};
use crate::secret::secret_text;

/// Networks at home: private, loopback, link-local, and those of carriers, which VPNs use.
const AT_HOME: [&str; 8] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "::1/128",
];
/// Days for which the authority is good.
const AUTHORITY_DAYS: i64 = 3650;
/// Days for which a server's certificate is good; browsers accept at most 398.
pub(super) const LEAF_DAYS: i64 = 365;
/// The file to be installed on devices.
const CERTIFICATE: &str = "ca.pem";
/// The file that nobody else may read.
const KEY: &str = "ca.key";

/// The authority in a folder.
pub(super) struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Opens the authority in `folder`, or makes it, good for `names` beside those of any network at
    /// home.
    ///
    /// # Errors
    /// A message with what to do, if the folder cannot be used, or holds half of it.
    pub(super) fn open(folder: &Path, names: &[String]) -> Result<Self, String> {
        let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
        match (certificate.exists(), key.exists()) {
            (true, true) => Self::read(folder, &certificate, &key),
            (false, false) => Self::make(folder, &certificate, &key, names),
            (is_there, _) => {
                let [there, missing] =
                    if is_there { [CERTIFICATE, KEY] } else { [KEY, CERTIFICATE] };
                Err(format!(
                    "there is {there} without {missing}; put {missing} back, or remove {there} to \
                     begin anew, and install the new {CERTIFICATE} on your devices"
                ))
            }
        }
    }

    fn read(folder: &Path, certificate: &Path, key: &Path) -> Result<Self, String> {
        let failed = |path: &Path, error: &dyn std::fmt::Display| {
            format!("{} cannot be used: {error}", path.display())
        };
        let pem = fs::read_to_string(certificate).map_err(|error| failed(certificate, &error))?;
        let text = secret_text(key).map_err(|error| failed(key, &error))?;
        let issuing = KeyPair::from_pem(&text).map_err(|error| failed(key, &error))?;
        let pair = pair::pair(&pem, &text)
            .map_err(|error| failed(certificate, &crate::logging::Chain(&error)))?;
        if pair::Validity::now(&pair) == pair::Validity::Ended {
            return Err(format!(
                "{CERTIFICATE} has ended; remove {CERTIFICATE} and {KEY} to begin anew, and install \
                 the new {CERTIFICATE} on your devices"
            ));
        }
        // Only its name and its key go into what it signs.
        let issuer = Issuer::new(params(&issuing, &[]), issuing);
        Ok(Self { folder: folder.to_path_buf(), issuer, pem })
    }

    fn make(
        folder: &Path,
        certificate: &Path,
        key: &Path,
        names: &[String],
    ) -> Result<Self, String> {
        let made = KeyPair::generate().and_then(|issuing| {
            let params = params(&issuing, names);
            Ok((params.self_signed(&issuing)?.pem(), params, issuing))
        });
        let (pem, params, issuing) = made.map_err(|error| error.to_string())?;
        let written = fs::create_dir_all(folder)
            .and_then(|()| write_new(key, &issuing.serialize_pem(), 0o600))
            .and_then(|()| write_new(certificate, &pem, 0o644));
        written.map_err(|error| format!("the authority cannot be kept there: {error}"))?;
        tracing::info!(
            file = %certificate.display(),
            "an authority was made; devices trust this server once this file is installed there"
        );
        Ok(Self { folder: folder.to_path_buf(), issuer: Issuer::new(params, issuing), pem })
    }

    /// Makes a certificate for `names`, with a key of its own that is kept nowhere.
    ///
    /// # Errors
    /// A message with what to do, if a name cannot stand in a certificate, or is none that the
    /// authority was made for.
    pub(super) fn sign(&self, names: &[String]) -> Result<Arc<CertifiedKey>, String> {
        let made = || {
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::new(names.to_vec())?;
            (params.not_before, params.not_after) = days(LEAF_DAYS);
            params.distinguished_name = named("NRGkick Web");
            params.use_authority_key_identifier_extension = true;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            let pem = params.signed_by(&key, &self.issuer)?.pem();
            Ok((pem, key.serialize_pem()))
        };
        let (pem, key) = made().map_err(|error: rcgen::Error| error.to_string())?;
        let said = |error: PairError| crate::logging::Chain(&error).to_string();
        let pair = pair::pair(&pem, &key).map_err(said)?;
        let root = pair::certificates(&self.pem).map_err(said)?;
        pair::check(&pair, &root).map_err(|error| {
            format!(
                "the authority cannot vouch for {}: {error}; remove {CERTIFICATE} and {KEY} to begin \
                 anew, and install the new {CERTIFICATE} on your devices",
                names.join(", ")
            )
        })?;
        Ok(pair)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }
}

/// The authority's certificate. Its name is made of its key, so that key and file are all there is
/// to keep.
fn params(key: &KeyPair, names: &[String]) -> CertificateParams {
    let mark = Sha256::digest(key.public_key_raw());
    let mark: String = mark.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = days(AUTHORITY_DAYS);
    params.distinguished_name = named(&format!("NRGkick Web at home {mark}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let is_name = |name: &&String| name.parse::<IpAddr>().is_err();
    let named = names.iter().filter(is_name).cloned();
    let permitted_subtrees = ["local", "localhost"]
        .map(str::to_owned)
        .into_iter()
        .chain(named)
        .map(GeneralSubtree::DnsName)
        .chain(
            AT_HOME
                .iter()
                .filter_map(|network| CidrSubnet::from_str(network).ok())
                .map(GeneralSubtree::IpAddress),
        )
        .collect();
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// From an hour ago, as clocks differ.
fn days(days: i64) -> (OffsetDateTime, OffsetDateTime) {
    let from = OffsetDateTime::now_utc() - Duration::hours(1);
    (from, from + Duration::days(days))
}

/// The names and addresses of this machine, and `more`; sorted, each once.
pub(super) fn names(more: &[String]) -> Vec<String> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let addresses = interfaces.into_iter().map(|interface| interface.ip());
    let mut names: Vec<String> = addresses.filter(is_at_home).map(|ip| ip.to_string()).collect();
    names.extend([Ipv4Addr::LOCALHOST.to_string(), "localhost".to_owned()]);
    if let Some(name) = host_name() {
        names.push(format!("{name}.local"));
        names.push(name);
    }
    names.extend_from_slice(more);
    names.sort();
    names.dedup();
    names
}

/// `true` for an address of [`AT_HOME`].
fn is_at_home(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let is_of_carrier = first == 100 && (64..128).contains(&second);
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || is_of_carrier
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

/// The first label of this machine's name.
fn host_name() -> Option<String> {
    let name = hostname::get().ok()?.into_string().ok()?.to_lowercase();
    let label = name.split('.').next()?.to_owned();
    let is_label = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (!label.is_empty() && label != "localhost" && label.bytes().all(is_label)).then_some(label)
}

/// Writes a file that must not be there yet.
fn write_new(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)?.write_all(text.as_bytes())
}
