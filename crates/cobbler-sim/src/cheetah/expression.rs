//! Expressions of `#if` and `#set`: names, literals, `$getVar`, `$varExists`, `not`, `==`, `!=`,
//! `and`, `or`. No brackets, no arithmetic: a template that needs them does not render here.

use super::truthy;
use crate::value::{Struct, Value};

/// The names a template can use: the blended record, and what `#set` added.
pub(crate) struct Variables<'a> {
    base: &'a Struct,
    set: Struct,
}

/// What a `$getVar(...)` or `$varExists(...)` means, and how long it is in the text.
pub(crate) struct CallResult {
    pub(crate) value: Option<Value>,
    pub(crate) length: usize,
}

impl<'a> Variables<'a> {
    pub(crate) fn new(base: &'a Struct) -> Self {
        Self {
            base,
            set: Struct::default(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.set.get(name).or_else(|| self.base.get(name))
    }

    /// `$x = EXPRESSION`, the part after `#set` or `#set global`.
    pub(crate) fn assign(&mut self, text: &str) -> Result<(), String> {
        let text = text.strip_prefix("global ").unwrap_or(text);
        let parts = text
            .split_once('=')
            .filter(|(_, value)| !value.starts_with('='));
        let (name, value) = parts.ok_or("#set needs $name = value")?;
        let name = name.trim();
        let name = name.strip_prefix('$').unwrap_or(name);
        if name.is_empty() || identifier(name) != name {
            return Err(format!("#set of {name:?}"));
        }
        let value = self.operand(value.trim())?;
        self.set.set(name, value);
        Ok(())
    }

    /// Whether the condition of an `#if` holds.
    pub(crate) fn holds(&self, text: &str) -> Result<bool, String> {
        for alternative in split_outside_quotes(text, " or ") {
            let mut all = true;
            for term in split_outside_quotes(alternative, " and ") {
                all &= self.term(term.trim())?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn term(&self, text: &str) -> Result<bool, String> {
        if let Some(negated) = text.strip_prefix("not ") {
            return Ok(!self.term(negated.trim())?);
        }
        for (operator, wanted) in [("==", true), ("!=", false)] {
            if let [left, right] = split_outside_quotes(text, operator).as_slice() {
                let equal = self.operand(left.trim())? == self.operand(right.trim())?;
                return Ok(equal == wanted);
            }
        }
        self.operand(text).map(|value| truthy(&value))
    }

    fn operand(&self, text: &str) -> Result<Value, String> {
        if let Some(literal) = literal(text) {
            return Ok(literal);
        }
        let name = text.strip_prefix('$').unwrap_or(text);
        if let Some(call) = self.call(name)?
            && call.length == name.len()
        {
            return call.value.ok_or_else(|| format!("{name} is not defined"));
        }
        if identifier(name) == name && !name.is_empty() {
            return self
                .get(name)
                .cloned()
                .ok_or_else(|| format!("{name} is not defined"));
        }
        Err(format!("{text:?} is not understood"))
    }

    /// `getVar('x', default)` or `varExists('x')` at the beginning of `text`, if it is one.
    pub(crate) fn call(&self, text: &str) -> Result<Option<CallResult>, String> {
        let function = identifier(text);
        if !matches!(function, "getVar" | "varExists") {
            return Ok(None);
        }
        let Some(rest) = text[function.len()..].strip_prefix('(') else {
            return Ok(None);
        };
        let end = closing_bracket(rest).ok_or("a bracket is left open")?;
        let arguments: Vec<_> = split_outside_quotes(&rest[..end], ",");
        let name = match literal(arguments[0].trim()) {
            Some(Value::Str(name)) => name,
            _ => return Err(format!("{function} needs a quoted name")),
        };
        let name = name.trim_start_matches('$');
        let value = match (function, arguments.get(1)) {
            ("varExists", _) => Some(Value::Bool(self.get(name).is_some())),
            (_, None) => self.get(name).cloned(),
            (_, Some(default)) => match self.get(name) {
                Some(value) => Some(value.clone()),
                None => Some(self.operand(default.trim())?),
            },
        };
        Ok(Some(CallResult {
            value,
            length: function.len() + end + 2,
        }))
    }
}

/// The identifier at the beginning of `text`; empty if there is none.
pub(crate) fn identifier(text: &str) -> &str {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    if starts { &text[..end] } else { "" }
}

fn literal(text: &str) -> Option<Value> {
    let quote = text.chars().next()?;
    if matches!(quote, '\'' | '"') {
        let inner = text.get(1..)?.strip_suffix(quote)?;
        return (!inner.contains(quote)).then(|| Value::from(inner));
    }
    match text {
        "True" => Some(true.into()),
        "False" => Some(false.into()),
        "None" => Some(Value::Nil),
        _ => text.parse::<i64>().ok().map(Value::Int),
    }
}

fn closing_bracket(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, letter)| {
        match (quote, letter) {
            (None, ')') => return Some(at),
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        None
    })
}

fn split_outside_quotes<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut quote, mut start) = (None, 0);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, _) if at >= start && text[at..].starts_with(separator) => {
                parts.push(&text[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
