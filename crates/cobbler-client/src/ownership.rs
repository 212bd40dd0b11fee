//! Whose an object is.

use crate::objects::{Distro, Profile, System};

/// An object with a comment, which says whether it is ours.
pub trait Marked {
    /// The object's comment.
    fn comment(&self) -> &str;
}

impl Marked for Distro {
    fn comment(&self) -> &str {
        &self.comment
    }
}

impl Marked for Profile {
    fn comment(&self) -> &str {
        &self.comment
    }
}

impl Marked for System {
    fn comment(&self) -> &str {
        &self.comment
    }
}

/// Whether a comment begins with the mark and a colon.
pub(crate) fn bears_mark(comment: &str, mark: &str) -> bool {
    comment
        .strip_prefix(mark)
        .is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::bears_mark;

    #[test]
    fn only_the_whole_mark_with_its_colon_counts() {
        assert!(bears_mark("ferric: node 1", "ferric"));
        for foreign in ["", "ferric", "ferrical: x", " ferric: x", "not ferric: x"] {
            assert!(!bears_mark(foreign, "ferric"), "{foreign}");
        }
    }
}
