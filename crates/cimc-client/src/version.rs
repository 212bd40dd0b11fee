//! Firmware versions: reading and comparing.

use std::cmp::Ordering;
use std::fmt;

/// A CIMC firmware version, such as `1.5(4)`, `2.0(13e)`, `4.2(2aS9)` or `4.3(2.230270)`.
///
/// Compared by major, minor and maintenance number, then the patch letters, then the digits
/// after them; the text as the firmware gave it plays no part. Texts that the grammar does not
/// cover (the vendor's SDK fails on `1.4(3z09)`) are taken as far as they can be read, at least
/// `MAJOR.MINOR`.
#[derive(Debug, Clone)]
pub struct FirmwareVersion {
    text: String,
    major: u32,
    minor: u32,
    maintenance: u32,
    letters: String,
    digits: u32,
    interim: u32,
    build: u64,
}

impl FirmwareVersion {
    /// Reads a version; `None` when the text does not begin with `MAJOR.MINOR`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (major, rest) = number::<u32>(text)?;
        let (minor, rest) = number::<u32>(rest.strip_prefix('.')?)?;
        let mut version = Self {
            text: text.to_owned(),
            major,
            minor,
            maintenance: 0,
            letters: String::new(),
            digits: 0,
            interim: 0,
            build: 0,
        };
        if let Some(inner) = rest.strip_prefix('(') {
            version.read_patch(inner);
        }
        Some(version)
    }

    fn read_patch(&mut self, inner: &str) {
        let Some((maintenance, rest)) = number(inner) else {
            return;
        };
        self.maintenance = maintenance;
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(rest.len());
        self.letters = rest[..end].to_owned();
        let mut rest = &rest[end..];
        if let Some((digits, after)) = number(rest) {
            (self.digits, rest) = (digits, after);
        }
        if let Some((interim, after)) = rest.strip_prefix('S').and_then(number) {
            (self.interim, rest) = (interim, after);
        }
        if let Some((build, _)) = rest.strip_prefix('.').and_then(number) {
            self.build = build;
        }
    }

    /// Whether the text said more than `MAJOR.MINOR`.
    pub(crate) fn has_patch(&self) -> bool {
        self.maintenance != 0
    }

    /// Whether this is the given release or a later one.
    pub(crate) fn at_least(&self, (major, minor, maintenance, letters): Minimum) -> bool {
        let own = (
            self.major,
            self.minor,
            self.maintenance,
            self.letters.as_str(),
        );
        own >= (major, minor, maintenance, letters)
    }

    /// The first number: 4 in `4.1(3i)`.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The second number: 1 in `4.1(3i)`.
    pub fn minor(&self) -> u32 {
        self.minor
    }

    fn key(&self) -> (u32, u32, u32, &str, u32, u32, u64) {
        let Self {
            major,
            minor,
            maintenance,
            letters,
            digits,
            interim,
            build,
            ..
        } = self;
        (
            *major,
            *minor,
            *maintenance,
            letters,
            *digits,
            *interim,
            *build,
        )
    }
}

/// Major, minor, maintenance and letters of the first release that has something.
pub(crate) type Minimum = (u32, u32, u32, &'static str);

impl fmt::Display for FirmwareVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for FirmwareVersion {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for FirmwareVersion {}

impl PartialOrd for FirmwareVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FirmwareVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Option<(T, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::FirmwareVersion;

    fn version(text: &str) -> FirmwareVersion {
        FirmwareVersion::parse(text).unwrap()
    }

    #[test]
    fn versions_are_in_the_order_of_their_release() {
        let ordered = [
            "1.3(3)",
            "1.4(2b)",
            "1.4(3c)",
            "1.4(3z09)",
            "1.5(1b)",
            "1.5(1f)",
            "1.5(4)",
            "2.0(1a)",
            "2.0(4c)",
            "2.0(9l)",
            "2.0(13e)",
            "2.0(13i)",
            "3.0(1c)",
            "3.0(4a)",
            "4.0(2f)",
            "4.1(3i)",
            "4.2(1.2021052301)",
            "4.2(2a)",
            "4.2(2aS9)",
            "4.3(2.230270)",
            "4.3(5.240037)",
            "4.3(5.250001)",
            "10.0(1a)",
        ];
        for pair in ordered.windows(2) {
            assert!(
                version(pair[0]) < version(pair[1]),
                "{} < {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn text_is_kept_and_plays_no_part_in_comparing() {
        assert_eq!(version(" 2.0(13e) ").to_string(), "2.0(13e)");
        assert_eq!(version("2.0"), version("2.0(0)"));
        assert_ne!(version("2.0(13e)"), version("2.0(13f)"));
    }

    #[test]
    fn what_cannot_be_read_falls_back_to_major_and_minor() {
        for text in ["4.1", "4.1(", "4.1(x)", "4.1-beta", "4.1(99999999999999)"] {
            let version = version(text);
            assert_eq!((version.major(), version.minor()), (4, 1), "{text}");
        }
        for text in ["", "unknown", "4", "4.", "(4.1)", "v4.1", "99999999999.1"] {
            assert!(FirmwareVersion::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn minimum_compares_letters_too() {
        assert!(version("3.0(1c)").at_least((3, 0, 1, "c")));
        assert!(!version("3.0(1b)").at_least((3, 0, 1, "c")));
        assert!(version("4.2(1.2021052301)").at_least((4, 1, 3, "a")));
    }
}
