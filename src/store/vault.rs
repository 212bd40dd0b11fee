//! Secrets at rest: the values of secret keys in a node's free-form fields are encrypted with
//! XChaCha20-Poly1305 under a key that is not in the database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::model::JsonMap;

/// Marks a value as encrypted by this version of the form.
const PREFIX: &str = "ferric:v1:";
const NONCE_LENGTH: usize = 24;

/// Why a stored secret can't be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// It was written under another key, or damaged.
    #[error(
        "the value of {0} does not open with the configured key; give the key it was written under \
         in [secrets], or set the value anew"
    )]
    WrongKey(String),
    /// The cipher refused; it does so for texts of many gigabytes only.
    #[error("the value of {0} can't be encrypted")]
    Encrypt(String),
}

/// Which secrets are decrypted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
    All,
    Shown,
}

/// Encrypts and decrypts secrets.
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(******)")
    }
}

/// Whether a key of a free-form field names a secret: the words that oslo.utils masks, and those
/// of the drivers' own tokens.
pub fn is_secret_key(key: &str) -> bool {
    const WORDS: [&str; 8] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "auth_key",
        "priv_key",
        "private_key",
    ];
    let key = key.to_ascii_lowercase();
    key == "adminpass" || WORDS.iter().any(|word| key.contains(word))
}

/// Whether a value is kept encrypted: the secrets, and what a server is given for itself alone, which
/// holds passwords as a rule.
fn is_sealed(key: &str) -> bool {
    matches!(key, "user_data" | "configdrive") || is_secret_key(key)
}

impl Vault {
    /// A vault under the key that `secret` gives; any length, hashed to the cipher's.
    pub fn new(secret: &str) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&Sha256::digest(secret.as_bytes())),
        }
    }

    /// Encrypts the secrets among the values of a free-form field, nested ones included.
    pub(super) fn seal(&self, map: &JsonMap) -> Result<JsonMap, VaultError> {
        transform(map, &|key, text| {
            let nonce: [u8; NONCE_LENGTH] = rand::random();
            let sealed = self
                .cipher
                .encrypt(XNonce::from_slice(&nonce), text.as_bytes())
                .map_err(|_| VaultError::Encrypt(key.to_owned()))?;
            let mut bytes = nonce.to_vec();
            bytes.extend(sealed);
            Ok(format!("{PREFIX}{}", BASE64.encode(bytes)))
        })
    }

    /// Decrypts what [`Vault::seal`] encrypted; values that carry no mark stay as they are.
    pub(super) fn open(&self, mut map: JsonMap) -> Result<JsonMap, VaultError> {
        self.open_map(&mut map, false, Wanted::All)?;
        Ok(map)
    }

    /// The same, but for what every answer masks, which stays as it is stored.
    pub(super) fn open_shown(&self, mut map: JsonMap) -> Result<JsonMap, VaultError> {
        self.open_map(&mut map, false, Wanted::Shown)?;
        Ok(map)
    }

    fn open_map(&self, map: &mut JsonMap, sealed: bool, wanted: Wanted) -> Result<(), VaultError> {
        map.iter_mut()
            .try_for_each(|(key, value)| self.open_value(key, sealed, value, wanted))
    }

    /// `sealed`: whether it is below a key whose value is kept encrypted.
    fn open_value(
        &self,
        key: &str,
        sealed: bool,
        value: &mut Value,
        wanted: Wanted,
    ) -> Result<(), VaultError> {
        let is_masked = || wanted == Wanted::Shown && is_secret_key(key);
        match value {
            Value::String(text) => match text.strip_prefix(PREFIX) {
                Some(encoded) if (sealed || is_sealed(key)) && !is_masked() => {
                    *text = self.open_text(key, encoded)?;
                    Ok(())
                }
                _ => Ok(()),
            },
            Value::Array(items) => items
                .iter_mut()
                .try_for_each(|item| self.open_value(key, sealed, item, wanted)),
            Value::Object(map) if !is_masked() => {
                self.open_map(map, sealed || is_sealed(key), wanted)
            }
            _ => Ok(()),
        }
    }

    fn open_text(&self, key: &str, encoded: &str) -> Result<String, VaultError> {
        let wrong = || VaultError::WrongKey(key.to_owned());
        let bytes = BASE64.decode(encoded).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LENGTH).ok_or_else(wrong)?;
        let plain = self
            .cipher
            .decrypt(XNonce::from_slice(nonce), sealed)
            .map_err(|_| wrong())?;
        String::from_utf8(plain).map_err(|_| wrong())
    }
}

