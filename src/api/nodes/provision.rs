//! `PUT /v1/nodes/{node}/states/provision`

use axum::extract::State;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::scalars::{boolean, text};
use crate::api::schema::{self, Schema};
use crate::api::state::ApiState;
use crate::api::version::{Version, verbs};
use crate::conductor::ProvisionRequest;
use crate::model::{Node, now};
use crate::states::{ProvisionState, Verb};

/// The minor version that took a configdrive on rebuild.
const REBUILD_CONFIGDRIVE: u16 = 35;
/// The minor version that took a configdrive as an object.
const CONFIGDRIVE_OBJECT: u16 = 56;
/// The minor version that took `vendor_data` in it.
const VENDOR_DATA: u16 = 59;
/// The minor version that took deploy steps.
const DEPLOY_STEPS: u16 = 69;
/// The minor versions that took `disable_ramdisk` for clean and for service.
const DISABLE_RAMDISK: [(Verb, u16); 2] = [(Verb::Clean, 70), (Verb::Service, 108)];
/// The minor version that added runbooks.
const RUNBOOKS: u16 = 92;

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
    let request = request(&body, verb, call.version)?;
    api.conductor
        .provision(&node.uuid.to_string(), verb, request)
        .await?;
    Ok(accepted(&call, &format!("nodes/{ident}/states")))
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

/// What came with the verb.
fn request(body: &Value, verb: Verb, version: Version) -> Result<ProvisionRequest, ApiError> {
    let given = |key: &str| Some(body[key].clone()).filter(|value| !value.is_null());
    let request = ProvisionRequest {
        configdrive: given("configdrive"),
        deploy_steps: given("deploy_steps"),
        clean_steps: given("clean_steps"),
        service_steps: given("service_steps"),
        rescue_password: text(&body["rescue_password"]),
        disable_ramdisk: boolean("disable_ramdisk", &body["disable_ramdisk"])?,
        runbook: text(&body["runbook"]),
    };
    if let Some(configdrive) = &request.configdrive {
        check_configdrive(configdrive, verb, version)?;
    }
    if request.runbook.is_some() && !version.has(RUNBOOKS) {
        return Err(ApiError::not_acceptable());
    }
    if request.disable_ramdisk.is_some() {
        match DISABLE_RAMDISK.iter().find(|(allowed, _)| *allowed == verb) {
            Some((_, since)) if version.has(*since) => {}
            Some(_) => return Err(ApiError::not_acceptable()),
            None => {
                return Err(ApiError::bad_request(
                    "\"disable_ramdisk\" is only valid when setting target provision state to \
                     clean or service",
                ));
            }
        }
    }
    if is_filled(request.clean_steps.as_ref()) && verb != Verb::Clean {
        return Err(only_for("clean_steps", "clean"));
    }
    if let Some(steps) = &request.deploy_steps {
        if !version.has(DEPLOY_STEPS) {
            return Err(ApiError::not_acceptable());
        }
        if !matches!(verb, Verb::Active | Verb::Rebuild) {
            return Err(only_for("deploy_steps", "active or rebuild"));
        }
        check_steps("deploy_steps", &schema::DEPLOY_STEPS, steps)?;
    }
    if request.rescue_password.is_some() && verb != Verb::Rescue {
        return Err(only_for("rescue_password", "rescue"));
    }
    if is_filled(request.service_steps.as_ref()) && verb != Verb::Service {
        return Err(only_for("service_steps", "service"));
    }
    match verb {
        Verb::Clean if request.runbook.is_none() => {
            require_steps("clean_steps", "clean", request.clean_steps.as_ref())?;
        }
        Verb::Service if request.runbook.is_none() => {
            require_steps("service_steps", "service", request.service_steps.as_ref())?;
        }
        Verb::Rescue
            if request
                .rescue_password
                .as_deref()
                .is_none_or(|p| p.trim().is_empty()) =>
        {
            return Err(ApiError::bad_request(
                "A non-empty \"rescue_password\" is required when setting target provision state \
                 to rescue",
            ));
        }
        _ => {}
    }
    Ok(request)
}

fn check_configdrive(configdrive: &Value, verb: Verb, version: Version) -> Result<(), ApiError> {
    match verb {
        Verb::Active => {}
        Verb::Rebuild if version.has(REBUILD_CONFIGDRIVE) => {}
        _ => {
            return Err(ApiError::bad_request(
                "Adding a config drive is only supported when setting provision state to active \
                 or rebuild",
            ));
        }
    }
    if configdrive.is_object() {
        if !version.has(CONFIGDRIVE_OBJECT) {
            return Err(ApiError::bad_request(
                "Providing a JSON object for configdrive is only supported starting with API \
                 version 1.56",
            ));
        }
        if let Some(complaint) = schema::CONFIGDRIVE.complaint(configdrive) {
            return Err(ApiError::bad_request(format!(
                "Invalid configdrive format: {complaint}"
            )));
        }
        if configdrive.get("vendor_data").is_some() && !version.has(VENDOR_DATA) {
            return Err(ApiError::bad_request(
                "Providing vendor_data in configdrive is only supported starting with API version \
                 1.59",
            ));
        }
    }
    Ok(())
}

fn is_filled(steps: Option<&Value>) -> bool {
    steps
        .and_then(Value::as_array)
        .is_some_and(|steps| !steps.is_empty())
}

fn require_steps(key: &str, target: &str, steps: Option<&Value>) -> Result<(), ApiError> {
    match steps.filter(|steps| is_filled(Some(steps))) {
        None => Err(ApiError::bad_request(format!(
            "\"{key}\" is required when setting target provision state to {target}"
        ))),
        Some(steps) => check_steps(key, &schema::CLEAN_STEPS, steps),
    }
}

fn check_steps(key: &str, schema: &Schema, steps: &Value) -> Result<(), ApiError> {
    match schema.complaint(steps) {
        None => Ok(()),
        Some(complaint) => Err(ApiError::bad_request(format!("Invalid {key}: {complaint}"))),
    }
}

fn only_for(key: &str, target: &str) -> ApiError {
    ApiError::bad_request(format!(
        "\"{key}\" is only valid when setting target provision state to {target}"
    ))
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

    #[test]
    fn what_comes_with_a_verb_must_fit_it() {
        let complaint = |body: Value, verb, minor| {
            request(&body, verb, at(minor)).map_or_else(|e| e.to_string(), |_| "ok".to_owned())
        };
        assert_eq!(
            complaint(json!({}), Verb::Clean, 110),
            "\"clean_steps\" is required when setting target provision state to clean"
        );
        assert_eq!(
            complaint(json!({"configdrive": {"bogus": 1}}), Verb::Active, 110),
            "Invalid configdrive format: Additional properties are not allowed ('bogus' was unexpected)"
        );
        assert_eq!(
            complaint(
                json!({"deploy_steps": [{"interface": "deploy", "step": "x"}]}),
                Verb::Active,
                110
            ),
            "Invalid deploy_steps: 'args' is a required property"
        );
        assert_eq!(
            complaint(json!({"configdrive": "H4sI"}), Verb::Rebuild, 35),
            "ok"
        );
        assert_ne!(
            complaint(json!({"configdrive": "H4sI"}), Verb::Rebuild, 34),
            "ok"
        );
        assert_ne!(
            complaint(json!({"configdrive": {}}), Verb::Active, 55),
            "ok"
        );
        assert_eq!(
            complaint(json!({"clean_steps": []}), Verb::Active, 110),
            "ok"
        );
    }
}
