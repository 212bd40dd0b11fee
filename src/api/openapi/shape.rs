//! What values look like.

use std::borrow::Cow;

use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use crate::api::version::resources::Form;
use crate::states::{PowerState, ProvisionState};

/// What a field's values look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A UUID.
    Uuid,
    /// A time of ISO 8601.
    Time,
    /// A text.
    Text,
    /// One of these.
    Word(&'static [&'static str]),
    /// True or false.
    Flag,
    /// An integer.
    Number,
    /// Any object.
    Object,
    /// A list of texts.
    Texts,
    /// Any list.
    Array,
    /// A list of objects.
    Objects,
    /// Links to the thing, or to what is below it.
    Links,
    /// A list of such.
    LinksInList,
    /// A provision state.
    Provision,
    /// A power state.
    Power,
    /// Anything at all.
    Any,
    /// What another form is, or null.
    Maybe(&'static Shape),
}

impl Shape {
    /// As a schema.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Uuid => json!({"type": "string", "format": "uuid"}),
            Self::Time => json!({"type": "string", "format": "date-time"}),
            Self::Text => json!({"type": "string"}),
            Self::Word(words) => json!({"type": "string", "enum": words}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Number => json!({"type": "integer"}),
            Self::Object => json!({"type": "object"}),
            Self::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Self::Array => json!({"type": "array"}),
            Self::Objects => json!({"type": "array", "items": {"type": "object"}}),
            Self::Links => reference("Links"),
            Self::LinksInList => json!({"type": "array", "items": reference("Links")}),
            Self::Provision => words(ProvisionState::iter()),
            Self::Power => words(PowerState::iter()),
            Self::Any => json!({}),
            Self::Maybe(shape) => or_null(shape.schema()),
        }
    }
}

impl From<Form> for Shape {
    fn from(form: Form) -> Self {
        match form {
            Form::Text | Form::Mac => Self::Maybe(&Self::Text),
            Form::Word(_) => Self::Text,
            Form::Flag(_) => Self::Flag,
            Form::Number => Self::Number,
            Form::Object => Self::Object,
            Form::List => Self::Maybe(&Self::Array),
        }
    }
}

fn words(values: impl Iterator<Item = impl ToString>) -> Value {
    let names: Vec<String> = values.map(|value| value.to_string()).collect();
    json!({"type": "string", "enum": names})
}

fn or_null(mut schema: Value) -> Value {
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    schema["type"] = json!([schema["type"], "null"]);
    schema
}

/// A reference to a component's schema.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// What an object has.
pub(super) struct Member {
    pub(super) name: Cow<'static, str>,
    /// The minor version that added it.
    pub(super) since: u16,
    pub(super) shape: Shape,
    pub(super) says: &'static str,
}

/// An object that has these members and no others. With `all`, each of them is there.
pub(super) fn object(members: &[Member], minor: u16, all: bool) -> Value {
    let mut properties = serde_json::Map::new();
    let mut names = Vec::new();
    for member in members.iter().filter(|member| member.since <= minor) {
        let mut schema = member.shape.schema();
        if !member.says.is_empty() {
            schema["description"] = member.says.into();
        }
        if member.since > 1 {
            schema["x-since"] = format!("1.{}", member.since).into();
        }
        properties.insert(member.name.to_string(), schema);
        names.push(&*member.name);
    }
    let mut object =
        json!({"type": "object", "properties": properties, "additionalProperties": false});
    if all {
        object["required"] = names.into();
    }
    object
}
