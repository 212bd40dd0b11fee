//! What a Cobbler has that a server is installed from: asked for, or taken from names.

use cobbler_client::{Cobbler, CobblerError, Profile};
use cobbler_sim::Release;

use crate::cli::exit::{Exit, Failure};
use crate::config::ImageTarget;

/// How Cobbler writes a field that comes from the parent.
const INHERIT: &str = "<<inherit>>";
/// Where Cobbler 2 keeps its templates; it shows absolute paths.
const KICKSTARTS: &str = "/var/lib/cobbler/kickstarts/";
/// A tree of profiles is a few levels deep; the limit ends a circle.
const MAX_DEPTH: usize = 32;

/// A distro, a customer's profile on it, and a customer's template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) release: Release,
    pub(super) distro: String,
    pub(super) breed: String,
    pub(super) os_version: String,
    /// Name of a template and its text, of the profile or of the file's `autoinstall`.
    pub(super) template: Option<(String, String)>,
    /// What was not asked for but taken for granted, in sentences.
    pub(super) assumed: Vec<String>,
}

/// `DISTRO=BREED` or `DISTRO=BREED/OS_VERSION`, as on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Breed {
    name: String,
    breed: String,
    os_version: String,
}

impl std::str::FromStr for Breed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, what) = text
            .split_once('=')
            .ok_or("write NAME=BREED or NAME=BREED/OS_VERSION, as in el9=redhat/rhel9")?;
        let (breed, os_version) = what.split_once('/').unwrap_or((what, ""));
        Ok(Self {
            name: name.to_owned(),
            breed: breed.to_owned(),
            os_version: os_version.to_owned(),
        })
    }
}

/// Takes breed and release from the names alone.
pub(super) fn by_name(
    target: &ImageTarget,
    template: Option<&str>,
    breeds: &[Breed],
    release: Release,
) -> Facts {
    let (name, distro, what) = match target {
        ImageTarget::Distro(name) => (name, name.clone(), "distro"),
        ImageTarget::Profile(name) => (name, format!("{name}-distro"), "profile"),
    };
    let mut assumed = Vec::new();
    let said = breeds.iter().find(|breed| breed.name == *name);
    let (breed, os_version) = match said {
        Some(said) => (said.breed.clone(), said.os_version.clone()),
        None => {
            let (breed, os_version) = guess(name);
            assumed.push(format!(
                "the {what} {name} is taken for {breed} {os_version} by its name (--breed {name}=BREED/OS_VERSION says \
                 otherwise, --online asks Cobbler)"
            ));
            (breed.to_owned(), os_version.to_owned())
        }
    };
    let template = match (target, template) {
        (ImageTarget::Profile(name), _) => Some(format!("{name}.template")),
        (ImageTarget::Distro(_), named) => named.map(str::to_owned),
    };
    let template = template.map(|template| {
        assumed.push(format!(
            "what stands in Cobbler's template of {what} {name} is not known (--online reads it)"
        ));
        let text = "# Here stands what Cobbler's own template says.\n".to_owned();
        (template, text)
    });
    Facts {
        release,
        distro,
        breed,
        os_version,
        template,
        assumed,
    }
}

/// What a name says to a person.
fn guess(name: &str) -> (&'static str, &'static str) {
    let name = name.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["ubuntu"]) {
        match has(&[
            "1404", "14.04", "1604", "16.04", "1804", "18.04", "bionic", "xenial",
        ]) {
            true => ("ubuntu", "bionic"),
            false => ("ubuntu", "jammy"),
        }
    } else if has(&["debian"]) {
        ("debian", "bookworm")
    } else if has(&["suse", "sles", "leap"]) {
        ("suse", "sles15")
    } else if has(&["el6", "rhel-6", "centos6", "centos-6"]) {
        ("redhat", "rhel6")
    } else {
        ("redhat", "rhel9")
    }
}

/// Asks a Cobbler; reads only.
pub(super) async fn asked(
    cobbler: &Cobbler,
    target: &ImageTarget,
    template: Option<&str>,
) -> Result<Facts, Failure> {
    let version = cobbler.version().await.map_err(failed)?;
    let release = match (version.major, version.minor, version.patch) {
        (2, ..) => Release::V2_8_5,
        (3, 0 | 1, _) => Release::V3_1_2,
        (3, 2, _) => Release::V3_2_3,
        (3, 3, 0 | 1) => Release::V3_3_0,
        _ => Release::V3_3_10,
    };
    let (distro, template) = match target {
        ImageTarget::Distro(name) => (name.clone(), template.map(str::to_owned)),
        ImageTarget::Profile(name) => {
            let line = line_of(cobbler, name).await?;
            let first = |field: fn(&Profile) -> &String| {
                line.iter()
                    .map(field)
                    .find(|value| !value.is_empty() && *value != INHERIT)
                    .cloned()
            };
            let distro = first(|profile| &profile.distro).unwrap_or_default();
            (distro, first(|profile| &profile.template))
        }
    };
    let template = match template {
        None => None,
        Some(name) => {
            let name = name.strip_prefix(KICKSTARTS).unwrap_or(&name).to_owned();
            let text = cobbler.read_template(&name).await.map_err(failed)?;
            text.map(|text| (name, text))
        }
    };
    // One that is missing is told by the deploy's own words.
    let found = cobbler.distro(&distro).await.map_err(failed)?;
    let (breed, os_version) = match found {
        Some(found) => (found.breed, found.os_version),
        None => {
            let (breed, os_version) = guess(&distro);
            (breed.to_owned(), os_version.to_owned())
        }
    };
    Ok(Facts {
        release,
        distro,
        breed,
        os_version,
        template,
        assumed: Vec::new(),
    })
}

/// The profile and its parents, the nearest first.
async fn line_of(cobbler: &Cobbler, name: &str) -> Result<Vec<Profile>, Failure> {
    let mut line: Vec<Profile> = Vec::new();
    let mut next = Some(name.to_owned());
    while let Some(name) = next.take_if(|_| line.len() < MAX_DEPTH) {
        let Some(profile) = cobbler.profile(&name).await.map_err(failed)? else {
            break;
        };
        next = profile.parent.clone();
        line.push(profile);
    }
    Ok(line)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn failed(error: CobblerError) -> Failure {
    Failure::of(Exit::CannotStart, &error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_people_mean_by_them_and_the_plan_says_so() {
        for (name, breed) in [
            ("el9-x86_64", "redhat"),
            ("debian12-x86_64", "debian"),
            ("ubuntu2404", "ubuntu"),
            ("SLES15", "suse"),
        ] {
            let target = ImageTarget::Distro(name.to_owned());
            let facts = by_name(&target, None, &[], Release::default());
            assert_eq!(facts.breed, breed);
            assert!(facts.assumed[0].contains("--breed"), "{facts:?}");
        }
        let target = ImageTarget::Distro("gold".to_owned());
        let said = "gold=debian/trixie".parse().unwrap();
        let facts = by_name(&target, None, &[said], Release::default());
        assert_eq!((facts.breed.as_str(), facts.assumed.len()), ("debian", 0));
    }
}
