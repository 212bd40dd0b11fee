//! The locator LED (`equipmentLocatorLed`).

use serde::{Deserialize, Serialize};

use crate::error::CimcError;
use crate::session::{SERVER, Session};
use crate::xml::Element;

/// What the LED does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)]
pub enum LedState {
    On,
    Off,
    Blinking,
    /// A word that is none of these.
    Unknown,
}

fn led() -> String {
    format!("{SERVER}/locator-led")
}

impl Session {
    /// Reads what the locator LED does.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where there is none; any failure of a read.
    pub async fn locator_led(&mut self) -> Result<LedState, CimcError> {
        let Some(object) = self.resolve_dn(&led()).await? else {
            return Err(self.unsupported("tell the locator LED", format!("there is no {}", led())));
        };
        Ok(match object.known("operState") {
            Some("on") => LedState::On,
            Some("off") => LedState::Off,
            Some("blinking") => LedState::Blinking,
            _ => LedState::Unknown,
        })
    }

    /// Switches the locator LED, if it is not so already, and reads it back.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where there is none; [`CimcError::Operation`] when the
    /// controller accepted it and the LED shows something else.
    pub async fn set_locator_led(&mut self, on: bool) -> Result<(), CimcError> {
        let wanted = if on { "on" } else { "off" };
        let is_wanted = |state: LedState| match state {
            LedState::On | LedState::Blinking => on,
            LedState::Off => !on,
            LedState::Unknown => false,
        };
        if is_wanted(self.locator_led().await?) {
            return Ok(());
        }
        let object = Element::new("equipmentLocatorLed")
            .with("adminState", wanted)
            .with("status", "modified")
            .with("dn", &led());
        self.write(&led(), object).await?;
        let found = self.locator_led().await?;
        if is_wanted(found) {
            return Ok(());
        }
        Err(self.operation_error(
            &format!("switch the locator LED {wanted}"),
            format!("it was accepted but reads back as {found}"),
        ))
    }
}
