//! The ways in which no answer comes.

/// What to know where the advice to use the legacy profile can't be followed at once.
const LEGACY_TLS_MISSING: &str = if cfg!(feature = "legacy-tls") {
    ""
} else {
    "; this build lacks it: build Ferric with --features legacy-tls (it needs libssl-dev and \
     pkg-config) or use its container image, or speak plain HTTP if the network between is trusted"
};

/// The ways in which no answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportKind {
    /// No connection, or it broke.
    #[error(
        "no connection; check the address, the network, and that the CIMC's HTTP or HTTPS \
         service is on"
    )]
    Unreachable,
    /// The time for the request or for the whole session is over.
    #[error("no answer in time; the CIMC may be restarting or overloaded")]
    Timeout,
    /// The TLS versions or ciphers of the modern profile do not fit.
    #[error(
        "no common TLS version or cipher, or no TLS at all on that port; firmware below 2.0 speaks \
         only TLS 1.0: set cimc_tls to legacy (ferric probe --tls legacy){LEGACY_TLS_MISSING}"
    )]
    Tls,
    /// Not even the TLS versions or ciphers of the legacy profile fit.
    #[error(
        "no common TLS version or cipher even with cimc_tls legacy, or no TLS at all on that port; \
         if it speaks only ciphers that the system's OpenSSL has no more (RC4, 3DES), use a TLS \
         relay, or plain HTTP if the network between is trusted"
    )]
    LegacyTls,
    /// No SSH connection, or it broke.
    #[error("no SSH connection; check that the CIMC's SSH service is on, and its port")]
    NoSsh,
    /// The certificate is not one that the settings accept.
    #[error(
        "its certificate is not trusted; give its CA or, once you have compared it, its SHA-256 \
         fingerprint, or switch the verification off"
    )]
    Certificate,
    /// This process is about to end and has given it up.
    #[error("this program is stopping")]
    Stopping,
}

impl TransportKind {
    /// Whether nobody seems to be there, as opposed to somebody with whom there is no agreement.
    pub(crate) fn is_silence(self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout)
    }
}
