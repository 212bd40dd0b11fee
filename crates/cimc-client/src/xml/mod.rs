//! The small part of XML that a CIMC speaks: elements and attributes, no namespaces, no text
//! that matters.

#[cfg(test)]
mod properties;
mod read;
mod write;

pub(crate) use read::{clip, looks_like_html, parse};

/// One element: a managed object, or the envelope around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// The class (`computeRackUnit`) or method name.
    pub(crate) name: String,
    /// Attributes in the order of the document, values unescaped.
    pub(crate) attributes: Vec<(String, String)>,
    /// Child elements in the order of the document; text between them is dropped.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// An element without attributes and children.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Adds an attribute.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a child.
    pub(crate) fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// The value of an attribute, if the element has it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of an attribute, unless it is one of the ways in which a CIMC says "nothing".
    ///
    /// The placeholders are those seen in the field: empty, `N/A`, `NA`, `unspecified`,
    /// `Unknown` and `-`.
    pub(crate) fn known(&self, name: &str) -> Option<&str> {
        let value = self.get(name)?.trim();
        let nothing = ["", "N/A", "NA", "unspecified", "unknown", "-"];
        (!nothing.iter().any(|word| value.eq_ignore_ascii_case(word))).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn placeholders_count_as_nothing_and_real_values_do_not() {
        for nothing in ["", " ", "N/A", "n/a", "NA", "unspecified", "Unknown", "-"] {
            assert_eq!(
                Element::new("x").with("a", nothing).known("a"),
                None,
                "{nothing:?}"
            );
        }
        assert_eq!(Element::new("x").with("a", " L ").known("a"), Some("L"));
        assert_eq!(Element::new("x").known("a"), None);
    }
}
