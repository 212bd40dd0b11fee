//! What a node is installed from: a distro, or a profile of the customer's; and whose template.

use super::super::Cobblers;
use super::super::info::{Info, wrong};
use crate::drivers::DriverError;

/// What Cobbler has that a node is installed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A distro, for which a profile is made.
    Distro(String),
    /// A profile that is there already; a child of it is made, and it is never changed.
    Profile(String),
}

/// A template of the customer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnTemplate {
    /// The name of one that Cobbler has.
    Named(String),
    /// Its text.
    Text(String),
}

impl Target {
    /// From `cobbler_distro`, `cobbler_profile`, or what stands for an image.
    pub(super) fn read(info: &Info<'_>, cobblers: &Cobblers) -> Result<Self, DriverError> {
        match (info.text("cobbler_distro")?, info.text("cobbler_profile")?) {
            (Some(distro), None) => return Ok(Self::Distro(distro)),
            (None, Some(profile)) => return Ok(Self::Profile(profile)),
            (Some(_), Some(_)) => {
                return Err(DriverError::invalid(
                    "instance_info has both cobbler_distro and cobbler_profile; leave one of the two out.",
                ));
            }
            (None, None) => {}
        }
        let Some(source) = info.text("image_source")? else {
            return Err(DriverError::invalid(
                "instance_info says not what to install; set cobbler_distro to the name of a Cobbler distro, \
                 cobbler_profile to that of a profile, or image_source to cobbler://distro/NAME or \
                 cobbler://profile/NAME.",
            ));
        };
        let url = cobblers.image(&source).unwrap_or(&source);
        match url
            .strip_prefix("cobbler://")
            .and_then(|rest| rest.split_once('/'))
        {
            Some(("distro", name)) if !name.is_empty() => Ok(Self::Distro(name.to_owned())),
            Some(("profile", name)) if !name.is_empty() => Ok(Self::Profile(name.to_owned())),
            _ => Err(wrong(
                "image_source",
                &source,
                "cobbler://distro/NAME, cobbler://profile/NAME or an id of the [images] section",
            )),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Distro(name) | Self::Profile(name) => name,
        }
    }

    /// Whether it is a profile.
    pub fn is_profile(&self) -> bool {
        matches!(self, Self::Profile(_))
    }
}

impl OwnTemplate {
    /// From `autoinstall`: a text of several lines is the template itself, a text of one line the
    /// name of a template on the Cobbler server.
    pub(super) fn read(info: &Info<'_>, target: &Target) -> Result<Option<Self>, DriverError> {
        let Some(text) = info.text("autoinstall")? else {
            return Ok(None);
        };
        if target.is_profile() {
            return Err(DriverError::invalid(
                "instance_info/autoinstall has no effect with cobbler_profile, which is taken as it is; leave one of \
                 the two out.",
            ));
        }
        if text.trim_end().contains('\n') {
            return Ok(Some(Self::Text(text)));
        }
        let name = text.trim();
        let is_name = name.split('/').all(|part| {
            !part.is_empty()
                && part != ".."
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(&b))
        });
        if is_name {
            Ok(Some(Self::Named(name.to_owned())))
        } else {
            Err(wrong(
                "autoinstall",
                name,
                "the text of a template, or the name of one on the Cobbler server, relative to its folder of templates",
            ))
        }
    }
}
