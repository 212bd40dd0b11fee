//! Drivers: what knows hardware and servers. They get a node as it is saved and give back what
//! came of it; they never see the store.

mod await_call;
pub mod cimc;
pub mod cobbler;
mod error;
pub mod fake;
mod hardware;
pub mod interfaces;
pub mod noop;
mod power_change;
mod reach;
mod registry;
mod settings;

pub use await_call::await_call;
pub use error::DriverError;

/// The key of `driver_internal_info` that says which port the server boots from, and why.
pub const PXE_PORT: &str = "pxe_port";

pub use hardware::{HARDWARE_TYPES, HardwareType};
pub use power_change::{reach_power, reach_power_since};
pub use registry::Registry;
pub use settings::Settings;
