//! API versions: how one is agreed on, and, in the tables below this module, what each added.
//!
//! A version is 1.N. Four things can happen to what is newer than the version asked for: a field
//! is hidden, or the request is refused with 406, 404 or 400 ([`Refusal`]).

pub mod arguments;
pub mod fields;
pub mod resources;
pub mod routes;
pub mod verbs;

use std::fmt;

use axum::http::HeaderMap;

/// The oldest minor version, and what a client gets that asks for none.
pub const MIN_MINOR: u16 = 1;

/// The newest minor version. Clients take it as a promise: raise it only when all of the next is
/// there.
pub const MAX_MINOR: u16 = 115;

/// Ironic's own header, in requests and answers.
pub const HEADER: &str = "x-openstack-ironic-api-version";
/// OpenStack's common header; in requests only, and stronger than [`HEADER`].
pub const COMMON_HEADER: &str = "openstack-api-version";
/// Says the oldest version in answers.
pub const MIN_HEADER: &str = "x-openstack-ironic-api-minimum-version";
/// Says the newest version in answers.
pub const MAX_HEADER: &str = "x-openstack-ironic-api-maximum-version";

/// The service type under which [`COMMON_HEADER`] names us.
const SERVICE_TYPE: &str = "baremetal";

/// An agreed version, 1.N.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u16);

impl Version {
    /// The newest.
    pub const LATEST: Self = Self(MAX_MINOR);

    /// 1.`minor`, or `None` outside of what is supported.
    pub fn new(minor: u16) -> Option<Self> {
        (MIN_MINOR..=MAX_MINOR)
            .contains(&minor)
            .then_some(Self(minor))
    }

    /// The version that a text like `1.80` or `latest` names, if there is such a one.
    pub fn named(text: &str) -> Option<Self> {
        parse(text).ok()
    }

    /// The N of 1.N.
    pub const fn minor(self) -> u16 {
        self.0
    }

    /// Whether what 1.`minor` added is there.
    pub const fn has(self, minor: u16) -> bool {
        self.0 >= minor
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// How something newer than the version asked for is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 406 without more words.
    NotAcceptable,
    /// 406 that names the version which would do.
    NeedsMinor,
    /// 404 as if the path didn't exist.
    NoSuchPath,
    /// 404 that says so of the version.
    NotInThisVersion,
    /// 404 as for a thing that isn't there.
    NotFound,
    /// 406 to GET; to the rest as a path below a node that isn't there.
    NotBelowNodes,
    /// The router says that the version doesn't allow this: 404 to GET, 405 to the rest.
    NotAllowed(&'static str),
    /// A handler says so.
    NotAllowedHere(&'static str),
    /// The router says so, with 404 whatever the method.
    Absent(&'static str),
}

/// Why no version could be agreed on; all are 406.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NegotiationError {
    /// Not a version at all; the answer names no range.
    #[error("Invalid value for X-OpenStack-Ironic-API-Version header")]
    Malformed,
    /// A major version other than 1.
    #[error(
        "Mutually exclusive versions requested. Version {0} requested but not supported by this \
         service. The supported version range is: [1.{MIN_MINOR}, 1.{MAX_MINOR}]."
    )]
    OtherMajor(String),
    /// A minor version outside of the range.
    #[error(
        "Version {0} was requested but the minor version is not supported by this service. The \
         supported version range is: [1.{MIN_MINOR}, 1.{MAX_MINOR}]."
    )]
    UnsupportedMinor(String),
}

/// Agrees on a version. [`COMMON_HEADER`] counts before [`HEADER`] where it names us, and there
/// the last mention; without either, it is the oldest.
pub fn negotiate(headers: &HeaderMap) -> Result<Version, NegotiationError> {
    let common = headers
        .get_all(COMMON_HEADER)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|item| item.trim().split_once(char::is_whitespace))
        .filter(|(service, _)| service.eq_ignore_ascii_case(SERVICE_TYPE))
        .map(|(_, version)| version.trim())
        .next_back();
    if let Some(text) = common {
        return parse(text);
    }
    match headers.get(HEADER) {
        Some(value) => parse(
            value
                .to_str()
                .map_err(|_| NegotiationError::Malformed)?
                .trim(),
        ),
        None => Ok(Version(MIN_MINOR)),
    }
}

fn parse(text: &str) -> Result<Version, NegotiationError> {
    if text.eq_ignore_ascii_case("latest") {
        return Ok(Version::LATEST);
    }
    let (major, minor) = text.split_once('.').ok_or(NegotiationError::Malformed)?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| NegotiationError::Malformed);
    let (major, minor) = (number(major)?, number(minor)?);
    if major != 1 {
        return Err(NegotiationError::OtherMajor(text.to_owned()));
    }
    u16::try_from(minor)
        .ok()
        .and_then(Version::new)
        .ok_or_else(|| NegotiationError::UnsupportedMinor(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(&'static str, &str)]) -> Result<Version, NegotiationError> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        negotiate(&headers)
    }

    #[test]
    fn without_a_header_it_is_the_oldest() {
        assert_eq!(ask(&[]), Ok(Version(1)));
    }

    #[test]
    fn latest_is_the_newest_in_any_case() {
        assert_eq!(ask(&[(HEADER, "LaTest")]), Ok(Version::LATEST));
    }

    #[test]
    fn the_common_header_counts_first_and_its_last_mention_of_us() {
        assert_eq!(
            ask(&[(HEADER, "1.60"), (COMMON_HEADER, "baremetal 1.50")]),
            Ok(Version(50))
        );
        assert_eq!(
            ask(&[(COMMON_HEADER, "compute 2.1, baremetal 1.7,baremetal 1.9")]),
            Ok(Version(9))
        );
        assert_eq!(
            ask(&[(HEADER, "1.60"), (COMMON_HEADER, "compute 2.1")]),
            Ok(Version(60))
        );
    }

    #[test]
    fn refusals_have_ironics_words() {
        let text = |value: &str| ask(&[(HEADER, value)]).unwrap_err().to_string();
        assert_eq!(
            text("1.200"),
            "Version 1.200 was requested but the minor version is not supported by this service. \
             The supported version range is: [1.1, 1.115]."
        );
        assert_eq!(
            text("2.5"),
            "Mutually exclusive versions requested. Version 2.5 requested but not supported by \
             this service. The supported version range is: [1.1, 1.115]."
        );
        for malformed in ["banana", "1", "1.x", ""] {
            assert_eq!(
                ask(&[(HEADER, malformed)]),
                Err(NegotiationError::Malformed),
                "{malformed}"
            );
        }
        assert!(matches!(
            ask(&[(HEADER, "1.0")]),
            Err(NegotiationError::UnsupportedMinor(_))
        ));
        assert!(matches!(
            ask(&[(HEADER, "1.70000")]),
            Err(NegotiationError::UnsupportedMinor(_))
        ));
    }
}
