//! Power: `Power:` of the chassis, and `power …` in its scope.

use super::shell::Shell;
use crate::error::CimcError;
use crate::power::{PowerCommand, PowerState};

impl Shell {
    /// The state now.
    ///
    /// # Errors
    ///
    /// [`CimcError::NotUnderstood`] when it prints another form; any failure of a command.
    pub async fn power_state(&mut self) -> Result<PowerState, CimcError> {
        let chassis = self.chassis().await?;
        let word = chassis.get("Power").unwrap_or_default();
        Ok(match word.to_ascii_lowercase().as_str() {
            "on" => PowerState::On,
            "off" => PowerState::Off,
            _ => PowerState::Unknown(word.to_owned()),
        })
    }

    /// Sends a command, says yes to its question, and does not wait for its effect.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] for a diagnostic interrupt and a restart of the controller, for
    /// which the guides have no command of this form; any failure of a command. After a time-out
    /// it may have been taken.
    pub async fn set_power(&mut self, command: PowerCommand) -> Result<(), CimcError> {
        let word = match command {
            PowerCommand::Up => "on",
            PowerCommand::Down => "off",
            PowerCommand::SoftShutDown => "shutdown",
            PowerCommand::HardReset => "hard-reset",
            PowerCommand::CycleImmediate => "cycle",
            PowerCommand::DiagnosticInterrupt | PowerCommand::BmcReset => {
                let why = "its command line has no documented command for it";
                return Err(self.unsupported(&format!("do {command:?}"), why));
            }
        };
        self.enter(&["chassis"]).await?;
        self.act(&format!("power {word}")).await
    }
}
