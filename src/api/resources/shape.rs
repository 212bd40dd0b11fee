//! Answers made of resources.

use serde_json::{Value, json};

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::Call;
use crate::api::links::links;
use crate::api::mask::masked;
use crate::api::nodes::shape::Selection;
use crate::api::query::Args;
use crate::api::scalars::{optional_name, optional_text, optional_time, time};
use crate::api::version::Version;
use crate::api::version::fields::{self, Field};
use crate::api::version::resources::{Table, Words};
use crate::model::{JsonMap, Resource, ResourceKind};

/// What a list shows unless told otherwise.
pub(super) fn default_of_lists(table: &'static Table) -> Selection {
    if table.listed.is_empty() {
        return Selection::Detail;
    }
    let find = |name: &&'static str| fields::find(table.fields, name);
    Selection::Only(table.listed.iter().filter_map(find).collect())
}

/// What `?fields=` asks for, if it is there. Ironic complains of these kinds' fields by the schema of
/// its query.
pub(super) fn selection(
    table: &'static Table,
    args: &Args,
    version: Version,
) -> Result<Option<Selection>, ApiError> {
    for name in args.list("fields").unwrap_or_default() {
        // Kinds without a schema of their query know newer fields no more than wrong ones.
        let known = |field: &&Field| table.words != Words::Plain || version.has(field.since);
        if fields::find(table.fields, name).filter(known).is_some() {
            continue;
        }
        if matches!(table.words, Words::Plain | Words::Mixed) {
            return Err(ApiError::bad_request(format!(
                "Field(s) \"{name}\" are not valid"
            )));
        }
        let mut known: Vec<&str> = table.fields.iter().map(|field| field.name).collect();
        known.sort_unstable();
        let known: Vec<String> = known.iter().map(|name| format!("'{name}'")).collect();
        return Err(ApiError::bad_request(format!(
            "Schema error: '{name}' is not one of [{}]",
            known.join(", ")
        )));
    }
    Selection::from_args(args, table.fields, version)
}

/// A resource as an answer.
pub(super) fn resource(
    table: &'static Table,
    resource: &Resource,
    selection: &Selection,
    call: &Call,
) -> Document {
    let mut document = Document::default();
    for field in selection.fields(table.fields, call.version) {
        document.set(field.name, value(table, resource, field.name, call));
    }
    document
}

fn value(table: &Table, resource: &Resource, field: &str, call: &Call) -> Value {
    let path = |end: &str| {
        links(
            &call.base,
            &format!("{}/{}{end}", table.path, resource.uuid),
        )
    };
    match field {
        "uuid" => resource.uuid.to_string().into(),
        "created_at" => time(resource.created_at),
        "updated_at" => optional_time(resource.updated_at),
        "name" => optional_text(resource.name.as_deref()),
        "node_uuid" => optional_name(resource.node_uuid),
        "links" => path(""),
        // A list in a list: so it is in Ironic 39.0.0, and clients are used to it.
        "nodes" => json!([path("/nodes")]),
        "ports" => path("/ports"),
        "conditions" | "actions" if is_sensitive(resource) => Value::Null,
        own => {
            let value = table.own_value(resource, own);
            if !table.masked.contains(&own) {
                return value;
            }
            let mut alone = masked(&JsonMap::from_iter([(own.to_owned(), value)]));
            alone[own].take()
        }
    }
}

/// Whether an inspection rule hides what it does.
fn is_sensitive(resource: &Resource) -> bool {
    resource.kind == ResourceKind::InspectionRule
        && resource.fields.get("sensitive") == Some(&Value::Bool(true))
}
