//! Storage: SQLite or PostgreSQL behind one [`Store`], with one SQL text for both.
//!
//! The rules: every row that changes has a `version`, every update names the version it saw, and
//! an update that finds none is [`StoreError::Stale`]. Secrets in a node's free-form fields are
//! encrypted before they reach the database ([`crate::store::Vault`]).

mod allocations;
mod conductors;
mod counts;
mod db;
mod documents;
mod error;
mod evidence;
mod filter;
mod history;
mod node_columns;
mod node_lists;
mod node_row;
mod nodes;
mod packed;
mod page;
mod ports;
mod power_sync;
mod power_sync_row;
mod presence;
mod resources;
mod sql;
mod vault;

pub use db::Store;
pub use error::StoreError;
pub use filter::{NodeFilter, Page, PortFilter, ResourceFilter};
pub use node_columns::NodeColumns;
pub use power_sync::{Newcomers, Rhythm, SyncDue};
pub use presence::Presence;
pub use vault::{Vault, VaultError, is_secret_key};
