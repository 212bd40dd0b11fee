//! A simulated Cobbler server for tests and demonstrations.
//!
//! It answers the XML-RPC calls that a deploy driver uses and the HTTP services that an
//! installer uses, as real Cobblers of five releases (2.8.5, 3.1.2, 3.2.3, 3.3.0, 3.3.10) answered
//! them on the wire, including what the real ones get wrong: refused fields that are no fault, saves
//! that go on without a MAC, duplicates that slip through, tokens that die between two calls.
//! Nothing is written to disk and no boot file is made.
//!
//! It shares no types and no code with any client.

mod blend;
mod calls;
mod cheetah;
mod fault;
mod glob;
mod http;
mod item;
mod journal;
mod knobs;
mod release;
mod shell;
mod sim;
mod spec;
mod state;
mod store;
mod value;
mod views;
mod xmlrpc;

pub use journal::Call;
pub use knobs::SimFault;
pub use release::Release;
pub use sim::{CobblerSim, StartError};
pub use spec::{DistroSeed, SimSpec};
pub use views::{ProfileView, SystemView};
