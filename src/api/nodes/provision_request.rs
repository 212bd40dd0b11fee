//! What comes with a verb of `states/provision`: configdrive, steps, passwords.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::scalars::{boolean, text};
use crate::api::schema::{self, Schema};
use crate::api::version::Version;
use crate::conductor::ProvisionRequest;
use crate::states::Verb;

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

/// What came with the verb.
pub(crate) fn request(
    body: &Value,
    verb: Verb,
    version: Version,
) -> Result<ProvisionRequest, ApiError> {
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
    use serde_json::json;

    use super::*;

    fn at(minor: u16) -> Version {
        Version::new(minor).unwrap()
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
