//! JSON Schema: one file for each body, and errors in the words of Python's `jsonschema`, which
//! Ironic passes on to clients.

mod complaint;

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::error::ApiError;
use crate::model::normalise_mac;

/// A body's schema.
pub(crate) struct Schema {
    /// What Ironic calls the body in its complaints: `node`, `patch`, …; its newer schemas call it
    /// nothing.
    name: &'static str,
    source: Value,
    validator: Option<Validator>,
}

/// Declares the schemas: each is compiled when it is first used.
macro_rules! schemas {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $id: LazyLock<Schema> =
                LazyLock::new(|| Schema::compile($name, include_str!(concat!("schemas/", $file))));
        )*

        #[cfg(test)]
        const ALL: &[(&str, &LazyLock<Schema>)] = &[$(($file, &$id)),*];
    };
}

schemas! {
    /// `POST /v1/nodes`.
    NODE = "node", "node.json";
    /// A node after a patch.
    NODE_PATCHED = "patch", "node_patched.json";
    /// `POST /v1/ports`.
    PORT = "port", "port.json";
    /// A port after a patch.
    PORT_PATCHED = "patch", "port_patched.json";
    /// A port's `local_link_connection`.
    LOCAL_LINK = "local_link_connection", "local_link_connection.json";
    /// A JSON patch.
    PATCH = "patch", "patch.json";
    /// `PUT /v1/nodes/{node}/states/provision`.
    PROVISION = "body", "provision.json";
    /// `PUT /v1/nodes/{node}/states/power`.
    POWER = "body", "power.json";
    /// `PUT /v1/nodes/{node}/management/boot_device`.
    BOOT_DEVICE = "body", "boot_device.json";
    /// `PUT /v1/nodes/{node}/maintenance`.
    MAINTENANCE = "body", "maintenance.json";
    /// `PUT /v1/nodes/{node}/traits`.
    TRAITS = "body", "traits.json";
    /// `POST /v1/nodes/{node}/vifs`.
    VIF = "vif", "vif.json";
    /// The object form of a configdrive.
    CONFIGDRIVE = "configdrive", "configdrive.json";
    /// Deploy steps.
    DEPLOY_STEPS = "deploy_steps", "deploy_steps.json";
    /// Clean and service steps.
    CLEAN_STEPS = "clean_steps", "clean_steps.json";
    /// `POST /v1/heartbeat/{node}`.
    HEARTBEAT = "body", "heartbeat.json";
    /// `POST /v1/chassis`.
    CHASSIS = "chassis", "chassis.json";
    /// `POST /v1/portgroups`.
    PORTGROUP = "portgroup", "portgroup.json";
    /// `POST /v1/deploy_templates`.
    DEPLOY_TEMPLATE = "template", "deploy_template.json";
    /// `POST /v1/runbooks` before API 1.112.
    RUNBOOK = "runbook", "runbook.json";
    /// The same from 1.112 on, and a runbook after a patch of any version.
    RUNBOOK_NAMED = "runbook", "runbook_named.json";
    /// `PUT /v1/runbooks/{runbook}/traits`.
    RUNBOOK_TRAITS = "body", "runbook_traits.json";
    /// `POST /v1/volume/connectors`.
    VOLUME_CONNECTOR = "connector", "volume_connector.json";
    /// `POST /v1/volume/targets`.
    VOLUME_TARGET = "target", "volume_target.json";
    /// `POST /v1/allocations`.
    ALLOCATION = "", "allocation.json";
    /// `POST /v1/inspection_rules`.
    INSPECTION_RULE = "", "inspection_rule.json";
    /// `POST /v1/events`.
    EVENTS = "", "events.json";
    /// `POST /v1/continue_inspection`.
    INSPECTION_DATA = "data", "inspection_data.json";
    /// `PUT /v1/nodes/{node}/states/console`.
    CONSOLE = "body", "console.json";
    /// `PUT /v1/nodes/{node}/states/raid`.
    RAID = "body", "raid.json";
    /// `POST /v1/nodes/{node}/vmedia`.
    VMEDIA = "vmedia", "vmedia.json";
}

impl Schema {
    fn compile(name: &'static str, text: &str) -> Self {
        // A test compiles every file, so that neither step fails in a build that passed.
        let source: Value = serde_json::from_str(text).unwrap_or_default();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .with_format("uuid", |text: &str| uuid::Uuid::try_parse(text).is_ok())
            .with_format("mac-address", |text: &str| normalise_mac(text).is_some())
            .build(&source)
            .ok();
        Self {
            name,
            source,
            validator,
        }
    }

