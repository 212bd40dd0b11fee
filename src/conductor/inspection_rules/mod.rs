//! Inspection rules: what an operator wants done with what an inspection found.
//!
//! As in Ironic 39.0.0: rules of higher priority come first, a rule whose conditions all hold has
//! its actions done in their order, and each sees what those before it did. Two things differ.
//! Ironic saves after each action; here all is done on a copy, so that a rule that fails leaves
//! nothing behind. And secrets are hidden in the node's own fields as well as in the inventory.

mod actions;
mod arguments;
mod calls;
mod conditions;
mod paths;
mod plugin_data;
mod records;
mod secrets;
mod template;

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::{Value, json};

use self::calls::ApiCall;
use self::secrets::hidden;
use super::Conductor;
use crate::drivers::interfaces::Changes;
use crate::model::{DocumentKind, JsonMap, Node, Port, Resource, ResourceKind};
use crate::store::{Page, ResourceFilter, StoreError};

/// How long all calls of an inspection may take: they come after the step, whose time limit leaves so
/// much of a lease.
const CALLS: Duration = Duration::from_secs(45);

/// What rules read and change.
#[derive(Debug, Clone, PartialEq)]
struct Facts {
    node: Node,
    ports: Vec<Port>,
    inventory: Value,
    plugin_data: Value,
}

/// What rules did.
#[derive(Debug)]
struct Followed {
    facts: Facts,
    /// To be made before any of it is saved.
    calls: Vec<ApiCall>,
}

/// Why a rule could not be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum RuleError {
    /// The rule says that the inspection fails.
    #[error("{0}")]
    Said(String),
    /// A condition or an action can't be worked with.
    #[error("{0}")]
    Broken(String),
}

impl RuleError {
    fn broken(reason: impl Into<String>) -> Self {
        Self::Broken(reason.into())
    }
}

/// What became of a node under the rules.
#[derive(Debug)]
pub(super) enum Ruled {
    /// They all passed. The node as it is to be saved, what was found included.
    Passed(Box<Node>),
    /// One didn't, and nothing of the inspection is kept. Why, for a person.
    Failed(String),
}

impl Conductor {
    /// Follows the rules after an inspection. New ports and the inventory are changed in
    /// `changes`, ports that are there already in the store.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn follow_rules(
        &self,
        node: &Node,
        ports: &[Port],
        changes: &mut Changes,
    ) -> Result<Option<Ruled>, StoreError> {
        let rules = self.inspection_rules().await?;
        if rules.is_empty() {
            return Ok(None);
        }
        let facts = gather(node, ports, changes);
        let ruled = match follow(&rules, facts) {
            Err(failed) => Ruled::Failed(failed),
            Ok(followed) => match self.keep_ruled(ports, followed, changes).await? {
                Ok(node) => Ruled::Passed(Box::new(node)),
                Err(failed) => Ruled::Failed(failed),
            },
        };
        if matches!(ruled, Ruled::Failed(_)) {
            *changes = Changes::default();
        }
        Ok(Some(ruled))
    }

    /// The rules in the order in which they are followed.
    async fn inspection_rules(&self) -> Result<Vec<Resource>, StoreError> {
        let main = ResourceFilter {
            equal: vec![("phase", "main".to_owned())],
            ..ResourceFilter::default()
        };
        let mut rules = self
            .inner
            .store
            .resources(ResourceKind::InspectionRule, &main, &Page::all())
            .await?;
        rules.sort_by_key(|rule| std::cmp::Reverse(priority(rule)));
        Ok(rules)
    }

    /// Makes the calls, saves the ports that are there already, and puts the rest into `changes`.
    async fn keep_ruled(
        &self,
        before: &[Port],
        followed: Followed,
        changes: &mut Changes,
    ) -> Result<Result<Node, String>, StoreError> {
        let Followed { facts, calls } = followed;
        if let Err(refused) = self.check_ruled(&facts.node).await? {
            return Ok(Err(refused));
        }
        let made = tokio::time::timeout(CALLS, calls::make(&calls)).await;
        if let Err(failed) = made.unwrap_or_else(|_| {
            Err(format!(
                "the calls of inspection rules took longer than {} s",
                CALLS.as_secs()
            ))
        }) {
            return Ok(Err(failed));
        }
        let (old, new) = facts.ports.split_at(before.len());
        for (before, after) in before.iter().zip(old).filter(|(a, b)| a != b) {
            match self.inner.store.save_port(before, after).await {
                Ok(_) => {}
                Err(StoreError::Database(error)) => return Err(StoreError::Database(error)),
                Err(refused) => {
                    return Ok(Err(format!(
                        "inspection rules change the port {}, and it can't be saved: {refused}",
                        before.address
                    )));
                }
            }
        }
        changes.ports = new.to_vec();
        if facts.inventory.is_object() || facts.plugin_data != json!({}) {
            let document = json!({"inventory": facts.inventory, "plugin_data": facts.plugin_data});
            changes
                .documents
                .retain(|(kind, _)| *kind != DocumentKind::Inventory);
            changes.documents.push((DocumentKind::Inventory, document));
        }
        Ok(Ok(facts.node))
    }

    /// Whether a node may be saved as rules made it: its interfaces exist, its name is free.
    async fn check_ruled(&self, node: &Node) -> Result<Result<(), String>, StoreError> {
        if let Err(error) = self.inner.drivers.interfaces(node) {
            return Ok(Err(format!("after the inspection rules: {error}")));
        }
        let Some(name) = &node.name else {
            return Ok(Ok(()));
        };
        match self.inner.store.node(name).await {
            Ok(other) if other.uuid != node.uuid => Ok(Err(format!(
                "inspection rules name the node {name}, and node {} has that name already",
                other.uuid
            ))),
            Ok(_) | Err(StoreError::NotFound { .. }) => Ok(Ok(())),
            Err(error) => Err(error),
        }
    }
}

