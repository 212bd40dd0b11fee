//! The steps of a runbook, in place of those of a request.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::conductor::ProvisionRequest;
use crate::model::Resource;
use crate::states::Verb;

/// Makes a runbook's steps those of the request, in their order, and its `disable_ramdisk` the
/// request's, as Ironic 39.0.0 does.
pub(super) fn take(
    request: &mut ProvisionRequest,
    verb: Verb,
    runbook: &Resource,
) -> Result<(), ApiError> {
    let (key, steps) = match verb {
        Verb::Clean => ("clean_steps", &mut request.clean_steps),
        Verb::Service => ("service_steps", &mut request.service_steps),
        _ => {
            return Err(ApiError::bad_request(
                "\"runbooks\" is only valid when setting target provision state to any of \
                 ['clean', 'service']",
            ));
        }
    };
    let given = steps.as_ref().and_then(Value::as_array);
    if given.is_some_and(|given| !given.is_empty()) {
        return Err(ApiError::bad_request(format!(
            "Please provide either \"{key}\" or a runbook, but not both."
        )));
    }
    let mut own = match runbook.fields.get("steps") {
        Some(Value::Array(own)) => own.clone(),
        _ => Vec::new(),
    };
    own.sort_by_key(|step| step["order"].as_u64());
    *steps = Some(Value::Array(own));
    request.disable_ramdisk = Some(runbook.fields.get("disable_ramdisk") == Some(&true.into()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{ResourceKind, now};

    fn runbook() -> Resource {
        let mut runbook = Resource::new(ResourceKind::Runbook, now());
        let steps = json!([
            {"interface": "power", "step": "reboot", "args": {}, "order": 2},
            {"interface": "power", "step": "hold", "args": {}, "order": 1},
        ]);
        runbook.fields.insert("steps".to_owned(), steps);
        runbook
            .fields
            .insert("disable_ramdisk".to_owned(), true.into());
        runbook
    }

    #[test]
    fn the_steps_of_a_runbook_run_in_its_order() {
        let mut request = ProvisionRequest::default();
        take(&mut request, Verb::Service, &runbook()).unwrap();
        let steps = request.service_steps.unwrap();
        assert_eq!(
            (&steps[0]["step"], &steps[1]["step"]),
            (&json!("hold"), &json!("reboot"))
        );
        assert_eq!(request.disable_ramdisk, Some(true));
        assert_eq!(request.clean_steps, None);
    }

    #[test]
    fn a_runbook_comes_alone_and_only_where_steps_are_wanted() {
        let given = json!([{"interface": "power", "step": "hold"}]);
        let mut request = ProvisionRequest {
            clean_steps: Some(given),
            ..ProvisionRequest::default()
        };
        let both = take(&mut request, Verb::Clean, &runbook()).unwrap_err();
        assert!(both.text().contains("not both"), "{both:?}");
        let deploy = take(&mut request, Verb::Active, &runbook()).unwrap_err();
        assert!(deploy.text().contains("only valid"), "{deploy:?}");
    }
}
