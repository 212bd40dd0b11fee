//! Simulated CIMC controllers and the machines behind them.
//!
//! A [`Rack`] is a number of controllers, each on a port of its own, each with a machine. The
//! controllers speak the XML API of the firmware release they play ([`Personality`]), down to
//! which classes and attributes that release knows, and have its command line over SSH if asked
//! for. The machines boot by the order that their controller holds, install themselves from a
//! Cobbler server as PXE clients would, and reboot. [`Fault`]s and [`Quirk`]s make both misbehave.
//!
//! A [`Replay`] is a controller that answers what a real one answered, from a [`Transcript`].
//!
//! A controller and its machine meet at two small traits, [`Backend`] and [`Board`], so that a
//! virtual machine can take the model's place: a QEMU guest, where a controller's
//! [`ControllerSpec::qemu`] describes one.
//!
//! ```no_run
//! # async fn start() -> Result<(), cimc_sim::StartError> {
//! use cimc_sim::{ControllerSpec, Personality, Rack, RackSpec, Timing};
//!
//! let controllers = Personality::mix().take(12).map(ControllerSpec::new).collect();
//! let mut spec = RackSpec::new(controllers);
//! spec.cobbler_base = Some("http://127.0.0.1:8080".to_owned());
//! spec.timing = Timing::default().scaled(0.1);
//! let rack = Rack::start(spec).await?;
//! for controller in rack.controllers() {
//!     println!("{} {}", controller.address(), controller.personality().firmware());
//! }
//! rack.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod admin;
mod backend;
mod boot;
mod chassis;
mod cli;
mod controller;
mod event;
mod fault;
mod http;
mod identity;
mod inventory;
mod journal;
mod machine;
mod personality;
mod power;
mod protocol;
mod qemu;
mod rack;
mod release;
mod replay;
mod schema;
mod session;
mod timing;
mod tls;
mod tree;
mod upgrade;
mod wire;
mod xml;

pub use backend::{Backend, Board, BootDevice, BootMode, BootPlan, BootTarget};
pub use cli::SshError;
pub use controller::{Controller, SessionCounters};
pub use event::{Event, LogEntry};
pub use fault::{Fault, FaultRule, Faults};
pub use machine::{Counters, Disk, InstallPart, InstalledSystem, MachineState, Phase, Quirk};
pub use personality::Personality;
pub use qemu::{GuestState, QemuAccel, QemuError, QemuFirmware, QemuSpec};
pub use rack::{ControllerSpec, Rack, RackSpec, StartError};
pub use replay::{Replay, ReplaySpec, Transcript, TranscriptError};
pub use timing::Timing;
pub use tls::{Tls, TlsError};
