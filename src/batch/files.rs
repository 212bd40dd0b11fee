//! What a batch file takes from elsewhere: environment variables and files beside it.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::problems::{Place, Problems};
use super::section::{At, Section};
use crate::config::environment::Environment;

/// The keys that give a password.
pub(super) const PASSWORD_KEYS: &[&str] = &["password", "password_env", "password_file"];
/// The same for root's.
pub(super) const ROOT_PASSWORD_KEYS: &[&str] =
    &["root_password", "root_password_env", "root_password_file"];

/// Reads them, relative to the batch file's directory.
#[derive(Debug)]
pub(super) struct Files<'a> {
    directory: PathBuf,
    environment: &'a Environment,
    problems: &'a Problems,
}

impl<'a> Files<'a> {
    pub(super) fn new(batch: &Path, environment: &'a Environment, problems: &'a Problems) -> Self {
        let directory = batch.parent().unwrap_or(Path::new("")).to_owned();
        Self {
            directory,
            environment,
            problems,
        }
    }

    /// A path of the batch file, seen from here.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The text of a file.
    pub(super) fn read(&self, name: &str, place: &Place) -> Option<String> {
        let path = self.path(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.problems.add(
                    place,
                    format!("{} can't be read: {error}", path.display()),
                    "name a readable file, relative to the batch file",
                );
                None
            }
        }
    }

    /// A password given as `password`, `password_env` or `password_file`; `None` if none of them is
    /// there, empty if one is there but of no use, which is reported.
    pub(super) fn password(&self, section: &Section<'_>) -> Option<SecretString> {
        self.secret(section, PASSWORD_KEYS)
    }

    /// The same under other keys.
    pub(super) fn secret(&self, section: &Section<'_>, keys: &[&str]) -> Option<SecretString> {
        let given: Vec<&str> = keys
            .iter()
            .copied()
            .filter(|key| section.get(key).is_some())
            .collect();
        match given[..] {
            [] => None,
            [key] => Some(self.password_by(key, section).unwrap_or_default()),
            _ => {
                self.problems.add(
                    &section.place,
                    "the password is given more than once",
                    format!("keep one of {}", given.join(", ")),
                );
                Some(SecretString::default())
            }
        }
    }

    fn password_by(&self, key: &str, section: &Section<'_>) -> Option<SecretString> {
        let At { value, place } = section.text(key)?;
        match key.rsplit('_').next() {
            Some("env") => {
                let password = self.environment.get(value).filter(|text| !text.is_empty());
                if password.is_none() {
                    self.problems.add(
                        &place,
                        format!("the environment variable {value} is not set"),
                        format!("run: read -rs {value}; export {value}"),
                    );
                }
                password.map(SecretString::from)
            }
            Some("file") => {
                let text = self.read(value, &place)?;
                let password = text.trim_end_matches(['\r', '\n']);
                if password.is_empty() {
                    self.problems
                        .add(&place, "the file is empty", "put the password into it");
                }
                Some(password.into())
            }
            _ => Some(value.into()),
        }
    }

    /// Public keys, each given literally or as a file with one or more.
    pub(super) fn ssh_keys(&self, texts: &[At<&str>]) -> Vec<String> {
        let mut keys = Vec::new();
        for At { value, place } in texts {
            if is_ssh_key(value) {
                keys.push(value.trim().to_owned());
                continue;
            }
            let Some(text) = self.read(value, place) else {
                continue;
            };
            let lines = text.lines().map(str::trim);
            let lines: Vec<_> = lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .collect();
            if lines.is_empty() || !lines.iter().all(|line| is_ssh_key(line)) {
                self.problems.add(
                    place,
                    format!("{value} holds no public SSH key, or not only such"),
                    "name the .pub file",
                );
                continue;
            }
            keys.extend(lines.into_iter().map(str::to_owned));
        }
        keys
    }

    /// User data: a file, or the text itself if it has more than one line.
    pub(super) fn user_data(&self, at: At<&str>) -> Option<SecretString> {
        if at.value.contains('\n') {
            return Some(at.value.into());
        }
        self.read(at.value, &at.place).map(SecretString::from)
    }
}

/// The key types of OpenSSH 9 (its sshd manual page, section on authorized keys).
fn is_ssh_key(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let is_kind = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]
        .iter()
        .any(|p| kind.starts_with(p));
    is_kind && words.next().is_some_and(|key| key.starts_with("AAAA"))
}
