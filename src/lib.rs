//! Ferric gives Cisco UCS C-Series servers the life cycle that OpenStack Ironic gives other
//! hardware. The map, from the top down; each module uses only those below it:
//!
//! - [`cli`]: the commands. [`batch`]: the file that `ferric install` reads.
//! - [`service`]: everything below, started and stopped as one. [`config`], [`telemetry`].
//! - [`api`]: Ironic's REST API, and our own beside it.
//! - [`conductor`]: the engine (claim, run, save) and the intents, the only door for writes.
//! - [`drivers`]: CIMC, Cobbler, and what knows neither. `drivers/cobbler/sequence.rs` lists the
//!   eight steps of an install. [`evidence`]: what is known of a running one.
//! - [`store`]: SQLite or PostgreSQL. [`metrics`]: what can be counted.
//! - [`model`], [`states`]: nodes, ports and THE table of their states; they use nothing of ours.

pub mod api;
pub mod batch;
pub mod cli;
pub mod conductor;
pub mod config;
pub mod drivers;
pub mod evidence;
pub mod metrics;
pub mod model;
pub mod service;
pub mod states;
pub mod store;
pub mod telemetry;
