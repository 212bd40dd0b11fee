//! The batch's Cobbler, asked and never written to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{Controllers, Policy};
use cobbler_client::Cobbler;

use super::group::Group;
use super::stage::{COBBLER, Rehearsal, node_of};
use crate::batch::Batch;
use crate::cli::exit::{Exit, Failure};
use crate::drivers::Registry;
use crate::drivers::cobbler::Cobblers;
use crate::service;

/// The real Cobbler, and the drivers on it.
pub(super) struct Online {
    cobbler: Cobbler,
    drivers: Registry,
}

impl Online {
    pub(super) fn new(batch: &Batch) -> Result<Self, Failure> {
        let cobbler = service::cobbler_client(COBBLER, &batch.cobbler)
            .map_err(|error| Failure::of(Exit::Usage, &error))?;
        let url = batch.cobbler.url.clone();
        let servers = vec![(COBBLER.to_owned(), url, cobbler.clone())];
        Ok(Self {
            cobbler,
            drivers: Registry::new(
                Arc::new(Controllers::with(Policy::default())),
                Duration::from_secs(10),
                Cobblers::new(servers, BTreeMap::new()),
            ),
        })
    }

    pub(super) fn cobbler(&self) -> &Cobbler {
        &self.cobbler
    }

    /// What is there and what would be made, in sentences; and whether anything stands against a
    /// server. Each server is looked at as a deploy looks before its first step.
    pub(super) async fn ask(
        &self,
        group: &Group<'_>,
        rehearsal: &Rehearsal,
    ) -> Result<(Vec<String>, bool), Failure> {
        let mut said = Vec::new();
        if !rehearsal.profile.is_empty() {
            let profile = &rehearsal.profile;
            let found = self.cobbler.profile(profile).await;
            let found = found.map_err(|error| Failure::of(Exit::CannotStart, &error))?;
            said.push(match found {
                Some(_) => format!("Cobbler has the profile {profile} already"),
                None => format!("Cobbler would get the profile {profile}"),
            });
        }
        // One sentence for all that it is about.
        let mut hindrances: Vec<(String, Vec<&str>)> = Vec::new();
        for wanted in &group.nodes {
            let (node, ports) = node_of(wanted, &wanted.cimc.address);
            let looked = match self.drivers.interfaces(&node) {
                Ok(interfaces) => interfaces.deploy.preflight(&node, &ports).await,
                Err(error) => Err(error),
            };
            if let Err(error) = looked {
                let uuid = node.uuid.to_string();
                let error = error.to_string().replace(&uuid, &wanted.name);
                match hindrances.iter_mut().find(|(known, _)| *known == error) {
                    Some((_, names)) => names.push(&wanted.name),
                    None => hindrances.push((error, vec![&wanted.name])),
                }
            }
        }
        let is_hindered = !hindrances.is_empty();
        if !is_hindered {
            said.push("nothing in Cobbler stands against it".to_owned());
        }
        for (error, names) in hindrances {
            said.push(format!("{}: {error}", names.join(", ")));
        }
        Ok((said, is_hindered))
    }
}
