//! Client of the CIMC, the controller of Cisco UCS C-Series rack servers: of its XML API, which is
//! there from firmware 1.4 on, and of its command line over SSH for what the XML API of old
//! firmware can't do.
//!
//! [`Controllers`] is the registry; a [`Controller`] gives a [`Session`] or a [`Shell`], at most
//! one at a time, because a CIMC has four for everybody. [`Controller::probe`] finds out which of
//! the two does what; a [`WayIn`] is either of them. What firmware can do is a table ([`Dialect`]) that
//! only chooses what is tried first.
//!
//! ```no_run
//! use cimc_client::{BootKind, ControllerSettings, Controllers, PowerTarget};
//!
//! # async fn example() -> Result<(), cimc_client::CimcError> {
//! let controllers = Controllers::new();
//! let settings = ControllerSettings::new("10.0.0.1", "admin", "password".into());
//! let controller = controllers.get(&settings)?;
//! let change = controller
//!     .run(async |session| {
//!         session.set_boot_device(BootKind::Network, true, None).await?;
//!         session.ensure_power(PowerTarget::On).await
//!     })
//!     .await?;
//! println!("it was {:?}", change.before);
//! controllers.drain().await;
//! # Ok(())
//! # }
//! ```
//!
//! Sources of what is said about firmware: the metadata of the vendor's SDK (imcsdk 0.9.17 and
//! `ImcSdk` 0.7.2), the Cisco XML API Programmer's Guide, the GUI configuration guides of 3.0 and
//! 6.0, and field reports.

mod boot;
mod breaker;
mod capability;
mod certificate;
pub mod cli;
mod controller;
mod controllers;
mod dialect;
mod error;
mod exchange;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
mod inventory;
mod journal;
mod lost;
mod nics;
mod observer;
mod policy;
mod power;
mod probe;
mod pxe_port;
mod record;
mod refusal;
mod session;
mod settings;
mod ticket;
mod tls;
mod transport;
mod turn;
mod version;
mod way_in;
mod xml;

pub use boot::{
    BootChange, BootDevice, BootKind, BootMode, BootModes, BootOrder, BootStyle, SavedBootOrder,
};
pub use capability::{Capabilities, Capability, Operation, Way};
pub use cli::Shell;
pub use controller::Controller;
pub use controllers::Controllers;
pub use dialect::{Dialect, Feature, Support};
pub use error::{CimcError, SESSION_LIMIT_BACKOFF, TransportKind};
pub use identity::Identity;
pub use inventory::{
    BiosSetting, Disk, FirmwareComponent, Health, Inventory, LedState, MemoryModule, Processor,
    RaisedFault, Sensor,
};
pub use journal::{LeftOpen, SessionJournal};
pub use nics::{HostNic, NicKind, complete_nics};
pub use observer::{Event, Method, Observer, Outcome};
pub use policy::{BreakerPolicy, Policy};
pub use power::{PowerChange, PowerCommand, PowerState, PowerTarget};
pub use pxe_port::choose_pxe_port;
pub use record::Recorder;
pub use session::Session;
pub use settings::{CliSettings, ControllerSettings, HostKey, Protocol, TlsProfile, TlsVerify};
pub use turn::Turn;
pub use version::FirmwareVersion;
pub use way_in::WayIn;
