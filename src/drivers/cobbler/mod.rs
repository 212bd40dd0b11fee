//! The interfaces that install through a Cobbler server which belongs to somebody else: every
//! object made there is marked as ours, and no other is touched.

mod adopt;
pub mod autoinstall;
mod boot;
mod claim;
mod deploy;
mod drift;
mod info;
pub mod request;
mod rescue;
mod script;
mod sequence;
mod servers;
pub mod steps;
mod tear_down;

pub use boot::CobblerPxeBoot;
pub use deploy::CobblerDeploy;
pub use request::InstallRequest;
pub use rescue::CobblerRescue;
pub use sequence::sequence;
pub use servers::Cobblers;
use steps::profile_of;

/// The key of `driver_internal_info` with the one-time token of the running install.
pub const INSTALL_TOKEN: &str = "ferric_install_token";
/// The key of `driver_internal_info` with what is kept of the token of an install that has ended:
/// `proof`, by which it is known again, and `job`. The first boot from disk is reported by it.
pub const FIRST_BOOT: &str = "ferric_first_boot";
/// The key of `driver_internal_info` with the name of our profile.
const PROFILE: &str = "cobbler_profile";
/// The key of `driver_internal_info` with the kind of installer.
const INSTALLER: &str = "ferric_installer";
/// The key of `driver_internal_info` with the name of our system.
const SYSTEM: &str = "cobbler_system";
/// The key of `driver_internal_info` with the MAC address that boots.
const PXE_MAC: &str = "pxe_mac";
/// The key of `driver_internal_info` that holds the operator's boot order, from before the first
/// deploy.
const BOOT_ORDER: &str = "boot_order_before";
