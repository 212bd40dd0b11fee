//! How the program ends.

use std::error::Error;
use std::process::ExitCode;

use crate::batch::BatchError;
use crate::config::ConfigError;

/// The exit codes, as `--help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything was done.
    Done = 0,
    /// Some node failed.
    NodeFailed = 1,
    /// The command line, the configuration or the batch file is wrong.
    Usage = 2,
    /// Something that is needed can't be started or reached.
    CannotStart = 3,
    /// Interrupted before the work was done.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    /// One line for each thing that is wrong.
    pub(super) message: String,
}

/// What a command comes to.
pub(super) type Outcome = Result<Exit, Failure>;

impl Failure {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
        }
    }

    pub(super) fn cannot_start(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::CannotStart,
            message: message.into(),
        }
    }

    /// An error with its causes in one line.
    pub(super) fn of(exit: Exit, error: &dyn Error) -> Self {
        Self {
            exit,
            message: chain(error),
        }
    }
}

/// An error and its causes, each once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !message.contains(&cause_text) {
            message = format!("{message}: {cause_text}");
        }
        source = cause.source();
    }
    message
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::of(Exit::Usage, &error)
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        Self::of(Exit::Usage, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("the file can't be read")]
        struct Outer(#[source] std::io::Error);
        let error = Outer(std::io::Error::other("it is a directory"));
        assert_eq!(chain(&error), "the file can't be read: it is a directory");
    }
}
