//! Certificates that fit, that do not, that end, and that are renewed.

use std::path::Path;
use std::time::SystemTime;

use rcgen::{CertificateParams, KeyPair};
use time::OffsetDateTime;

use super::*;

/// A certificate for `localhost` with its key, good from and to these days from now.
fn certificate(days: (i64, i64)) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let now = OffsetDateTime::now_utc();
    params.not_before = now + time::Duration::days(days.0);
    params.not_after = now + time::Duration::days(days.1);
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn args(folder: &Path) -> TlsArgs {
    let file = |name| Some(folder.join(name));
    TlsArgs { tls_cert: file("cert.pem"), tls_key: file("key.pem"), tls_self_signed: None }
}

fn write(folder: &Path, (certificate, key): &(String, String)) {
    std::fs::write(folder.join("cert.pem"), certificate).unwrap();
    std::fs::write(folder.join("key.pem"), key).unwrap();
}

/// The error of the files, with its causes.
fn refused(folder: &Path) -> String {
    let error = Tls::from_args(&args(folder), &[]).unwrap_err();
    crate::logging::Chain(&error).to_string()
}

#[test]
fn a_pair_that_cannot_be_used_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(refused(folder).contains("cert.pem"));
    let (good, other) = (certificate((-1, 90)), certificate((-1, 90)));
    write(folder, &(good.0.clone(), other.1));
    assert!(refused(folder).contains("the key is not that of the certificate"));
    write(folder, &(good.1.clone(), good.1.clone()));
    assert!(refused(folder).contains("the file has no certificate"));
    write(folder, &(good.0.clone(), good.0.clone()));
    let error = refused(folder);
    assert!(error.contains("key.pem") && error.contains("no PEM file with a key"), "{error}");
    write(folder, &(good.0[..good.0.len() / 2].to_owned(), good.1.clone()));
    assert!(refused(folder).contains("no PEM file with a certificate"));
    write(folder, &good);
    assert!(Tls::from_args(&args(folder), &[]).unwrap().is_some());
    assert!(Tls::from_args(&TlsArgs::default(), &[]).unwrap().is_none());
}

#[test]
fn the_end_of_a_certificate_is_known_before_it_comes() {
    for (days, expected) in [
        ((-1, 90), Validity::Good),
        ((-1, 10), Validity::Ending),
        ((-10, -1), Validity::Ended),
        ((1, 90), Validity::NotYet),
    ] {
        let (certificate, key) = certificate(days);
        let pair = pair::pair(&certificate, &key).unwrap();
        assert_eq!(Validity::now(&pair), expected, "{days:?}");
    }
    let (certificate, key) = certificate((-1, 90));
    let pair = pair::pair(&certificate, &key).unwrap();
    let later = SystemTime::now() + Duration::from_secs(91 * 86_400);
    let later = later.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(Validity::at(&pair, later), Validity::Ended, "while the server runs");
}

#[test]
fn a_renewed_certificate_is_taken_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (first, second) = (certificate((-1, 90)), certificate((-1, 100)));
    write(folder, &first);
    let tls = Tls::from_args(&args(folder), &[]).unwrap().unwrap();
    let shown = || tls.shown.0.read().unwrap().cert[0].clone();
    let began = shown();
    let mut told = None;
    tls.look(&mut told);
    assert_eq!((shown(), told), (began.clone(), Some(Validity::Good)), "nothing was changed");
    write(folder, &(second.0.clone(), "half of a k".to_owned()));
    tls.look(&mut told);
    assert_eq!(shown(), began, "the one before stays");
    write(folder, &second);
    tls.look(&mut told);
    assert_eq!(shown(), pair::certificates(&second.0).unwrap()[0]);
}

#[test]
fn an_authority_is_made_once_and_vouches_for_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    let args = TlsArgs { tls_self_signed: Some(folder.path().join("tls")), ..TlsArgs::default() };
    let names = ["home.example.org".to_owned()];
    let first = Tls::from_args(&args, &names).unwrap().unwrap();
    let again = Tls::from_args(&args, &names).unwrap().unwrap();
    assert_eq!(first.source.authority_pem(), again.source.authority_pem());
    // Its own name was not there when the authority was made.
    let error = Tls::from_args(&args, &["bank.example".to_owned()]).unwrap_err().to_string();
    assert!(
        error.contains("bank.example") && error.contains("remove ca.pem and ca.key"),
        "{error}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = std::fs::metadata(folder.path().join("tls/ca.key")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_file(folder.path().join("tls/ca.key")).unwrap();
    let error = Tls::from_args(&args, &[]).unwrap_err().to_string();
    assert!(error.contains("ca.pem without ca.key"), "{error}");
}

#[test]
fn this_machine_is_good_by_its_addresses_and_names() {
    let names = authority::names(&["home.example.org".to_owned()]);
    for name in ["127.0.0.1", "localhost", "home.example.org"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
}
