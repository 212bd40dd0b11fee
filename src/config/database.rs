//! `[database]`: where state is kept.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::error::Report;
use super::{environment, secret_text};

/// Where state is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`; absent: `ferric.sqlite` in the state
    /// directory. Secret, since it may hold a password.
    #[serde(deserialize_with = "secret_text::optional")]
    pub url: Option<SecretString>,
    /// The state directory: the default database, the default key, the states of `install`.
    pub state_dir: PathBuf,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            state_dir: environment::default_state_dir(),
        }
    }
}

impl Database {
    /// The URL to open, whether configured or the default.
    pub fn effective_url(&self) -> SecretString {
        self.url
            .clone()
            .unwrap_or_else(|| Self::sqlite_url(&self.state_dir).into())
    }

    /// The URL of the SQLite database in `directory`.
    pub fn sqlite_url(directory: &Path) -> String {
        format!("sqlite:{}", directory.join("ferric.sqlite").display())
    }

    /// The URL to open without user and password: for messages.
    pub fn display_url(&self) -> String {
        let url = self.effective_url();
        let text = url.expose_secret();
        match (text.split_once("://"), text.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
            _ => text.to_owned(),
        }
    }

    pub(super) fn check(&self, report: &mut Report<'_>) {
        let Some(url) = &self.url else { return };
        let scheme = url.expose_secret().split(':').next().unwrap_or_default();
        if !matches!(scheme, "sqlite" | "postgres" | "postgresql") {
            report.add(
                "database.url",
                "this kind of database is not supported",
                "write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_displayed_url_has_no_password() {
        let database = Database {
            url: Some("postgres://ferric:hunter2@db.lab/ferric".into()),
            ..Database::default()
        };
        assert_eq!(database.display_url(), "postgres://db.lab/ferric");
        assert!(!format!("{database:?}").contains("hunter2"));
    }
}