/// What is done to the text of a secret; gets its key as well.
type Change<'a> = &'a dyn Fn(&str, &str) -> Result<String, VaultError>;

/// Applies `change` to every text below a key whose value is kept encrypted.
fn transform(map: &JsonMap, change: Change<'_>) -> Result<JsonMap, VaultError> {
    map.iter()
        .map(|(k, v)| Ok((k.clone(), transform_value(k, is_sealed(k), v, change)?)))
        .collect()
}

fn transform_value(
    key: &str,
    sealed: bool,
    value: &Value,
    change: Change<'_>,
) -> Result<Value, VaultError> {
    Ok(match value {
        Value::String(text) if sealed => Value::String(change(key, text)?),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| transform_value(key, sealed, item, change))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(k, v)| {
                    Ok((
                        k.clone(),
                        transform_value(k, sealed || is_sealed(k), v, change)?,
                    ))
                })
                .collect::<Result<_, VaultError>>()?,
        ),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> JsonMap {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn secrets_are_unreadable_at_rest_and_come_back_whole() {
        let vault = Vault::new("key");
        let plain = map(
            json!({"cimc_address": "10.0.0.1", "cimc_password": "canary", "nested": {"auth_token": ["canary"]}}),
        );
        let sealed = vault.seal(&plain).unwrap();
        assert!(!serde_json::to_string(&sealed).unwrap().contains("canary"));
        assert_eq!(sealed["cimc_address"], "10.0.0.1");
        assert_eq!(vault.open(sealed).unwrap(), plain);
    }

    #[test]
    fn user_data_and_configdrive_are_secrets_at_rest_in_all_their_forms() {
        let vault = Vault::new("key");
        for plain in [
            json!({"user_data": "#cloud-config\npassword: canary\n"}),
            json!({"configdrive": "H4sIcanary"}),
            json!({"configdrive": {"meta_data": {"admin_pass": "canary"}, "user_data": "canary"}}),
        ] {
            let plain = map(plain);
            let sealed = vault.seal(&plain).unwrap();
            assert!(!serde_json::to_string(&sealed).unwrap().contains("canary"));
            assert_eq!(vault.open(sealed).unwrap(), plain);
        }
    }

    #[test]
    fn what_every_answer_masks_stays_closed_for_an_answer() {
        let vault = Vault::new("key");
        let plain = map(json!({
            "user_data": "seen", "password": "canary", "secrets": [{"user_data": "canary"}],
            "configdrive": {"meta_data": {"hostname": "seen", "admin_pass": "seen", "token": "canary"}},
        }));
        let shown = vault.open_shown(vault.seal(&plain).unwrap()).unwrap();
        assert!(!serde_json::to_string(&shown).unwrap().contains("canary"));
        assert_eq!(shown["user_data"], "seen");
        assert_eq!(shown["configdrive"]["meta_data"]["hostname"], "seen");
        assert_eq!(shown["configdrive"]["meta_data"]["admin_pass"], "seen");
    }

    #[test]
    fn another_key_does_not_open_them() {
        let sealed = Vault::new("key")
            .seal(&map(json!({"password": "canary"})))
            .unwrap();
        let error = Vault::new("other").open(sealed).unwrap_err();
        assert!(error.to_string().contains("password"), "{error}");
    }
}
