//! Writing: one element, double-quoted attributes, everything escaped.
//!
//! A CIMC misreads a bare single quote in an attribute (the vendor's SDK has a special case for
//! it), so that one is escaped too.

use std::fmt::{self, Write as _};

use super::Element;

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"")?;
            escape(value, f)?;
            f.write_char('"')?;
        }
        if self.children.is_empty() {
            return f.write_str(" />");
        }
        f.write_char('>')?;
        for child in &self.children {
            child.fmt(f)?;
        }
        write!(f, "</{}>", self.name)
    }
}

fn escape(value: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for character in value.chars() {
        match character {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&apos;")?,
            '\t' | '\n' | '\r' => write!(f, "&#{};", character as u32)?,
            // The other control characters have no place in XML 1.0, escaped or not.
            _ if character.is_control() => {}
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Element, parse};

    #[test]
    fn every_special_character_is_escaped() {
        let text = Element::new("a").with("v", "<&>\"'\n\u{1}é").to_string();
        assert_eq!(text, "<a v=\"&lt;&amp;&gt;&quot;&apos;&#10;é\" />");
    }

    #[test]
    fn what_is_written_reads_back() {
        let element = Element::new("configConfMo")
            .with("dn", "sys/rack-unit-1")
            .child(Element::new("inConfig").child(Element::new("x").with("usrLbl", "a <&'\"> b")));
        assert_eq!(parse(element.to_string().as_bytes()), Ok(element));
    }
}
