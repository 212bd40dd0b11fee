//! `[images]`: what an image id means in Cobbler.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// What is installed for an image: `cobbler://profile/NAME` or `cobbler://distro/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ImageTarget {
    /// A profile that the Cobbler server has.
    Profile(String),
    /// A distro of it, for which a profile is made.
    Distro(String),
}

impl FromStr for ImageTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |name: &str| (!name.is_empty() && !name.contains('/')).then(|| name.to_owned());
        text.strip_prefix("cobbler://profile/")
            .and_then(named)
            .map(Self::Profile)
            .or_else(|| {
                text.strip_prefix("cobbler://distro/")
                    .and_then(named)
                    .map(Self::Distro)
            })
            .ok_or_else(|| {
                format!(
                    "{text:?} is not understood; write cobbler://profile/NAME or \
                     cobbler://distro/NAME"
                )
            })
    }
}

impl TryFrom<String> for ImageTarget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for ImageTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(name) => write!(f, "cobbler://profile/{name}"),
            Self::Distro(name) => write!(f, "cobbler://distro/{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_names_a_profile_or_a_distro() {
        assert_eq!(
            "cobbler://distro/el9-x86_64".parse(),
            Ok(ImageTarget::Distro("el9-x86_64".to_owned()))
        );
        assert!("cobbler://system/x".parse::<ImageTarget>().is_err());
        assert!("cobbler://profile/".parse::<ImageTarget>().is_err());
        assert!("http://mirror/image.qcow2".parse::<ImageTarget>().is_err());
    }
}
