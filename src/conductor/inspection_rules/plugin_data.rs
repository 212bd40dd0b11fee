//! Actions on the plugin's data, whose paths have dots, or are lists of keys.

use serde_json::Value;

use super::paths;
use crate::model::JsonMap;

/// `set-plugin-data`
pub(super) fn set(data: &mut Value, path: &Value, value: Value) -> Result<(), String> {
    *paths::place(map(data)?, &parts(path))? = value;
    Ok(())
}

/// `extend-plugin-data`
pub(super) fn extend(
    data: &mut Value,
    path: &Value,
    value: Value,
    unique: bool,
) -> Result<(), String> {
    paths::extend(map(data)?, &parts(path), value, unique)
}

/// `unset-plugin-data`. An object that it leaves empty goes too, as in Ironic 39.0.0.
pub(super) fn unset(data: &mut Value, path: &Value) -> Result<(), String> {
    let parts = parts(path);
    let map = map(data)?;
    if !paths::remove(map, &parts) {
        tracing::warn!(%path, "an inspection rule unsets plugin data that isn't there");
        return Ok(());
    }
    let Some((_, above)) = parts.split_last().filter(|(_, above)| !above.is_empty()) else {
        return Ok(());
    };
    if paths::place(map, above)?
        .as_object()
        .is_some_and(JsonMap::is_empty)
    {
        paths::remove(map, above);
    }
    Ok(())
}

fn parts(path: &Value) -> Vec<String> {
    match path {
        Value::Array(keys) => keys
            .iter()
            .map(|key| key.as_str().unwrap_or_default().to_owned())
            .collect(),
        path => path
            .as_str()
            .unwrap_or_default()
            .split('.')
            .map(str::to_owned)
            .collect(),
    }
}

fn map(data: &mut Value) -> Result<&mut JsonMap, String> {
    data.as_object_mut()
        .ok_or_else(|| "the plugin's data is no object".to_owned())
}
