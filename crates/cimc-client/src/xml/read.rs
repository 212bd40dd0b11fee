//! Reading: a tree with bounds, because the other end may be broken or hostile.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Element;

/// Nesting beyond this is refused; the deepest answer a CIMC gives has about ten levels.
const MAX_DEPTH: usize = 32;
/// Elements beyond this are refused; a hierarchical read of the whole server has some thousands.
const MAX_ELEMENTS: usize = 50_000;
/// Attributes of one element beyond this are refused.
const MAX_ATTRIBUTES: usize = 512;

/// Why a text is not an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum XmlError {
    /// Nothing but blanks and NUL bytes.
    #[error("the answer is empty")]
    Empty,
    /// The text ends inside an element.
    #[error("the answer is cut off")]
    Truncated,
    /// One of the bounds above.
    #[error("the answer has too many {0}")]
    TooMuch(&'static str),
    /// A document type or an entity of its own: never sent by a CIMC, and the way of entity bombs.
    #[error("the answer has a document type or an entity of its own")]
    Entity,
    /// Anything else that XML does not allow.
    #[error("the answer is not XML: {0}")]
    Malformed(String),
}

/// Reads the one element of an answer.
///
/// NUL bytes and blanks at both ends are dropped first: firmware pads with them. Bytes that are
/// not UTF-8 are replaced, so that a wrong character in a label does not lose the whole answer.
pub(crate) fn parse(body: &[u8]) -> Result<Element, XmlError> {
    let text = String::from_utf8_lossy(trim(body));
    if text.is_empty() {
        return Err(XmlError::Empty);
    }
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|error| match error {
            quick_xml::Error::Syntax(_) if open.is_empty() && root.is_none() => outside(),
            quick_xml::Error::Syntax(_) => XmlError::Truncated,
            other => XmlError::Malformed(other.to_string()),
        })?;
        let (element, closed) = match event {
            Event::Start(start) => (Some(element(&start)?), false),
            Event::Empty(start) => (Some(element(&start)?), true),
            Event::End(_) => (None, true),
            Event::Eof => break,
            Event::DocType(_) => return Err(XmlError::Entity),
            Event::GeneralRef(reference) => {
                resolve(&reference.into_inner())?;
                continue;
            }
            Event::Text(text) if open.is_empty() && !text.trim().is_empty() => {
                return Err(outside());
            }
            _ => continue,
        };
        if let Some(element) = element {
            count += 1;
            if count > MAX_ELEMENTS {
                return Err(XmlError::TooMuch("elements"));
            }
            if root.is_some() {
                return Err(XmlError::Malformed("a second root element".to_owned()));
            }
            open.push(element);
            if open.len() > MAX_DEPTH {
                return Err(XmlError::TooMuch("levels"));
            }
        }
        if closed && let Some(done) = open.pop() {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => root = Some(done),
            }
        }
    }
    if !open.is_empty() {
        return Err(XmlError::Truncated);
    }
    root.ok_or_else(outside)
}

/// Whether a body is a web page rather than an answer.
pub(crate) fn looks_like_html(body: &[u8]) -> bool {
    let start: Vec<u8> = trim(body)
        .iter()
        .take(14)
        .map(u8::to_ascii_lowercase)
        .collect();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

/// The first 200 characters of a text, on one line, for a message.
pub(crate) fn clip(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}...", line[..end].trim()),
        None => line.trim().to_owned(),
    }
}

/// The text is not quoted: it could repeat what was sent.
fn outside() -> XmlError {
    XmlError::Malformed("it has text outside of elements".to_owned())
}

fn trim(body: &[u8]) -> &[u8] {
    let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    let start = body
        .iter()
        .position(|byte| !blank(byte))
        .unwrap_or(body.len());
    let end = body
        .iter()
        .rposition(|byte| !blank(byte))
        .map_or(start, |last| last + 1);
    let body = &body[start..end];
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn element(start: &BytesStart<'_>) -> Result<Element, XmlError> {
    let mut element = Element::new(name(start.name().into_inner())?);
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| XmlError::Malformed(error.to_string()))?;
        if element.attributes.len() == MAX_ATTRIBUTES {
            return Err(XmlError::TooMuch("attributes"));
        }
        let name = name(attribute.key.into_inner())?.to_owned();
        element.attributes.push((name, unescape(&attribute.value)?));
    }
    Ok(element)
}

/// Names are letters, digits and a few signs in every class and property of the SDK's metadata;
/// the XML reader itself takes any text without blanks.
fn name(name: &str) -> Result<&str, XmlError> {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    match !name.is_empty() && name.chars().all(letter) {
        true => Ok(name),
        false => Err(XmlError::Malformed("a name that is none".to_owned())),
    }
}

