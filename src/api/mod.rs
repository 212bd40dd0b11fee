//! The REST API: Ironic's under `/v1`, our own under `/ferric/v1`.
//!
//! A handler extracts, validates, calls one function of the conductor or the store, and shapes
//! the answer. What each API version added is in the tables of [`version`]; every route is on one
//! page, `router.rs`; every error of HTTP is made in `error.rs`. Facts about the wire were
//! observed on Ironic 39.0.0 unless said otherwise.

mod conductors;
mod continue_inspection;
mod document;
mod drivers;
mod error;
mod events;
mod extract;
mod ferric;
mod health;
mod heartbeat;
mod ident;
mod links;
mod lookup;
mod mask;
mod metrics;
mod middleware;
mod nodes;
pub mod openapi;
mod paging;
mod patch;
mod ports;
mod query;
mod resources;
mod root;
mod router;
mod scalars;
mod schema;
mod shards;
mod shown;
mod state;
pub mod version;

pub use error::ApiError;
pub use router::router;
pub use state::ApiState;
