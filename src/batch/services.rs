//! `services`: what servers are to be.

use super::check;
use super::files::Files;
use super::layer::{self, Layer};
use super::options;
use super::problems::{Place, Problems};
use super::ranges::{Digits, expand};
use super::section::{At, Section};
use super::tree::Located;
use crate::config::ImageTarget;

/// One service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: String,
    /// `None` if that is missing, which is reported.
    pub(super) target: Option<ImageTarget>,
    pub(super) layer: Layer,
    /// The nodes that it lists, ranges expanded.
    pub(super) nodes: Vec<At<String>>,
}

pub(super) fn read(
    place: Place,
    tree: &Located,
    defaults: &Layer,
    files: &Files<'_>,
    problems: &Problems,
) -> Vec<Service> {
    let Some(section) = Section::free(place, tree, problems) else {
        return Vec::new();
    };
    let mut services = Vec::new();
    for entry in section.entries {
        let place = section.place.below(&entry.key, entry.line);
        let known = [layer::KEYS, options::KEYS, &["distro", "profile", "nodes"]];
        let Some(service) = Section::known(place, &entry.value, &known, problems) else {
            continue;
        };
        if let Err(what) = check::service(&entry.key) {
            section.problem(&service.place, what, "rename it");
        }
        services.push(Service {
            name: entry.key.clone(),
            target: target(&service),
            layer: Layer::read(&service, &[], files).0.over(defaults),
            nodes: service
                .texts("nodes")
                .map(|all| listed(&service, &all))
                .unwrap_or_default(),
        });
    }
    services
}

fn target(service: &Section<'_>) -> Option<ImageTarget> {
    let (distro, profile) = (service.text("distro"), service.text("profile"));
    match (distro, profile) {
        (Some(distro), None) => Some(ImageTarget::Distro(distro.value.to_owned())),
        (None, Some(profile)) => Some(ImageTarget::Profile(profile.value.to_owned())),
        (Some(_), Some(profile)) => {
            service.problem(
                &profile.place,
                "stands beside distro",
                "keep one of the two",
            );
            None
        }
        (None, None) => {
            if service.get("distro").is_none() && service.get("profile").is_none() {
                service.problem(
                    &service.place,
                    "distro is missing",
                    "add distro: NAME, the name of a distro that Cobbler has, or profile: NAME",
                );
            }
            None
        }
    }
}

fn listed(service: &Section<'_>, texts: &[At<&str>]) -> Vec<At<String>> {
    let mut names = Vec::new();
    for At { value, place } in texts {
        match expand(value, Digits::Decimal) {
            Ok(all) => {
                names.extend(all.into_iter().map(|value| At {
                    value,
                    place: place.clone(),
                }));
            }
            Err(what) => service.problem(place, what, "write it like web[01-12]"),
        }
    }
    names
}
