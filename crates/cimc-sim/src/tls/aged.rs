//! TLS as firmware of an age speaks it, by OpenSSL: rustls knows neither TLS 1.0 nor key exchange
//! without forward secrecy.
//!
//! Key sizes and signatures below 2.0 are those of field reports; the ciphers are those of the
//! time that OpenSSL 3 still has.

use std::sync::Arc;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{SslAcceptor, SslMethod, SslOptions, SslVersion};
use openssl::x509::{X509, X509Name};

use super::{Acceptor, Front};
use crate::release::{R2_0_1A, Release};

const R3_0: Release = Release::new(3, 0, 0, ' ');
/// `commTlsConfig` with its switch for TLS 1.3.
const R4_2_2A: Release = Release::new(4, 2, 2, 'a');
const DAYS_VALID: u32 = 3650;

/// Releases that speak the same TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Age {
    /// Below 2.0: TLS 1.0, a key of 1024 bits, a signature of SHA-1.
    First,
    /// 2.0: TLS 1.0 to 1.2.
    Second,
    /// From 3.0: TLS 1.2.
    Third,
    /// From 4.2(2a): TLS 1.2 and 1.3.
    Fourth,
}

impl Age {
    pub(super) fn of(release: Release) -> Self {
        if release < R2_0_1A {
            Self::First
        } else if release < R3_0 {
            Self::Second
        } else if release < R4_2_2A {
            Self::Third
        } else {
            Self::Fourth
        }
    }

    fn versions(self) -> (SslVersion, SslVersion) {
        match self {
            Self::First => (SslVersion::TLS1, SslVersion::TLS1),
            Self::Second => (SslVersion::TLS1, SslVersion::TLS1_2),
            Self::Third => (SslVersion::TLS1_2, SslVersion::TLS1_2),
            Self::Fourth => (SslVersion::TLS1_2, SslVersion::TLS1_3),
        }
    }

    /// Cipher suites up to TLS 1.2.
    fn ciphers(self) -> &'static str {
        match self {
            Self::First => "AES128-SHA:AES256-SHA:DHE-RSA-AES128-SHA:@SECLEVEL=0",
            Self::Second => "HIGH:!aNULL:!PSK:!SRP:@SECLEVEL=0",
            Self::Third | Self::Fourth => "ECDHE+AESGCM:ECDHE+AES",
        }
    }

    fn key_bits(self) -> u32 {
        match self {
            Self::First => 1024,
            _ => 2048,
        }
    }

    fn signature(self) -> MessageDigest {
        match self {
            Self::First => MessageDigest::sha1(),
            _ => MessageDigest::sha256(),
        }
    }

    pub(super) fn front(self) -> Result<Front, ErrorStack> {
        let key = PKey::from_rsa(Rsa::generate(self.key_bits())?)?;
        let certificate = self_signed(&key, self.signature())?;
        let (oldest, newest) = self.versions();
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
        if matches!(self, Self::First | Self::Second) {
            acceptor.set_security_level(0);
        }
        acceptor.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
        acceptor.set_min_proto_version(Some(oldest))?;
        acceptor.set_max_proto_version(Some(newest))?;
        acceptor.set_cipher_list(self.ciphers())?;
        acceptor.set_certificate(&certificate)?;
        acceptor.set_private_key(&key)?;
        acceptor.check_private_key()?;
        let pem = certificate.to_pem()?;
        Ok(Front {
            acceptor: Acceptor::Aged(Arc::new(acceptor.build())),
            certificate: Some(String::from_utf8_lossy(&pem).into_owned()),
        })
    }
}

/// A certificate with a fixed name that fits no address.
fn self_signed(key: &PKey<Private>, signature: MessageDigest) -> Result<X509, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_text("O", "Cisco Self Signed")?;
    name.append_entry_by_text("CN", "cimc.invalid")?;
    let name = name.build();
    let mut certificate = X509::builder()?;
    let serial = BigNum::from_u32(rand::random())?.to_asn1_integer()?;
    certificate.set_serial_number(&serial)?;
    certificate.set_subject_name(&name)?;
    certificate.set_issuer_name(&name)?;
    certificate.set_pubkey(key)?;
    let (from, to) = (
        Asn1Time::days_from_now(0)?,
        Asn1Time::days_from_now(DAYS_VALID)?,
    );
    certificate.set_not_before(&from)?;
    certificate.set_not_after(&to)?;
    certificate.sign(key, signature)?;
    Ok(certificate.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personality::Personality;

    #[test]
    fn the_first_firmware_speaks_tls_1_0_alone_and_the_newest_1_3() {
        let versions = |name| {
            let personality = Personality::by_name(name).unwrap();
            Age::of(personality.release).versions()
        };
        let one = (SslVersion::TLS1, SslVersion::TLS1);
        assert_eq!((versions("1.4"), versions("1.5")), (one, one));
        assert_eq!(versions("2.0").1, SslVersion::TLS1_2);
        assert_eq!(versions("3.0").0, SslVersion::TLS1_2);
        assert_eq!(versions("4.3").1, SslVersion::TLS1_3);
    }
}
