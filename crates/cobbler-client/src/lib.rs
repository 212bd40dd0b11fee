//! Typed calls to a Cobbler server over XML-RPC.
//!
//! The server belongs to somebody else. Every object made here carries a mark in its comment
//! ([`CobblerConfig::owner_mark`]); an object without the mark is read and never written. There is
//! no call for a full `sync`: in every release it empties the boot directories first, and saving
//! a system writes that system's boot files by itself.
//!
//! The facts behind the calls (fault texts, field names, defaults, races) were taken from running
//! Cobbler 2.8.5, 3.1.2, 3.2.3, 3.3.0 and 3.3.10, which are supported; 2.2 to 2.6 have the names of
//! 2.8 in their source. [`Release`] decides nothing: what the server shows and answers does. 4.0 has
//! another interface and is refused.

mod claim;
mod client;
mod config;
mod dhcp;
mod dialect;
mod drift;
mod error;
mod facts;
mod fault;
mod install_log;
mod known;
mod locks;
mod names;
mod objects;
mod observer;
mod ownership;
mod profiles;
mod records;
mod session;
mod spec;
mod systems;
mod templates;
mod turns;
mod value;
mod wanted;
mod wire;

pub use claim::Claim;
pub use client::Cobbler;
pub use config::{CobblerConfig, Timeouts, Verify};
pub use drift::Found;
pub use error::{Attempt, CobblerError, Kind, Taken};
pub use facts::{Release, Settings};
pub use install_log::InstallLog;
pub use names::normalise_mac;
pub use objects::{Distro, Interface, KernelOptions, Metadata, Profile, System};
pub use observer::{Observer, Outcome};
pub use ownership::Marked;
pub use spec::{Ensured, ProfileSpec, Removal, SystemSpec};
