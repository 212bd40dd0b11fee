//! `[secrets]`: how secrets are encrypted at rest.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::error::{ConfigError, Problem, Report};
use super::secret_text;

/// The key's length in bytes: that of ChaCha20-Poly1305.
const KEY_BYTES: usize = 32;

/// How secrets are encrypted at rest. With neither field set, the key is `ferric.key` in the state
/// directory, made at the first start.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// 32 random bytes in base64.
    #[serde(deserialize_with = "secret_text::optional")]
    pub key: Option<SecretString>,
    /// A file that holds them so.
    pub key_file: Option<PathBuf>,
}

impl Secrets {
    pub(super) fn check(&self, report: &mut Report<'_>) {
        if self.key.is_some() && self.key_file.is_some() {
            report.add(
                "secrets.key_file",
                "key is given as well",
                "keep one of the two",
            );
        }
        if let Some(key) = &self.key
            && !is_key(key.expose_secret())
        {
            report.add(
                "secrets.key",
                "is not 32 bytes in base64",
                "make one: openssl rand -base64 32",
            );
        }
    }

    /// The key: 32 bytes in base64. The default file is made, readable by its owner only, if it is
    /// not there.
    ///
    /// # Errors
    ///
    /// When the file can't be read or made, or holds something else.
    pub fn load_key(&self, state_dir: &Path) -> Result<SecretString, ConfigError> {
        if let Some(key) = &self.key {
            return Ok(key.clone());
        }
        let default = state_dir.join("ferric.key");
        let path = self.key_file.as_deref().unwrap_or(&default);
        let problem = |what: String| {
            ConfigError::Invalid(vec![Problem {
                origin: path.display().to_string(),
                key: "secrets.key_file".to_owned(),
                what,
                to_do: "name a file with 32 random bytes in base64 that only this user can read"
                    .to_owned(),
            }])
        };
        if self.key_file.is_none() && !path.exists() {
            make_key(path).map_err(|error| problem(format!("can't be made: {error}")))?;
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| problem(format!("can't be read: {error}")))?;
        let key = text.trim();
        if !is_key(key) {
            return Err(problem("does not hold 32 bytes in base64".to_owned()));
        }
        Ok(key.into())
    }
}

fn is_key(text: &str) -> bool {
    STANDARD
        .decode(text.trim())
        .is_ok_and(|bytes| bytes.len() == KEY_BYTES)
}

/// Writes a new key beside its place and moves it there, so that a crash leaves no half of one and
/// of two processes that start at once, both use the same.
fn make_key(path: &Path) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let key: [u8; KEY_BYTES] = rand::random();
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    writeln!(file, "{}", STANDARD.encode(key))?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_default_key_is_made_once_and_only_its_owner_reads_it() {
        let directory = tempfile::tempdir().unwrap();
        let secrets = Secrets::default();
        let first = secrets.load_key(directory.path()).unwrap();
        let second = secrets.load_key(directory.path()).unwrap();
        assert_eq!(first.expose_secret(), second.expose_secret());
        let file = directory.path().join("ferric.key");
        assert_eq!(
            std::fs::metadata(file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_named_key_file_is_never_made() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("absent.key");
        let secrets = Secrets {
            key_file: Some(path.clone()),
            ..Secrets::default()
        };
        let error = secrets.load_key(directory.path()).unwrap_err().to_string();
        assert!(
            error.contains("absent.key") && error.contains("secrets.key_file"),
            "{error}"
        );
        assert!(!path.exists());
    }
}
