//! `/v1/portgroups`: ports that are one towards the switch.

use serde_json::Value;

use super::Kind;
use crate::api::error::ApiError;
use crate::api::patch::Patch;
use crate::api::schema::{self, Schema};
use crate::api::version::resources::{PORTGROUP, Table};
use crate::model::{Resource, is_logical_name};

/// Portgroups.
pub(crate) enum Portgroup {}

impl Kind for Portgroup {
    const TABLE: &'static Table = &PORTGROUP;

    fn schema() -> &'static Schema {
        &schema::PORTGROUP
    }

    fn check_patch(patch: &Patch, _before: &Resource, ident: &str) -> Result<(), ApiError> {
        for name in patch.values("name").filter_map(Value::as_str) {
            if !is_logical_name(name) {
                return Err(ApiError::bad_request(format!(
                    "Portgroup {ident}: Cannot change name to invalid name '{name}'"
                )));
            }
        }
        if patch.removes("mode") {
            return Err(ApiError::bad_request(
                "'mode' is a mandatory attribute and can not be removed",
            ));
        }
        Ok(())
    }

    fn check(_before: Option<&Resource>, after: &Resource) -> Result<(), ApiError> {
        match &after.name {
            Some(name) if !is_logical_name(name) => Err(ApiError::bad_request(format!(
                "Cannot create portgroup with invalid name '{name}'"
            ))),
            _ => Ok(()),
        }
    }
}
