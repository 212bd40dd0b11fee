//! Words of a shell line, as Cobbler splits the string form of options, and back.

/// Splits at white space outside quotes; quotes and backslashes go.
pub(crate) fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), _) if letter == open => quote = None,
            (None, '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// A word in single quotes if it needs them.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\"'\"'"))
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, split};

    #[test]
    fn json_is_torn_to_pieces_by_the_string_form() {
        assert_eq!(split("a=b c='x y' flag"), ["a=b", "c=x y", "flag"]);
        assert_eq!(split(r#"metadata={"a": 1}"#), ["metadata={a:", "1}"]);
    }

    #[test]
    fn a_quoted_word_splits_back_into_itself() {
        for word in ["vim curl", "it's", "plain", ""] {
            assert_eq!(split(&quoted(word)), [word]);
        }
    }
}
