//! BIOS tokens (`biosSettings`): read as they are configured; they apply at the next boot.

use super::BiosSetting;
use crate::error::CimcError;
use crate::session::{SERVER, Session, absent_as_none};
use crate::xml::Element;

impl Session {
    /// Reads the configured tokens, sorted by name. Which there are differs by model and release.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where the firmware shows none; any failure of a read.
    pub async fn bios_settings(&mut self) -> Result<Vec<BiosSetting>, CimcError> {
        let below = format!("{SERVER}/bios/bios-settings");
        let objects = absent_as_none(self.resolve_children(&below).await)?.unwrap_or_default();
        let mut settings: Vec<_> = objects.iter().flat_map(tokens).collect();
        if settings.is_empty() {
            return Err(self.unsupported(
                "tell the BIOS settings",
                format!("there is nothing below {below}"),
            ));
        }
        settings.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(settings)
    }
}

/// The tokens of one object: its properties that begin with `vp`.
fn tokens(object: &Element) -> Vec<BiosSetting> {
    let is_token = |name: &str| {
        name.strip_prefix("vp")
            .is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    object
        .attributes
        .iter()
        .filter(|(name, _)| object.name.starts_with("biosVf") && is_token(name))
        .map(|(name, value)| BiosSetting {
            name: name.clone(),
            value: value.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_are_settings() {
        let object = Element::new("biosVfLOMPortOptionROM")
            .with("rn", "LOMPort-OptionROM")
            .with("vpLOMPort0State", "Enabled")
            .with("vpn", "x");
        let found = tokens(&object);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name.as_str(), found[0].value.as_str()),
            ("vpLOMPort0State", "Enabled")
        );
        assert!(tokens(&Element::new("other").with("vpX", "1")).is_empty());
    }
}
