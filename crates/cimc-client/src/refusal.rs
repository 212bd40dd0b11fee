//! Sorting what a controller says when it refuses.

/// The class of an error that the controller itself reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Auth,
    Session,
    SessionLimit,
    Unsupported,
    Invalid,
    Busy,
    Operation,
}

/// An error as the controller reports it: attributes of the root element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// `errorCode`: mostly a number, but `ERR-xml-parse-error` too.
    pub(crate) code: String,
    /// `invocationResult`.
    pub(crate) result: String,
    /// `errorDescr`.
    pub(crate) text: String,
}

impl Refusal {
    /// Sorts a refusal by code and text.
    ///
    /// Codes are compared as text. 572 is the session limit of UCS Manager, not recorded for
    /// CIMC, so the text decides as well; 553, 554 and 556 belong to the same family of UCS
    /// Manager and are treated as an ended session once.
    pub(crate) fn class(&self) -> Class {
        let text = self.text.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        match self.code.as_str() {
            "551" => Class::Auth,
            "572" => Class::SessionLimit,
            _ if is_session_limit(&text) => Class::SessionLimit,
            "552" | "553" | "554" | "555" | "556" => Class::Session,
            "2009" | "2502" => Class::Unsupported,
            "594" | "ERR-xml-parse-error" => schema_refusal(&text),
            _ if self.result == "594" => schema_refusal(&text),
            "2003" => Class::Busy,
            _ if has(&["not ready", "in progress", "busy", "try again"]) => Class::Busy,
            _ if has(&["not supported"]) => Class::Unsupported,
            _ => Class::Operation,
        }
    }

    /// Whether the session it was about is surely gone.
    pub(crate) fn session_is_gone(&self) -> bool {
        matches!(self.code.as_str(), "552" | "555")
    }
}

fn schema_refusal(text: &str) -> Class {
    // The last one is libxml2's text for an element that the schema doesn't have there.
    let unknown = [
        "no class named",
        "not allowed",
        "not supported",
        "is not expected",
    ];
    match unknown.iter().any(|word| text.contains(word)) {
        true => Class::Unsupported,
        false => Class::Invalid,
    }
}

fn is_session_limit(text: &str) -> bool {
    let follows = |first: &str, second: &str| {
        text.split_once(first)
            .is_some_and(|(_, rest)| rest.contains(second))
    };
    follows("maximum", "session") || follows("session", "limit")
}

#[cfg(test)]
mod tests {
    use super::{Class, Refusal};

    fn class(code: &str, result: &str, text: &str) -> Class {
        let [code, result, text] = [code, result, text].map(str::to_owned);
        Refusal { code, result, text }.class()
    }

    #[test]
    fn refusals_are_sorted_by_code_and_text() {
        let not_allowed = "XML PARSING ERROR: Element 'computeRackUnit', attribute 'admin_Power': \
                           The attribute 'admin_Power' is not allowed. ";
        let no_class = "XML PARSING ERROR: no class named adaptorHostEthIf";
        let value = "XML PARSING ERROR: Element 'lsbootHdd', attribute 'state': [facet \
                     'enumeration'] The value 'enabled' is not an element of the set";
        let mode = "Update of 'configuredBootMode' attribute in 'lsbootDevPrecision' MO is not \
                    supported on this UCS-C server platform.";
        let cases = [
            (
                "551",
                "unidentified-fail",
                "Authentication failed",
                Class::Auth,
            ),
            (
                "552",
                "service-unavailable",
                "Authorization required",
                Class::Session,
            ),
            (
                "555",
                "unidentified-fail",
                "Session not found",
                Class::Session,
            ),
            ("553", "", "Access denied", Class::Session),
            ("572", "", "anything", Class::SessionLimit),
            ("1", "", "Maximum sessions reached", Class::SessionLimit),
            ("552", "", "user session limit reached", Class::SessionLimit),
            (
                "ERR-xml-parse-error",
                "594",
                not_allowed,
                Class::Unsupported,
            ),
            ("594", "594", not_allowed, Class::Unsupported),
            ("0", "594", no_class, Class::Unsupported),
            ("594", "", value, Class::Invalid),
            (
                "ERR-xml-parse-error",
                "594",
                "XML PARSING ERROR: not well-formed",
                Class::Invalid,
            ),
            (
                "2003",
                "",
                "Operation failed. storage subsystem not ready yet",
                Class::Busy,
            ),
            (
                "2001",
                "",
                "An update is in progress, try again later",
                Class::Busy,
            ),
            ("2009", "", "Method not supported.", Class::Unsupported),
            ("2502", "", mode, Class::Unsupported),
            (
                "2001",
                "",
                "Operation failed. Invalid request",
                Class::Operation,
            ),
            ("0", "", "", Class::Operation),
        ];
        for (code, result, text, expected) in cases {
            assert_eq!(
                class(code, result, text),
                expected,
                "{code} {result} {text}"
            );
        }
    }
}
