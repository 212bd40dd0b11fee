//! Whether the profiles and templates that were made for services are as they were made.

use std::collections::BTreeMap;

use cobbler_client::{Cobbler, CobblerError, Found};

use super::servers::from_cobbler;
use super::{Cobblers, PROFILE, profile_of};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{SharedObject, SharedState};
use crate::model::Node;

/// Whether what a node's profile is made on is there, and the profile, if it is there, as it was
/// made.
///
/// # Errors
/// What is missing, what was changed and how, or whose it is; those of the server.
pub(super) async fn need_as_made(node: &Node, cobblers: &Cobblers) -> Result<(), DriverError> {
    let (profile, _) = profile_of(node, cobblers).await?;
    cobblers
        .of(node)?
        .find_profile(&profile)
        .await
        .map(drop)
        .map_err(|error| from_cobbler(&error))
}

/// The profiles of these nodes on a server, each once.
///
/// # Errors
/// Those of the server that are nothing about one profile.
pub(super) async fn shared_objects(
    cobbler: &Cobbler,
    nodes: &[Node],
    cobblers: &Cobblers,
) -> Result<Vec<SharedObject>, DriverError> {
    let mut users: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
    for node in nodes {
        let Some(profile) = node.internal_text(PROFILE) else {
            continue;
        };
        if cobblers
            .of(node)
            .is_ok_and(|its| std::ptr::eq(its, cobbler))
        {
            users.entry(profile).or_default().push(node);
        }
    }
    let mut objects = Vec::new();
    for (profile, nodes) in users {
        let (state, detail) = compare(cobbler, profile, &nodes, cobblers).await?;
        if state == SharedState::Changed {
            tracing::warn!(profile, detail, "a profile of ours was changed in Cobbler");
        }
        objects.push(SharedObject {
            name: profile.to_owned(),
            nodes: nodes.iter().map(|node| node.display_name()).collect(),
            state,
            detail,
        });
    }
    Ok(objects)
}

async fn compare(
    cobbler: &Cobbler,
    profile: &str,
    nodes: &[&Node],
    cobblers: &Cobblers,
) -> Result<(SharedState, Option<String>), DriverError> {
    let mut spec = None;
    let mut why = None;
    for node in nodes {
        match profile_of(node, cobblers).await {
            Ok((made, _)) if made.name == profile => {
                spec = Some(made);
                break;
            }
            Ok(_) => {}
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => why = Some(error.to_string()),
        }
    }
    let Some(spec) = spec else {
        let changed = "what its nodes ask for, or what it is made on, has changed since it was made; deploy them again";
        let detail = why.unwrap_or_else(|| changed.to_owned());
        return Ok((SharedState::Unknown, Some(detail)));
    };
    match cobbler.find_profile(&spec).await {
        Ok(Found {
            profile: true,
            template: true,
        }) => Ok((SharedState::AsMade, None)),
        Ok(found) => {
            let what = if found.profile { "template" } else { "profile" };
            let detail =
                format!("the {what} is gone from the server; the next deploy makes it anew");
            Ok((SharedState::Missing, Some(detail)))
        }
        Err(error @ (CobblerError::Drifted { .. } | CobblerError::Duplicate { .. })) => {
            Ok((SharedState::Changed, Some(error.to_string())))
        }
        Err(error) => Err(from_cobbler(&error)),
    }
}
