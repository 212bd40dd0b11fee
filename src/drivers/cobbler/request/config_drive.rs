//! Ironic's configdrive, in the two forms that its API takes.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::super::info::Info;
use crate::drivers::DriverError;

/// A configdrive. It may hold secrets anywhere.
#[derive(Clone)]
pub enum ConfigDrive {
    /// Its parts, from which the files are made.
    Parts {
        /// `meta_data.json`.
        meta_data: Map<String, Value>,
        /// `user_data`, as text.
        user_data: Option<SecretString>,
        /// `network_data.json`.
        network_data: Option<Value>,
        /// `vendor_data.json`.
        vendor_data: Option<Value>,
    },
    /// An ISO image, compressed by gzip, in base64.
    Image(SecretString),
}

impl std::fmt::Debug for ConfigDrive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Parts { .. } => "ConfigDrive::Parts",
            Self::Image(_) => "ConfigDrive::Image",
        })
    }
}

impl ConfigDrive {
    pub(super) fn read(info: &Info<'_>) -> Result<Option<Self>, DriverError> {
        match info.0.get("configdrive") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => image(text).map(Some),
            Some(Value::Object(parts)) => of_parts(parts).map(Some),
            Some(_) => Err(complaint()),
        }
    }
}

fn of_parts(parts: &Map<String, Value>) -> Result<ConfigDrive, DriverError> {
    let given = |key: &str| parts.get(key).filter(|value| !value.is_null()).cloned();
    let meta_data = match given("meta_data") {
        None => Map::new(),
        Some(Value::Object(map)) => map,
        Some(_) => return Err(complaint()),
    };
    let user_data = match given("user_data") {
        None => None,
        Some(Value::String(text)) => Some(text.into()),
        // An object is what a client made of a JSON text.
        Some(other) => Some(other.to_string().into()),
    };
    Ok(ConfigDrive::Parts {
        meta_data,
        user_data,
        network_data: given("network_data"),
        vendor_data: given("vendor_data"),
    })
}

/// `H4sI` is how base64 shows the first bytes of gzip.
fn image(text: &str) -> Result<ConfigDrive, DriverError> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(DriverError::invalid(
            "instance_info/configdrive is a URL, which is not fetched here; send the configdrive itself, as an object or \
             as base64 of the gzipped ISO image.",
        ));
    }
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=\n\r".contains(&b);
    if text.starts_with("H4sI") && text.bytes().all(is_base64) {
        Ok(ConfigDrive::Image(text.into()))
    } else {
        Err(complaint())
    }
}

/// The value is not shown: it may be a secret.
fn complaint() -> DriverError {
    DriverError::invalid(
        "instance_info/configdrive must be an object with meta_data, user_data, network_data and vendor_data, or \
         base64 of a gzipped ISO image.",
    )
}
