//! Actions: what a rule does to the node, its ports and the plugin's data.

use serde_json::Value;

use super::arguments::{arguments, loop_items, operator};
use super::calls::ApiCall;
use super::conditions::is_true;
use super::records::Record;
use super::{Facts, Followed, RuleError, paths, plugin_data};
use crate::model::{
    JsonMap, MAX_TRAITS_PER_NODE, Node, Port, RULE_ACTIONS, RuleOperation, is_valid_trait, python,
};

/// Does an action, once for each turn of its loop.
pub(super) fn perform(
    action: &Value,
    sensitive: bool,
    followed: &mut Followed,
) -> Result<(), RuleError> {
    match loop_items(action) {
        None => once(action, None, sensitive, followed),
        Some(items) => items
            .iter()
            .try_for_each(|item| once(action, Some(item), sensitive, followed)),
    }
}

fn once(
    action: &Value,
    item: Option<&Value>,
    sensitive: bool,
    followed: &mut Followed,
) -> Result<(), RuleError> {
    let (op, _) = operator(action);
    let signature = RuleOperation::find(RULE_ACTIONS, op)
        .ok_or_else(|| RuleError::broken(format!("there is no action {op}")))?;
    let args = Args(arguments(action, signature, &followed.facts, item)?);
    let facts = &mut followed.facts;
    let done = match op {
        "fail" => return Err(RuleError::Said(args.text("msg"))),
        "log" => log(&args, sensitive),
        "api-call" => {
            followed.calls.push(ApiCall::new(&args.0)?);
            Ok(())
        }
        "set-attribute" => set(&mut facts.node, &args),
        "extend-attribute" => extend(&mut facts.node, &args),
        "del-attribute" => delete(&mut facts.node, &args),
        "set-port-attribute" => port(facts, &args).and_then(|port| set(port, &args)),
        "extend-port-attribute" => port(facts, &args).and_then(|port| extend(port, &args)),
        "del-port-attribute" => port(facts, &args).and_then(|port| delete(port, &args)),
        "set-capability" => set_capability(&mut facts.node, &args),
        "unset-capability" => unset_capability(&mut facts.node, &args),
        "add-trait" => add_trait(&mut facts.node, &args),
        "remove-trait" => remove_trait(&mut facts.node, &args),
        "set-plugin-data" => {
            plugin_data::set(&mut facts.plugin_data, args.get("path"), args.value())
        }
        "extend-plugin-data" => plugin_data::extend(
            &mut facts.plugin_data,
            args.get("path"),
            args.value(),
            args.unique(),
        ),
        "unset-plugin-data" => plugin_data::unset(&mut facts.plugin_data, args.get("path")),
        other => Err(format!("there is no action {other}")),
    };
    done.map_err(|reason| {
        let place = match args.get("path") {
            Value::Null => String::new(),
            path => format!(" of {}", python::text(path)),
        };
        RuleError::broken(format!("{op}{place}: {reason}"))
    })
}

/// The arguments of an action.
struct Args(JsonMap);

impl Args {
    fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> String {
        python::text(self.get(name))
    }

    fn value(&self) -> Value {
        self.get("value").clone()
    }

    fn unique(&self) -> bool {
        is_true(self.get("unique"))
    }

    /// The field that the path begins with, and all parts of the path.
    fn path(&self) -> (String, Vec<String>) {
        let parts = paths::parts(&self.text("path"));
        (parts.first().cloned().unwrap_or_default(), parts)
    }
}

fn set(record: &mut impl Record, args: &Args) -> Result<(), String> {
    let (field, parts) = args.path();
    let mut document = record.document();
    *paths::place(&mut document, &parts)? = args.value();
    assign(record, &field, &mut document)
}

fn extend(record: &mut impl Record, args: &Args) -> Result<(), String> {
    let (field, parts) = args.path();
    let mut document = record.document();
    paths::extend(&mut document, &parts, args.value(), args.unique())?;
    assign(record, &field, &mut document)
}

fn delete(record: &mut impl Record, args: &Args) -> Result<(), String> {
    let (field, parts) = args.path();
    let mut document = record.document();
    if !paths::remove(&mut document, &parts) {
        return Err("there is nothing to delete".to_owned());
    }
    assign(record, &field, &mut document)
}

fn assign(record: &mut impl Record, field: &str, document: &mut JsonMap) -> Result<(), String> {
    record.assign(field, document.remove(field).unwrap_or_default())
}

/// The port of that UUID, name or MAC address; Ironic takes UUIDs alone.
fn port<'a>(facts: &'a mut Facts, args: &Args) -> Result<&'a mut Port, String> {
    let id = args.text("port_id");
    let is_meant = |port: &Port| {
        port.uuid.to_string() == id
            || port.name.as_deref() == Some(id.as_str())
            || port.address.eq_ignore_ascii_case(&id)
    };
    facts
        .ports
        .iter_mut()
        .find(|port| is_meant(port))
        .ok_or_else(|| format!("Port {id} could not be found."))
}

/// Replaces a capability; Ironic adds it once more with each inspection.
fn set_capability(node: &mut Node, args: &Args) -> Result<(), String> {
    let name = args.text("name");
    let mut capabilities = capabilities_without(node, &name);
    capabilities.push(format!("{name}:{}", args.text("value")));
    keep_capabilities(node, &capabilities);
    Ok(())
}

fn unset_capability(node: &mut Node, args: &Args) -> Result<(), String> {
    let capabilities = capabilities_without(node, &args.text("name"));
    if node.properties.contains_key("capabilities") {
        keep_capabilities(node, &capabilities);
    }
    Ok(())
}

fn capabilities_without(node: &Node, name: &str) -> Vec<String> {
    let all = node.properties.get("capabilities").and_then(Value::as_str);
    let beginning = format!("{name}:");
    all.unwrap_or_default()
        .split(',')
        .filter(|one| !one.is_empty() && !one.starts_with(&beginning))
        .map(str::to_owned)
        .collect()
}

fn keep_capabilities(node: &mut Node, capabilities: &[String]) {
    node.properties
        .insert("capabilities".to_owned(), capabilities.join(",").into());
}

fn add_trait(node: &mut Node, args: &Args) -> Result<(), String> {
    let name = args.text("name");
    if !is_valid_trait(&name) {
        return Err(format!(
            "{name:?} is no trait: CUSTOM_ and capitals, digits, underscores, or a standard name"
        ));
    }
    if !node.traits.contains(&name) {
        if node.traits.len() >= MAX_TRAITS_PER_NODE {
            return Err(format!("a node has at most {MAX_TRAITS_PER_NODE} traits"));
        }
        node.traits.push(name);
    }
    Ok(())
}

fn remove_trait(node: &mut Node, args: &Args) -> Result<(), String> {
    let name = args.text("name");
    node.traits.retain(|held| *held != name);
    Ok(())
}

/// Writes to the log; not what a sensitive rule says.
fn log(args: &Args, sensitive: bool) -> Result<(), String> {
    let level = match args.get("level") {
        Value::Null => "info".to_owned(),
        level => python::text(level).to_lowercase(),
    };
    let message = if sensitive {
        "(the message of a sensitive rule)".to_owned()
    } else {
        args.text("msg")
    };
    match level.as_str() {
        "debug" => tracing::debug!(message, "an inspection rule says"),
        "info" => tracing::info!(message, "an inspection rule says"),
        "warning" => tracing::warn!(message, "an inspection rule says"),
        "error" | "critical" => tracing::error!(message, "an inspection rule says"),
        other => {
            return Err(format!(
                "there is no level {other}; choose one of debug, info, warning, error, critical"
            ));
        }
    }
    Ok(())
}
