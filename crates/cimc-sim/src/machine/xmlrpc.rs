//! As much XML-RPC as a PXE client's questions to Cobbler need.

use std::collections::BTreeMap;

use crate::xml::Element;

/// A value. What the questions don't need is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Array(Vec<Value>),
    Struct(BTreeMap<String, Value>),
}

impl Value {
    /// The text of a scalar, empty for the others.
    pub(super) fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            Value::Array(_) | Value::Struct(_) => "",
        }
    }

    /// Releases differ in booleans: `1`, `True` as a string.
    pub(super) fn is_true(&self) -> bool {
        matches!(
            self.text().to_ascii_lowercase().as_str(),
            "1" | "true" | "yes"
        )
    }
}

/// A call's body.
pub(super) fn call(method: &str, parameter: &Value) -> String {
    let name = Element {
        text: method.to_owned(),
        ..Element::new("methodName")
    };
    let params = Element::new("params").child(Element::new("param").child(element(parameter)));
    let call = Element::new("methodCall").child(name).child(params);
    format!("<?xml version=\"1.0\"?>{}", call.render())
}

fn element(value: &Value) -> Element {
    let inner = match value {
        Value::Text(text) => Element {
            text: text.clone(),
            ..Element::new("string")
        },
        Value::Array(values) => {
            let mut data = Element::new("data");
            data.children = values.iter().map(element).collect();
            Element::new("array").child(data)
        }
        Value::Struct(members) => {
            let mut element_ = Element::new("struct");
            for (name, value) in members {
                let name = Element {
                    text: name.clone(),
                    ..Element::new("name")
                };
                element_
                    .children
                    .push(Element::new("member").child(name).child(element(value)));
            }
            element_
        }
    };
    Element::new("value").child(inner)
}

/// The value of an answer. The error is the fault's text, or what is wrong with the answer.
pub(super) fn answer(text: &str) -> Result<Value, String> {
    let answer = Element::parse(text)?;
    if let Some(fault) = answer.first("fault") {
        return Err(format!("fault: {:?}", fault.children.first().map(value)));
    }
    answer
        .first("params")
        .and_then(|params| params.first("param"))
        .and_then(|param| param.first("value"))
        .map(value)
        .ok_or_else(|| "the answer has no value".to_owned())
}

fn value(element: &Element) -> Value {
    let Some(inner) = element.children.first() else {
        return Value::Text(element.text.clone());
    };
    match inner.name.as_str() {
        "array" => {
            let data = inner.first("data").map(|data| data.children.as_slice());
            Value::Array(data.unwrap_or_default().iter().map(value).collect())
        }
        "struct" => {
            let member = |member: &Element| {
                let name = member.first("name")?.text.clone();
                Some((name, value(member.first("value")?)))
            };
            Value::Struct(inner.children.iter().filter_map(member).collect())
        }
        _ => Value::Text(inner.text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_answer_is_read() {
        let text = "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><struct>\n\
                    <member>\n<name>netboot_enabled</name>\n<value><boolean>1</boolean></value>\n\
                    </member>\n<member><name>l</name><value><array><data>\n<value>a</value></data>\
                    </array></value></member></struct></value>\n</param></params></methodResponse>";
        let Value::Struct(members) = answer(text).unwrap() else {
            panic!("no struct")
        };
        assert!(members["netboot_enabled"].is_true());
        assert_eq!(
            members["l"],
            Value::Array(vec![Value::Text("a".to_owned())])
        );
    }

    #[test]
    fn a_fault_is_an_error() {
        let text = "<methodResponse><fault><value><string>no</string></value></fault>\
                    </methodResponse>";
        assert!(answer(text).unwrap_err().contains("no"));
    }
}
