//! How to reach one controller.

use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use crate::error::CimcError;

/// HTTP or HTTPS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// Encrypted, as the [`TlsProfile`] says; port 443.
    #[default]
    Https,
    /// No encryption, port 80: only for networks that are trusted.
    Http,
}

/// Which TLS is spoken with a controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TlsProfile {
    /// TLS 1.2 and 1.3 with today's ciphers, by rustls. Enough from firmware 2.0 on, by patch
    /// level (field reports), and from 3.0 on in any case (metadata of the vendor's SDK).
    #[default]
    Modern,
    /// TLS 1.0 to 1.3 with old ciphers, short keys and SHA-1, by the system's OpenSSL at its
    /// security level 0: for firmware below 2.0. Needs the Cargo feature `legacy-tls`, and
    /// another [`TlsVerify`] than the system's authorities.
    Legacy,
}

const NO_LEGACY_TLS: &str = "this build has no legacy TLS profile: build Ferric with \
    --features legacy-tls (it needs libssl-dev and pkg-config) or use its container image, or \
    speak plain HTTP to it if the network between is trusted";
const LEGACY_UNCHECKED: &str = "the legacy TLS profile can't check a certificate against the \
    system's authorities, as old keys and SHA-1 prove nothing: pin the certificate's SHA-256 \
    fingerprint (cimc_verify_ca, ferric probe --fingerprint; with a wrong one, the one seen is \
    told and no password sent), name a PEM file that has it, or switch the check off";

/// Which certificates are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum TlsVerify {
    /// Those that the operating system trusts, for the right name.
    #[default]
    System,
    /// Any, even expired ones and ones without a name.
    Off,
    /// Those signed by a certificate in this PEM file, for the right name; and those that are in
    /// the file themselves, whatever their name and dates. With [`TlsProfile::Legacy`], the
    /// latter alone.
    CaFile(PathBuf),
    /// The one with this SHA-256 fingerprint of its DER form, whatever its name and dates.
    Fingerprint([u8; 32]),
}

impl TlsVerify {
    /// Reads a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons, and with or
    /// without `sha256:` in front; `None` if the text is not one.
    pub fn fingerprint(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let digits = text
            .strip_prefix("sha256:")
            .unwrap_or(&text)
            .replace(':', "");
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Self::Fingerprint(bytes))
    }
}

/// Which SSH host key is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HostKey {
    /// None yet: the login is refused with the fingerprint that was shown.
    #[default]
    Unknown,
    /// Any.
    Any,
    /// The one with this fingerprint, as OpenSSH writes it: `SHA256:` and 43 characters of base64.
    Fingerprint(String),
}

impl HostKey {
    /// Reads a fingerprint in OpenSSH's form, with or without `SHA256:` in front and padding
    /// behind; `None` if the text is not one.
    pub fn fingerprint(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('=');
        let digest = text.strip_prefix("SHA256:").unwrap_or(text);
        let is_base64 = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '/');
        (digest.len() == 43 && digest.chars().all(is_base64))
            .then(|| Self::Fingerprint(format!("SHA256:{digest}")))
    }
}

/// How the controller's command line is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliSettings {
    /// The port of SSH (22 unless set otherwise).
    pub port: u16,
    /// Which host key is accepted.
    pub host_key: HostKey,
}

impl Default for CliSettings {
    fn default() -> Self {
        Self {
            port: 22,
            host_key: HostKey::default(),
        }
    }
}

/// How to reach one controller, and as whom.
#[derive(Debug, Clone)]
pub struct ControllerSettings {
    /// Host name or address, with a port if need be: `10.0.0.1`, `cimc:8443`, `[fe80::1]:443`.
    pub address: String,
    /// HTTP or HTTPS.
    pub protocol: Protocol,
    /// The port, unless the address has one; else 443 or 80.
    pub port: Option<u16>,
    /// The account: `admin` or `user` privileges for writes, `read-only` for reads.
    pub username: String,
    /// Its password.
    pub password: SecretString,
    /// Which TLS is spoken.
    pub tls: TlsProfile,
    /// Which certificates are accepted.
    pub verify: TlsVerify,
    /// The command line over SSH, for what the XML API of old firmware can't do; `None` when it
    /// is not to be used.
    pub cli: Option<CliSettings>,
    /// For connecting (5 s unless set otherwise).
    pub connect_timeout: Duration,
    /// For one request from sending to the last byte (60 s: old firmware takes tens of seconds
    /// for some writes).
    pub request_timeout: Duration,
    /// For all requests of one session together, the logout apart (180 s).
    pub session_timeout: Duration,
}

impl ControllerSettings {
    /// HTTPS on the usual port with the system's certificates and the usual times.
    pub fn new(address: &str, username: &str, password: SecretString) -> Self {
        Self {
            address: address.to_owned(),
            protocol: Protocol::default(),
            port: None,
            username: username.to_owned(),
            password,
            tls: TlsProfile::default(),
            verify: TlsVerify::default(),
            cli: Some(CliSettings::default()),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(60),
            session_timeout: Duration::from_secs(180),
        }
    }

    /// Whether the settings can be used, as far as they tell by themselves; opens no file and
    /// sends nothing.
    ///
    /// # Errors
    ///
    /// [`CimcError::Settings`] when the address is none, or when the legacy profile is asked for
    /// in a build without it or without a way to know the certificate.
    pub fn check(&self) -> Result<(), CimcError> {
        self.url()?;
        if self.tls == TlsProfile::Modern {
            return Ok(());
        }
        if !cfg!(feature = "legacy-tls") {
            return Err(self.wrong(NO_LEGACY_TLS));
        }
        match self.verify {
            TlsVerify::System => Err(self.wrong(LEGACY_UNCHECKED)),
            _ => Ok(()),
        }
    }

