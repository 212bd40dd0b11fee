//! Versions of firmware over time: the first one seen, and the present one.

use serde_json::Value;

/// Puts into each component of a new list the version that was seen first, from the list before.
pub(super) fn remember_first(components: &mut Value, before: Option<&Value>) {
    let first_of = |name: &Value| {
        let known = before?
            .as_array()?
            .iter()
            .find(|one| one["component"] == *name)?;
        known
            .get("initial_version")
            .filter(|version| !version.is_null())
            .cloned()
    };
    for component in components.as_array_mut().into_iter().flatten() {
        let first = first_of(&component["component"])
            .unwrap_or_else(|| component["current_version"].clone());
        component["initial_version"] = first;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_version_stays_the_initial_one() {
        let mut first = json!([{"component": "bmc", "current_version": "1"}]);
        remember_first(&mut first, None);
        assert_eq!(first[0]["initial_version"], "1");
        let mut second = json!([
            {"component": "bmc", "current_version": "2"},
            {"component": "bios", "current_version": "7"},
        ]);
        remember_first(&mut second, Some(&first));
        assert_eq!(second[0]["initial_version"], "1");
        assert_eq!(second[1]["initial_version"], "7");
    }
}
