//! Power of the server.

use crate::error::CimcError;
use crate::session::{SERVER, Session};
use crate::xml::Element;

/// What `operPower` says. It lags behind a command by seconds, on a busy CIMC by minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PowerState {
    /// On.
    On,
    /// Off.
    Off,
    /// One of the other words of the enumeration, or none; kept as it came.
    Unknown(String),
}

/// A command; the call returns before it has any effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerCommand {
    /// On.
    Up,
    /// Off at once.
    Down,
    /// Ask the operating system to shut down; it may not.
    SoftShutDown,
    /// Reset without switching off; `operPower` stays `on`.
    HardReset,
    /// Off and on again; `operPower` is `off` for some seconds at most.
    CycleImmediate,
    /// A non-maskable interrupt to the operating system.
    DiagnosticInterrupt,
    /// Restart the CIMC itself; the host keeps running, every session ends.
    BmcReset,
}

impl PowerCommand {
    /// The value of `adminPower` (imcsdk 0.9.17 metadata).
    fn value(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::SoftShutDown => "soft-shut-down",
            Self::HardReset => "hard-reset-immediate",
            Self::CycleImmediate => "cycle-immediate",
            Self::DiagnosticInterrupt => "diagnostic-interrupt",
            Self::BmcReset => "bmc-reset-immediate",
        }
    }
}

/// What a server's power should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerTarget {
    /// On.
    On,
    /// Off, at once.
    Off,
}

/// What [`Session::ensure_power`] found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerChange {
    /// The state before.
    pub before: PowerState,
    /// Whether a command was sent; `false` when the state was already right.
    pub commanded: bool,
}

impl Session {
    /// The state now.
    ///
    /// # Errors
    ///
    /// [`CimcError::Busy`] when the CIMC does not show the server yet; any failure of a read.
    pub async fn power_state(&mut self) -> Result<PowerState, CimcError> {
        let server = self.server().await?;
        let state = match server.get("operPower").unwrap_or_default() {
            "on" => PowerState::On,
            "off" => PowerState::Off,
            other => PowerState::Unknown(other.to_owned()),
        };
        self.note_power(&state);
        Ok(state)
    }

    /// Sends a command and does not wait for its effect.
    ///
    /// Some firmware answers an error to a command that fits the state already, and a reset of a
    /// server that is off may switch it on: read first.
    ///
    /// # Errors
    ///
    /// Any failure of a write. After a time-out the command may have been taken.
    pub async fn set_power(&mut self, command: PowerCommand) -> Result<(), CimcError> {
        let object = Element::new("computeRackUnit")
            .with("adminPower", command.value())
            .with("status", "modified")
            .with("dn", SERVER);
        self.forget_power();
        self.write(SERVER, object).await
    }

    /// Reads the state and sends a command only if it is another one. Does not wait.
    ///
    /// # Errors
    ///
    /// Those of [`Session::power_state`] and [`Session::set_power`].
    pub async fn ensure_power(&mut self, target: PowerTarget) -> Result<PowerChange, CimcError> {
        let before = self.power_state().await?;
        let (wanted, command) = match target {
            PowerTarget::On => (PowerState::On, PowerCommand::Up),
            PowerTarget::Off => (PowerState::Off, PowerCommand::Down),
        };
        let commanded = before != wanted;
        if commanded {
            self.set_power(command).await?;
        }
        Ok(PowerChange { before, commanded })
    }

    /// The object of the server.
    pub(crate) async fn server(&mut self) -> Result<Element, CimcError> {
        let object = self.resolve_dn(SERVER).await?;
        object.ok_or_else(|| {
            self.not_ready(
                &format!("read {SERVER}"),
                "the object is missing; the CIMC may still be starting, and S3260 chassis aren't \
                 supported",
            )
        })
    }
}