    /// The error for settings that can't be used.
    pub(crate) fn wrong(&self, problem: &str) -> CimcError {
        CimcError::Settings {
            address: self.address.clone(),
            problem: problem.to_owned(),
        }
    }

    /// The URL of the XML API.
    pub(crate) fn url(&self) -> Result<Url, CimcError> {
        let wrong = |problem: &str| self.wrong(problem);
        let address = self.address.trim();
        let host_and_port = match address.parse::<Ipv6Addr>() {
            Ok(bare) => format!("[{bare}]"),
            Err(_) => address.to_owned(),
        };
        if host_and_port.is_empty() || host_and_port.contains(['/', '@', '?', '#', '\\', ' ']) {
            return Err(wrong("the address must be a host, or a host and a port"));
        }
        let scheme = match self.protocol {
            Protocol::Https => "https",
            Protocol::Http => "http",
        };
        let mut url = Url::parse(&format!("{scheme}://{host_and_port}/nuova"))
            .map_err(|error| wrong(&format!("the address can't be read ({error})")))?;
        let has_port = host_and_port.rsplit_once(':').is_some_and(|(_, port)| {
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        });
        if let Some(port) = self.port.filter(|_| !has_port) {
            url.set_port(Some(port))
                .map_err(|()| wrong("the port can't be used"))?;
        }
        Ok(url)
    }

    /// The host without a port, as a socket wants it.
    pub(crate) fn host(&self) -> Result<String, CimcError> {
        let url = self.url()?;
        let host = url.host_str().unwrap_or_default();
        Ok(host.trim_matches(['[', ']']).to_owned())
    }

    /// Whether a controller made from `other` serves just as well.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.address == other.address
            && self.protocol == other.protocol
            && self.port == other.port
            && self.username == other.username
            && self.password.expose_secret() == other.password.expose_secret()
            && self.tls == other.tls
            && self.verify == other.verify
            && self.cli == other.cli
            && self.connect_timeout == other.connect_timeout
            && self.request_timeout == other.request_timeout
            && self.session_timeout == other.session_timeout
    }
}

#[cfg(test)]
mod tests {
    use super::{ControllerSettings, HostKey, Protocol, TlsProfile, TlsVerify};

    fn settings(address: &str) -> ControllerSettings {
        ControllerSettings::new(address, "admin", "hunter2".to_owned().into())
    }

    #[test]
    fn addresses_become_urls() {
        let cases = [
            ("10.0.0.1", None, "https://10.0.0.1/nuova"),
            ("10.0.0.1:8443", Some(9), "https://10.0.0.1:8443/nuova"),
            ("10.0.0.1:443", Some(9), "https://10.0.0.1/nuova"),
            ("cimc.lab", Some(8443), "https://cimc.lab:8443/nuova"),
            ("fe80::1", Some(8443), "https://[fe80::1]:8443/nuova"),
            ("[fe80::1]:8443", None, "https://[fe80::1]:8443/nuova"),
        ];
        for (address, port, expected) in cases {
            let url = ControllerSettings {
                port,
                ..settings(address)
            }
            .url()
            .unwrap();
            assert_eq!(url.as_str(), expected);
        }
        let http = ControllerSettings {
            protocol: Protocol::Http,
            ..settings("10.0.0.1")
        };
        assert_eq!(http.url().unwrap().as_str(), "http://10.0.0.1/nuova");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "https://10.0.0.1",
            "a/b",
            "admin@host",
            "host:99999",
            "a b",
        ] {
            assert!(settings(address).url().is_err(), "{address}");
        }
    }

    #[test]
    fn the_legacy_profile_needs_the_feature_and_a_known_certificate() {
        let with = |verify| {
            let settings = ControllerSettings {
                tls: TlsProfile::Legacy,
                verify,
                ..settings("10.0.0.1")
            };
            settings.check().map_err(|error| error.to_string())
        };
        let pinned = with(TlsVerify::Fingerprint([0; 32]));
        if cfg!(feature = "legacy-tls") {
            assert_eq!(pinned, Ok(()));
            assert_eq!(with(TlsVerify::Off), Ok(()));
            let unchecked = with(TlsVerify::System).unwrap_err();
            assert!(unchecked.contains("pin the certificate's"), "{unchecked}");
        } else {
            let missing = pinned.unwrap_err();
            assert!(missing.contains("--features legacy-tls"), "{missing}");
        }
    }

    #[test]
    fn the_password_is_not_in_the_debug_text() {
        assert!(!format!("{:?}", settings("10.0.0.1")).contains("hunter2"));
    }

    #[test]
    fn host_key_fingerprints_are_read_as_openssh_writes_them() {
        let digest = "nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8";
        let read = HostKey::Fingerprint(format!("SHA256:{digest}"));
        for text in [format!("SHA256:{digest}"), format!("{digest}=")] {
            assert_eq!(HostKey::fingerprint(&text).as_ref(), Some(&read));
        }
        for text in [
            "",
            "SHA256:short",
            "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        ] {
            assert_eq!(HostKey::fingerprint(text), None);
        }
    }

    #[test]
    fn fingerprints_are_read_in_the_usual_forms() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        for text in [&plain, &colons, &format!("sha256:{plain}")] {
            assert_eq!(
                TlsVerify::fingerprint(text),
                Some(TlsVerify::Fingerprint([0xab; 32]))
            );
        }
        for text in ["", "ab", &"xy".repeat(32), &"é".repeat(32)] {
            assert_eq!(TlsVerify::fingerprint(text), None);
        }
    }
}
