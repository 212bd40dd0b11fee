//! Conditions: whether a rule applies.

use std::cmp::Ordering;
use std::net::IpAddr;

use fancy_regex::Regex;
use ipnet::IpNet;
use serde_json::Value;

use super::arguments::{arguments, loop_items, operator};
use super::{Facts, RuleError};
use crate::model::python;
use crate::model::{JsonMap, RULE_CONDITIONS, RuleOperation};

/// Whether a condition holds.
pub(super) fn holds(condition: &Value, facts: &Facts) -> Result<bool, RuleError> {
    let Some(items) = loop_items(condition) else {
        return check(condition, facts, None);
    };
    let results: Vec<bool> = items
        .iter()
        .map(|item| check(condition, facts, Some(item)))
        .collect::<Result<_, _>>()?;
    Ok(match condition["multiple"].as_str() {
        Some("all") => results.iter().all(|result| *result),
        Some("last") => results.last() == Some(&true),
        // Ironic's `first` is true if any is.
        _ => results.contains(&true),
    })
}

fn check(condition: &Value, facts: &Facts, item: Option<&Value>) -> Result<bool, RuleError> {
    let (op, turned) = operator(condition);
    let signature = RuleOperation::find(RULE_CONDITIONS, op)
        .ok_or_else(|| RuleError::broken(format!("there is no condition {op}")))?;
    let mut args = arguments(condition, signature, facts, item)?;
    if item.is_some() && signature.optional.contains(&"force_strings") {
        // Filling in has made texts of numbers.
        args.insert("force_strings".to_owned(), true.into());
    }
    Ok(decide(op, &args)? != turned)
}

fn decide(op: &str, args: &JsonMap) -> Result<bool, RuleError> {
    let value = |name: &str| args.get(name).unwrap_or(&Value::Null);
    let text = |name: &str| python::text(value(name));
    match op {
        "eq" | "lt" | "gt" => compare(op, value("values"), is_true(value("force_strings"))),
        "is-empty" => Ok(["", "None", "[]", "{}"].contains(&text("value").as_str())),
        "in-net" => in_net(&text("address"), &text("subnet")),
        "matches" => {
            let regex = text("regex");
            let end = if regex.ends_with('$') { "" } else { "$" };
            search(&format!("\\A(?:{regex}{end})"), &text("value"))
        }
        "contains" => search(&text("regex"), &text("value")),
        "one-of" => Ok(match value("values") {
            Value::Array(values) => values.iter().any(|one| equal(one, value("value"))),
            Value::String(values) => values.contains(&text("value")),
            _ => false,
        }),
        "is-none" => Ok(value("value").is_null()),
        "is-true" => Ok(is_true(value("value"))),
        "is-false" => Ok(is_false(value("value"))),
        other => Err(RuleError::broken(format!("there is no condition {other}"))),
    }
}

/// Whether each value and the next stand in that relation.
fn compare(op: &str, values: &Value, as_texts: bool) -> Result<bool, RuleError> {
    let Value::Array(values) = values else {
        return Err(RuleError::broken(format!(
            "{op} compares a list of values, not {}",
            python::repr(values)
        )));
    };
    let values: Vec<Value> = match as_texts {
        true => values.iter().map(|one| python::text(one).into()).collect(),
        false => values.clone(),
    };
    for pair in values.windows(2) {
        let related = match op {
            "eq" => equal(&pair[0], &pair[1]),
            "lt" => order(&pair[0], &pair[1])? == Ordering::Less,
            _ => order(&pair[0], &pair[1])? == Ordering::Greater,
        };
        if !related {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A number, where Python takes the value for one.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        other => other.as_f64(),
    }
}

/// Python's `==`.
fn equal(one: &Value, other: &Value) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other) == Ordering::Equal,
        _ => one == other,
    }
}

/// Python's `<` and `>`: of numbers, of texts, of lists.
fn order(one: &Value, other: &Value) -> Result<Ordering, RuleError> {
    if let (Some(one), Some(other)) = (number(one), number(other)) {
        return Ok(one.total_cmp(&other));
    }
    match (one, other) {
        (Value::String(one), Value::String(other)) => Ok(one.cmp(other)),
        (Value::Array(one), Value::Array(other)) => {
            let differ = one
                .iter()
                .zip(other)
                .find(|(one, other)| !equal(one, other));
            differ.map_or_else(
                || Ok(one.len().cmp(&other.len())),
                |(one, other)| order(one, other),
            )
        }
        _ => Err(RuleError::broken(format!(
            "{} and {} can't be put in order; force_strings compares them as texts",
            python::repr(one),
            python::repr(other)
        ))),
    }
}

fn in_net(address: &str, subnet: &str) -> Result<bool, RuleError> {
    let bad = |text: &str, what: &str| RuleError::broken(format!("{text:?} is no {what}"));
    let address: IpAddr = address.parse().map_err(|_| bad(address, "IP address"))?;
    let net = match subnet.parse::<IpNet>() {
        Ok(net) => net,
        Err(_) => subnet
            .parse::<IpAddr>()
            .map(IpNet::from)
            .map_err(|_| bad(subnet, "subnet (ADDRESS/LENGTH)"))?,
    };
    Ok(net.contains(&address))
}

/// Whether an expression is found in a text. Its words are those of Python's, look-around
/// included; one that takes too many tries is given up.
fn search(regex: &str, text: &str) -> Result<bool, RuleError> {
    let bad = |error: &dyn std::fmt::Display| {
        RuleError::broken(format!(
            "the regular expression {regex:?} can't be used: {error}"
        ))
    };
    let regex = Regex::new(regex).map_err(|error| bad(&error))?;
    regex.is_match(text).map_err(|error| bad(&error))
}

pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::String(text) => ["yes", "true"].contains(&text.to_lowercase().as_str()),
        other => number(other).is_some_and(|number| number != 0.0),
    }
}

fn is_false(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => ["no", "false"].contains(&text.to_lowercase().as_str()),
        other => number(other) == Some(0.0),
    }
}
