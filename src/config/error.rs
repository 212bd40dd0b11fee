//! What is wrong with a configuration, in words that say where and what to do.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use figment::Figment;
use figment::error::Kind;

use super::layers::{ENVIRONMENT, PREFIX};
use super::nearest::advice;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, the environment variable or the flags that gave the value.
    pub origin: String,
    /// The key, from the section on: `api.listen`.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub to_do: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}: {}; {}",
            self.origin, self.key, self.what, self.to_do
        )
    }
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{}: the configuration file can't be read; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{}:{line}: this is not TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the reader says.
        message: String,
    },
    /// Values that can't be used; never empty.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

impl ConfigError {
    /// Puts the first error of an extraction in our words.
    pub(super) fn from_figment(figment: &Figment, error: figment::Error) -> Self {
        let mut path = error.path.clone();
        let (what, to_do) = match &error.kind {
            Kind::UnknownField(field, known) => {
                if path.last() != Some(field) {
                    path.push(field.clone());
                }
                (
                    format!("the key {field} is not known"),
                    advice(field, known),
                )
            }
            Kind::MissingField(field) => {
                path.push(field.to_string());
                ("the key is missing".to_owned(), "add it".to_owned())
            }
            Kind::UnknownVariant(word, known) => (
                format!("{word:?} is not known"),
                format!("use one of {}", known.join(", ")),
            ),
            Kind::InvalidType(..) | Kind::InvalidValue(..) if is_secret(&path) => (
                "the value is no text".to_owned(),
                "put it in quotes".to_owned(),
            ),
            Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
                (format!("found {found}"), format!("write {expected}"))
            }
            other => (other.to_string(), "correct it".to_owned()),
        };
        let key = path.join(".");
        Self::Invalid(vec![Problem {
            origin: origin(figment, &key, &error),
            key,
            what,
            to_do,
        }])
    }
}

/// Whether a key's value must not be shown.
fn is_secret(path: &[String]) -> bool {
    matches!(path.last().map(String::as_str), Some("password" | "key"))
}

/// The file, variable or flag that holds a key; for a key that is not there, of its section.
fn origin(figment: &Figment, key: &str, error: &figment::Error) -> String {
    let metadata = std::iter::successors(Some(key), |key| Some(key.rsplit_once('.')?.0))
        .find_map(|key| figment.find_metadata(key))
        .or(error.metadata.as_ref());
    match metadata {
        Some(metadata) if metadata.name == ENVIRONMENT => variable(key),
        Some(metadata) => match &metadata.source {
            Some(source) => source.to_string(),
            None => metadata.name.to_string(),
        },
        None => "defaults".to_owned(),
    }
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

/// Collects the problems of values that are well-formed but can't be used.
pub(super) struct Report<'a> {
    figment: &'a Figment,
    problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    pub(super) fn new(figment: &'a Figment) -> Self {
        Self {
            figment,
            problems: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, key: &str, what: impl Into<String>, to_do: impl Into<String>) {
        self.problems.push(Problem {
            origin: origin(self.figment, key, &figment::Error::from(String::new())),
            key: key.to_owned(),
            what: what.into(),
            to_do: to_do.into(),
        });
    }

    /// Adds a problem unless `text` is an absolute `http` or `https` URL.
    pub(super) fn check_http_url(&mut self, key: &str, text: &str) -> Option<reqwest::Url> {
        let url = reqwest::Url::parse(text).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            self.add(
                key,
                format!("{text:?} is no URL"),
                "write http://HOST… or https://HOST…",
            );
        }
        url
    }

    /// Adds a problem if `value` is below `least`.
    pub(super) fn at_least(&mut self, key: &str, value: Duration, least: Duration) {
        if value < least {
            self.add(
                key,
                format!("{} is too short", value.as_secs_f64()),
                format!("write {} or more", least.as_secs_f64()),
            );
        }
    }

    pub(super) fn finish(self) -> Result<(), ConfigError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Invalid(self.problems))
        }
    }
}