    /// The schema itself.
    pub(crate) fn source(&self) -> &Value {
        &self.source
    }

    /// Checks a body: unknown and missing keys first, as `Unexpected arguments` and `Missing
    /// mandatory parameter`. For the bodies that Ironic takes apart into a handler's arguments.
    pub(crate) fn check_arguments(&self, body: &Value) -> Result<(), ApiError> {
        if let Some(map) = body.as_object() {
            let known = |key: &str| self.source["properties"].get(key).is_some();
            let unknown: Vec<&str> = map
                .keys()
                .map(String::as_str)
                .filter(|key| !known(key))
                .collect();
            if !unknown.is_empty() {
                let text = format!("Unexpected arguments: {}", unknown.join(", "));
                return Err(ApiError::bad_request(text));
            }
            let required = self.source["required"].as_array().into_iter().flatten();
            for key in required.filter_map(Value::as_str) {
                if !map.contains_key(key) {
                    let text = format!("Missing mandatory parameter: {key}");
                    return Err(ApiError::bad_request(text));
                }
            }
        }
        self.check(body)
    }

    /// Checks a body.
    pub(crate) fn check(&self, body: &Value) -> Result<(), ApiError> {
        self.check_as(self.name, body)
    }

    /// Checks a body that Ironic calls `name`.
    pub(crate) fn check_as(&self, name: &str, body: &Value) -> Result<(), ApiError> {
        let Some(complaint) = self.complaint(body) else {
            return Ok(());
        };
        let whose = match name {
            "" => String::new(),
            name => format!(" for {name}"),
        };
        Err(ApiError::bad_request(format!(
            "Schema error{whose}: {complaint}"
        )))
    }

    /// What is wrong with a body, if anything.
    pub(crate) fn complaint(&self, body: &Value) -> Option<String> {
        let Some(validator) = &self.validator else {
            return Some(format!("the schema {} doesn't compile", self.name));
        };
        complaint::of(validator.iter_errors(body))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_schema_compiles() {
        for (file, schema) in ALL {
            assert!(schema.source.is_object(), "{file} is not JSON");
            assert!(schema.validator.is_some(), "{file} is no schema");
        }
    }

    fn complaint(schema: &Schema, body: &Value) -> String {
        schema.check(body).unwrap_err().text().to_owned()
    }

    #[test]
    fn complaints_are_those_recorded_from_ironic() {
        for (schema, body, text) in [
            (
                &*NODE,
                json!({}),
                "Schema error for node: 'driver' is a required property",
            ),
            (
                &*NODE,
                json!({"driver": "fake-hardware", "bogus": 1}),
                "Schema error for node: Additional properties are not allowed ('bogus' was unexpected)",
            ),
            (
                &*NODE,
                json!([1]),
                "Schema error for node: [1] is not of type 'object'",
            ),
            (
                &*PATCH,
                json!([{"op": "frob", "path": "/extra"}]),
                "Schema error for patch: 'frob' is not one of ['add', 'replace', 'remove']",
            ),
            (
                &*PATCH,
                json!([{"path": "/extra"}]),
                "Schema error for patch: 'op' is a required property",
            ),
            (
                &*PATCH,
                json!({"op": "add"}),
                "Schema error for patch: {'op': 'add'} is not of type 'array'",
            ),
            (
                &*PATCH,
                json!([{"op": "replace", "path": "extra", "value": {}}]),
                "Schema error for patch: 'extra' does not match '^(/[\\\\w-]+)+$'",
            ),
            (
                &*PORT,
                json!({"address": "52:54:00:aa:bb:02"}),
                "Schema error for port: {'address': '52:54:00:aa:bb:02'} is not valid under any of \
                 the given schemas. Possible root cause: 'node_ident' is a required property",
            ),
        ] {
            assert_eq!(complaint(schema, &body), text);
        }
    }

    #[test]
    fn bodies_of_arguments_complain_of_arguments() {
        let text = |body: &Value| POWER.check_arguments(body).unwrap_err().text().to_owned();
        assert_eq!(text(&json!({})), "Missing mandatory parameter: target");
        assert_eq!(
            text(&json!({"target": "power on", "x": 1})),
            "Unexpected arguments: x"
        );
    }
}
