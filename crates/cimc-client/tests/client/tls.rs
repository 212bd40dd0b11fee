//! The ways of verifying a certificate.

use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use cimc_client::{CimcError, Controllers, PowerState, Protocol, TlsVerify, TransportKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use sha2::{Digest, Sha256};

use crate::SERVER;
use crate::stub::Stub;

struct Certificate {
    der: Vec<u8>,
    pem: String,
    key: KeyPair,
}

/// What many controllers have: self-signed, without a name, expired.
fn poor() -> Certificate {
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(2001, 1, 1);
    params.not_after = date_time_ymd(2002, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Certificate {
        der: certificate.der().to_vec(),
        pem: certificate.pem(),
        key,
    }
}

/// A certificate for 127.0.0.1 and the PEM text of the CA that signed it.
fn signed() -> (Certificate, String) {
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    let server = Certificate {
        der: certificate.der().to_vec(),
        pem: certificate.pem(),
        key,
    };
    (server, ca.pem())
}

fn serve(certificate: &Certificate) -> Stub {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let (stub, router) = Stub::new("4.1(3i)", listener.local_addr().unwrap().port());
    stub.on_dn("sys/rack-unit-1", &[SERVER]);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(certificate.key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der.clone().into()], key)
        .unwrap();
    let config = RustlsConfig::from_config(Arc::new(config));
    let server = axum_server::from_tcp_rustls(listener, config).unwrap();
    tokio::spawn(server.serve(router.into_make_service()));
    stub
}

async fn read(stub: &Stub, verify: TlsVerify) -> Result<PowerState, CimcError> {
    let mut settings = stub.settings();
    settings.protocol = Protocol::Https;
    settings.verify = verify;
    let controller = Controllers::new().get(&settings)?;
    controller
        .run(async |session| session.power_state().await)
        .await
}

fn fingerprint(certificate: &Certificate) -> TlsVerify {
    TlsVerify::Fingerprint(Sha256::digest(&certificate.der).into())
}

fn file(directory: &tempfile::TempDir, pem: &str) -> TlsVerify {
    let path = directory.path().join("ca.pem");
    std::fs::write(&path, pem).unwrap();
    TlsVerify::CaFile(path)
}

fn is_distrust(result: Result<PowerState, CimcError>) -> bool {
    matches!(
        result,
        Err(CimcError::Transport {
            kind: TransportKind::Certificate,
            ..
        })
    )
}

#[tokio::test]
async fn a_poor_certificate_is_accepted_when_off_pinned_or_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = poor();
    let stub = serve(&certificate);
    let pinned = file(&directory, &certificate.pem);
    for verify in [TlsVerify::Off, fingerprint(&certificate), pinned] {
        assert_eq!(read(&stub, verify).await.unwrap(), PowerState::On);
    }
}

#[tokio::test]
async fn a_poor_certificate_is_refused_otherwise_before_the_password_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let stub = serve(&poor());
    let other = file(&directory, &poor().pem);
    for verify in [TlsVerify::System, fingerprint(&poor()), other] {
        let result = read(&stub, verify).await;
        assert!(is_distrust(result));
    }
    assert_eq!(stub.requests().len(), 0);
}

#[tokio::test]
async fn a_refusal_tells_the_fingerprint_to_compare_and_to_pin() {
    let certificate = poor();
    let stub = serve(&certificate);
    let shown: String = Sha256::digest(&certificate.der)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for verify in [TlsVerify::System, fingerprint(&poor())] {
        let error = read(&stub, verify).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains(&shown), "{cause}");
    }
    let pinned = TlsVerify::fingerprint(&shown).unwrap();
    assert_eq!(read(&stub, pinned).await.unwrap(), PowerState::On);
}

#[tokio::test]
async fn a_certificate_of_the_ca_is_accepted_and_of_another_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (certificate, ca) = signed();
    let stub = serve(&certificate);
    assert_eq!(
        read(&stub, file(&directory, &ca)).await.unwrap(),
        PowerState::On
    );
    let (_, other) = signed();
    assert!(is_distrust(read(&stub, file(&directory, &other)).await));
    assert!(is_distrust(read(&stub, TlsVerify::System).await));
}

#[tokio::test]
async fn plain_http_behind_https_is_no_tls() {
    let stub = Stub::start("4.1(3i)").await;
    let result = read(&stub, TlsVerify::Off).await;
    assert!(
        matches!(
            result,
            Err(CimcError::Transport {
                kind: TransportKind::Tls,
                ..
            })
        ),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_file_without_certificates_is_a_wrong_setting() {
    let directory = tempfile::tempdir().unwrap();
    let stub = Stub::start("4.1(3i)").await;
    let missing = TlsVerify::CaFile(directory.path().join("none.pem"));
    for verify in [file(&directory, "nothing"), missing] {
        let result = read(&stub, verify).await;
        assert!(
            matches!(result, Err(CimcError::Settings { .. })),
            "{result:?}"
        );
    }
}
