//! Answers made of ports.

use serde_json::Value;

use crate::api::document::Document;
use crate::api::extract::Call;
use crate::api::links::links;
use crate::api::nodes::shape::Selection;
use crate::api::scalars::{optional_name, optional_text, optional_time, time};
use crate::api::version::fields;
use crate::model::Port;

/// What a list shows unless told otherwise.
pub(crate) fn default_of_lists() -> Selection {
    let find = |name: &&'static str| fields::find(fields::PORT, name);
    Selection::Only(fields::PORT_DEFAULT.iter().filter_map(find).collect())
}

/// A port as an answer.
pub(crate) fn port(port: &Port, selection: &Selection, call: &Call) -> Document {
    let mut document = Document::default();
    for field in selection.fields(fields::PORT, call.version) {
        document.set(field.name, value(port, field.name, call));
    }
    document
}

fn value(port: &Port, field: &str, call: &Call) -> Value {
    match field {
        "uuid" => port.uuid.to_string().into(),
        "created_at" => time(port.created_at),
        "updated_at" => optional_time(port.updated_at),
        "address" => port.address.as_str().into(),
        "extra" => Value::Object(port.extra.clone()),
        "internal_info" => Value::Object(port.internal_info.clone()),
        "is_smartnic" => port.is_smartnic.into(),
        "local_link_connection" => Value::Object(port.local_link_connection.clone()),
        "physical_network" => optional_text(port.physical_network.as_deref()),
        "pxe_enabled" => port.pxe_enabled.into(),
        "node_uuid" => port.node_uuid.to_string().into(),
        "name" => optional_text(port.name.as_deref()),
        "description" => optional_text(port.description.as_deref()),
        "vendor" => optional_text(port.vendor.as_deref()),
        "category" => optional_text(port.category.as_deref()),
        "available_for_dynamic_portgroup" => port.available_for_dynamic_portgroup.into(),
        "links" => links(&call.base, &format!("ports/{}", port.uuid)),
        "portgroup_uuid" => optional_name(port.portgroup_uuid),
        _ => Value::Null,
    }
}
