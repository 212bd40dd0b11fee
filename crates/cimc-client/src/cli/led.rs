//! The locator LED: `Locator LED:` of the chassis, and `set locator-led` in its scope.

use super::shell::Shell;
use crate::error::CimcError;
use crate::inventory::LedState;

impl Shell {
    /// Reads what the locator LED does.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where none is shown; any failure of a command.
    pub async fn locator_led(&mut self) -> Result<LedState, CimcError> {
        let chassis = self.chassis().await?;
        let Some(word) = chassis.get("Locator LED") else {
            return Err(self.unsupported("tell the locator LED", "`show chassis detail` has none"));
        };
        Ok(match word.to_ascii_lowercase().as_str() {
            "on" => LedState::On,
            "off" => LedState::Off,
            "blinking" => LedState::Blinking,
            _ => LedState::Unknown,
        })
    }

    /// Switches the locator LED, if it is not so already, and reads it back.
    ///
    /// # Errors
    ///
    /// [`CimcError::Operation`] when it was accepted and the LED shows something else; those of
    /// [`Shell::locator_led`].
    pub async fn set_locator_led(&mut self, on: bool) -> Result<(), CimcError> {
        let is_wanted = |state| match state {
            LedState::On | LedState::Blinking => on,
            LedState::Off => !on,
            LedState::Unknown => false,
        };
        if is_wanted(self.locator_led().await?) {
            return Ok(());
        }
        let word = if on { "on" } else { "off" };
        self.enter(&["chassis"]).await?;
        self.set(&format!("set locator-led {word}")).await?;
        let found = self.locator_led().await?;
        if is_wanted(found) {
            return Ok(());
        }
        let answer = format!("it was accepted but reads back as {found}");
        Err(self.operation_error(&format!("switch the locator LED {word}"), answer))
    }
}
