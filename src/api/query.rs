//! Query strings, checked against the tables of arguments.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use uuid::Uuid;

use super::error::ApiError;
use super::scalars::{parse_boolean, parse_uuid};
use super::version::Version;
use super::version::arguments::{self, Argument};

/// The arguments of a query string as they came.
#[derive(Debug, Default)]
pub(crate) struct Args(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Args {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // A form can only fail to parse into pairs of texts where its bytes aren't UTF-8, and then
        // no argument of ours is in it.
        Ok(Query::try_from_uri(&parts.uri)
            .map_or_else(|_| Self::default(), |Query(pairs)| Self(pairs)))
    }
}

impl Args {
    /// Refuses what the table doesn't have, and what is newer than `version`.
    pub(crate) fn check(&self, table: &[Argument], version: Version) -> Result<(), ApiError> {
        let mut unknown: Vec<&str> = Vec::new();
        for (name, value) in &self.0 {
            match table.iter().find(|argument| argument.name == name) {
                None => unknown.push(name),
                Some(argument) if !version.has(argument.since) => {
                    return Err(ApiError::needs_minor(argument.since));
                }
                Some(argument) if argument.name == "fields" && !version.has(arguments::FIELDS) => {
                    return Err(ApiError::not_acceptable());
                }
                // Drivers had it before the lists did, with a version of its own in their table.
                Some(argument)
                    if argument.name == "detail"
                        && argument.since == 1
                        && !version.has(arguments::DETAIL) =>
                {
                    // As Python prints what it made of the word.
                    let value = match parse_boolean(name, value)? {
                        true => "True",
                        false => "False",
                    };
                    return Err(ApiError::bad_request(format!(
                        "Invalid query parameter ?detail={value} received."
                    )));
                }
                Some(_) => {}
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        Err(ApiError::bad_request(format!(
            "Unexpected arguments: {}",
            unknown.join(", ")
        )))
    }

    /// All arguments, in the order in which they came.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text of an argument; of several, the last counts.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// These and one more, which the path gives.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The others; for lists whose marker is no UUID.
    pub(crate) fn without(&self, name: &str) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(key, _)| key != name)
                .cloned()
                .collect(),
        )
    }

    /// The text of an argument, owned.
    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A boolean argument.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.text(name)
            .map(|text| parse_boolean(name, text))
            .transpose()
    }

    /// A UUID argument.
    pub(crate) fn uuid(&self, name: &str) -> Result<Option<Uuid>, ApiError> {
        self.text(name)
            .map(|text| parse_uuid(name, text))
            .transpose()
    }

    /// A list argument: commas between, and the argument may come several times.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items: Vec<&str> = self
            .0
            .iter()
            .filter(|(key, _)| key == name)
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect();
        (!items.is_empty()).then_some(items)
    }

    /// The same, owned.
    pub(crate) fn owned_list(&self, name: &str) -> Option<Vec<String>> {
        Some(self.list(name)?.into_iter().map(str::to_owned).collect())
    }

    /// A mandatory argument.
    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.text(name)
            .ok_or_else(|| ApiError::bad_request(format!("Missing mandatory parameter: {name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(pairs: &[(&str, &str)]) -> Args {
        Args(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    fn check(pairs: &[(&str, &str)], minor: u16) -> String {
        let version = Version::new(minor).unwrap();
        args(pairs)
            .check(arguments::NODES, version)
            .map_or_else(|e| e.to_string(), |()| "ok".to_owned())
    }

    #[test]
    fn unknown_and_too_new_arguments_are_refused_in_ironics_words() {
        assert_eq!(
            check(&[("nosuchfilter", "1")], 110),
            "Unexpected arguments: nosuchfilter"
        );
        assert_eq!(
            check(&[("resource_class", "x")], 20),
            "Request not acceptable. The minimal required API version should be 1.21"
        );
        assert_eq!(check(&[("resource_class", "x")], 21), "ok");
        assert_eq!(
            check(&[("detail", "True")], 42),
            "Invalid query parameter ?detail=True received."
        );
        assert_eq!(check(&[("fields", "uuid")], 7), "Request not acceptable.");
    }

    #[test]
    fn drivers_take_detail_before_the_lists_do() {
        let given = args(&[("detail", "True")]);
        assert!(
            given
                .check(arguments::DRIVERS, Version::new(30).unwrap())
                .is_ok()
        );
        assert!(
            given
                .check(arguments::DRIVERS, Version::new(29).unwrap())
                .is_err()
        );
    }

    #[test]
    fn lists_come_with_commas_or_as_several_arguments() {
        let args = args(&[("fields", "uuid, name"), ("fields", "driver")]);
        assert_eq!(args.list("fields"), Some(vec!["uuid", "name", "driver"]));
        assert_eq!(args.list("shard"), None);
    }
}