/// The node and its ports as they will be saved with what was found.
fn gather(node: &Node, ports: &[Port], changes: &Changes) -> Facts {
    let document = changes
        .documents
        .iter()
        .find(|(kind, _)| *kind == DocumentKind::Inventory)
        .map_or(&Value::Null, |(_, document)| document);
    let plugin_data = match &document["plugin_data"] {
        Value::Null => json!({}),
        found => found.clone(),
    };
    let mut found = node.clone();
    super::run::take_in(&mut found, changes.clone());
    Facts {
        node: found,
        ports: ports.iter().chain(&changes.ports).cloned().collect(),
        inventory: document["inventory"].clone(),
        plugin_data,
    }
}

/// Follows the rules, which stand in their order.
fn follow(rules: &[Resource], facts: Facts) -> Result<Followed, String> {
    let mut followed = Followed {
        facts,
        calls: Vec::new(),
    };
    for rule in rules {
        one(rule, &mut followed).map_err(|error| explain(rule, &error))?;
    }
    Ok(followed)
}

fn one(rule: &Resource, followed: &mut Followed) -> Result<(), RuleError> {
    for condition in list(rule, "conditions") {
        if !conditions::holds(condition, &followed.facts)? {
            tracing::debug!(rule = %rule.uuid, op = %condition["op"], "an inspection rule doesn't apply");
            return Ok(());
        }
    }
    tracing::info!(rule = %rule.uuid, "following an inspection rule");
    for action in list(rule, "actions") {
        actions::perform(action, is_sensitive(rule), followed)?;
    }
    Ok(())
}

/// The words for `last_error`. What a sensitive rule does is shown to nobody.
fn explain(rule: &Resource, error: &RuleError) -> String {
    let uuid = rule.uuid;
    let name = match rule.text("description") {
        Some(description) => format!("{uuid} ({description})"),
        None => uuid.to_string(),
    };
    match error {
        RuleError::Said(message) => format!("{message} (said by the inspection rule {name})"),
        RuleError::Broken(_) if is_sensitive(rule) => format!(
            "the inspection rule {name} can't be followed; it is sensitive, so what went wrong is \
             not shown. Nothing of this inspection was kept"
        ),
        RuleError::Broken(reason) => format!(
            "the inspection rule {name} can't be followed: {reason}. Nothing of this inspection was \
             kept; change the rule or delete it, and inspect again"
        ),
    }
}

fn list<'a>(rule: &'a Resource, field: &str) -> &'a [Value] {
    rule.fields
        .get(field)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn priority(rule: &Resource) -> i64 {
    rule.fields
        .get("priority")
        .and_then(Value::as_i64)
        .unwrap_or_default()
}

fn is_sensitive(rule: &Resource) -> bool {
    rule.fields.get("sensitive") == Some(&Value::Bool(true))
}

impl Facts {
    /// What patterns may name, without secrets.
    fn named(&self) -> JsonMap {
        let all = json!({
            "node": records::node(&self.node),
            "inventory": self.inventory,
            "plugin_data": self.plugin_data,
        });
        match hidden(&all) {
            Value::Object(map) => map,
            _ => JsonMap::new(),
        }
    }
}
