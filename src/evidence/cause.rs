//! Why an install failed: the closed list of causes, and which of them an installer's last words
//! name.

/// What kind of trouble ended an install.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumIter)]
pub enum Cause {
    /// The server is on and nobody has heard of an installer, while Cobbler renders its file.
    #[strum(to_string = "no DHCP seen")]
    NoDhcp,
    /// The same, and Cobbler has no file to give it.
    #[strum(to_string = "kickstart not fetched")]
    KickstartNotFetched,
    /// A package source can't be reached or is broken.
    #[strum(to_string = "mirror error")]
    MirrorError,
    /// No disk, or not the one that was asked for.
    #[strum(to_string = "no disk")]
    NoDisk,
    /// A package is not there, or can't be installed.
    #[strum(to_string = "package error")]
    PackageError,
    /// The installer starts again and again.
    #[strum(to_string = "boot loop")]
    BootLoop,
    /// The controller doesn't answer.
    #[strum(to_string = "BMC gone")]
    BmcGone,
    /// None of these.
    #[strum(to_string = "unknown")]
    Unknown,
}

/// What installers write into their logs, in lower case, in the order in which it is looked for: a
/// disk that is missing ends an install before packages are looked for, and a package that is not
/// found is often one whose source was not read.
///
/// Sources: pyanaconda's `kickstart.py` and `payload/`, dnf, yum and librepo, apt, debootstrap,
/// partman, curtin and subiquity. Other languages and later wordings fall to [`Cause::Unknown`].
const PHRASES: [(Cause, &[&str]); 3] = [
    (
        Cause::NoDisk,
        &[
            "given in ignoredisk command does not exist",
            "given in clearpart command does not exist",
            "no usable disks",
            "no disks selected",
            "no disk drive was detected",
            "no root file system is defined",
            "failed to find matching device",
        ],
    ),
    (
        Cause::MirrorError,
        &[
            "error setting up base repository",
            "error setting up repository",
            "failed to download metadata for repo",
            "cannot retrieve repository metadata",
            "cannot download repomd.xml",
            "all mirrors were tried",
            "bad archive mirror",
            "failed getting release file",
            "temporary failure resolving",
            "couldn't resolve host",
            "could not resolve host",
            "failed to fetch",
            "unable to fetch",
        ],
    ),
    (
        Cause::PackageError,
        &[
            "unable to locate package",
            "couldn't find these packages",
            "has no installation candidate",
            "unmet dependencies",
            "no match for argument",
            "no such package",
            "missing packages",
            "nothing provides",
            "conflicts with file from package",
            "error unpacking rpm package",
            "dpkg: error processing",
        ],
    ),
];

impl Cause {
    /// The kind of trouble that the last lines of an installer's log name.
    pub fn of_last_words(words: &str) -> Self {
        let words = words.to_lowercase();
        PHRASES
            .iter()
            .find(|(_, phrases)| phrases.iter().any(|phrase| words.contains(phrase)))
            .map_or(Self::Unknown, |(cause, _)| *cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_name_their_cause() {
        for (words, cause) in [
            (
                "anaconda: Disk \"sdb\" given in ignoredisk command does not exist.",
                Cause::NoDisk,
            ),
            (
                "Error: Failed to download metadata for repo 'extra0': Cannot download repomd.xml",
                Cause::MirrorError,
            ),
            (
                "Err:1 http://m trixie InRelease\n  Temporary failure resolving 'm'\nE: Unable to locate package nginx",
                Cause::MirrorError,
            ),
            ("E: Unable to locate package ngnix", Cause::PackageError),
            ("No match for argument: ngnix", Cause::PackageError),
            ("Segmentation fault", Cause::Unknown),
            ("", Cause::Unknown),
        ] {
            assert_eq!(Cause::of_last_words(words), cause, "{words}");
        }
    }
}
