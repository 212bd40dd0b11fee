//! What a distro needs: told from its breed and release as Cobbler knows them.

use crate::drivers::DriverError;

/// A kind of installer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Family {
    /// Anaconda, of RHEL 6 and what was made from it.
    RedHat6,
    /// Anaconda, of RHEL 7 and later, and of Fedora.
    RedHat,
    /// Debian's installer.
    Debian,
    /// Ubuntu's, from 20.04 on (subiquity).
    Ubuntu,
}

/// Ubuntu's releases before its present installer, in Cobbler's words.
const UBUNTU_BEFORE_20_04: &[&str] = &[
    "precise", "quantal", "raring", "saucy", "trusty", "utopic", "vivid", "wily", "xenial",
    "yakkety", "zesty", "artful", "bionic", "cosmic", "disco", "eoan",
];

impl Family {
    /// From Cobbler's `breed` and `os_version`.
    ///
    /// An older Cobbler doesn't know the newest releases, so that its `os_version` is often that
    /// of an older one: only what was left behind long ago is told from it.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] for what can't be installed, with what can.
    pub fn of(distro: &str, breed: &str, os_version: &str) -> Result<Self, DriverError> {
        match breed {
            "redhat" if matches!(os_version, "rhel6" | "centos6" | "cloudlinux6") => {
                Ok(Self::RedHat6)
            }
            "redhat"
                if ["rhel2", "rhel3", "rhel4", "rhel5"]
                    .iter()
                    .any(|old| os_version.starts_with(old)) =>
            {
                Err(too_old(distro, os_version, "6"))
            }
            "redhat" => Ok(Self::RedHat),
            "debian" => Ok(Self::Debian),
            "ubuntu" if UBUNTU_BEFORE_20_04.contains(&os_version) => {
                Err(too_old(distro, os_version, "20.04 (focal)"))
            }
            "ubuntu" => Ok(Self::Ubuntu),
            _ => Err(DriverError::invalid(format!(
                "Cobbler's distro {distro} is of breed {breed:?}, which can't be installed yet; choose a distro of breed \
                 redhat, debian or ubuntu."
            ))),
        }
    }
}

fn too_old(distro: &str, os_version: &str, first: &str) -> DriverError {
    DriverError::invalid(format!(
        "Cobbler's distro {distro} is of release {os_version:?}, which is too old; the first that can be installed is \
         {first}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_follows_from_breed_and_release() {
        for (breed, os_version, family) in [
            ("redhat", "rhel6", Family::RedHat6),
            ("redhat", "rhel9", Family::RedHat),
            ("redhat", "fedora41", Family::RedHat),
            ("debian", "bookworm", Family::Debian),
            ("ubuntu", "noble", Family::Ubuntu),
        ] {
            assert_eq!(Family::of("d", breed, os_version).unwrap(), family);
        }
    }

    #[test]
    fn what_can_t_be_installed_is_refused_with_what_can() {
        for (breed, os_version, word) in [
            ("freebsd", "11", "redhat, debian or ubuntu"),
            ("ubuntu", "bionic", "20.04"),
            ("redhat", "rhel5", "too old"),
        ] {
            let error = Family::of("d", breed, os_version).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
