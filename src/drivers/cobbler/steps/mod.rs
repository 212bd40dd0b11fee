//! The steps of the install sequence, one a file.

mod base;
mod boot_disk;
mod boot_network;
mod ensure_profile;
mod ensure_system;
mod learn_macs;
pub(super) mod listen;
mod power_off;
mod power_on;
mod restore_boot_order;
mod wait_installed;

pub use boot_disk::BootDisk;
pub use boot_network::BootNetwork;
pub use ensure_profile::EnsureProfile;
pub(super) use ensure_profile::profile_of;
pub use ensure_system::EnsureSystem;
pub(super) use ensure_system::spec as system_spec;
pub use learn_macs::LearnMacs;
pub use power_off::PowerOff;
pub use power_on::PowerOn;
pub use restore_boot_order::RestoreBootOrder;
pub use wait_installed::WaitInstalled;
