//! The interfaces of `cisco-ucs-standalone` that act on the CIMC, the controller in every Cisco
//! UCS C-Series server.

mod access;
mod bios;
mod driver_info;
mod inspect;
mod inventory;
mod left_open;
mod management;
mod power;
mod steps;
mod ways;

pub use access::Access;
pub use bios::{CimcBios, CimcFirmware};
pub use inspect::CimcInspect;
pub use left_open::session_journal;
pub use management::CimcManagement;
pub use power::CimcPower;
