//! Where values come from, in the order in which they win.

use std::path::Path;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::environment::Environment;
use super::error::ConfigError;

/// Variables of this prefix are configuration: `FERRIC__API__LISTEN` is `api.listen`.
pub(super) const PREFIX: &str = "FERRIC__";

/// The name of the environment's layer, by which an error finds the variable's name.
pub(super) const ENVIRONMENT: &str = "environment";

/// Values given by flags, which win over everything.
#[derive(Debug, Clone, Default)]
pub struct Overrides(Dict);

impl Overrides {
    /// Sets a key (`api.listen`) if the flag was given.
    #[must_use]
    pub fn set(mut self, key: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            insert(
                &mut self.0,
                &key.split('.').collect::<Vec<_>>(),
                value.into(),
            );
        }
        self
    }
}

struct Layer {
    metadata: Metadata,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// All layers over each other. The defaults are in the sections' own types.
pub(super) fn figment(
    path: Option<&Path>,
    environment: &Environment,
    overrides: &Overrides,
) -> Result<Figment, ConfigError> {
    let mut figment = Figment::new();
    if let Some(path) = path {
        figment = figment.merge(Layer {
            metadata: Metadata::from("file", path),
            values: read_file(path)?,
        });
    }
    Ok(figment
        .merge(Layer {
            metadata: Metadata::named(ENVIRONMENT),
            values: from_environment(environment),
        })
        .merge(Layer {
            metadata: Metadata::named("command line"),
            values: overrides.0.clone(),
        }))
}

fn read_file(path: &Path) -> Result<Dict, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    Toml::from_str::<Dict>(&text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: error
            .span()
            .map_or(1, |span| 1 + text[..span.start].matches('\n').count()),
        message: error.message().to_owned(),
    })
}

/// Values stay texts, so that a password of digits keeps its leading zeros; numbers and booleans
/// are read from texts where a key wants them.
fn from_environment(environment: &Environment) -> Dict {
    let mut values = Dict::new();
    for (name, value) in environment.iter() {
        if let Some(key) = name.strip_prefix(PREFIX) {
            let key = key.to_lowercase();
            insert(
                &mut values,
                &key.split("__").collect::<Vec<_>>(),
                Value::from(value),
            );
        }
    }
    values
}

fn insert(dict: &mut Dict, keys: &[&str], value: Value) {
    match keys {
        [] => {}
        [key] => {
            dict.insert((*key).to_owned(), value);
        }
        [key, rest @ ..] => {
            let mut inner = match dict.remove(*key) {
                Some(Value::Dict(_, inner)) => inner,
                _ => Dict::new(),
            };
            insert(&mut inner, rest, value);
            dict.insert((*key).to_owned(), Value::from(inner));
        }
    }
}