/// Resolves references in an attribute value.
///
/// A bare `&` stays: fault texts and labels of some releases contain unescaped ones.
fn unescape(raw: &str) -> Result<String, XmlError> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name = rest
            .split_once(';')
            .map(|(name, _)| name)
            .filter(|name| is_reference(name));
        match name {
            Some(name) => {
                text.push(resolve(name)?);
                rest = &rest[name.len() + 1..];
            }
            None => text.push('&'),
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn is_reference(name: &str) -> bool {
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn resolve(name: &str) -> Result<char, XmlError> {
    match name {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => {}
    }
    let digits = name.strip_prefix('#').ok_or(XmlError::Entity)?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    code.ok()
        .and_then(char::from_u32)
        .ok_or_else(|| XmlError::Malformed(format!("the character reference &{name};")))
}

#[cfg(test)]
mod tests {
    use super::{Element, MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, XmlError};
    use super::{looks_like_html, parse};

    fn read(text: &str) -> Result<Element, XmlError> {
        parse(text.as_bytes())
    }

    #[test]
    fn an_answer_is_read_with_attributes_children_and_comments_dropped() {
        let text = "<?xml version=\"1.0\"?><configResolveDn cookie='C' response=\"yes\"> <!-- x -->\n\
                    <outConfig><topSystem dn=\"sys\" name=\"a&amp;b &#x41;&#66;\"/></outConfig> t\
                    </configResolveDn>";
        let expected = Element::new("configResolveDn")
            .with("cookie", "C")
            .with("response", "yes")
            .child(
                Element::new("outConfig").child(
                    Element::new("topSystem")
                        .with("dn", "sys")
                        .with("name", "a&b AB"),
                ),
            );
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn padding_of_nul_bytes_and_blanks_is_dropped() {
        assert_eq!(read("\0\0 \r\n<a/>\n\0\0\0"), Ok(Element::new("a")));
        assert_eq!(read("\u{feff}<a/>"), Ok(Element::new("a")));
    }

    #[test]
    fn nothing_is_called_empty() {
        for text in ["", "\0\0\0", " \n"] {
            assert_eq!(read(text), Err(XmlError::Empty));
        }
    }

    #[test]
    fn every_cut_of_an_answer_is_an_error() {
        let text = "<a x=\"1\"><b y=\"2 &amp; 3\"><c/></b><!-- z --></a>";
        assert!(read(text).is_ok());
        for end in 0..text.len() {
            assert!(read(&text[..end]).is_err(), "{}", &text[..end]);
        }
        assert_eq!(read("<a><b>"), Err(XmlError::Truncated));
        assert_eq!(read("<a><b x=\"1"), Err(XmlError::Truncated));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(
            read(&nested(MAX_DEPTH + 1)),
            Err(XmlError::TooMuch("levels"))
        );
        assert_eq!(
            read(&"<a>".repeat(1_000_000)),
            Err(XmlError::TooMuch("levels"))
        );
    }

    #[test]
    fn the_number_of_elements_and_attributes_is_bounded() {
        let wide = |count| format!("<r>{}</r>", "<a/>".repeat(count));
        assert!(read(&wide(MAX_ELEMENTS - 1)).is_ok());
        assert_eq!(
            read(&wide(MAX_ELEMENTS)),
            Err(XmlError::TooMuch("elements"))
        );
        let many = format!("<r{}/>", " a=\"1\"".repeat(MAX_ATTRIBUTES + 1));
        assert_eq!(read(&many), Err(XmlError::TooMuch("attributes")));
    }

    #[test]
    fn document_types_and_foreign_entities_are_refused() {
        let bomb = "<!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><l x=\"&b;\">&b;</l>";
        assert_eq!(read(bomb), Err(XmlError::Entity));
        assert_eq!(
            read("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"),
            Err(XmlError::Entity)
        );
        assert_eq!(read("<a x=\"&b;\"/>"), Err(XmlError::Entity));
        assert_eq!(read("<a>&b;</a>"), Err(XmlError::Entity));
    }

    #[test]
    fn impossible_character_references_are_refused() {
        for reference in ["&#xD800;", "&#99999999999;", "&#x;", "&#12ab;"] {
            let text = format!("<a x=\"{reference}\"/>");
            assert!(
                matches!(read(&text), Err(XmlError::Malformed(_))),
                "{reference}"
            );
        }
    }

    #[test]
    fn a_bare_ampersand_in_a_value_stays() {
        let element = read("<a x=\"R&D & more; fans\"/>").unwrap();
        assert_eq!(element.get("x"), Some("R&D & more; fans"));
    }

    #[test]
    fn bytes_that_are_not_utf8_do_not_lose_the_answer() {
        let element = parse(b"<a x=\"caf\xe9\" y=\"1\"/>").unwrap();
        assert_eq!(element.get("y"), Some("1"));
    }

    #[test]
    fn other_texts_are_not_answers() {
        for text in [
            "hello",
            "{\"a\": 1}",
            "<a/><b/>",
            "<a></b>",
            "<a/>x",
            "</a>",
            "<",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn web_pages_are_recognised() {
        assert!(looks_like_html(b"\n<!DOCTYPE html><html></html>"));
        assert!(looks_like_html(b"<HTML><body>loading</body></HTML>"));
        assert!(!looks_like_html(b"<error cookie=\"\"/>"));
    }
}
