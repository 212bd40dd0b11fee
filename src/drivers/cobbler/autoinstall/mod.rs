//! The automatic installation files: from an [`InstallRequest`] to a profile and its template.
//! The text is the same for all nodes of a service; what is a node's own comes in by Cobbler's
//! variables when the file is fetched.

use std::sync::LazyLock;

use cobbler_client::ProfileSpec;
use minijinja::{Environment, context};
use sha2::{Digest as _, Sha256};

use super::InstallRequest;
use crate::drivers::DriverError;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    for (name, text) in [
        ("redhat.ks", include_str!("redhat.ks")),
        ("functions.sh", include_str!("functions.sh")),
    ] {
        // Both are part of the program and checked by the tests below.
        let _ = templates.add_template(name, text);
    }
    templates
});

/// The breeds of distro that can be installed, in Cobbler's words, and the template of each.
const BREEDS: &[(&str, &str)] = &[("redhat", "redhat.ks")];

/// The profile for a request on a distro of this breed. Its name is a hash of all that it says,
/// so equal requests share one, and a changed request makes a new one beside it.
///
/// # Errors
/// [`DriverError::InvalidParameter`] for a breed that can't be installed.
pub fn profile(request: &InstallRequest, breed: &str) -> Result<ProfileSpec, DriverError> {
    let Some((_, template)) = BREEDS.iter().find(|(name, _)| *name == breed) else {
        return Err(DriverError::invalid(format!(
            "Cobbler's distro {} is of breed {breed:?}, which can't be installed yet; choose a distro of breed {}.",
            request.distro,
            BREEDS
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(", ")
        )));
    };
    let text = TEMPLATES
        .get_template(template)
        .and_then(|template| {
            template.render(context! { packages => &request.packages, service => &request.service })
        })
        .map_err(|error| {
            DriverError::Refused(format!(
                "the template {template} can't be rendered: {error:#}"
            ))
        })?;
    let hash = hash(&[
        &request.distro,
        &text,
        &format!("{:?}", request.kernel_options),
    ]);
    let name = format!("ferric-{}-{hash}", request.service);
    Ok(ProfileSpec {
        template: format!("{name}.ks"),
        name,
        distro: request.distro.clone(),
        parent: None,
        template_text: text,
        kernel_options: request.kernel_options.clone(),
        comment: format!("ferric: service {}, shared by its nodes", request.service),
        owners: None,
    })
}

/// Twelve hexadecimal digits: among a thousand profiles of one service two are alike with a
/// chance of one to half a billion, and a collision is seen by the read-back.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize()[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn request(packages: &[&str]) -> InstallRequest {
        InstallRequest {
            distro: "el9-x86_64".to_owned(),
            service: "web".to_owned(),
            packages: packages.iter().map(|p| (*p).to_owned()).collect(),
            kernel_options: BTreeMap::new(),
            hostname: "web01".to_owned(),
            address: None,
            gateway: None,
            name_servers: Vec::new(),
            ssh_keys: Vec::new(),
            user_data: None,
        }
    }

    #[test]
    fn equal_requests_share_a_profile_and_others_do_not() {
        let profile = |packages| super::profile(&request(packages), "redhat").unwrap();
        assert_eq!(profile(&["nginx"]), profile(&["nginx"]));
        assert_ne!(profile(&["nginx"]).name, profile(&["nginx", "chrony"]).name);
    }

    #[test]
    fn the_kickstart_holds_the_packages_and_the_links() {
        let text = profile(&request(&["chrony", "nginx"]), "redhat")
            .unwrap()
            .template_text;
        assert!(text.starts_with("#template=cheetah\n"), "{text}");
        assert!(
            text.contains("\n%packages\n@core\nchrony\nnginx\n%end\n"),
            "{text}"
        );
        for event in ["started", "packages", "post", "done", "failed"] {
            assert!(
                text.contains(&format!("'$ferric_report/{event}'")),
                "{event} is missing in {text}"
            );
        }
    }

    #[test]
    fn an_unknown_breed_is_refused_with_those_there_are() {
        let error = profile(&request(&[]), "freebsd").unwrap_err().to_string();
        assert!(
            error.contains("freebsd") && error.contains("redhat"),
            "{error}"
        );
    }
}
