//! What can go wrong, sorted by what a caller does about it.

mod transport;

use std::time::Duration;

use crate::observer::Outcome;

pub use transport::TransportKind;

/// A source of any type.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A failed operation on one controller.
///
/// Every variant names the address, most also what was tried. Neither passwords nor session
/// cookies ever appear.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CimcError {
    /// The settings of the controller can't be used; nothing was sent.
    #[error("the settings for CIMC {address} are wrong: {problem}")]
    Settings {
        /// The address as given.
        address: String,
        /// What is wrong with which setting.
        problem: String,
    },
    /// Name or password refused (551). Not to be repeated, except for some minutes after a
    /// restart of the CIMC: it answers so while it loads its users.
    #[error(
        "CIMC {address} refused to {action} ({answer}): check the user name and the password, \
         and that the account is active"
    )]
    Auth {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// Code and text of the controller.
        answer: String,
    },
    /// The session was ended by the other side (552, 555), and again after a new login.
    #[error("CIMC {address} ended the session when asked to {action} ({answer}): try again")]
    Session {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// Code and text of the controller.
        answer: String,
    },
    /// All of the controller's sessions (four in all) are taken.
    #[error(
        "CIMC {address} has no free session ({answer}): try again in {} s, and close unused \
         browser and script sessions on it",
        retry_after.as_secs()
    )]
    SessionLimit {
        /// Host and port.
        address: String,
        /// Code and text of the controller.
        answer: String,
        /// How long to wait; grows from refusal to refusal (5, 15, 30, 60 s).
        retry_after: Duration,
    },
    /// Not asked at all: it has not answered for some time. A request on purpose may be let
    /// through by [`crate::Controller::allow_trial`].
    #[error(
        "CIMC {address} has not answered {failures} requests in a row for {} s (the last: {cause}); \
         it is asked again in {} s",
        since.as_secs(), retry_after.as_secs_f64().ceil()
    )]
    Silent {
        /// Host and port.
        address: String,
        /// Requests without an answer, in a row.
        failures: u32,
        /// How long ago the first of them was.
        since: Duration,
        /// What the last of them was, and what came of it.
        cause: String,
        /// When the next one is let through.
        retry_after: Duration,
    },
    /// This firmware or model has no such thing. Never to be repeated.
    #[error("CIMC {address} can't {action}: its firmware or model doesn't support it ({answer})")]
    Unsupported {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// Code and text of the controller, or what is missing.
        answer: String,
    },
    /// The firmware's schema refused the request (594). Never to be repeated as it is.
    #[error("CIMC {address} rejected the request to {action} as invalid: {answer}")]
    Invalid {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// Code and text of the controller.
        answer: String,
    },
    /// The controller or a part of it is still starting (2003, an HTTP 5xx, a web page instead
    /// of an answer).
    #[error("CIMC {address} isn't ready to {action} ({answer}): try again in a minute")]
    Busy {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// Code and text of the controller.
        answer: String,
    },
    /// No answer came. A write may have taken effect all the same: read before repeating it.
    #[error("could not {action} on CIMC {address}: {kind}")]
    Transport {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// In what way.
        kind: TransportKind,
        /// What the network said.
        #[source]
        source: Option<BoxError>,
    },
    /// There is a web server but no XML API (HTTP 404 or 403 on `/nuova`).
    #[error(
        "CIMC {address} has no XML API (HTTP {status}): its firmware is older than 1.4, the API \
         is switched off, or UCS Manager or Intersight manages the server"
    )]
    NoXmlApi {
        /// Host and port.
        address: String,
        /// The HTTP status.
        status: u16,
    },
    /// The command line can't be used: it speaks no SSH that is spoken here, or is switched off.
    #[error("the command line of CIMC {address} (SSH, port {port}) can't be used: {problem}")]
    NoCommandLine {
        /// Host and port of the XML API.
        address: String,
        /// The port of SSH.
        port: u16,
        /// What is in the way, and what to do.
        problem: String,
    },
    /// The SSH host key is not the one that is pinned, or none is. Never to be repeated as it is.
    #[error(
        "the SSH host key of CIMC {address} is {found}, and {}; if that is its key, set \
         cimc_ssh_fingerprint to it",
        if *pinned { "another one is pinned" } else { "none is pinned" }
    )]
    HostKey {
        /// Host and port of the XML API.
        address: String,
        /// The fingerprint that was shown, as OpenSSH writes it: `SHA256:…`.
        found: String,
        /// Whether another one was expected.
        pinned: bool,
    },
    /// The command line printed something that is not understood.
    #[error(
        "the command line of CIMC {address} answered `{command}` with something that isn't \
         understood ({problem}); this firmware prints another form, which is worth a report"
    )]
    NotUnderstood {
        /// Host and port of the XML API.
        address: String,
        /// The command.
        command: String,
        /// What is wrong with which line.
        problem: String,
    },
    /// Neither the XML API nor the command line can be used.
    #[error(
        "CIMC {address} has no XML API (HTTP {status}), and it can't be done another way: {cli}"
    )]
    NoWayIn {
        /// Host and port.
        address: String,
        /// The HTTP status.
        status: u16,
        /// Why not over the command line.
        cli: Box<CimcError>,
    },
    /// Something answered, but not as the XML API does.
    #[error(
        "CIMC {address} gave no usable answer when asked to {action}: {problem}; check that the \
         address and the port are those of a CIMC"
    )]
    Protocol {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// What is wrong with the answer.
        problem: String,
    },
    /// The controller understood and did not do it; its text is the only guide.
    #[error("CIMC {address} failed to {action}: {answer}")]
    Operation {
        /// Host and port.
        address: String,
        /// What was tried.
        action: String,
        /// Code and text of the controller, or what was found instead.
        answer: String,
    },
}

