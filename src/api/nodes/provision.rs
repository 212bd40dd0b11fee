//! `PUT /v1/nodes/{node}/states/provision`

use axum::extract::State;
use axum::http::{StatusCode, header};
use serde_json::json;

use super::provision_request::request;
use super::{runbook_approval, runbook_steps};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::resources;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::api::version::resources::RUNBOOK;
use crate::api::version::{Version, verbs};
use crate::model::{Node, Resource, now};
use crate::states::{ProvisionState, Verb};

/// 202 with the place where the outcome will be seen, and no body.
pub(crate) type Accepted = (StatusCode, [(header::HeaderName, String); 1]);

/// Makes that answer.
pub(crate) fn accepted(call: &Call, path: &str) -> Accepted {
    (
        StatusCode::ACCEPTED,
        [(
            header::LOCATION,
            crate::api::links::location(&call.base, path),
        )],
    )
}

/// Asks for a change of provision state.
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Accepted, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let body = if body.is_null() { json!({}) } else { body };
    schema::PROVISION.check_arguments(&body)?;
    let target = body["target"].as_str().unwrap_or_default();
    let verb = verb(&node, target, call.version)?;
    let mut request = request(&body, verb, call.version)?;
    if let Some(ident) = &request.runbook {
        let runbook = check_runbook(&api, call.version, &node, ident).await?;
        runbook_steps::take(&mut request, verb, &runbook)?;
    }
    api.conductor
        .provision(&node.uuid.to_string(), verb, request)
        .await?;
    Ok(accepted(&call, &format!("nodes/{ident}/states")))
}

/// Whether a runbook is there and approved for the node.
async fn check_runbook(
    api: &ApiState,
    version: Version,
    node: &Node,
    ident: &str,
) -> Result<Resource, ApiError> {
    let runbook = resources::find(api, &RUNBOOK, version, ident).await?;
    runbook_approval::check(&runbook, node, version)?;
    Ok(runbook)
}

/// The verb that `target` names, if the version has it and the node's state takes it.
fn verb(node: &Node, target: &str, version: Version) -> Result<Verb, ApiError> {
    if !version.has(verbs::since(target)) {
        return Err(ApiError::not_acceptable());
    }
    let verb = target.parse::<Verb>().ok();
    if matches!(verb, Some(Verb::Active | Verb::Rebuild)) && node.maintenance {
        return Err(ApiError::bad_request(format!(
            "The provisioning operation can't be performed on node {} because it's in maintenance \
             mode.",
            node.uuid
        )));
    }
    let Some(verb) = verb.filter(|verb| verb.is_legal_in(node.provision_state)) else {
        // A node at work refuses with 409, which clients try again; any other with 400.
        return Err(match &node.reservation {
            Some(host) if node.is_reserved(now()) => ApiError::locked(node.uuid, host),
            _ => ApiError::invalid_state(target, node.uuid, node.provision_state),
        });
    };
    let needed = match (verb, node.provision_state) {
        (Verb::Abort, ProvisionState::InspectWait) => verbs::ABORT_INSPECT,
        (Verb::Abort, ProvisionState::DeployWait) => verbs::ABORT_DEPLOY,
        _ => 1,
    };
    if version.has(needed) {
        Ok(verb)
    } else {
        Err(ApiError::not_acceptable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Interfaces;

    fn at(minor: u16) -> Version {
        Version::new(minor).unwrap()
    }

    fn node(state: ProvisionState) -> Node {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.enter(state, now());
        node
    }

    #[test]
    fn verbs_come_with_their_versions() {
        let enroll = node(ProvisionState::Enroll);
        assert_eq!(verb(&enroll, "manage", at(4)), Ok(Verb::Manage));
        assert_eq!(
            verb(&enroll, "manage", at(3)),
            Err(ApiError::not_acceptable())
        );
        let available = node(ProvisionState::Available);
        assert_eq!(
            verb(&available, "deploy", at(72)),
            Err(ApiError::not_acceptable())
        );
        assert_eq!(verb(&available, "deploy", at(73)), Ok(Verb::Active));
        let waiting = node(ProvisionState::DeployWait);
        assert_eq!(
            verb(&waiting, "abort", at(109)),
            Err(ApiError::not_acceptable())
        );
        assert_eq!(verb(&waiting, "abort", at(110)), Ok(Verb::Abort));
    }

    #[test]
    fn a_state_without_the_verb_is_400_and_409_while_somebody_works_on_the_node() {
        let mut node = node(ProvisionState::Enroll);
        for target in ["active", "bogus"] {
            assert_eq!(
                verb(&node, target, at(110)).unwrap_err().text(),
                format!(
                    "The requested action \"{target}\" can not be performed on node \"{}\" while \
                     it is in state \"enroll\".",
                    node.uuid
                )
            );
        }
        node.reservation = Some("c1".to_owned());
        assert_eq!(
            verb(&node, "active", at(110)).unwrap_err().status(),
            StatusCode::CONFLICT
        );
    }

    #[test]
    fn maintenance_refuses_a_deploy() {
        let node = Node {
            maintenance: true,
            ..node(ProvisionState::Available)
        };
        assert!(
            verb(&node, "active", at(110))
                .unwrap_err()
                .text()
                .contains("maintenance mode")
        );
        assert_eq!(verb(&node, "manage", at(110)), Ok(Verb::Manage));
    }
}
