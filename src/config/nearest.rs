//! What somebody may have meant: the nearest of some known words.

/// The known word that `word` is most likely a slip of, if one is near enough.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1 + candidate.len() / 4 || (word.len() > 3 && candidate.contains(&word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What to do about an unknown key: the nearest known one, else all of them.
pub fn advice(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(candidate) => format!("did you mean {candidate}?"),
        None => format!("known here: {}", known.join(", ")),
    }
}

/// Levenshtein's distance: how many letters to add, drop or change.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let changed = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let known = ["listen", "public_url", "auth"];
        assert_eq!(nearest("lisen", known), Some("listen"));
        assert_eq!(nearest("url", known), None);
        assert_eq!(nearest("public-url", known), Some("public_url"));
        assert_eq!(nearest("workers", known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