impl CimcError {
    /// Whether a request may well have been taken though no usable answer came.
    pub(crate) fn may_have_been_taken(&self) -> bool {
        match self {
            Self::Transport { kind, .. } => *kind == TransportKind::Timeout,
            Self::Protocol { .. } => true,
            _ => false,
        }
    }

    /// What to count it as.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Settings { .. } | Self::Operation { .. } => Outcome::Operation,
            Self::Auth { .. } => Outcome::Auth,
            Self::Session { .. } => Outcome::Session,
            Self::SessionLimit { .. } => Outcome::SessionLimit,
            Self::Unsupported { .. } => Outcome::Unsupported,
            Self::Invalid { .. } => Outcome::Invalid,
            Self::Busy { .. } => Outcome::Busy,
            Self::NoXmlApi { .. } | Self::NoWayIn { .. } | Self::NoCommandLine { .. } => {
                Outcome::NoXmlApi
            }
            Self::NotUnderstood { .. } => Outcome::Protocol,
            Self::HostKey { .. } => Outcome::Certificate,
            Self::Protocol { .. } => Outcome::Protocol,
            Self::Silent { .. } => Outcome::Unreachable,
            Self::Transport { kind, .. } => match kind {
                TransportKind::Unreachable | TransportKind::NoSsh | TransportKind::Stopping => {
                    Outcome::Unreachable
                }
                TransportKind::Timeout => Outcome::Timeout,
                TransportKind::Tls | TransportKind::LegacyTls => Outcome::Tls,
                TransportKind::Certificate => Outcome::Certificate,
            },
        }
    }

    /// Whether the same call may succeed later without anybody changing anything.
    ///
    /// A broken answer counts: a controller that is starting gives such ones. A write that ended
    /// in such an error may have taken effect, so read first.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Session { .. }
            | Self::SessionLimit { .. }
            | Self::Silent { .. }
            | Self::Busy { .. }
            | Self::Protocol { .. } => true,
            Self::Transport { kind, .. } => {
                kind.is_silence() || matches!(kind, TransportKind::Stopping | TransportKind::NoSsh)
            }
            // The web server answers, so the controller is up: an SSH service that doesn't is off.
            Self::NoWayIn { cli, .. } => matches!(**cli, Self::SessionLimit { .. }),
            Self::Settings { .. }
            | Self::Auth { .. }
            | Self::Unsupported { .. }
            | Self::Invalid { .. }
            | Self::NoXmlApi { .. }
            | Self::NoCommandLine { .. }
            | Self::HostKey { .. }
            | Self::NotUnderstood { .. }
            | Self::Operation { .. } => false,
        }
    }

    /// Whether this firmware lacks what was asked for: a class, a property or a value of one.
    pub(crate) fn is_schema_refusal(&self) -> bool {
        matches!(self, Self::Unsupported { .. } | Self::Invalid { .. })
    }
}

/// How long to wait after the first, second, third and every further refusal for want of a
/// session.
pub const SESSION_LIMIT_BACKOFF: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
];

#[cfg(test)]
mod tests {
    use super::{CimcError, TransportKind};

    #[test]
    fn what_may_pass_by_itself_is_transient() {
        let transport = |kind| CimcError::Transport {
            address: "a".to_owned(),
            action: "log in".to_owned(),
            kind,
            source: None,
        };
        assert!(transport(TransportKind::Timeout).is_transient());
        assert!(transport(TransportKind::Unreachable).is_transient());
        assert!(!transport(TransportKind::Tls).is_transient());
        assert!(!transport(TransportKind::LegacyTls).is_transient());
        assert!(!transport(TransportKind::Certificate).is_transient());
        assert!(
            !CimcError::NoXmlApi {
                address: "a".to_owned(),
                status: 404
            }
            .is_transient()
        );
    }
}
