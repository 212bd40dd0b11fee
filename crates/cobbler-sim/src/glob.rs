//! File name patterns as in `find_*`: `*`, `?`, `[abc]`.

/// Whether the text is more than a plain name.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Whether `text` fits `pattern`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    match pattern_rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = pattern_rest.as_str();
            text.char_indices()
                .any(|(at, _)| matches(rest, &text[at..]))
                || matches(rest, "")
        }
        Some(first) => {
            let mut text_rest = text.chars();
            let Some(letter) = text_rest.next() else {
                return false;
            };
            let rest = pattern_rest.as_str();
            match (first, rest.split_once(']')) {
                ('?', _) => matches(rest, text_rest.as_str()),
                ('[', Some((set, rest))) => {
                    set.contains(letter) && matches(rest, text_rest.as_str())
                }
                _ => first == letter && matches(rest, text_rest.as_str()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_takes_any_run_and_a_question_mark_one_letter() {
        assert!(matches("node-*", "node-1") && matches("*", "") && matches("a*c?", "abbcd"));
        assert!(matches("web[12]", "web2") && !matches("web[12]", "web3"));
        assert!(!matches("node-?", "node-12") && !matches("node", "node-1"));
    }
}
