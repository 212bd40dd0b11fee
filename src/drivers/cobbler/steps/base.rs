//! What a node's profile is made on: read from Cobbler, never changed there.

use cobbler_client::{Cobbler, Profile};

use crate::drivers::DriverError;
use crate::drivers::cobbler::InstallRequest;
use crate::drivers::cobbler::autoinstall::{Base, Family};
use crate::drivers::cobbler::request::{OwnTemplate, Target};
use crate::drivers::cobbler::servers::from_cobbler;

/// How Cobbler writes a field that comes from the parent.
const INHERIT: &str = "<<inherit>>";
/// Where Cobbler 2 keeps its templates; it shows absolute paths.
const KICKSTARTS: &str = "/var/lib/cobbler/kickstarts/";
/// A tree of profiles is a few levels deep; the limit ends a circle.
const MAX_DEPTH: usize = 32;

/// Distro, parent and template for a request.
pub(super) async fn of(request: &InstallRequest, cobbler: &Cobbler) -> Result<Base, DriverError> {
    match &request.target {
        Target::Distro(name) => {
            let template = match &request.own_template {
                None => None,
                Some(OwnTemplate::Text(text)) => Some(text.clone()),
                Some(OwnTemplate::Named(name)) => Some(template(cobbler, name).await?),
            };
            Ok(Base {
                distro: name.clone(),
                family: family(cobbler, name).await?,
                parent: None,
                template,
            })
        }
        Target::Profile(name) => {
            let line = line_of(cobbler, name).await?;
            let named = line
                .iter()
                .map(|profile| profile.template.as_str())
                .find(|template| !template.is_empty() && *template != INHERIT);
            let Some(named) = named else {
                return Err(DriverError::Refused(format!(
                    "Cobbler's profile {name} has no template of its own, so there is nothing to install by; give it one \
                     there, or set instance_info/cobbler_distro in place of cobbler_profile."
                )));
            };
            let text = template(cobbler, named.strip_prefix(KICKSTARTS).unwrap_or(named)).await?;
            let distro = distro_of(name, &line)?;
            Ok(Base {
                family: family(cobbler, &distro).await?,
                distro,
                parent: Some(name.clone()),
                template: Some(text),
            })
        }
    }
}

/// The profile and its parents, the nearest first.
async fn line_of(cobbler: &Cobbler, name: &str) -> Result<Vec<Profile>, DriverError> {
    let mut line: Vec<Profile> = Vec::new();
    let mut next = Some(name.to_owned());
    while let Some(name) = next.take_if(|_| line.len() < MAX_DEPTH) {
        let Some(profile) = cobbler
            .profile(&name)
            .await
            .map_err(|error| from_cobbler(&error))?
        else {
            return Err(DriverError::Refused(format!(
                "Cobbler has no profile {name}. Correct instance_info/cobbler_profile, or make the profile there."
            )));
        };
        if line.is_empty() && cobbler.is_ours(&profile) {
            return Err(DriverError::Refused(format!(
                "Cobbler's profile {name} is one that Ferric made, and goes when no node uses it. Set \
                 instance_info/cobbler_profile to one of your own."
            )));
        }
        next = profile.parent.clone();
        line.push(profile);
    }
    Ok(line)
}

fn distro_of(name: &str, line: &[Profile]) -> Result<String, DriverError> {
    line.iter()
        .map(|profile| &profile.distro)
        .find(|distro| !distro.is_empty() && *distro != INHERIT)
        .cloned()
        .ok_or_else(|| {
            DriverError::Refused(format!(
                "Cobbler's profile {name} has no distro; look at it and its parents there."
            ))
        })
}

async fn template(cobbler: &Cobbler, name: &str) -> Result<String, DriverError> {
    cobbler
        .read_template(name)
        .await
        .map_err(|error| from_cobbler(&error))?
        .ok_or_else(|| {
            DriverError::Refused(format!(
                "Cobbler has no template {name} in its folder of templates; put it there, or name another."
            ))
        })
}

async fn family(cobbler: &Cobbler, name: &str) -> Result<Family, DriverError> {
    let Some(distro) = cobbler
        .distro(name)
        .await
        .map_err(|error| from_cobbler(&error))?
    else {
        let mut known = cobbler
            .distro_names()
            .await
            .map_err(|error| from_cobbler(&error))?;
        known.sort_unstable();
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        };
        return Err(DriverError::Refused(format!(
            "Cobbler has no distro {name}; it has: {known}. Correct instance_info/cobbler_distro, or import the distro there."
        )));
    };
    Family::of(name, &distro.breed, &distro.os_version)
}
