//! Resources made of bodies, and the document that a patch is applied to.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::mask::refuse_masks;
use crate::api::scalars::{boolean, optional_name, optional_text, text, uuid};
use crate::api::version::Version;
use crate::api::version::fields;
use crate::api::version::resources::{Form, Table};
use crate::model::{JsonMap, Resource, normalise_mac};

/// Every field that a patch may change, as it is stored: secrets are not masked here.
pub(super) fn document(table: &Table, resource: &Resource) -> JsonMap {
    let known = |name: &&&str| fields::find(table.fields, name).is_some();
    let pairs = table.patchable.iter().filter(known).map(|name| {
        let value = match *name {
            "uuid" => resource.uuid.to_string().into(),
            "name" => optional_text(resource.name.as_deref()),
            "node_uuid" => optional_name(resource.node_uuid),
            own => table.own_value(resource, own),
        };
        ((*name).to_owned(), value)
    });
    pairs.collect()
}

/// Sets all fields from a body that its schema has passed; what isn't in it, or null, is reset. The
/// node is set by the caller, who looks it up.
pub(super) fn fill(table: &Table, body: &JsonMap, resource: &mut Resource) -> Result<(), ApiError> {
    let given = |name: &str| body.get(name).unwrap_or(&Value::Null);
    if let Some(uuid) = uuid("uuid", given("uuid"))? {
        resource.uuid = uuid;
    }
    if fields::find(table.fields, "name").is_some() {
        resource.name = text(given("name"));
    }
    for (name, form) in table.own {
        // What clients can't write stays: it isn't in any body.
        if !body.contains_key(*name)
            && resource.fields.contains_key(*name)
            && !table.patchable.contains(name)
        {
            continue;
        }
        let value = kept(name, *form, given(name))?;
        resource.fields.insert((*name).to_owned(), value);
    }
    for name in table.masked {
        let field = resource.fields.get(*name).cloned().unwrap_or_default();
        refuse_masks(
            table.path,
            &JsonMap::from_iter([((*name).to_owned(), field)]),
        )?;
    }
    Ok(())
}

/// A value in the form in which it is kept.
fn kept(name: &str, form: Form, value: &Value) -> Result<Value, ApiError> {
    if value.is_null() {
        return Ok(form.absent());
    }
    match form {
        Form::Flag(absent) => Ok(boolean(name, value)?.unwrap_or(absent).into()),
        Form::Mac => {
            let text = value.as_str().unwrap_or_default();
            normalise_mac(text).map(Value::String).ok_or_else(|| {
                ApiError::bad_request(format!("Expected valid MAC address for {name}: {text}"))
            })
        }
        _ => Ok(value.clone()),
    }
}

/// 406 where a body or a patch names what `version` doesn't have.
pub(super) fn check_version<'a>(
    table: &Table,
    names: impl IntoIterator<Item = &'a str>,
    version: Version,
) -> Result<(), ApiError> {
    let too_new = |name: &str| {
        table.gated.contains(&name)
            && fields::find(table.fields, name).is_some_and(|field| !version.has(field.since))
    };
    if names.into_iter().any(too_new) {
        return Err(ApiError::not_acceptable());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::scalars::object;
    use crate::api::version::resources::{ALL, PORTGROUP};
    use crate::model::now;

    #[test]
    fn a_resources_own_document_changes_nothing() {
        for table in ALL {
            let mut before = Resource::new(table.kind, now());
            fill(table, &JsonMap::new(), &mut before).unwrap();
            assert_eq!(before.fields.len(), table.own.len());
            let mut after = before.clone();
            fill(table, &document(table, &before), &mut after).unwrap();
            assert_eq!(after, before, "{}", table.path);
        }
    }

    #[test]
    fn absent_fields_have_ironics_defaults_and_words_for_booleans_are_taken() {
        let mut group = Resource::new(PORTGROUP.kind, now());
        let body = json!({"address": "52:54:00:CC:00:10", "standalone_ports_supported": "False"});
        fill(&PORTGROUP, &object(&body), &mut group).unwrap();
        assert_eq!(group.fields["mode"], "active-backup");
        assert_eq!(group.fields["address"], "52:54:00:cc:00:10");
        assert_eq!(group.fields["standalone_ports_supported"], false);
    }
}
