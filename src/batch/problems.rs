//! What is wrong with a batch file.

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchProblem {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// The key: `nodes.web01.cimc.address`; empty for the file as a whole.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for BatchProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// Why a batch file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The file can't be read.
    #[error("{}: the batch file can't be read; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is wrong in it, in the file's order; never empty.
    #[error("{}", lines(.0))]
    Invalid(Vec<BatchProblem>),
}

impl BatchError {
    pub(super) fn one(file: &Path, line: u64, message: impl Into<String>) -> Self {
        Self::Invalid(vec![BatchProblem {
            file: file.to_owned(),
            line,
            key: String::new(),
            message: message.into(),
        }])
    }

    pub(super) fn empty(file: &Path) -> Self {
        Self::one(
            file,
            1,
            "the file asks for nothing; give it cobbler, services and nodes",
        )
    }
}

fn lines(problems: &[BatchProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A place in the file: a line and the key that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) key: String,
}

impl Place {
    /// The place of a key below this one.
    pub(super) fn below(&self, key: &str, line: u64) -> Self {
        let key = if self.key.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.key)
        };
        Self { line, key }
    }
}

/// Collects problems while the file is read; readers share it.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<(Place, String)>>);

impl Problems {
    pub(super) fn add(&self, place: &Place, what: impl fmt::Display, to_do: impl fmt::Display) {
        self.0
            .borrow_mut()
            .push((place.clone(), format!("{what}; {to_do}")));
    }

    pub(super) fn finish(self, file: &Path) -> Result<(), BatchError> {
        let mut problems = self.0.into_inner();
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by_key(|(place, _)| place.line);
        let problem = |(place, message): (Place, String)| BatchProblem {
            file: file.to_owned(),
            line: place.line,
            key: place.key,
            message,
        };
        Err(BatchError::Invalid(
            problems.into_iter().map(problem).collect(),
        ))
    }
}
