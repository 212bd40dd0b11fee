//! The interfaces of `cisco-ucs-standalone` that act on the CIMC, the controller in every Cisco
//! UCS C-Series server.

mod access;
mod inspect;
mod management;
mod power;

pub use access::Access;
pub use inspect::CimcInspect;
pub use management::CimcManagement;
pub use power::CimcPower;
