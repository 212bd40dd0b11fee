//! Either way into a controller, with one set of operations.

use crate::boot::{BootChange, BootKind, BootModes, BootOrder, SavedBootOrder};
use crate::cli::Shell;
use crate::error::CimcError;
use crate::identity::Identity;
use crate::inventory::{FirmwareComponent, Inventory, LedState};
use crate::nics::HostNic;
use crate::power::{PowerCommand, PowerState};
use crate::session::Session;

/// An open session by one of the ways.
///
/// What both can do has a method here, with the errors of [`Session`]'s and [`Shell`]'s methods of
/// the same name; what only the XML API can do is behind [`WayIn::xml`].
#[derive(Debug)]
pub enum WayIn {
    /// The XML API.
    Xml(Session),
    /// The command line.
    Cli(Shell),
}

macro_rules! by_either_way {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $value:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Those of the way.
        pub async fn $name(&mut self $(, $argument: $type)*) -> Result<$value, CimcError> {
            match self {
                Self::Xml(session) => session.$name($($argument),*).await,
                Self::Cli(shell) => shell.$name($($argument),*).await,
            }
        }
    )*};
}

impl WayIn {
    by_either_way! {
        /// What server this is.
        identity() -> Identity;
        /// The power state now.
        power_state() -> PowerState;
        /// Sends a power command and does not wait for its effect.
        set_power(command: PowerCommand) -> ();
        /// The configured boot order.
        boot_order() -> BootOrder;
        /// Puts a kept boot order back; `false` when it was so already.
        restore_boot_order(saved: &SavedBootOrder) -> bool;
        /// Legacy or UEFI.
        boot_modes() -> BootModes;
        /// The host's network interfaces.
        host_nics() -> Vec<HostNic>;
        /// Processors, memory, disks.
        inventory() -> Inventory;
        /// Versions of the firmware components.
        firmware_components() -> Vec<FirmwareComponent>;
        /// What the locator LED does.
        locator_led() -> LedState;
        /// Switches the locator LED.
        set_locator_led(on: bool) -> ();
    }

    /// Puts a kind of device first. By the command line it is for good, whatever was asked, and
    /// the interface with the MAC address is not preferred: it knows types alone.
    ///
    /// # Errors
    ///
    /// Those of the way.
    pub async fn set_boot_device(
        &mut self,
        kind: BootKind,
        one_time: bool,
        mac: Option<&str>,
    ) -> Result<BootChange, CimcError> {
        match self {
            Self::Xml(session) => session.set_boot_device(kind, one_time, mac).await,
            Self::Cli(shell) => shell.set_boot_device(kind).await,
        }
    }

    /// The session, for what only the XML API can do.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] with what was wanted, on the command line.
    pub fn xml(&mut self, wanted: &str) -> Result<&mut Session, CimcError> {
        match self {
            Self::Xml(session) => Ok(session),
            Self::Cli(shell) => Err(CimcError::Unsupported {
                address: shell.address().to_owned(),
                action: wanted.to_owned(),
                answer: "it needs the XML API".to_owned(),
            }),
        }
    }

    /// Logs out and waits for it.
    pub async fn close(self) {
        match self {
            Self::Xml(session) => session.close().await,
            Self::Cli(shell) => shell.close().await,
        }
    }
}
