//! What can go wrong with a Cobbler server, sorted by what a caller does about it.

use std::fmt;

/// What was being done, and where. Every error carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The action in words, for example `save system node-1`.
    pub action: String,
    /// Name and address of the server, without credentials.
    pub server: String,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} on Cobbler {}", self.action, self.server)
    }
}

/// The kinds of Cobbler objects used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An installation source.
    Distro,
    /// A distro with a template and options.
    Profile,
    /// One machine's record.
    System,
    /// A kickstart or preseed template file.
    Template,
}

impl Kind {
    /// Cobbler's own word for it, as used in method names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Distro => "distro",
            Self::Profile => "profile",
            Self::System => "system",
            Self::Template => "template",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What somebody else already has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The object's name.
    Name(String),
    /// A MAC address.
    Mac(String),
    /// An IP address.
    Address(String),
    /// A host name.
    HostName(String),
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "the name {name}"),
            Self::Mac(mac) => write!(f, "the MAC address {mac}"),
            Self::Address(address) => write!(f, "the IP address {address}"),
            Self::HostName(name) => write!(f, "the host name {name}"),
        }
    }
}

/// Why a call to Cobbler failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CobblerError {
    /// No answer: connection refused, TLS failed, time over. After a write the server may have
    /// gone on: ensure again, it reads first.
    #[error(
        "{at}: no usable connection; check that the server runs, the address, and (https) \
         its certificate against `verify`"
    )]
    Unreachable {
        /// What was tried.
        at: Attempt,
        /// What the HTTP client said, without the address.
        #[source]
        source: reqwest::Error,
    },
    /// The web server in front answered with another status than success.
    #[error(
        "{at}: HTTP status {status}; 502 and 503 mean that cobblerd is down or busy, 404 that \
         the address lacks /cobbler_api"
    )]
    Http {
        /// What was tried.
        at: Attempt,
        /// The HTTP status code.
        status: u16,
    },
    /// The user name or password is wrong.
    #[error("{at}: login refused; correct the user name or the password")]
    Login {
        /// What was tried.
        at: Attempt,
    },
    /// The login is right but may not do this.
    #[error("{at}: {detail}; give the user this right in Cobbler's authorization settings")]
    Denied {
        /// What was tried.
        at: Attempt,
        /// Cobbler's words.
        detail: String,
    },
    /// An object that the call needs is not there.
    #[error("{at}: there is no {kind} {name}; create it there or correct the name")]
    NotFound {
        /// What was tried.
        at: Attempt,
        /// What kind of object is missing.
        kind: Kind,
        /// Its name; empty where the release does not say it.
        name: String,
    },
    /// A name, MAC or IP address belongs to another object.
    #[error("{at}: {what} is taken{}; remove that record there or use another", by(owner.as_deref(), *is_ours))]
    Duplicate {
        /// What was tried.
        at: Attempt,
        /// What is taken.
        what: Taken,
        /// The object that has it, where known.
        owner: Option<String>,
        /// Whether that object was made by this service, where known.
        is_ours: Option<bool>,
    },
    /// The object exists, but without our mark.
    #[error("{at}: {kind} {name} was not made by this service, so it is left alone")]
    NotOurs {
        /// What was tried.
        at: Attempt,
        /// What kind of object it is.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// The object is still used by others.
    #[error("{at}: still used by {by}; remove those first")]
    InUse {
        /// What was tried.
        at: Attempt,
        /// The users, as far as Cobbler names them.
        by: String,
    },
    /// A value that Cobbler or this client refuses.
    #[error("{at}: {detail}; correct the value")]
    Invalid {
        /// What was tried.
        at: Attempt,
        /// What is wrong with which value.
        detail: String,
    },
    /// `modify_*` returned false: this release does not know the field.
    #[error(
        "{at}: the server did not take the field {field}; this Cobbler release may not be \
         supported"
    )]
    Refused {
        /// What was tried.
        at: Attempt,
        /// The field.
        field: String,
    },
    /// A trigger on the server failed after the object had been stored.
    #[error("{at}: trigger {trigger} failed on the server; see its cobbler.log")]
    Trigger {
        /// What was tried.
        at: Attempt,
        /// The trigger's module name.
        trigger: String,
    },
    /// Any other fault.
    #[error("{at}: Cobbler says: {detail}")]
    Fault {
        /// What was tried.
        at: Attempt,
        /// Cobbler's words, without token and password.
        detail: String,
    },
    /// The answer is not XML-RPC, or not of the expected shape.
    #[error("{at}: {detail}; check that the address is Cobbler's XML-RPC service")]
    Protocol {
        /// What was tried.
        at: Attempt,
        /// What is wrong with the answer.
        detail: String,
    },
    /// What was read back is not what was written.
    #[error(
        "{at}: {kind} {name} is not as wanted in {fields}; somebody else changes it, or this \
         release ignores the field"
    )]
    Mismatch {
        /// What was tried.
        at: Attempt,
        /// What kind of object.
        kind: Kind,
        /// Its name.
        name: String,
        /// The differing fields, comma separated. Values are left out: they may be secret.
        fields: String,
    },
    /// What this service made was changed by somebody.
    #[error(
        "{at}: {kind} {name} was made by this service and has been changed since by somebody else: \
         {differences}. It is left as it is, since servers may be installing by it. {remedy}"
    )]
    Drifted {
        /// What was tried.
        at: Attempt,
        /// What kind of object.
        kind: Kind,
        /// Its name.
        name: String,
        /// What differs; lines and values that look like secrets are hidden.
        differences: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A rendered kickstart is an error text in place of a kickstart.
    #[error("{at}: the template does not render: {detail}; correct the template")]
    Render {
        /// What was tried.
        at: Attempt,
        /// First line of Cobbler's answer.
        detail: String,
    },
    /// This release of Cobbler cannot be driven.
    #[error(
        "{at}: Cobbler {release} {why}; point this server's `url` to a Cobbler of 2.2 to 3.3, or keep \
         one of 3.3 beside it for these installations"
    )]
    Unsupported {
        /// What was tried.
        at: Attempt,
        /// What the server calls its release.
        release: String,
        /// What it lacks.
        why: &'static str,
    },
}

/// Who has it, in words.
fn by(owner: Option<&str>, is_ours: Option<bool>) -> String {
    match (owner, is_ours) {
        (Some(owner), Some(true)) => format!(" by {owner}, another record of this service"),
        (Some(owner), Some(false)) => {
            format!(" by {owner}, which was not made by this service")
        }
        (Some(owner), None) => format!(" by {owner}"),
        (None, _) => String::new(),
    }
}

impl CobblerError {
    /// Whether the same call may succeed later with nothing changed by a person.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Trigger { .. } => true,
            Self::Http { status, .. } => matches!(status, 429 | 502..=504),
            // The handle of an unsaved object dies with a restart of cobblerd; parallel writers
            // of the boot directory see each other's half-written files. 3.3.0 also loses the
            // children of a profile while another is saved under it.
            Self::Fault { detail, .. } => {
                detail.contains("___NEW___")
                    || detail.contains("Child with the name")
                    || detail.contains("[Errno 17]")
                    || detail.contains("invalid token")
            }
            _ => false,
        }
    }
}
