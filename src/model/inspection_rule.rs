//! The operations of inspection rules and their arguments (Ironic 39.0.0).

/// A condition's operator or an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleOperation {
    /// Its name, as `op`.
    pub name: &'static str,
    /// The arguments that it needs, in the order in which a list gives them.
    pub required: &'static [&'static str],
    /// Those that it may have, which follow in a list.
    pub optional: &'static [&'static str],
    /// Those in which patterns are filled in. In a loop it is all of them.
    pub patterns: &'static [&'static str],
}

impl RuleOperation {
    /// The operation of that name in a table.
    pub fn find(table: &'static [Self], name: &str) -> Option<&'static Self> {
        table.iter().find(|operation| operation.name == name)
    }

    /// Every argument, in the order in which a list gives them.
    pub fn arguments(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

const fn op(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    patterns: &'static [&'static str],
) -> RuleOperation {
    RuleOperation {
        name,
        required,
        optional,
        patterns,
    }
}

/// What conditions compare with.
#[rustfmt::skip]
pub const RULE_CONDITIONS: &[RuleOperation] = &[
    op("eq", &["values"], &["force_strings"], &["values"]),
    op("lt", &["values"], &["force_strings"], &["values"]),
    op("gt", &["values"], &["force_strings"], &["values"]),
    op("is-empty", &["value"], &[], &["value"]),
    op("in-net", &["address", "subnet"], &[], &["address", "subnet"]),
    op("matches", &["value", "regex"], &[], &["value"]),
    op("contains", &["value", "regex"], &[], &["value"]),
    op("one-of", &["value"], &["values"], &["value"]),
    op("is-none", &["value"], &[], &["value"]),
    op("is-true", &["value"], &[], &["value"]),
    op("is-false", &["value"], &[], &["value"]),
];

/// What rules do.
#[rustfmt::skip]
pub const RULE_ACTIONS: &[RuleOperation] = &[
    op("fail", &["msg"], &[], &[]),
    op("log", &["msg"], &["level"], &["msg"]),
    op("set-attribute", &["path", "value"], &[], &["value"]),
    op("extend-attribute", &["path", "value"], &["unique"], &["value"]),
    op("del-attribute", &["path"], &[], &[]),
    op("set-capability", &["name", "value"], &[], &["value"]),
    op("unset-capability", &["name"], &[], &[]),
    op("add-trait", &["name"], &[], &[]),
    op("remove-trait", &["name"], &[], &[]),
    op("set-plugin-data", &["path", "value"], &[], &["value"]),
    op("extend-plugin-data", &["path", "value"], &["unique"], &["value"]),
    op("unset-plugin-data", &["path"], &[], &[]),
    op("set-port-attribute", &["port_id", "path", "value"], &[], &["value"]),
    op("extend-port-attribute", &["port_id", "path", "value"], &["unique"], &["value"]),
    op("del-port-attribute", &["port_id", "path"], &[], &[]),
    op("api-call", &["url"], &["headers", "proxies", "timeout", "retries", "backoff_factor"], &["url"]),
];
